package directory

import (
	"slices"
	"strings"
)

// column is one that a file may have.
type column struct {
	field   string
	needed  bool
	headers []string // as fold gives them, beside the field's own name
}

var ownerColumns = []column{
	{"community", true, []string{"小区", "社区", "项目", "小区名称"}},
	{"building", true, []string{"楼栋", "栋", "楼号", "楼", "幢"}},
	{"room", true, []string{"房号", "房间", "房间号", "室号", "室"}},
	{"name", true, []string{"姓名", "业主姓名", "业主", "住户", "名字"}},
	{"phone", false, []string{"电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "mobile", "telephone", "tel"}},
	{"email", false, []string{"电子邮箱", "邮箱", "电子邮件", "邮件", "e-mail", "mail"}},
	{"wechat", false, []string{"微信", "微信号", "wechat id"}},
	{"kind", false, []string{"身份", "类型", "住户类型", "类别", "type", "owner/tenant"}},
	{"language", false, []string{"语言", "language/语言"}},
}

var staffColumns = []column{
	{"id", true, []string{"账号", "帐号", "工号", "员工编号", "staff id"}},
	{"name", true, []string{"姓名", "名字"}},
	{"email", false, []string{"电子邮箱", "邮箱", "电子邮件", "邮件", "e-mail", "mail"}},
	{"phone", false, []string{"电话", "手机", "手机号", "手机号码", "联系电话", "mobile", "telephone", "tel"}},
	{"roles", true, []string{"角色", "岗位", "role"}},
	{"communities", true, []string{"小区", "社区", "项目", "负责小区", "community"}},
	{"department", false, []string{"部门", "责任部门", "单位"}},
	{"language", false, []string{"语言"}},
}

// table is a sheet whose columns are known.
type table struct {
	sheet
	place map[string]int // of a field's column
	count int            // of the rows below the header
}

// tabled reads a file and finds its columns by the header.
func tabled(file []byte, columns []column) table {
	t := table{sheet: read(file), place: map[string]int{}}
	if len(t.rows) == 0 {
		if t.faults == nil {
			t.faults = []Fault{{Code: "empty"}}
		}
		return t
	}
	header := t.rows[0]
	t.rows = t.rows[1:]
	t.count = len(t.rows)
	before := len(t.faults)
	for i, written := range header.cells {
		t.name(header.number, i, written, columns)
	}
	for _, c := range columns {
		if _, ok := t.place[c.field]; !ok && c.needed {
			t.faults = append(t.faults, Fault{Row: header.number, Field: c.field, Code: "missing_column"})
		}
	}
	switch {
	case len(t.faults) > before: // nothing can be said of rows whose columns are not known
		t.rows = nil
	case t.count == 0 && t.faults == nil:
		t.faults = append(t.faults, Fault{Code: "empty"})
	}
	return t
}

func (t *table) name(number, index int, written string, columns []column) {
	header := strings.TrimRight(fold(written), "*: ")
	if header == "" {
		return
	}
	for _, c := range columns {
		if header != c.field && !slices.Contains(c.headers, header) {
			continue
		}
		if _, twice := t.place[c.field]; twice {
			t.fault(number, index, "repeated_column")
			return
		}
		t.place[c.field] = index
		return
	}
	t.fault(number, index, "unknown_column")
}

// reader reads one row's cells by field and collects what is wrong with them.
type reader struct {
	*table
	row
}

func (r reader) cell(field string) string {
	if i, ok := r.place[field]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// wrong notes a fault of a field; other is another row that it is about, or 0.
func (r reader) wrong(field, code string, other int) {
	f := Fault{Row: r.number, Field: field, Code: code, Other: other}
	if i, ok := r.place[field]; ok {
		f.Column = letter(i)
	}
	r.table.faults = append(r.table.faults, f)
}

// normal reads a cell through a check; an empty one is empty.
func (r reader) normal(field, code string, check func(string) (string, bool)) string {
	written := r.cell(field)
	if written == "" || Formula(written) { // a formula is a fault already
		return ""
	}
	value, ok := check(written)
	if !ok {
		r.wrong(field, code, 0)
		return ""
	}
	return value
}

// needed is normal for a cell that must not be empty.
func (r reader) needed(field, code string, check func(string) (string, bool)) string {
	if r.cell(field) == "" {
		r.wrong(field, "missing", 0)
		return ""
	}
	return r.normal(field, code, check)
}

// among checks a word against those that are known, by what people call them.
func among(known map[string]string) func(string) (string, bool) {
	return func(written string) (string, bool) {
		value, ok := known[fold(written)]
		return value, ok
	}
}

var (
	kinds     = map[string]string{"owner": Owned, "业主": Owned, "tenant": Rented, "租户": Rented, "租客": Rented, "承租人": Rented}
	languages = map[string]string{"zh-cn": "zh-CN", "zh": "zh-CN", "中文": "zh-CN", "汉语": "zh-CN", "chinese": "zh-CN", "en": "en", "english": "en", "英文": "en", "英语": "en"}
)

// Words are what the settings call communities, departments and roles: IDs by name, as Known makes them.
type Words struct{ Communities, Departments, Roles map[string]string }

// Known makes a look-up of IDs from the names in every language; the ID is a name too.
func Known(names map[string][]string) map[string]string {
	known := map[string]string{}
	for id, all := range names {
		known[fold(id)] = id
		for _, name := range all {
			known[fold(name)] = id
		}
	}
	return known
}
