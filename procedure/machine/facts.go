package machine

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
)

// Facts lists what an event adds to the statistics, given the file before it and after it. I4
func (b *Book) Facts(before Case, e procedure.Event, after Case) []procedure.Fact {
	return counted{before, after, e, b.Meets[e.Type], "", before.departmentOf}.facts()
}

// counted is an event being counted: the case before it and after it, the deadlines that it is the doing of and the
// task or escalation that it is about.
type counted struct {
	before, after Case
	event         procedure.Event
	meets         []deadline.Step
	subject       string
	// department gives the one that had to meet a deadline.
	department func(deadline.Deadline) string
}

// placed numbers the facts of one event.
func placed(e procedure.Event, facts []procedure.Fact) []procedure.Fact {
	for i := range facts {
		facts[i].Seq, facts[i].Index, facts[i].At = e.Seq, i, e.At
	}
	return facts
}

// since gives the seconds from an instant to the event.
func (c counted) since(from time.Time) int { return int(c.event.At.Sub(from) / time.Second) }

func (c counted) facts() []procedure.Fact {
	return placed(c.event, slices.Concat(c.life(), c.missed(), c.met()))
}

// life tells of beginning and end, and of being in touch.
func (c counted) life() []procedure.Fact {
	b, a, role := c.before, c.after, c.event.By.Role
	switch {
	case b.Stage == StageNew && b.Seq == 0:
		return []procedure.Fact{{Name: procedure.FactRegistered, Key: string(a.Customer.Channel), Role: role}}
	case b.Open() && !a.Open():
		return []procedure.Fact{{Name: procedure.FactClosed, Key: a.Closing.Outcome, Role: role, Value: c.since(a.TakenAt)}}
	case b.Closing != nil && a.Closing == nil:
		return []procedure.Fact{{Name: procedure.FactReopened, Key: b.Closing.Outcome, Role: role}}
	case c.event.Type == EvContacted:
		return []procedure.Fact{{Name: procedure.FactContacted, Key: string(Data[Contacted](c.event).Channel), Role: role}}
	}
	return nil
}

// missed tells of deadlines that were missed, and of what went up because of them. H1, H2, H4
func (c counted) missed() []procedure.Fact {
	switch c.event.Type {
	case deadline.EvDeadlineBreached:
		d, _ := c.before.Deadline(Data[deadline.DeadlineEvent](c.event).Key)
		return []procedure.Fact{{Name: procedure.FactMissed, Key: string(d.Step), Role: d.Owner, Department: c.department(d)}}
	case deadline.EvEscalationPassed, deadline.EvEscalationReminded:
		if d, ok := c.before.Deadline(deadline.Key(deadline.StepDecision, Data[deadline.EscalationMoved](c.event).Escalation)); ok {
			return []procedure.Fact{{Name: procedure.FactMissed, Key: string(d.Step), Role: d.Owner}}
		}
	case deadline.EvEscalationRaised:
		p := Data[deadline.EscalationRaised](c.event)
		d, _ := c.before.Deadline(p.Key)
		return []procedure.Fact{{Name: procedure.FactEscalated, Key: string(d.Step), Role: p.Level, Department: c.department(d)}}
	}
	return nil
}

// met tells of deadlines that were met, in time or late.
func (c counted) met() (facts []procedure.Fact) {
	for _, d := range c.before.Deadlines {
		if !c.meeting(d) {
			continue
		}
		name := procedure.FactMet
		if d.Breached {
			name = procedure.FactLate
		}
		facts = append(facts, procedure.Fact{Name: name, Key: string(d.Step), Role: d.Owner, Department: c.department(d), Value: c.since(d.Started)})
	}
	return facts
}

// meeting says whether the event is the doing of what a deadline asks for.
func (c counted) meeting(d deadline.Deadline) bool {
	switch d.Step {
	case StepFollowUp: // begins anew with every contact. E1
		again, runs := c.after.Deadline(d.Key)
		return runs && again.Started.After(d.Started)
	case deadline.StepDecision:
		return c.event.Type == deadline.EvEscalationDecided && d.Subject == Data[deadline.EscalationDecided](c.event).Escalation
	}
	return slices.Contains(c.meets, d.Step) && d.Subject == c.subject
}
