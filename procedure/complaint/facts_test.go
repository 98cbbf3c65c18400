package complaint_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
)

// factual lists the facts of everything that happened at the desk, each in a line.
func (d *desk) factual() []string {
	facts, err := Definition.Erase().Tell(number, d.events, json.RawMessage(jsonOf(d.t, d.state.Policy)))
	if err != nil {
		d.t.Fatal(err)
	}
	lines := make([]string, len(facts))
	for i, f := range facts {
		lines[i] = strings.Join(strings.Fields(fmt.Sprint(f.Name, " ", f.Key, " ", f.Role, " ", f.Department)), " ")
	}
	return lines
}

func count(lines []string, line string) (n int) {
	for _, l := range lines {
		if l == line {
			n++
		}
	}
	return n
}

// I4: a complaint that is unsatisfied once tells in facts what the summary counts, each thing once.
func TestI4FactsOfAComplaint(t *testing.T) {
	d := newDesk(t).do(agent, CmdRegister, record(monday)).judged(Valid).dispatched("security")
	d.agreed().worked().verified()
	d.wait(time.Hour).do(manager, CmdRevisit, Revisit{Method: ByPhone}).
		wait(time.Hour).do(assistant, CmdRevisit, Revisit{Method: ByPhone, Reached: true, Outcome: 1, Handling: 3, Rectify: d.rectification("security")})
	d.worked().verified().do(manager, CmdRevisit, Revisit{Method: AtDoor, Reached: true, Satisfied: true, Outcome: 5, Handling: 4})
	told := d.factual()
	for line, want := range map[string]int{
		"registered hotline agent": 1, "judged valid agent": 1, "reviewed valid manager": 1,
		"deadline-met judge agent": 1, "deadline-met review manager": 1, "deadline-met dispatch agent": 1,
		"deadline-met accept handler security": 2, "deadline-met work handler security": 2,
		"deadline-met plan agent": 1, "deadline-met answer agent": 1, "deadline-met verify assistant": 2,
		"deadline-met revisit assistant": 2, "unanswered phone manager": 1, "revisited phone assistant": 1,
		"revisited door manager": 1, "unsatisfied phone assistant": 1, "another-round": 1,
		"rated-outcome 1 assistant": 1, "rated-handling 3 assistant": 1, "rated-outcome 5 manager": 1, "closed satisfied manager": 1,
	} {
		if n := count(told, line); n != want {
			t.Errorf("%s: %d times, want %d", line, n, want)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(told, "\n"))
	}
}

// H1, H2, H4, I4: a deadline that is missed is never met as well; the decision that is not made in time is
// missed too, and the new deadline that a level sets is another one.
func TestI4MissedDeadlinesInFacts(t *testing.T) {
	d := newDesk(t).do(agent, CmdRegister, record(monday)).wait(3 * time.Hour)
	d.do(assistant, CmdDecideEscalation, deadline.DecideEscalation{Escalation: "E1", Decision: "approve", Deadline: d.now.Add(time.Hour)})
	d.judged(Invalid)
	told := d.factual()
	for line, want := range map[string]int{
		"deadline-missed judge agent": 1, "escalated judge assistant": 1, "deadline-met decision assistant": 1,
		"deadline-met judge assistant": 1, // the one that the assistant set and took over
		"deadline-met plan agent":      0, // an invalid complaint needs no plan
	} {
		if n := count(told, line); n != want {
			t.Errorf("%s: %d times, want %d:\n%s", line, n, want, strings.Join(told, "\n"))
		}
	}
	d = newDesk(t).do(agent, CmdRegister, record(monday)).wait(day)
	if n := count(d.factual(), "deadline-missed decision assistant"); n != 1 {
		t.Errorf("a decision that nobody made: missed %d times:\n%s", n, strings.Join(d.factual(), "\n"))
	}
}

// I1, I4: a withdrawn complaint has met no deadline by it, and one that is reopened is open again.
func TestI4FactsOfTheEnd(t *testing.T) {
	d := newDesk(t).do(agent, CmdRegister, record(monday)).do(resident, CmdWithdraw, Reasoned{Reason: "r"})
	if told := d.factual(); !slices.Equal(told, []string{"registered hotline agent", "closed withdrawn complainant"}) {
		t.Error(told)
	}
	d.wait(time.Hour).do(resident, CmdReopen, Reasoned{Reason: "r"})
	if n := count(d.factual(), "reopened withdrawn complainant"); n != 1 {
		t.Error(d.factual())
	}
}

// A complaint is open as often as it was registered or reopened and not closed since.
func (d *desk) counted() {
	open := 0
	s := New(number, d.state.Policy)
	for _, e := range d.events {
		after := Evolve(s, e)
		for i, f := range Facts(s, e, after) {
			if f.Seq != e.Seq || f.Index != i || !f.At.Equal(e.At) {
				d.t.Fatalf("fact %+v of event %d", f, e.Seq)
			}
			switch f.Name {
			case procedure.FactRegistered, procedure.FactReopened:
				open++
			case procedure.FactClosed:
				open--
			}
		}
		s = after
		if (open == 1) != s.Open() && s.Stage != StageNew || open < 0 || open > 1 {
			d.t.Fatalf("%d open after event %d %s in %s", open, e.Seq, e.Type, s.Stage)
		}
	}
}
