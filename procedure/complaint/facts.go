package complaint

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
)

// meets says of which deadlines an event is the doing. One that stops for any other reason was neither
// met nor missed: nobody needed it any more. H1, I4
var meets = map[string][]Step{
	EvJudged:            {StepJudge, StepRefer},
	EvReviewed:          {StepReview},
	EvExplained:         {StepExplain},
	EvServiceSettled:    {StepService},
	EvDispatched:        {StepDispatch},
	EvTaskAccepted:      {StepAccept},
	EvTaskReturned:      {StepAccept},
	EvTaskRerouted:      {StepReroute},
	EvTaskCompleted:     {StepWork},
	EvPlanProposed:      {StepPlan},
	EvPlanAnswered:      {StepAnswer},
	EvVerified:          {StepVerify},
	EvUnreachedDecided:  {StepUnreached},
	EvEscalationDecided: {StepDecision},
}

// telling is one event being told in facts.
type telling struct {
	before, after State
	event         procedure.Event
	data          told
	facts         []procedure.Fact
}

// told is what facts need of any event's data; fields of another type under the same name belong to
// events that are told without them.
type told struct {
	Key        string      `json:"key"`
	Step       Step        `json:"step"`
	Subject    string      `json:"subject"`
	Owner      people.Role `json:"owner"`
	Task       string      `json:"task"`
	Escalation string      `json:"escalation"`
	Level      people.Role `json:"level"`
	Nature     Nature      `json:"nature"`
	Channel    Channel     `json:"channel"`
}

// Facts lists what an event adds to the statistics, given the complaint before and after it. I4
func Facts(before State, e procedure.Event, after State) []procedure.Fact {
	t := &telling{before: before, after: after, event: e}
	_ = json.Unmarshal(e.Data, &t.data)
	t.life()
	t.deadlines()
	switch e.Type {
	case EvJudged:
		t.add(procedure.Fact{Name: procedure.FactJudged, Key: string(t.data.Nature), Role: e.By.Role})
	case EvReviewed:
		t.add(procedure.Fact{Name: procedure.FactReviewed, Key: string(t.data.Nature), Role: e.By.Role})
	case EvContacted:
		t.add(procedure.Fact{Name: procedure.FactContacted, Key: string(t.data.Channel), Role: e.By.Role})
	case EvRevisited:
		t.revisited()
	case EvEscalationRaised:
		t.escalated()
	}
	return t.facts
}

func (t *telling) add(f procedure.Fact) {
	f.Seq, f.Index, f.At = t.event.Seq, len(t.facts), t.event.At
	t.facts = append(t.facts, f)
}

// since gives the seconds from an instant to the event.
func (t *telling) since(from time.Time) int { return int(t.event.At.Sub(from) / time.Second) }

// life tells of beginning and end, of rounds, and of when the complainant first heard from us.
func (t *telling) life() {
	b, a := t.before, t.after
	switch {
	case t.event.Type == EvRegistered:
		t.add(procedure.Fact{Name: procedure.FactRegistered, Key: string(a.Record.Channel), Role: t.event.By.Role})
	case b.Open() && !a.Open():
		t.add(procedure.Fact{Name: procedure.FactClosed, Key: string(a.Closing.Outcome), Role: t.event.By.Role, Value: t.since(a.TakenAt)})
	case b.Stage == StageClosed && a.Open():
		t.add(procedure.Fact{Name: procedure.FactReopened, Key: string(b.Closing.Outcome), Role: t.event.By.Role})
	}
	if a.Round > b.Round {
		t.add(procedure.Fact{Name: procedure.FactAnotherRound, Value: a.Round})
	}
	if b.Contact != nil && b.Contact.Equal(b.TakenAt) && !a.Contact.Equal(b.TakenAt) {
		t.add(procedure.Fact{Name: procedure.FactFirstContact, Role: t.event.By.Role, Value: t.since(a.TakenAt)})
	}
}

// deadlines tells which were met and which were missed. H1, H4
func (t *telling) deadlines() {
	switch t.event.Type {
	case EvDeadlineBreached:
		t.add(procedure.Fact{Name: procedure.FactMissed, Key: string(t.data.Step), Role: t.data.Owner, Department: t.departmentOf(t.data.Subject)})
	case EvEscalationPassed, EvEscalationReminded:
		if c, ok := t.before.Deadline(deadline.Key(StepDecision, t.data.Escalation)); ok {
			t.add(procedure.Fact{Name: procedure.FactMissed, Key: string(c.Step), Role: c.Owner})
		}
	}
	for _, c := range t.before.Deadlines {
		if t.meets(c) {
			name := procedure.FactMet
			if c.Breached {
				name = procedure.FactLate
			}
			t.add(procedure.Fact{
				Name: name, Key: string(c.Step), Role: c.Owner, Department: t.departmentOf(c.Subject), Value: t.since(c.Started),
			})
		}
	}
}

// meets says whether the event is the doing of what a deadline asks for.
func (t *telling) meets(c deadline.Deadline) bool {
	switch c.Step {
	case StepFollowUp: // begins anew with every contact. E1
		again, runs := t.after.Deadline(c.Key)
		return runs && again.Started.After(c.Started)
	case StepRevisit:
		return t.event.Type == EvRevisited && t.allAsked()
	}
	return slices.Contains(meets[t.event.Type], c.Step) && c.Subject == cmp.Or(t.data.Task, t.data.Escalation)
}

// allAsked says whether a revisit was the last of its round: somebody is not satisfied, or nobody is left. A11
func (t *telling) allAsked() bool {
	var p Revisit
	_ = json.Unmarshal(t.event.Data, &p)
	return p.Reached && (!p.Satisfied || len(t.after.unsettled()) == 0)
}

func (t *telling) departmentOf(task string) string {
	x, _ := t.before.Task(task)
	return x.Department
}

// revisited tells how a revisit went. G1-G7
func (t *telling) revisited() {
	var p Revisit
	_ = json.Unmarshal(t.event.Data, &p)
	role, method := t.event.By.Role, string(p.Method)
	if !p.Reached {
		t.add(procedure.Fact{Name: procedure.FactUnanswered, Key: method, Role: role})
		return
	}
	t.add(procedure.Fact{Name: procedure.FactRevisited, Key: method, Role: role})
	t.add(procedure.Fact{Name: procedure.FactRatedOutcome, Key: strconv.Itoa(p.Outcome), Role: role, Value: p.Outcome})
	t.add(procedure.Fact{Name: procedure.FactRatedHandling, Key: strconv.Itoa(p.Handling), Role: role, Value: p.Handling})
	if !p.Satisfied {
		t.add(procedure.Fact{Name: procedure.FactUnsatisfied, Key: method, Role: role})
	}
}

// escalated tells what went up, and to which level. H2, H3
func (t *telling) escalated() {
	c, _ := t.before.Deadline(t.data.Key)
	t.add(procedure.Fact{Name: procedure.FactEscalated, Key: string(c.Step), Role: t.data.Level, Department: t.departmentOf(c.Subject)})
}
