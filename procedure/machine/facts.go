package machine

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
)

// Facts lists what an event adds to the statistics, given the file before it and after it. I4
func (b *Book) Facts(before Case, e procedure.Event, after Case) []procedure.Fact {
	var facts []procedure.Fact
	add := func(f procedure.Fact) {
		f.Seq, f.Index, f.At = e.Seq, len(facts), e.At
		facts = append(facts, f)
	}
	since := func(from time.Time) int { return int(e.At.Sub(from) / time.Second) }
	switch {
	case before.Stage == StageNew && before.Seq == 0:
		add(procedure.Fact{Name: procedure.FactRegistered, Key: string(after.Customer.Channel), Role: e.By.Role})
	case before.Open() && !after.Open():
		add(procedure.Fact{Name: procedure.FactClosed, Key: after.Closing.Outcome, Role: e.By.Role, Value: since(after.TakenAt)})
	case before.Closing != nil && after.Closing == nil:
		add(procedure.Fact{Name: procedure.FactReopened, Key: before.Closing.Outcome, Role: e.By.Role})
	case e.Type == EvContacted:
		add(procedure.Fact{Name: procedure.FactContacted, Key: string(Data[Contacted](e).Channel), Role: e.By.Role})
	}
	for _, f := range b.missed(before, e) {
		add(f)
	}
	for _, c := range before.Deadlines {
		if b.met(c, e, after) {
			name := procedure.FactMet
			if c.Breached {
				name = procedure.FactLate
			}
			add(procedure.Fact{Name: name, Key: string(c.Step), Role: c.Owner, Department: before.departmentOf(c), Value: since(c.Started)})
		}
	}
	return facts
}

// missed tells of deadlines that were missed, and of what went up because of them. H1, H2, H4
func (b *Book) missed(before Case, e procedure.Event) []procedure.Fact {
	switch e.Type {
	case deadline.EvDeadlineBreached:
		c, _ := before.Deadline(Data[deadline.DeadlineEvent](e).Key)
		return []procedure.Fact{{Name: procedure.FactMissed, Key: string(c.Step), Role: c.Owner, Department: before.departmentOf(c)}}
	case deadline.EvEscalationPassed, deadline.EvEscalationReminded:
		if c, ok := before.Deadline(deadline.Key(deadline.StepDecision, Data[deadline.EscalationMoved](e).Escalation)); ok {
			return []procedure.Fact{{Name: procedure.FactMissed, Key: string(c.Step), Role: c.Owner}}
		}
	case deadline.EvEscalationRaised:
		p := Data[deadline.EscalationRaised](e)
		c, _ := before.Deadline(p.Key)
		return []procedure.Fact{{Name: procedure.FactEscalated, Key: string(c.Step), Role: p.Level, Department: before.departmentOf(c)}}
	}
	return nil
}

// met says whether the event is the doing of what a deadline asks for.
func (b *Book) met(c deadline.Deadline, e procedure.Event, after Case) bool {
	switch c.Step {
	case StepFollowUp: // begins anew with every contact. E1
		again, runs := after.Deadline(c.Key)
		return runs && again.Started.After(c.Started)
	case deadline.StepDecision:
		return e.Type == deadline.EvEscalationDecided && c.Subject == Data[deadline.EscalationDecided](e).Escalation
	}
	return slices.Contains(b.Meets[e.Type], c.Step)
}
