package postgres_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
	"bihuan/settings"
)

// monday is 09:00 in Shanghai.
var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// matter is a real complaint that is recorded turn by turn.
type matter struct {
	t     *testing.T
	db    *postgres.DB
	state complaint.State
	turn  int
}

func (m *matter) do(role people.Role, command string, payload any) {
	m.t.Helper()
	m.turn++
	now := monday.Add(time.Duration(m.turn) * time.Minute)
	raw, err := json.Marshal(payload)
	postgres.Must(m.t, err)
	actor := people.Actor{ID: "u-" + string(role), Name: "王芳", Roles: []people.Role{role}, Communities: []string{people.AllCommunities}}
	if role == people.Complainant {
		actor.ID = m.state.Number
	}
	events, err := complaint.Decide(m.state, procedure.Command{
		ID: fmt.Sprint(m.turn), Name: command, Actor: actor, At: now, Payload: raw,
	}, now)
	if err != nil {
		m.t.Fatalf("%s: %v", command, err)
	}
	m.record(events)
}

func (m *matter) record(events []procedure.Event) {
	m.t.Helper()
	b := procedure.Batch{Number: m.state.Number, Kind: "complaint", Events: events}
	for i, e := range events {
		events[i].Hash = fmt.Sprint("hash ", e.Seq)
		before := m.state
		m.state = complaint.Evolve(before, e)
		b.Facts = append(b.Facts, complaint.Facts(before, e, m.state)...)
		for i, n := range complaint.Notices(m.state, e) {
			b.Notices = append(b.Notices, procedure.NumberedNotice{Seq: e.Seq, Index: i, Notice: n})
		}
	}
	b.Summary, b.State = complaint.Summarize(m.state), encode(m.t, m.state.WithoutPolicy())
	if events[0].Seq == 1 {
		b.Policy = encode(m.t, m.state.Policy)
	}
	_, err := m.db.Record(m.t.Context(), b)
	postgres.Must(m.t, err)
}

func encode(t *testing.T, v any) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(v)
	postgres.Must(t, err)
	return raw
}

// What real complaints left is made anew from the events alone: row for row, deadlines, state and text.
func TestRebuildRealComplaints(t *testing.T) {
	db := postgres.Fresh(t)
	all, err := settings.Load("")
	postgres.Must(t, err)
	p, ok := all.ForCase("yuhu", monday)
	if !ok {
		t.Fatal("no settings")
	}
	for i := range 4 { // each is left one step further on
		m := &matter{t: t, db: db, state: complaint.New(fmt.Sprintf("TS-20261123-%d", i), p)}
		m.do(people.Agent, complaint.CmdRegister, complaint.Register{Record: complaint.Record{
			Community: "yuhu", Channel: complaint.Channels[0], Category: leaf(p), Name: "李明", Phone: "13800001111", Email: "li@example.com",
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
