package directory

import "bytes"

const (
	// MaxBytes is the largest file, MaxRows the most rows below its header.
	MaxBytes   = 16 << 20
	MaxRows    = 20_000
	maxColumns = 64
)

// row is a row of a sheet as it is written; number counts from 1 as spreadsheets do.
type row struct {
	number int
	cells  []string
}

// sheet is what a file holds: the first of the rows is the header.
type sheet struct {
	rows   []row
	faults []Fault
}

// refused is a sheet that cannot be read at all.
func refused(code string) sheet { return sheet{faults: []Fault{{Code: code}}} }

// read takes a file apart: a workbook when it is packed like one, else CSV.
func read(file []byte) sheet {
	switch {
	case bytes.HasPrefix(file, []byte("PK\x03\x04")):
		return readWorkbook(file)
	case bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")):
		return refused("old_format")
	}
	return readCSV(file)
}

// letter names a column as spreadsheets do.
func letter(index int) string {
	if index >= 26 {
		return letter(index/26-1) + letter(index%26)
	}
	return string(rune('A' + index))
}

func (s *sheet) fault(row, column int, code string) {
	f := Fault{Row: row, Code: code}
	if column >= 0 {
		f.Column = letter(column)
	}
	s.faults = append(s.faults, f)
}

// take keeps a row that is not empty and says whether there is room for more.
func (s *sheet) take(number int, cells []string) bool {
	empty := true
	for i, cell := range cells {
		if cell == "" {
			continue
		}
		empty = false
		if Formula(cell) {
			s.fault(number, i, "formula")
		}
	}
	if empty {
		return true
	}
	if len(s.rows) > MaxRows {
		s.tooMany()
		return false
	}
	s.rows = append(s.rows, row{number: number, cells: cells[:min(len(cells), maxColumns)]})
	return true
}

// tooMany leaves nothing of the sheet but that.
func (s *sheet) tooMany() { *s = refused("too_many_rows") }
