package service_test

import (
	"encoding/json"
	"slices"
	"testing"

	"bihuan/procedure"
	"bihuan/procedure/people"
	. "bihuan/procedure/service"
)

// C1: what is on offer belongs to the first who takes it; the others are told.
func TestTheFirstOfAPoolTakesIt_C1(t *testing.T) {
	v := requested(t, "cleaning").do(agent, CmdConfirm, Confirm{Content: "windows", Window: tuesday(), Agreed: true})
	if got := v.told(procedure.Recipient{Department: "plumbing"}); !slices.Contains(got, "job-offered") {
		t.Fatalf("plumbing was told %v", got)
	}
	if !slices.Contains(Allowed(v.state, plumber), CmdTake) || v.state.Sees(guard) != people.SeesNothing {
		t.Error("not on offer to its pool alone")
	}
	v.refused("take_first", agent, CmdArrive, Arrive{}).refused("forbidden", plumber, CmdArrive, Arrive{}).
		do(cleaner, CmdTake, Take{}).refused("taken_already", plumber, CmdTake, Take{}).
		refused("taken_already", cleaner, CmdTake, Take{}).refused("forbidden", guard, CmdTake, Take{})
	if v.state.Department != "cleaning" || !slices.Contains(v.told(procedure.Recipient{Department: "plumbing"}), "job-gone") {
		t.Errorf("%s has it; plumbing was told %v", v.state.Department, v.told(procedure.Recipient{Department: "plumbing"}))
	}
	if v.state.ShowsContacts(plumber) {
		t.Error("who came too late reads the customer's phone")
	}
}

// C1, C2: whoever declines leaves it to the others; declined by all it is the desk's again.
func TestAPoolDeclines_C1_C2(t *testing.T) {
	v := requested(t, "cleaning").do(agent, CmdConfirm, Confirm{Content: "windows", Window: tuesday(), Agreed: true}).
		do(cleaner, CmdHandBack, HandBack{Reason: "no levels"})
	if v.state.Job.Status != JobDispatched {
		t.Fatal("one of two declined, and it is nobody's")
	}
	v.do(plumber, CmdHandBack, HandBack{Reason: "not ours"})
	if _, waits := v.state.Deadline("reroute"); v.state.Job.Status != JobReturned || !waits {
		t.Fatalf("job %+v", v.state.Job)
	}
	v.do(agent, CmdAssign, Assign{Department: "security"}).do(guard, CmdTake, Take{})
}

// C1: by turn, whose turn it is comes from outside.
func TestByTurn_C1(t *testing.T) {
	v := requested(t, "leak").do(agent, CmdAssign, Assign{Pool: "turns"})
	if len(v.effects) != 1 || v.effects[0].Name != "next-in-turn" || v.state.Job.Status != JobQueued {
		t.Fatalf("effects %v, job %+v", v.effects, v.state.Job)
	}
	v.do(people.TheSystem, CmdTakeTurn, procedure.Answer{Result: json.RawMessage(`{"department":"plumbing"}`)})
	if v.state.Department != "plumbing" || !slices.Contains(v.told(procedure.Recipient{Department: "plumbing"}), "job") {
		t.Fatalf("job %+v of %s", v.state.Job, v.state.Department)
	}
	v.do(plumber, CmdTake, Take{}).refused("nothing_to_do", people.TheSystem, CmdTakeTurn, procedure.Answer{Result: json.RawMessage(`{"department":"cleaning"}`)})
}
