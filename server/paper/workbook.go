package paper

import (
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"bihuan/words"
)

// ContentType is a workbook's.
const ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// The measures of a sheet: A4 upright, twelve columns wide.
const (
	paperA4     = 9
	columnWidth = 7.6 // characters
	lineHeight  = 16  // points
	tallHeight  = 48
	mostHeight  = 400 // as high as a row can be
)

// workbook is a document being written into a sheet, row after row.
type workbook struct {
	*excelize.File
	sheet  string
	row    int
	styles map[string]int
	err    error
}

// Workbook writes the document as a sheet that prints on A4. Texts are texts: none is taken for a formula.
func (d Document) Workbook() ([]byte, error) {
	w := &workbook{File: excelize.NewFile(), sheet: "Sheet1", row: 1, styles: map[string]int{}}
	defer func() { _ = w.Close() }()
	w.name(d.Title)
	w.makeStyles()
	w.line(d.Title, "title", 30)
	w.line(strings.Join(d.Under, "    "), "under", lineHeight)
	for _, n := range d.Notes {
		w.line(n, "note", lineHeight)
	}
	for _, b := range d.Blocks {
		w.block(b)
	}
	colon := words.Localizer{Language: d.Language}.Colon()
	for _, s := range d.Signatures {
		w.cells([]Cell{Text(s+colon, 4), Text(d.Sign+colon, 5), Text(d.Date+colon, 3)}, "plain")
	}
	w.line(d.Foot, "foot", lineHeight)
	w.layout()
	if w.err != nil {
		return nil, w.err
	}
	b, err := w.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// try keeps the first failure.
func (w *workbook) try(err error) {
	if w.err == nil {
		w.err = err
	}
}

// name calls the sheet by its title, as far as sheets can be.
func (w *workbook) name(title string) {
	const longest = 31
	name := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return -1
		}
		return r
	}, title))
	w.try(w.SetSheetName(w.sheet, string(name[:min(longest, len(name))])))
	w.sheet = string(name[:min(longest, len(name))])
}

func (w *workbook) makeStyles() {
	border := []excelize.Border{
		{Type: "left", Style: 1, Color: "5F7380"}, {Type: "right", Style: 1, Color: "5F7380"},
		{Type: "top", Style: 1, Color: "5F7380"}, {Type: "bottom", Style: 1, Color: "5F7380"},
	}
	left := &excelize.Alignment{Horizontal: "left", Vertical: "top", WrapText: true}
	center := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	shade := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F1F5F6"}}
	for name, style := range map[string]*excelize.Style{
		"title": {Font: &excelize.Font{Bold: true, Size: 16}, Alignment: center},
		"under": {Font: &excelize.Font{Size: 9}, Alignment: center},
		"note":  {Font: &excelize.Font{Bold: true, Color: "A32D2D"}, Alignment: center},
		"block": {Font: &excelize.Font{Bold: true, Size: 11}, Alignment: &excelize.Alignment{Vertical: "bottom"}},
		"label": {Font: &excelize.Font{Bold: true}, Alignment: center, Border: border, Fill: shade},
		"text":  {Alignment: left, Border: border},
		"number": {
			Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "top"}, Border: border,
		},
		"plain": {Alignment: &excelize.Alignment{Vertical: "bottom"}},
		"foot":  {Font: &excelize.Font{Size: 8, Color: "5F7380"}},
	} {
		id, err := w.NewStyle(style)
		w.try(err)
		w.styles[name] = id
	}
}

// line writes one text over the whole width; nothing for none.
func (w *workbook) line(text, style string, height float64) {
	if text == "" {
		return
	}
	w.put(1, Text(text, Width), style)
	w.try(w.SetRowHeight(w.sheet, w.row, height))
	w.row++
}

func (w *workbook) block(b Block) {
	w.line(b.Title, "block", lineHeight+6)
	if len(b.Head) > 0 {
		w.cells(b.Head, "")
	}
	for _, cells := range b.Rows {
		w.cells(cells, "")
	}
	if len(b.Rows) == 0 && b.Empty != "" {
		w.cells([]Cell{Text(b.Empty, Width)}, "")
	}
}

// cells writes a row, as high as its fullest cell needs.
func (w *workbook) cells(cells []Cell, style string) {
	column, height := 1, float64(lineHeight)
	for _, c := range cells {
		of := style
		switch {
		case of != "":
		case c.Label:
			of = "label"
		case c.Number:
			of = "number"
		default:
			of = "text"
		}
		w.put(column, c, of)
		column += c.Span
		height = max(height, c.height())
	}
	if style == "plain" {
		height *= 2
	}
	w.try(w.SetRowHeight(w.sheet, w.row, min(height, mostHeight)))
	w.row++
}

// height estimates how much room a text needs; a Chinese character is two wide.
func (c Cell) height() float64 {
	lines := 0
	for _, line := range strings.Split(c.Text, "\n") {
		width := 0
		for _, r := range line {
			width++
			if r > 0x2E80 {
				width++
			}
		}
		lines += 1 + int(float64(width)/(columnWidth*float64(max(1, c.Span))))
	}
	height := float64(lines * lineHeight)
	if c.Tall {
		return max(height, tallHeight)
	}
	return height
}

func (w *workbook) put(column int, c Cell, style string) {
	from, err := excelize.CoordinatesToCellName(column, w.row)
	w.try(err)
	to, err := excelize.CoordinatesToCellName(column+c.Span-1, w.row)
	w.try(err)
	if n, err := strconv.ParseFloat(c.Text, 64); c.Number && err == nil {
		w.try(w.SetCellValue(w.sheet, from, n))
	} else {
		w.try(w.SetCellStr(w.sheet, from, c.Text))
	}
	if c.Span > 1 {
		w.try(w.MergeCell(w.sheet, from, to))
	}
	w.try(w.SetCellStyle(w.sheet, from, to, w.styles[style]))
}

// layout makes the sheet print on A4, one page wide, with its title again on every page.
func (w *workbook) layout() {
	last, err := excelize.ColumnNumberToName(Width)
	w.try(err)
	w.try(w.SetColWidth(w.sheet, "A", last, columnWidth))
	size, wide, high, portrait := paperA4, 1, 0, "portrait"
	w.try(w.SetPageLayout(w.sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &portrait, FitToWidth: &wide, FitToHeight: &high}))
	fit := true
	w.try(w.SetSheetProps(w.sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	side, top, centered := 0.5, 0.6, true
	w.try(w.SetPageMargins(w.sheet, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top, Horizontally: &centered}))
	w.try(w.SetHeaderFooter(w.sheet, &excelize.HeaderFooterOptions{OddFooter: "&C&P / &N"}))
	quoted := "'" + w.sheet + "'"
	w.try(w.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Area", RefersTo: quoted + "!$A$1:$" + last + "$" + strconv.Itoa(w.row-1), Scope: w.sheet,
	}))
	w.try(w.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: quoted + "!$1:$2", Scope: w.sheet}))
}
