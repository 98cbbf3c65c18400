package main

import (
	"bihuan/postgres"
	"bihuan/procedure/people"
)

// demoStaff is everybody of the shipped communities: the first one's, who are introduced, head office, and
// those of the others, whose IDs end in their community's.
var demoStaff = append([]postgres.Staff{
	{ID: "agent", Name: "王芳", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}},
	{ID: "receptionist", Name: "林晓", Roles: []people.Role{people.Receptionist}, Communities: []string{"yuhu"}},
	{ID: "assistant", Name: "陈静", Roles: []people.Role{people.Assistant}, Communities: []string{"yuhu"}},
	{ID: "engineer", Name: "赵强", Roles: []people.Role{people.Handler}, Communities: []string{"yuhu"}, Department: "engineering"},
	{ID: "guard", Name: "孙勇", Roles: []people.Role{people.Handler}, Communities: []string{"yuhu"}, Department: "security"},
	{ID: "manager", Name: "李明", Roles: []people.Role{people.Manager}, Communities: []string{"yuhu"}},
	{ID: "gm", Name: "周建国", Roles: []people.Role{people.GM}, Communities: []string{"yuhu"}},
	{ID: "company", Name: "吴敏", Roles: []people.Role{people.Company}, Communities: []string{people.AllCommunities}},
	{ID: "auditor", Name: "郑洁", Roles: []people.Role{people.Auditor}, Communities: []string{people.AllCommunities}},
	{ID: "admin", Name: "系统管理员", Roles: []people.Role{people.Admin}, Communities: []string{people.AllCommunities}},
}, others()...)

// introduced is how many of them are printed with their tokens.
const introduced = 10

// names are those of the other communities' staff, by what they do.
var names = []struct {
	id, department string
	role           people.Role
	linjiang       string
	cuihu          string
}{
	{"agent", "", people.Agent, "何丽", "许晴"},
	{"receptionist", "", people.Receptionist, "方圆", "叶梅"},
	{"assistant", "", people.Assistant, "沈洁", "曹敏"},
	{"manager", "", people.Manager, "高峰", "邓辉"},
	{"gm", "", people.GM, "罗成", "彭涛"},
	{"engineer", "engineering", people.Handler, "马超", "范伟"},
	{"guard", "security", people.Handler, "谢军", "余刚"},
	{"cleaner", "environment", people.Handler, "董梅", "潘兰"},
	{"clerk", "service", people.Handler, "袁莉", "于娜"},
	{"cashier", "finance", people.Handler, "蒋云", "杜鹃"},
	{"lift", "lift-vendor", people.Handler, "蔡斌", "丁山"},
}

// others gives the staff of the other communities, and the first one's departments that have nobody yet.
func others() []postgres.Staff {
	var all []postgres.Staff
	add := func(id, name string, role people.Role, community, department string) {
		all = append(all, postgres.Staff{ID: id, Name: name, Roles: []people.Role{role}, Communities: []string{community}, Department: department})
	}
	for _, d := range []struct{ id, name, department string }{
		{"cleaner", "胡兰", "environment"}, {"clerk", "郭倩", "service"}, {"cashier", "唐丽", "finance"}, {"lift", "韩磊", "lift-vendor"},
	} {
		add(d.id, d.name, people.Handler, "yuhu", d.department)
	}
	for _, n := range names {
		add(n.id+"-linjiang", n.linjiang, n.role, "linjiang", n.department)
		add(n.id+"-cuihu", n.cuihu, n.role, "cuihu", n.department)
	}
	return all
}
