package directory

import (
	"archive/zip"
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// replaced writes a workbook's parts anew, one of them another text.
func replaced(t testing.TB, file []byte, name, text string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, part := range in.File {
		w, _ := out.Create(part.Name)
		r, _ := part.Open()
		var body bytes.Buffer
		_, _ = body.ReadFrom(r)
		if part.Name == name {
			body.Reset()
			body.WriteString(text)
		}
		_, _ = w.Write(body.Bytes())
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A small file whose parts are many tiny ones takes neither the memory nor the time of what it unpacks to.
func TestSmallFilesStaySmall(t *testing.T) {
	book := excelize.NewFile()
	if err := book.SetCellValue("Sheet1", "A1", "x"); err != nil {
		t.Fatal(err)
	}
	plain, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	const header = "[1:missing_column 1:missing_column 1:missing_column 1:missing_column 1A:unknown_column]"
	texts := `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + strings.Repeat("<si/>", 12_000_000) + `</sst>`
	for name, c := range map[string]struct{ text, want string }{
		"xl/sharedStrings.xml": {texts, "[0:empty]"},
		"xl/styles.xml":        {`<styleSheet><cellXfs>` + strings.Repeat("<xf/>", 12_000_000) + `</cellXfs></styleSheet>`, header},
		"xl/workbook.xml":      {`<workbook><sheets>` + strings.Repeat("<sheet/>", 7_000_000) + `</sheets></workbook>`, "[0:too_large]"},
		"[Content_Types].xml":  {`<Types>` + strings.Repeat("<Default/>", 6_000_000) + `</Types>`, header},
	} {
		file := replaced(t, plain.Bytes(), name, c.text)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, faults := owners(file, Residents{})
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
		if fmt.Sprint(faults) != c.want || allocated > 512 {
			t.Errorf("%s: %v in %v with %d MiB", name, faults, took, allocated)
		}
		t.Logf("%s: %d bytes, %v, %d MiB", name, len(file), took, allocated)
	}
}

// Whole numbers come out in digits however they are stored; everything else as it is.
func TestStoredNumbers(t *testing.T) {
	for written, want := range map[[2]string]string{
		{"", "13800000000"}: "13800000000", {"n", "1.38E+10"}: "13800000000", {"", "502.0"}: "502", {"", "1.5"}: "1.5",
		{"str", "1.38E+10"}: "1.38E+10", {"s", "7"}: "7", {"", "1E+300"}: "1E+300", {"", "NaN"}: "NaN",
	} {
		if got := plain(written[0], written[1]); got != want {
			t.Errorf("%v: %s, want %s", written, got, want)
		}
	}
}
