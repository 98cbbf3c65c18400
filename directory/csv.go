package directory

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// readCSV reads text with commas, semicolons or tabs between the cells.
func readCSV(file []byte) sheet {
	text := bufio.NewReader(decoded(file))
	start, _ := text.Peek(4096)
	var s sheet
	reader := csv.NewReader(text)
	reader.FieldsPerRecord, reader.Comma = -1, separator(start)
	for {
		cells, err := reader.Read()
		switch wrong := (*csv.ParseError)(nil); {
		case errors.Is(err, io.EOF):
			return s
		case errors.As(err, &wrong):
			s.fault(wrong.StartLine, -1, "bad_csv")
			return s
		case err != nil:
			return refused("bad_encoding")
		}
		line, _ := reader.FieldPos(0)
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
			if strings.ContainsRune(cells[i], utf8.RuneError) || strings.ContainsRune(cells[i], 0) {
				return refused("bad_encoding")
			}
		}
		if !s.take(line, cells) {
			return s
		}
	}
}

// decoded gives a file's text as UTF-8: by its byte order mark, else as UTF-8 where it is that, else as
// GB18030, which has GBK in it. What is none of them comes out with replacement characters.
func decoded(file []byte) io.Reader {
	marked := bytes.HasPrefix(file, []byte("\xff\xfe")) || bytes.HasPrefix(file, []byte("\xfe\xff"))
	switch {
	case marked:
		return transform.NewReader(bytes.NewReader(file), unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case utf8.Valid(file):
		return bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))
	}
	return transform.NewReader(bytes.NewReader(file), simplifiedchinese.GB18030.NewDecoder())
}

// separator is the one that the first line has most of.
func separator(start []byte) rune {
	line, _, _ := bytes.Cut(start, []byte("\n"))
	most, best := 0, ','
	for _, c := range []rune{',', ';', '\t'} {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			most, best = n, c
		}
	}
	return best
}
