package postgres_test

import (
	"reflect"
	"slices"
	"testing"

	"bihuan/postgres"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
)

// What real complaints left is made anew from the events alone: row for row, deadlines, state and text.
func TestRebuildRealComplaints(t *testing.T) {
	db := postgres.Fresh(t)
	f := afield(t, db)
	for i := range 4 { // each is left one step further on
		m := sow(f, complaint.Definition, people.Agent, complaint.Register{Record: complaint.Record{
			Community: "yuhu", Channel: complaint.Channels[0], Category: leaf(f.policy), Name: "李明", Phone: "13800001111", Email: "li@example.com",
			Building: "3栋", Room: "1202", HappenedAt: &monday, Place: "大堂", What: "楼道灯坏了三天", Remedy: "修好",
		}})
		for _, step := range []struct {
			role    people.Role
			command string
			payload any
		}{
			{people.Agent, complaint.CmdJudge, complaint.Judge{Nature: complaint.Valid, Grounds: "属我方责任"}},
			{people.Agent, complaint.CmdContact, complaint.Contacted{Channel: complaint.Channels[0], Said: "已说明"}},
			{people.Complainant, complaint.CmdWithdraw, complaint.Reasoned{Reason: "已自行解决"}},
		}[:i] {
			m.do(step.role, step.command, step.payload)
		}
	}
	before := postgres.Dump(t, db)
	postgres.Forget(t, db)
	postgres.Must(t, db.Rebuild(t.Context(), registry.Rebuild, registry.Tell))
	if after := postgres.Dump(t, db); !reflect.DeepEqual(after, before) {
		t.Errorf("rebuilt:\n%v\nrecorded:\n%v", after, before)
	}
	if len(before) != 4 {
		t.Errorf("%d cases", len(before))
	}
}

// leaf gives a category that waits for the desk.
func leaf(p policy.Policy) string {
	i := slices.IndexFunc(p.Categories, func(c policy.Category) bool { return p.Leaf(c.ID) && !c.Auto && c.Urgency == "normal" })
	return p.Categories[i].ID
}
