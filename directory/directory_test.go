package directory

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"bihuan/procedure/people"
)

var vocabulary = Words{
	Communities: Known(map[string][]string{"yuhu": {"御湖花园", "Yuhu Gardens"}, "linjiang": {"临江苑"}}),
	Departments: Known(map[string][]string{"engineering": {"工程部"}}),
	Roles:       Known(map[string][]string{"agent": {"客服"}, "handler": {"责任部门"}, "manager": {"客服中心经理"}}),
}

// workbook writes rows as an XLSX file; change may spoil it.
func workbookOf(t testing.TB, rows [][]any, change ...func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	for i, cells := range rows {
		if err == nil {
			err = w.SetRow(fmt.Sprintf("A%d", i+1), cells)
		}
	}
	if err == nil {
		err = w.Flush()
	}
	for _, c := range change {
		c(f)
	}
	b, wrong := f.WriteToBuffer()
	if err != nil || wrong != nil {
		t.Fatal(err, wrong)
	}
	return b.Bytes()
}

var header = []any{"小区", "楼栋", "房号", "姓名", "手机", "邮箱", "身份", "语言"}

func ids() func() string {
	n := 0
	return func() string { n++; return fmt.Sprint("id", n) }
}

func codes(faults []Fault) (all []string) {
	for _, f := range faults {
		all = append(all, fmt.Sprintf("%d%s:%s", f.Row, f.Column, f.Code))
	}
	return all
}

// owners reads a file and plans it against what is there.
func owners(file []byte, there Residents) (OwnersPlan, []string) {
	f := ReadOwners(file, vocabulary)
	p := f.Plan(there, ids())
	return p, codes(NewReport(f.Count(), f.Faults(), unsaid).Faults)
}

// N4: any spelling of a number is the same number.
func TestPhonesInAnySpelling(t *testing.T) {
	for written, want := range map[string]string{
		"13800000000": "+8613800000000", "138-0000-0000": "+8613800000000", "+86 138 0000 0000": "+8613800000000",
		"0086-13800000000": "+8613800000000", "8613800000000": "+8613800000000", "１３８００００００００": "+8613800000000",
		"(0571) 8800-0001": "+8657188000001", "+86 (0)571 88000001": "+8657188000001", "+8657188000001": "+8657188000001",
		"400-820-8820": "+864008208820", "+44 20 7946 0958": "+442079460958", "+852 2123 4567": "+85221234567",
		"": "", "abc": "", "88000001": "", "138000": "", "=1+1": "", "+": "", "12345678901234567890": "", "138000000001": "", "+861234": "",
	} {
		if got, ok := NormalPhone(written); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %v, want %q", written, got, ok, want)
		}
	}
}

// A number that was normalised stays as it is, however it is spelled again.
func TestNormalPhonesAreStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		written := rapid.OneOf(rapid.StringMatching(`\+?[0-9 ()-]{5,18}`), rapid.String()).Draw(t, "written")
		got, ok := NormalPhone(written)
		if !ok {
			return
		}
		if again, ok := NormalPhone(got); !ok || again != got {
			t.Fatalf("%q gives %q gives %q", written, got, again)
		}
		if again, ok := NormalPhone(" " + got[:3] + " " + got[3:]); !ok || again != got {
			t.Fatalf("%q with a space is %q", got, again)
		}
	})
}

func TestPlacesInAnySpelling(t *testing.T) {
	for _, same := range [][]string{{"3", "3栋", "3 号楼", "３幢", "Building 3", "3座"}, {"502", "502室", "502号", "Room 502", "５０２"}, {"A1", "a1栋"}, {"栋"}} {
		for _, s := range same {
			if PlaceKey(s) != PlaceKey(same[0]) || PlaceKey(s) == "" {
				t.Errorf("%q is %q, %q is %q", s, PlaceKey(s), same[0], PlaceKey(same[0]))
			}
		}
	}
}

const people3 = `小区,楼栋,房号,姓名,手机,邮箱,身份,语言
御湖花园,3栋,502,张三,138-0000-0000,ZHANG@example.com,业主,中文
yuhu,3,503室,张三,13800000000,,owner,
临江苑,1,101,Li Si,+44 20 7946 0958,,tenant,en
`

// N4: the same people come out of UTF-8 with and without a mark, GBK, UTF-16 and XLSX.
func TestEveryEncodingReadsTheSame(t *testing.T) {
	gbk, err1 := simplifiedchinese.GBK.NewEncoder().String(people3)
	wide, err2 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(people3, ",", "\t"))
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	rows := [][]any{header}
	for _, line := range strings.Split(strings.TrimSpace(people3), "\n")[1:] {
		var cells []any
		for _, c := range strings.Split(line, ",") {
			cells = append(cells, c)
		}
		rows = append(rows, cells)
	}
	rows[2][4] = 13800000000 // a number is stored as one
	want, faults := owners([]byte(people3), Residents{})
	if len(faults) > 0 || len(want.Owners) != 2 || len(want.Buildings) != 2 || len(want.Rooms) != 3 {
		t.Fatalf("%v %+v", faults, want)
	}
	zhang := want.Owners[0]
	if zhang.Contacts[0] != (Contact{Phone, "+8613800000000", true}) || zhang.Contacts[1] != (Contact{Email, "zhang@example.com", false}) || len(zhang.Homes) != 2 {
		t.Errorf("%+v", zhang)
	}
	for name, file := range map[string][]byte{
		"marked": []byte("\ufeff" + people3), "GBK": []byte(gbk), "UTF-16": []byte(wide), "XLSX": workbookOf(t, rows),
		"semicolons": []byte(strings.ReplaceAll(people3, ",", ";")), "CRLF": []byte(strings.ReplaceAll(people3, "\n", "\r\n")),
	} {
		if got, faults := owners(file, Residents{}); len(faults) > 0 || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v\n%+v\n%+v", name, faults, got, want)
		}
	}
}

// N4: what is imported again changes nothing; a corrected file adds what is new.
func TestTheSameFileChangesNothing(t *testing.T) {
	first, _ := owners([]byte(people3), Residents{})
	again, faults := owners([]byte(people3), first.Residents)
	if len(faults) > 0 || len(again.Buildings)+len(again.Rooms)+len(again.Owners)+len(again.Changed) > 0 {
		t.Errorf("%v %+v", faults, again)
	}
	more := strings.Replace(people3, "503室,张三,13800000000", "503室,张三,13900000000", 1) // by name and room
	p, faults := owners([]byte(more), first.Residents)
	if len(faults) > 0 || len(p.Owners) > 0 || len(p.Changed) != 1 || len(p.Changed[0].Contacts) != 3 || p.Changed[0].Contacts[2].Preferred {
		t.Errorf("%v %+v", faults, p)
	}
}

// N4: every bad row is named with its column and why.
func TestEveryBadCellIsNamed(t *testing.T) {
	there, _ := owners([]byte(people3), Residents{})
	file := `community,building,room,name,phone,email,kind,language
yuhu,3,502,张三,13800000000,,,
atlantis,3,502,张三,13700000001,,,
yuhu,,502,张三,1370000,x@y,pet,klingon
yuhu,4,101,王五,13700000002,,,
yuhu,4,102,赵六,13700000002,,,
yuhu,4,103,孙七,13800000000,,,
yuhu,4,101,王五,137 0000 0002,,,
"=cmd|' /C calc'!A0",4,104,"@SUM(1)",,,,
yuhu,5,1,+周,,,,
`
	_, got := owners([]byte(file), there.Residents)
	want := []string{
		"3A:unknown_community", "4B:missing", "4E:bad_phone", "4F:bad_email", "4G:unknown_kind", "4H:unknown_language",
		"6E:repeated_phone", "7E:phone_of_another", "8:repeated_row", "9A:formula", "9D:formula", "10D:formula",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestHeadersAreChecked(t *testing.T) {
	for file, want := range map[string]string{
		"":                       "[0:empty]",
		"小区,楼栋,房号,姓名\n":          "[0:empty]",
		"小区,楼栋,房号\nyuhu,3,502\n": "[1:missing_column]",
		"小区,楼栋,房号,姓名,星座\nyuhu,3,502,张三,x\n":   "[1E:unknown_column]",
		"小区,楼栋,房号,姓名,name\nyuhu,3,502,张三,李\n": "[1E:repeated_column]",
		"小区,楼栋,房号,姓名\nyuhu,3,5\"02,张三\n":      "[2:bad_csv]",
		"小区,楼栋\xff\xff\xff\n":                 "[0:bad_encoding]",
		"\xd0\xcf\x11\xe0old":                 "[0:old_format]",
		"PK\x03\x04broken":                    "[0:not_a_spreadsheet]",
	} {
		if _, got := owners([]byte(file), Residents{}); fmt.Sprint(got) != want {
			t.Errorf("%q: %v, want %s", file, got, want)
		}
	}
}

// A formula is named, macros are refused by what is in the file, not by its name.
func TestFormulasAndMacrosAreRefused(t *testing.T) {
	rows := [][]any{header, {"yuhu", "3", "502", "张三", excelize.Cell{Formula: "1+1"}}, {"yuhu", "3", "503", "=HYPERLINK()"}}
	if _, got := owners(workbookOf(t, rows), Residents{}); fmt.Sprint(got) != "[2E:formula]" {
		t.Errorf("got %v", got)
	}
	if _, got := owners(workbookOf(t, [][]any{header, rows[2]}), Residents{}); fmt.Sprint(got) != "[2D:formula]" {
		t.Errorf("got %v", got)
	}
	macros := workbookOf(t, rows[:1], func(f *excelize.File) {
		if err := f.AddVBAProject(vbaProject(t)); err != nil {
			t.Fatal(err)
		}
	})
	if _, got := owners(macros, Residents{}); fmt.Sprint(got) != "[0:macros]" {
		t.Errorf("got %v", got)
	}
}

// vbaProject is the least that passes for one: the beginning of an OLE file.
func vbaProject(t testing.TB) []byte {
	t.Helper()
	return append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, make([]byte, 1024)...)
}

// packed writes a zip file of the parts of a workbook with another first sheet.
func packed(t testing.TB, sheet string) []byte {
	t.Helper()
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	source := workbookOf(t, [][]any{header})
	in, err := zip.NewReader(bytes.NewReader(source), int64(len(source)))
	for _, part := range in.File {
		w, _ := out.Create(part.Name)
		r, _ := part.Open()
		var text bytes.Buffer
		_, _ = text.ReadFrom(r)
		if strings.HasSuffix(part.Name, "sheet1.xml") {
			text.Reset()
			text.WriteString(sheet)
		}
		_, _ = w.Write(text.Bytes())
	}
	if err != nil || out.Close() != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A million rows and a zip bomb are refused within a second or so, whatever they unpack to.
func TestHugeFilesAreRefused(t *testing.T) {
	sheet := func(row string, n int) string {
		return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + strings.Repeat(row, n) + `</sheetData></worksheet>`
	}
	csv := "小区,楼栋,房号,姓名\n" + strings.Repeat("yuhu,3,502,张三\n", 1_000_000)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"million rows":       {packed(t, sheet(`<row><c t="inlineStr"><is><t>x</t></is></c></row>`, 1_000_000)), "[0:too_many_rows]"},
		"million blank rows": {packed(t, sheet(`<row/>`, 1_000_000)), "[0:too_many_rows]"},
		"million CSV rows":   {[]byte(csv), "[0:too_many_rows]"},
		"bomb":               {packed(t, sheet(strings.Repeat(" ", 1<<20), 70)), "[0:too_large]"},
		"far row": {packed(t, sheet(`<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>`, 1)),
			"[1048576:missing_column 1048576:missing_column 1048576:missing_column 1048576:missing_column 1048576A:unknown_column]"},
	} {
		start := time.Now()
		_, got := owners(c.file, Residents{})
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v", name, got)
		}
		t.Logf("%s: %d bytes, %v", name, len(c.file), time.Since(start))
	}
}

// Exactly as many rows as are allowed are read.
func TestAFullFileIsRead(t *testing.T) {
	rows := [][]any{header}
	for i := range MaxRows {
		rows = append(rows, []any{"yuhu", i % 40, i, fmt.Sprint("住户", i), 13000000000 + i})
	}
	start := time.Now()
	p, faults := owners(workbookOf(t, rows), Residents{})
	if len(p.Owners) != MaxRows || len(faults) > 0 {
		t.Errorf("%d owners, %v", len(p.Owners), faults)
	}
	t.Logf("%d rows in %v", MaxRows, time.Since(start))
	rows = append(rows, rows[1])
	if _, faults := owners(workbookOf(t, rows), Residents{}); fmt.Sprint(faults) != "[0:too_many_rows]" {
		t.Errorf("%v", faults)
	}
}

func staffOf(file string, there []Staff, may func(Staff) bool) (StaffPlan, []string) {
	f := ReadStaff([]byte(file), vocabulary)
	p := f.Plan(there, may)
	return p, codes(NewReport(f.Count(), f.Faults(), unsaid).Faults)
}

func anyone(Staff) bool { return true }

// N4: staff are added and changed by ID; what a cell leaves open stays, and so does being disabled.
func TestStaffAreImportedByID(t *testing.T) {
	there := []Staff{{ID: "wang", Name: "旧名", Email: "w@example.com", Language: "en", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}, Disabled: true, Version: 7}}
	file := "工号,姓名,邮箱,电话,角色,小区,部门\nwang,王芳,,13800000000,客服；客服中心经理,御湖花园、临江苑,\nzhao,赵强,,,handler,yuhu,工程部\n"
	p, faults := staffOf(file, there, anyone)
	want := Staff{ID: "wang", Name: "王芳", Email: "w@example.com", Phone: "+8613800000000", Language: "en", Roles: []people.Role{people.Agent, people.Manager}, Communities: []string{"linjiang", "yuhu"}, Disabled: true, Version: 7}
	if len(faults) > 0 || len(p.Added) != 1 || len(p.Changed) != 1 || fmt.Sprint(p.Changed[0]) != fmt.Sprint(want) {
		t.Fatalf("%v %+v", faults, p)
	}
	if again, faults := staffOf(file, append(p.Changed, p.Added...), anyone); len(faults)+len(again.Added)+len(again.Changed) > 0 {
		t.Errorf("%v %+v", faults, again)
	}
}

// N1, N4: nobody is changed who is not the importer's, and every bad cell is named.
func TestBadStaffAreNamed(t *testing.T) {
	elsewhere := Staff{ID: "far", Name: "远", Language: "en", Roles: []people.Role{people.Agent}, Communities: []string{"elsewhere"}}
	there := []Staff{elsewhere, {ID: "near", Phone: "+8613800000009"}}
	file := `id,name,email,phone,roles,communities,department
far,远,,,agent,yuhu,
a b,甲,,,agent,yuhu,
c,丙,,,king,yuhu,
d,丁,,,handler,yuhu,
e,戊,,13800000009,agent,yuhu,
f,己,f@example.com,,agent,yuhu,
f,己,,,agent,yuhu,
g,庚,F@example.com,,agent,yuhu,
h,辛,,,agent,*,
`
	_, got := staffOf(file, there, func(s Staff) bool { return !slices.Contains(s.Communities, "elsewhere") })
	want := []string{"2A:not_yours", "3A:bad_id", "4E:unknown_role", "5G:department_needed", "6D:phone_of_another", "8A:repeated_id", "9C:repeated_email", "10F:unknown_community"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func unsaid(Fault) string { return "" }

// Whatever comes in, reading does not panic, stays bounded, and what is planned is in its normal form.
func FuzzReadOwners(f *testing.F) {
	f.Add([]byte(people3))
	gbk, _ := simplifiedchinese.GBK.NewEncoder().String(people3)
	f.Add([]byte(gbk))
	f.Add(workbookOf(f, [][]any{header, {"yuhu", "3", "502", "张三", "13800000000"}}))
	f.Add([]byte("a\n\"b"))
	f.Fuzz(func(t *testing.T, file []byte) {
		owners := ReadOwners(file, vocabulary)
		p := owners.Plan(Residents{}, ids())
		if owners.Count() == 0 && len(owners.Faults()) == 0 {
			t.Error("nothing was read and nothing is wrong")
		}
		for _, o := range p.Owners {
			before := fmt.Sprint(o)
			if field, ok := o.Normalize(); !ok || fmt.Sprint(o) != before {
				t.Errorf("%s of %s", field, before)
			}
		}
		ReadStaff(file, vocabulary).Plan(nil, anyone)
	})
}

// Any rows that can be written are planned once: the second time nothing is left to do.
func TestPlansAreIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var file strings.Builder
		file.WriteString("小区,楼栋,房号,姓名,手机,身份\n")
		pick := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		for range rapid.IntRange(1, 30).Draw(t, "rows") {
			phone := []string{"", "13800000000", "138-0000-0001", "+86 13800000002"}[pick.IntN(4)]
			fmt.Fprintf(&file, "%s,%d,%d,%s,%s,%s\n", []string{"yuhu", "临江苑"}[pick.IntN(2)], pick.IntN(2), pick.IntN(3),
				[]string{"张三", "李四"}[pick.IntN(2)], phone, []string{"", "业主", "tenant"}[pick.IntN(3)])
		}
		first, faults := owners([]byte(file.String()), Residents{})
		if len(faults) > 0 {
			return
		}
		again, faults := owners([]byte(file.String()), first.Residents)
		if len(faults)+len(again.Buildings)+len(again.Rooms)+len(again.Owners) > 0 {
			t.Fatalf("%s\n%v\n%+v", file.String(), faults, again)
		}
	})
}
