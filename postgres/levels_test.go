package postgres_test

import (
	"strings"
	"testing"

	"bihuan/postgres"
	"bihuan/procedure/complaint"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/people"
)

// H2, Q2: where nobody is to be told, the case's own levels say who is told instead: not who is on none of them, though
// the role is a level elsewhere; and nobody, where nobody is on them.
func TestWhoIsToldInsteadIsOnTheCasesOwnLevels_Q2(t *testing.T) {
	for _, test := range []struct {
		levels []people.Role
		staff  []people.Role
		told   string
	}{
		{nil, []people.Role{people.Assistant, people.GM}, "u-assistant"},
		{[]people.Role{people.Manager, people.GM}, []people.Role{people.Assistant, people.GM}, "u-gm"},
		{[]people.Role{people.Manager, people.GM}, []people.Role{people.Assistant, people.Manager, people.GM}, "u-manager"},
		{[]people.Role{people.Agent, people.Assistant, people.Manager}, []people.Role{people.GM, people.Company}, "nobody_there"},
	} {
		f := afield(t, postgres.Fresh(t))
		f.policy.Levels = test.levels
		for _, role := range test.staff {
			postgres.Must(t, f.db.PutStaff(t.Context(), postgres.Staff{ID: "u-" + string(role), Roles: []people.Role{role}, Communities: []string{"yuhu"}}))
		}
		sow(f, complaint.Definition, people.Agent, complaint.Register{Record: complaint.Record{
			Community: "yuhu", Channel: complaint.Desk, Category: leaf(f.policy), Name: "李明", Building: "3栋", Room: "1202", What: "楼道灯坏了",
		}})
		sow(f, inquiry.Definition, people.Complainant, inquiry.Register{Customer: someone, What: "能吗", Class: inquiry.AfterSale})
		for _, number := range f.cases {
			if told := toldAgents(f, number); told != test.told {
				t.Errorf("%s with the levels %v, where there are %v: told %s, want %s", number, test.levels, test.staff, told, test.told)
			}
		}
	}
}

// toldAgents lists who was told what agents are to be told of a new case, or why nobody was.
func toldAgents(f *field, number string) string {
	f.Helper()
	page, err := f.db.Notices(f.Context(), number, "", 0)
	postgres.Must(f.T, err)
	var told []string
	for _, n := range page.Items {
		if !n.Complainant {
			told = append(told, n.StaffID+n.Error)
		}
	}
	return strings.Join(told, " ")
}
