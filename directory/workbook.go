package directory

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

const (
	// maxPart is how much of a sheet or of its texts is unpacked, maxSmall of a part that only says what
	// there is, in bytes.
	maxPart  = 64 << 20
	maxSmall = 1 << 20
	// maxTexts is how many shared texts there may be.
	maxTexts = 1_000_000
)

// What a workbook may be besides readable.
var (
	errTooLarge = errors.New("a part is too large when unpacked")
	errBroken   = errors.New("a part is missing or broken")
)

// readWorkbook reads the first sheet of an XLSX file. It reads the few parts that it needs as a stream and
// stops at the limits: libraries that build the whole workbook can be made to take gigabytes by a small
// file.
func readWorkbook(file []byte) sheet {
	parts, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return refused("not_a_spreadsheet")
	}
	book := workbook{parts: map[string]*zip.File{}}
	for _, part := range parts.File {
		book.parts[strings.ToLower(strings.TrimPrefix(part.Name, "/"))] = part
	}
	if book.macros() {
		return refused("macros")
	}
	s, err := book.read()
	switch {
	case errors.Is(err, errTooLarge):
		return refused("too_large")
	case err != nil:
		return refused("not_a_spreadsheet")
	}
	return s
}

// workbook is an unpacked file: its parts by lower-case path.
type workbook struct{ parts map[string]*zip.File }

// macros says whether the workbook carries code, by its parts or by what it declares itself to be.
func (b workbook) macros() bool {
	for name := range b.parts {
		if strings.Contains(name, "vbaproject") || strings.Contains(name, "/macrosheets/") {
			return true
		}
	}
	types, err := b.open("[content_types].xml", maxSmall)
	if err != nil {
		return false
	}
	defer types.Close()
	text, _ := io.ReadAll(types) // what is cut off is no workbook either
	declared := strings.ToLower(string(text))
	return strings.Contains(declared, "macroenabled") || strings.Contains(declared, "vbaproject")
}

// bounded is a part that fails once more of it was read than is allowed.
type bounded struct {
	io.ReadCloser
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

func (b workbook) open(name string, limit int) (io.ReadCloser, error) {
	part, ok := b.parts[strings.ToLower(strings.TrimPrefix(name, "/"))]
	if !ok {
		return nil, errBroken
	}
	r, err := part.Open()
	if err != nil {
		return nil, errBroken
	}
	return &bounded{r, limit}, nil
}

func (b workbook) decode(name string, into any) error {
	r, err := b.open(name, maxSmall)
	if err != nil {
		return err
	}
	defer r.Close()
	return xml.NewDecoder(r).Decode(into)
}

// located gives the paths of the first sheet and of the shared texts, if there are any.
func (b workbook) located() (first, texts string, err error) {
	var book struct {
		Sheets []struct {
			Relation string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			Strict   string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	err = errors.Join(b.decode("xl/workbook.xml", &book), b.decode("xl/_rels/workbook.xml.rels", &relations))
	if err != nil || len(book.Sheets) == 0 {
		return "", "", errors.Join(err, errBroken)
	}
	for _, r := range relations.Relations {
		target := path.Join("xl", r.Target)
		if strings.HasPrefix(r.Target, "/") {
			target = r.Target
		}
		switch {
		case r.ID != "" && (r.ID == book.Sheets[0].Relation || r.ID == book.Sheets[0].Strict):
			first = target
		case strings.HasSuffix(r.Type, "/sharedStrings"):
			texts = target
		}
	}
	return first, texts, nil
}

// read reads the first sheet; the texts come after it, so that a million rows are refused at once.
func (b workbook) read() (sheet, error) {
	first, shared, err := b.located()
	if err != nil {
		return sheet{}, err
	}
	var cells cellReader
	if err := b.stream(first, &cells); err != nil || cells.many {
		return refused("too_many_rows"), err
	}
	var texts textReader
	if shared != "" && cells.shares {
		if err := b.stream(shared, &texts); err != nil {
			return sheet{}, err
		}
	}
	return cells.sheet(texts.texts), nil
}

// consumer takes the elements of a part; each says whether to go on.
type consumer interface {
	start(xml.StartElement) bool
	text([]byte)
	end(string) bool
}

// stream reads a part from its beginning to its end, or until the consumer has had enough.
func (b workbook) stream(name string, to consumer) error {
	r, err := b.open(name, maxPart)
	if err != nil {
		return err
	}
	defer r.Close()
	decoder, depth := xml.NewDecoder(r), 0
	for more := true; more; {
		token, err := decoder.RawToken()
		switch {
		case errors.Is(err, io.EOF) && depth == 0:
			return nil
		case err != nil:
			return errors.Join(errBroken, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			more = to.start(t)
		case xml.CharData:
			to.text(t)
		case xml.EndElement:
			depth--
			more = to.end(t.Name.Local)
		}
	}
	return nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
