// Package paper puts a form or a report on A4: as a page that the browser prints, and as a workbook. Both
// are drawn from one document, so they say the same. I3
package paper

import (
	"bytes"
	"embed"
	"html/template"
	"strings"
	"time"
)

// Width is how many columns a page is divided into; the cells of a row span all of them together.
const Width = 12

// Document is what is put on paper.
type Document struct {
	Language string
	Title    string
	// Under stands below the title: number, community, period, unit.
	Under []string
	// Notes are warnings above everything: a drill, figures that have changed since.
	Notes  []string
	Blocks []Block
	// Signatures are lines to sign on.
	Signatures []string
	// Sign and Date label a line to sign on.
	Sign, Date string
	// Foot says what the paper was made from, and when.
	Foot string
	// Elsewhere are the same paper in another shape.
	Elsewhere []Link
}

// Link leads to another page.
type Link struct{ Name, To string }

// Block is a part with a title. Its head stands again on every sheet that the block goes on on.
type Block struct {
	Title string
	Head  []Cell
	Rows  [][]Cell
	// Long may go on on another sheet; any other block stays together where it can.
	Long bool
	// Empty is said where there are no rows.
	Empty string
}

// Cell is one field of a row.
type Cell struct {
	Text string
	Span int
	// Label marks the name of what stands beside it.
	Label bool
	// Number is written as one, on the right.
	Number bool
	// Tall keeps room to write in.
	Tall bool
}

// Label names what stands beside it.
func Label(text string, span int) Cell { return Cell{Text: text, Span: span, Label: true} }

// Text is a field.
func Text(text string, span int) Cell { return Cell{Text: text, Span: span} }

// Tall is a field with room to write in.
func Tall(text string, span int) Cell { return Cell{Text: text, Span: span, Tall: true} }

// Number is a figure.
func Number(text string, span int) Cell { return Cell{Text: text, Span: span, Number: true} }

// Head makes the head of a block: names with how many columns each spans.
func Head(names []string, spans ...int) []Cell {
	cells := make([]Cell, len(names))
	for i, n := range names {
		cells[i] = Label(n, spans[i])
	}
	return cells
}

// Time writes a moment as papers do; nothing for none.
func Time(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02 15:04")
}

// Files are what a page needs besides itself: its style.
//
//go:embed page
var Files embed.FS

var page = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"columns": func() []struct{} { return make([]struct{}, Width) },
	"width":   func() int { return Width },
	"lines":   func(text string) []string { return strings.Split(text, "\n") },
}).ParseFS(Files, "page/page.html"))

// HTML draws the page.
func (d Document) HTML() ([]byte, error) {
	var b bytes.Buffer
	err := page.Execute(&b, d)
	return b.Bytes(), err
}
