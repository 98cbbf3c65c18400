package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/hashchain"
	"bihuan/procedure/people"
	"bihuan/procedure/registry"
	"bihuan/settings"
)

const secret = "a case's secret"

// monday is 09:00 in Shanghai.
var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// record is a complaint that was registered, judged and reviewed, with everything in order.
func record(t *testing.T) Record {
	t.Helper()
	s, err := settings.Load("")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := s.ForCase("yuhu", monday)
	r := Record{Number: "TS-1", Kind: "complaint", Secret: secret, Witness: "engine"}
	state := complaint.New(r.Number, p)
	for i, step := range []struct {
		role    people.Role
		command string
		payload any
	}{
		{people.Agent, complaint.CmdRegister, complaint.Register{Record: complaint.Record{
			Community: "yuhu", Channel: complaint.Desk, Category: "other", What: "灯坏了", Name: "李女士", Phone: "1",
		}}},
		{people.Agent, complaint.CmdClarify, complaint.Clarify{Impossible: "不愿透露"}},
		{people.Agent, complaint.CmdJudge, complaint.Judge{Nature: complaint.Valid, Grounds: "属实"}},
		{people.Manager, complaint.CmdReview, complaint.Review{Nature: complaint.Valid, Grounds: "同意"}},
	} {
		raw, _ := json.Marshal(step.payload)
		actor := people.Actor{ID: "u-" + string(step.role), Name: "王芳", Roles: []people.Role{step.role}, Communities: []string{"yuhu"}}
		at := monday.Add(time.Duration(i) * time.Minute)
		events, err := complaint.Decide(state, procedure.Command{ID: fmt.Sprint(i), Name: step.command, Actor: actor, Payload: raw}, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			r.Events = append(r.Events, linked(t, head(r), e))
			state = complaint.Evolve(state, e)
		}
		r.Anchors = append(r.Anchors, hashchain.Anchor{Seq: len(r.Events), Head: head(r)})
	}
	r.Policy, _ = json.Marshal(p)
	summary, model, err := registry.Rebuild(r.Number, r.Events, r.Policy)
	if err != nil {
		t.Fatal(err)
	}
	r.Summary, r.State = &summary, model
	if r.Facts, err = registry.Tell(r.Number, r.Events, r.Policy); err != nil {
		t.Fatal(err)
	}
	return r
}

func head(r Record) string {
	if len(r.Events) == 0 {
		return ""
	}
	return r.Events[len(r.Events)-1].Hash
}

func linked(t *testing.T, before string, e procedure.Event) procedure.Event {
	t.Helper()
	hash, err := hashchain.Event(before, "TS-1", []byte(secret), e)
	if err != nil {
		t.Fatal(err)
	}
	e.Hash = hash
	return e
}

// rechain makes all hashes anew, as somebody could who holds the database and the case's secret.
func rechain(t *testing.T, r *Record) {
	before := ""
	for i := range r.Events {
		r.Events[i].Seq = i + 1
		r.Events[i] = linked(t, before, r.Events[i])
		before = r.Events[i].Hash
	}
}

// N2: a record in order passes.
func TestARecordInOrderPasses(t *testing.T) {
	if err := Verify(record(t)); err != nil {
		t.Fatal(err)
	}
}

// N2: each kind of tampering is found, and named where it shows first.
func TestEveryTamperingIsFound(t *testing.T) {
	for _, c := range []struct {
		name   string
		tamper func(*testing.T, *Record)
		code   string
		seq    int
	}{
		{"a changed event", func(_ *testing.T, r *Record) { r.Events[3].Data = []byte(`{"nature":"invalid","grounds":"属实"}`) }, "event_altered", 4},
		{"a forged actor", func(_ *testing.T, r *Record) { r.Events[3].By.ID = "somebody-else" }, "event_altered", 4},
		{"a forged role", func(_ *testing.T, r *Record) { r.Events[3].By.Role = people.GM }, "event_altered", 4},
		{"a forged time", func(_ *testing.T, r *Record) { r.Events[3].At = monday }, "event_altered", 4},
		{"a removed event", func(_ *testing.T, r *Record) { r.Events = append(r.Events[:3:3], r.Events[4:]...) }, "event_removed", 4},
		{"a removed end", func(_ *testing.T, r *Record) { r.Events = r.Events[:4] }, "event_removed", 5},
		{"an inserted event", func(_ *testing.T, r *Record) {
			r.Events = append(r.Events[:1:1], r.Events...)
		}, "event_inserted", 1},
		{"an event added at the end", func(t *testing.T, r *Record) {
			e := r.Events[1]
			e.Seq = len(r.Events) + 1
			r.Events = append(r.Events, linked(t, head(*r), e))
		}, "event_inserted", 8},
		{"a swapped pair", func(_ *testing.T, r *Record) {
			a, b := r.Events[2], r.Events[3]
			a.Seq, b.Seq = b.Seq, a.Seq
			r.Events[2], r.Events[3] = b, a
		}, "event_altered", 3},
		{"a chain made anew", func(t *testing.T, r *Record) { r.Events[2].By.ID = "x"; rechain(t, r) }, "chain_rewritten", 3},
		{"a changed read model", func(_ *testing.T, r *Record) { r.Summary.Stage = "closed" }, "read_model_altered", 0},
		{"a changed state", func(_ *testing.T, r *Record) { r.State = []byte(`{}`) }, "read_model_altered", 0},
		{"a changed figure", func(_ *testing.T, r *Record) { r.Facts[1].Key = "invalid" }, "facts_altered", 0},
		{"a removed figure", func(_ *testing.T, r *Record) { r.Facts = r.Facts[1:] }, "facts_altered", 0},
		{"a hidden case", func(_ *testing.T, r *Record) { r.Summary = nil }, "read_model_missing", 0},
		{"no witness", func(_ *testing.T, r *Record) { r.Witness, r.Anchors = "", nil }, "no_witness", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := record(t)
			c.tamper(t, &r)
			var fault *Fault
			if !errors.As(Verify(r), &fault) {
				t.Fatal("it is not found")
			}
			if fault.Code != c.code || fault.Seq != c.seq {
				t.Errorf("found %s at %d: %v; want %s at %d", fault.Code, fault.Seq, fault, c.code, c.seq)
			}
		})
	}
}
