package complaint_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/people"
)

func TestEveryChannelIsTaken_A1(t *testing.T) {
	for _, c := range Channels {
		d := registered(t, func(p *Register) {
			p.Channel, p.Relayed = c, &Relayed{Department: "security"}
		}).in(StageRegistered)
		if d.state.Record.Channel != c {
			t.Errorf("channel %s became %s", c, d.state.Record.Channel)
		}
	}
	p := record(monday)
	p.Channel = "pigeon"
	newDesk(t).refused("unknown_channel", agent, CmdRegister, p)
}

func TestTheRecordHoldsWhatIntakeWroteDown_A2(t *testing.T) {
	d := registered(t, about(Involved{Staff: "guard"}))
	want := record(monday).Record
	want.Involved = []Involved{{Staff: "guard"}}
	if jsonOf(t, d.state.Record) != jsonOf(t, want) {
		t.Errorf("got %+v, want %+v", d.state.Record, want)
	}
	if d.state.TakenBy != (people.By{ID: "agent", Name: agent.Name, Role: people.Agent}) || !d.state.TakenAt.Equal(monday) {
		t.Errorf("taken by %+v at %s", d.state.TakenBy, d.state.TakenAt)
	}
}

// A1, A2: what cannot be a complaint is refused with the reason.
func TestWhatCannotBeRegistered(t *testing.T) {
	for name, test := range map[string]struct {
		code string
		bad  func(*Register)
	}{
		"nothing happened":       {"missing_field", func(p *Register) { p.What = " \n" }},
		"nowhere":                {"missing_field", func(p *Register) { p.Community = "" }},
		"another community (N1)": {"forbidden", func(p *Register) { p.Community = "linjiang" }},
		"tomorrow":               {"in_the_future", func(p *Register) { t := monday.Add(day); p.HappenedAt = &t }},
		"language":               {"unknown_language", func(p *Register) { p.Language = "tlh" }},
		"category":               {"unknown_category", of("dragons")},
		"not a leaf (A7)":        {"unknown_category", of("all")},
		"urgency (A8)":           {"unknown_urgency", func(p *Register) { p.Urgency = "meh" }},
		"relayed by nobody (A5)": {"missing_field", func(p *Register) { p.Channel = Relay }},
		"vague about what? (A3)": {"unknown_field", func(p *Register) { p.Vague = []string{"weather"} }},
		"NUL in a text":          {"bad_payload", func(p *Register) { p.What = "a\x00b" }},
	} {
		t.Run(name, func(t *testing.T) {
			p := record(monday)
			test.bad(&p)
			newDesk(t).refused(test.code, agent, CmdRegister, p)
		})
	}
}

func TestPayloadsAreReadStrictly(t *testing.T) {
	for name, test := range map[string]struct{ raw, reason string }{
		"unknown field": {`{"color":"red"}`, `"color": unknown field`},
		"wrong type":    {`{"what":7}`, "what: want string"},
		"bad date":      {`{"happened_at":"yesterday"}`, "want times such as 2026-11-21T20:15:00+08:00"},
		"not JSON":      {`{`, "not valid JSON"},
		"two values":    {`{} {}`, "more than one value"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			_, err := Decide(d.state, d.command(agent, CmdRegister, json.RawMessage(test.raw)), monday)
			want := procedure.Invalid("bad_payload", "reason", test.reason)
			if got, ok := err.(*procedure.Refusal); !ok || jsonOf(t, got) != jsonOf(t, want) {
				t.Errorf("got %s, want %s", sentence(err), sentence(want))
			}
		})
	}
	// A backslash before u0000 is text, not the character U+0000.
	p := record(monday)
	p.What = `the sign says \u0000`
	newDesk(t).do(agent, CmdRegister, p)
}

// A3: what is missing or vague is flagged, and the case is not judged until it is clarified.
func TestUnclearComplaintsAreNotJudged_A3(t *testing.T) {
	d := registered(t, func(p *Register) {
		p.Name, p.Building, p.Phone, p.HappenedAt, p.Remedy = "", "", "", nil, ""
		p.Vague = []string{"what", "place", "name"}
	})
	want := []string{"name", "building", "phone", "happened_at", "remedy", "what", "place"}
	if !slices.Equal(d.state.Unclear, want) {
		t.Fatalf("unclear: %v, want %v", d.state.Unclear, want)
	}
	happened := monday.Add(-day)
	tomorrow := monday.Add(day)
	d.refused("not_clear", agent, CmdJudge, Judge{Nature: Valid, Grounds: "seems so"}).
		refused("nothing_to_do", agent, CmdClarify, Clarify{}).
		refused("in_the_future", agent, CmdClarify, Clarify{HappenedAt: &tomorrow}).
		do(receptionist, CmdClarify, Clarify{Name: "Han Meimei", Building: "4", Email: "han@example.com", HappenedAt: &happened, Remedy: "Quiet"}).
		refused("not_clear", agent, CmdJudge, Judge{Nature: Valid, Grounds: "seems so"}).
		do(agent, CmdClarify, Clarify{What: "Drilling after 22:00", Place: "1301"}).
		do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "drilling hours are ours to enforce"})
	if d.state.Record.Name != "Han Meimei" || d.state.Record.What != "Drilling after 22:00" {
		t.Errorf("the record was not completed: %+v", d.state.Record)
	}
}

func TestClarifyingMayBeImpossible_A3(t *testing.T) {
	registered(t, func(p *Register) { p.Name, p.Phone = "", "" }).
		do(agent, CmdClarify, Clarify{Impossible: "an anonymous letter"}).
		do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "seen on the spot"}).in(StageReview)
}

func TestTheComplainantIsAcknowledgedAtOnce_A4(t *testing.T) {
	d := registered(t).told(procedure.Recipient{Complainant: true}, "acknowledged")
	if p := last[Registered](d, EvRegistered); p.Apology != "We are sorry" {
		t.Errorf("the first apology is not in the record: %+v", p)
	}
}

func TestWhoRelayedItIsRecorded_A5(t *testing.T) {
	at := monday.Add(-time.Hour)
	newDesk(t).do(guard, CmdRegister, func() Register {
		p := record(monday)
		p.Channel, p.Relayed = Relay, &Relayed{Department: "security", By: "guard at the gate", At: &at}
		return p
	}()).told(procedure.Recipient{Role: people.Agent}, "new-complaint")
}

// A6: manager, GM or head office receive in person; what was promised is on the record.
func TestLeadersReceiveVisitors_A6(t *testing.T) {
	for _, leader := range []people.Actor{manager, gm, company} {
		d := registered(t).wait(time.Hour).do(leader, CmdReceive, Receive{Said: "listened", Promised: "an answer today"})
		if p := last[Receive](d, EvReceived); p.Promised != "an answer today" {
			t.Errorf("the promise is lost: %+v", p)
		}
		d.due("follow_up", people.Agent, "2026-03-03 10:00") // E2
	}
	registered(t).refused("forbidden", agent, CmdReceive, Receive{Said: "hello"}).
		refused("missing_field", manager, CmdReceive, Receive{})
}

func TestTheCategoryNamesUrgencyDepartmentAndDeadline_A7(t *testing.T) {
	d := registered(t, of("leak"))
	if d.state.Urgency != Urgent {
		t.Errorf("urgency %s", d.state.Urgency)
	}
	d.do(agent, CmdClassify, Classify{Category: "parking", Urgency: Normal, Reason: "it is about a car"}).
		judged(Valid).in(StageWorking) // C1: dispatched by the category
	if task := d.state.Tasks[0]; task.Department != "security" || task.Contact != "Control room" || task.Phone != "0002" {
		t.Errorf("dispatched as %+v", task)
	}
	d.do(guard, CmdAccept, AcceptTask{Task: "T1"}).due("work:T1", people.Handler, "2026-03-03 09:00")
}

func TestClassifyingNeedsAReasonAndAChange_A7(t *testing.T) {
	registered(t).refused("missing_field", agent, CmdClassify, Classify{Urgency: Urgent}).
		refused("nothing_to_do", agent, CmdClassify, Classify{Urgency: Normal, Reason: "hm"}).
		refused("unknown_category", agent, CmdClassify, Classify{Category: "all", Reason: "hm"}).
		refused("unknown_urgency", agent, CmdClassify, Classify{Urgency: "asap", Reason: "hm"}).
		happened(EvClassified, 0)
}

// A8: an emergency is dispatched at once, before judgement, and manager and GM are called.
func TestEmergenciesAreDispatchedAtOnce_A8(t *testing.T) {
	d := registered(t, of("trapped")).in(StageRegistered).happened(EvDispatched, 1).
		due("accept:T1", people.Handler, "2026-03-02 09:10")
	for _, n := range d.notices {
		if !n.Urgent {
			t.Errorf("%s is not urgent", n.Template)
		}
	}
	d.told(procedure.Recipient{Role: people.Manager}, "emergency").told(procedure.Recipient{Role: people.GM}, "emergency").
		told(procedure.Recipient{Department: "vendor"}, "task").
		do(mechanic, CmdAccept, AcceptTask{Task: "T1"}).
		do(mechanic, CmdComplete, Complete{Task: "T1", Result: "freed", Evidence: []string{"photo"}}).
		judged(Valid).in(StageWorking). // only the plan is missing
		agreed().in(StageVerifying)
}

func TestWhatBecomesAnEmergencyIsDispatchedAtOnce_A8(t *testing.T) {
	d := registered(t).refused("judge_first", agent, CmdDispatch, Dispatch{Tasks: []TaskOrder{{Department: "security", Content: "go"}}}).
		hush().do(agent, CmdClassify, Classify{Urgency: Emergency, Reason: "somebody is hurt"}).
		happened(EvDispatched, 1).in(StageRegistered).
		told(procedure.Recipient{Role: people.GM}, "emergency")
	// More help may be sent by hand before judgement.
	d.do(agent, CmdDispatch, Dispatch{Lead: "security", Tasks: []TaskOrder{{Department: "engineering", Content: "cut the power"}}})
	if len(d.state.Tasks) != 2 {
		t.Errorf("tasks: %+v", d.state.Tasks)
	}
}

// A8: what is past judging is not dispatched behind everybody's back.
func TestLateEmergenciesAreNotDispatchedOutOfOrder_A8(t *testing.T) {
	become := Classify{Urgency: Emergency, Reason: "worse than we thought"}
	registered(t).judged(Invalid).do(agent, CmdClassify, become).in(StageExplaining).happened(EvDispatched, 0)
	registered(t).judged(Valid).do(agent, CmdClassify, become).in(StageWorking).happened(EvDispatched, 1)
	registered(t).toVerifying().do(agent, CmdClassify, become).in(StageVerifying).happened(EvDispatched, 1)
	// Waiting for a service request is no reason to wait with an emergency. B6
	registered(t).do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "g", Special: true}).do(manager, CmdReview, Review{Nature: Valid, Grounds: "g"}).
		do(agent, CmdClassify, become).in(StageService).happened(EvDispatched, 1)
}

// A9: with who and when.
func TestContainmentIsRecorded_A9(t *testing.T) {
	d := registered(t).do(receptionist, CmdContain, Contain{Measure: "closed the staircase"}).
		refused("missing_field", agent, CmdContain, Contain{Measure: " "})
	e := d.events[len(d.events)-1]
	if e.Type != EvContained || e.By.ID != "receptionist" || !e.At.Equal(monday) {
		t.Errorf("recorded as %+v", e)
	}
}

// K3: what another case of ours opens keeps its channel and names it; nobody else can say so.
func TestMadeFromAnotherCase_K3(t *testing.T) {
	p := record(monday)
	p.Channel, p.Relayed, p.Source = Relay, nil, "ZX-20261123-7K3F9"
	newDesk(t).refused("source_by_system", agent, CmdRegister, p)
	if d := newDesk(t).do(people.TheSystem, CmdRegister, p); d.state.Record.Source != p.Source || d.state.Stage != StageRegistered {
		t.Errorf("it stands as %+v", d.state.Record)
	}
}
