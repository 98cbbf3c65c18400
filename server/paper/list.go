package paper

import (
	"github.com/xuri/excelize/v2"
)

// List writes rows of texts as a plain sheet, the first row its head, for a program that fills letters. Texts
// are texts: none is taken for a formula.
func List(name string, rows [][]string) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return nil, err
	}
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return nil, err
		}
		values := make([]any, len(row))
		for j, text := range row {
			values[j] = text
		}
		if err := w.SetRow(cell, values); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
