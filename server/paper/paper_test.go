package paper

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// I3: what people wrote stays text, on the page and in the workbook, however it looks; the sheet prints on A4.
func TestI3TextsStayTexts(t *testing.T) {
	d := Document{Language: "zh-CN", Title: "表/格", Under: []string{"a"}, Blocks: []Block{{
		Title: "b", Head: Head([]string{"x", "n"}, 10, 2),
		Rows: [][]Cell{{Text("=1+1<script>\n第二行", 10), Number("42", 2)}, {Text("%", 10), Number("50.0%", 2)}},
	}, {Empty: "无"}}}
	page, err := d.HTML()
	if err != nil || strings.Contains(string(page), "<script>") || !strings.Contains(string(page), "<br>第二行") {
		t.Errorf("page, %v: %s", err, page)
	}
	raw, err := d.Workbook()
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	const sheet = "表格"
	if text, _ := f.GetCellValue(sheet, "A5"); text != "=1+1<script>\n第二行" {
		t.Errorf("A5 is %q", text)
	}
	if formula, _ := f.GetCellFormula(sheet, "A5"); formula != "" {
		t.Errorf("a formula: %s", formula)
	}
	if kind, _ := f.GetCellType(sheet, "K5"); kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("a figure is %v", kind)
	}
	layout, err := f.GetPageLayout(sheet)
	if err != nil || layout.Size == nil || *layout.Size != paperA4 || *layout.FitToWidth != 1 {
		t.Errorf("layout %+v, %v", layout, err)
	}
	areas := 0
	for _, n := range f.GetDefinedName() {
		if n.Name == "_xlnm.Print_Area" && strings.HasSuffix(n.RefersTo, "!$A$1:$L$7") {
			areas++
		}
	}
	if areas != 1 {
		t.Errorf("print area: %+v", f.GetDefinedName())
	}
}
