package directory

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
)

// maxBlank is how many rows may be there in name only, formatted and empty.
const maxBlank = 10 * MaxRows

// cell is a cell as it is stored; of a shared text only the number is.
type cell struct {
	column int
	value  string
	shared bool
}

// cellReader takes the elements of a sheet.
type cellReader struct {
	rows     [][]cell
	numbers  []int // of the rows
	formulas []Fault

	number, seen int
	row          []cell
	column       int
	kind         string // of the cell, e.g. s for a shared text
	reading      bool
	written      strings.Builder
	shares       bool // there are shared texts among them
	many         bool
}

func (r *cellReader) start(e xml.StartElement) bool {
	switch e.Name.Local {
	case "row":
		r.row, r.column, r.seen = nil, -1, r.seen+1
		r.number++
		if n, err := strconv.Atoi(attribute(e, "r")); err == nil && n > r.number {
			r.number = n
		}
		r.many = r.seen > maxBlank
	case "c":
		r.column++
		if c, ok := columnOf(attribute(e, "r")); ok {
			r.column = c
		}
		r.kind = attribute(e, "t")
		r.written.Reset()
	case "f":
		r.formulas = append(r.formulas, Fault{Row: r.number, Column: letter(r.column), Code: "formula"})
	case "v", "t":
		r.reading = true
	case "rPh": // how a text is pronounced
		r.kind = "rPh"
	}
	return !r.many && len(r.formulas) <= MaxFaults
}

func (r *cellReader) text(t []byte) {
	if r.reading && r.kind != "rPh" {
		r.written.Write(t)
	}
}

func (r *cellReader) end(name string) bool {
	switch name {
	case "v", "t":
		r.reading = false
	case "c":
		if r.written.Len() > 0 && r.column < maxColumns {
			r.row = append(r.row, cell{column: r.column, value: plain(r.kind, r.written.String()), shared: r.kind == "s"})
			r.shares = r.shares || r.kind == "s"
		}
	case "row":
		if len(r.row) > 0 {
			r.rows, r.numbers = append(r.rows, r.row), append(r.numbers, r.number)
		}
		r.many = len(r.rows) > MaxRows+1 // the header is one
	}
	return !r.many
}

// columnOf reads the letters of a cell's name, e.g. E12.
func columnOf(name string) (column int, ok bool) {
	for _, c := range name {
		if c < 'A' || c > 'Z' {
			break
		}
		if column = column*26 + int(c-'A') + 1; column > 16384 {
			return 0, false
		}
	}
	return column - 1, column > 0
}

// plain writes a whole number out in digits, as a phone number may be stored like 1.38E+10.
func plain(kind, value string) string {
	if kind != "" && kind != "n" {
		return value
	}
	if n, err := strconv.ParseFloat(value, 64); err == nil && n == math.Trunc(n) && math.Abs(n) < 1e15 {
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	return value
}

// sheet puts the shared texts in their places.
func (r *cellReader) sheet(texts []string) sheet {
	var s sheet
	if len(r.formulas) > 0 {
		s.faults = r.formulas
		return s
	}
	for i, row := range r.rows {
		var cells []string
		for _, c := range row {
			value := c.value
			if n, err := strconv.Atoi(c.value); c.shared && (err != nil || n < 0 || n >= len(texts)) {
				return refused("not_a_spreadsheet")
			} else if c.shared {
				value = texts[n]
			}
			for len(cells) <= c.column {
				cells = append(cells, "")
			}
			cells[c.column] = strings.TrimSpace(value)
		}
		if !s.take(r.numbers[i], cells) {
			break
		}
	}
	return s
}

// textReader takes the elements of the shared texts.
type textReader struct {
	texts   []string
	reading bool
	spoken  bool
	written strings.Builder
}

func (r *textReader) start(e xml.StartElement) bool {
	switch e.Name.Local {
	case "si":
		r.written.Reset()
	case "rPh":
		r.spoken = true
	case "t":
		r.reading = !r.spoken
	}
	return true
}

func (r *textReader) text(t []byte) {
	if r.reading {
		r.written.Write(t)
	}
}

func (r *textReader) end(name string) bool {
	switch name {
	case "si":
		r.texts = append(r.texts, r.written.String())
	case "rPh":
		r.spoken = false
	case "t":
		r.reading = false
	}
	return len(r.texts) < maxTexts
}
