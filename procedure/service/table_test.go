package service_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	. "bihuan/procedure/service"
)

// Every command has a handler, every need a check, every event its data and what it does.
func TestTheTableIsWhole(t *testing.T) {
	for _, line := range Table {
		if !Handled(line.Command) || len(line.From) == 0 || len(line.May) == 0 {
			t.Errorf("%s is not whole", line.Command)
		}
		for _, n := range line.Needs {
			if !Checked(n) {
				t.Errorf("%s needs %s, which nothing checks", line.Command, n)
			}
		}
	}
	for event := range Data {
		if !Evolved(event) {
			t.Errorf("%s changes nothing, not even by saying so", event)
		}
	}
	if len(Data)+len(machine.Events) != len(Events) {
		t.Errorf("%d events, %d with data", len(Events), len(Data)+len(machine.Events))
	}
}

// walk is anybody doing anything, a good part of which is refused.
func (v *visit) walk(dice *rand.Rand) {
	v.t.Helper()
	version, quoted := 0, 0
	if v.state.Visit != nil {
		version = v.state.Visit.Version
	}
	if v.state.Quote != nil {
		quoted = v.state.Quote.Version
	}
	from := v.now.Add(time.Duration(1+dice.IntN(48)) * time.Hour)
	window := Window{From: from, To: from.Add(time.Hour)}
	turn, _ := json.Marshal(map[string]string{"department": "plumbing"})
	moves := []struct {
		by      people.Actor
		command string
		payload any
	}{
		{agent, CmdConfirm, Confirm{Content: "c", Window: window, Agreed: dice.IntN(2) == 0, Pool: []string{"", "first", "turns"}[dice.IntN(3)]}},
		{resident, CmdAppoint, Appoint{Version: version, Window: window, Reason: "r"}},
		{agent, CmdAppoint, Appoint{Version: version, Window: window, Reason: "r", Agreed: true}},
		{resident, CmdAgree, Agree{Version: version}}, {agent, CmdAgree, Agree{Version: version}},
		{agent, CmdMiss, Miss{Version: version, By: []Side{Office, Customer}[dice.IntN(2)], Reason: "r"}},
		{agent, CmdAssign, Assign{Department: "engineering"}}, {agent, CmdAssign, Assign{Pool: "first"}},
		{people.TheSystem, CmdTakeTurn, procedure.Answer{Result: turn}},
		{engineer, CmdTake, Take{}}, {plumber, CmdTake, Take{}}, {cleaner, CmdHandBack, HandBack{Reason: "r"}}, {plumber, CmdHandBack, HandBack{Reason: "r"}},
		{agent, CmdArrive, Arrive{}}, {agent, CmdQuote, MakeQuote{Items: []Item{{Name: "n", Quantity: 1, Price: 100}}}},
		{resident, CmdAcceptQuote, Agree{Version: quoted}}, {resident, CmdDeclineQuote, DeclineQuote{Version: quoted, Reason: "r", GoOn: dice.IntN(2) == 0}},
		{agent, CmdRecord, Record{Note: "n"}}, {agent, CmdFinish, Finish{Result: "r", Evidence: []string{"e"}}},
		{agent, CmdPay, Pay{Method: "cash", Amount: 50}}, {manager, CmdWaive, machine.Reasoned{Reason: "r"}},
		{resident, CmdRate, Rate{Score: 1 + dice.IntN(5)}}, {resident, machine.CmdReopen, machine.Reasoned{Reason: "r"}},
		{agent, machine.CmdContact, machine.Contacted{Channel: machine.Hotline, Said: "s"}},
	}
	if dice.IntN(40) == 0 {
		_ = v.give(v.command(agent, CmdReject, machine.Reasoned{Reason: "r"}))
		return
	}
	m := moves[dice.IntN(len(moves))]
	_ = v.give(v.command(m.by, m.command, m.payload))
}

// H1, E1: whatever anybody does, no request is ever without something that falls due, what is late is before a
// level, the state is the fold of the events as they are stored, and no stage is reached that its line does not name.
func TestNothingIsEverForgotten_H1_H2_E1(t *testing.T) {
	reached := map[machine.Stage]bool{}
	for seed := range uint64(120) {
		dice := rand.New(rand.NewPCG(seed, 1))
		v := requested(t, []string{"leak", "burst", "cleaning", "lamp"}[dice.IntN(4)])
		for range 120 {
			if v.state.Stage == machine.StageArchived {
				break
			}
			v.walk(dice)
			reached[v.state.Stage] = true
			if dice.IntN(4) == 0 {
				v.wait(time.Duration(dice.IntN(30)) * time.Hour)
			}
			v.sound()
		}
		v.folds()
	}
	for _, s := range Stages[1:] {
		if !reached[s] && s != machine.StageArchived {
			t.Errorf("nobody ever came to %s", s)
		}
	}
}

// sound looks whether the request as it stands is forgotten by nobody.
func (v *visit) sound() {
	v.t.Helper()
	due := Due(v.state)
	if len(due) == 0 && v.state.Stage != machine.StageArchived {
		v.t.Fatalf("in %s nothing falls due", v.state.Stage)
	}
	for _, c := range v.state.Deadlines {
		if c.Breached && !v.state.IsEscalated(c.Key) {
			v.t.Fatalf("%s was missed and is before nobody", c.Key)
		}
	}
	if v.state.Department == "" && v.state.Job != nil && v.state.Job.Status == JobAccepted {
		v.t.Fatalf("taken by nobody: %+v", v.state.Job)
	}
}

func (v *visit) folds() {
	v.t.Helper()
	s := Definition.New(number, v.state.Policy)
	for _, e := range v.events {
		raw, err := json.Marshal(e)
		if err != nil {
			v.t.Fatal(err)
		}
		var stored procedure.Event
		if err := json.Unmarshal(raw, &stored); err != nil {
			v.t.Fatal(err)
		}
		s = Evolve(s, stored)
	}
	got, _ := json.Marshal(s)
	if want, _ := json.Marshal(v.state); string(got) != string(want) {
		v.t.Fatalf("the fold of the events is not the state:\n%s\n%s", got, want)
	}
}
