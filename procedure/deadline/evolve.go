package deadline

import (
	"encoding/json"
	"fmt"

	"bihuan/procedure"
)

// Evolve lets an event of time or of the levels change the set; it says whether the event was one.
func (s *Set) Evolve(t Terms, e procedure.Event) bool {
	evolve, ok := evolvers[e.Type]
	if ok {
		evolve(s, t, e)
	}
	return ok
}

// Evolves says whether an event is one of time or of the levels.
func Evolves(event string) bool { return evolvers[event] != nil }

var evolvers = map[string]func(*Set, Terms, procedure.Event){
	EvDeadlineWarned:     on(deadlineWarned),
	EvDeadlineBreached:   on(deadlineBreached),
	EvEscalationRaised:   on(escalationRaised),
	EvEscalationPassed:   on(escalationPassed),
	EvEscalationReminded: on(escalationReminded),
	EvEscalationDecided:  on(escalationDecided),
	EvEscalationSettled:  on(escalationSettled),
	EvCalendarMissing:    on(calendarMissing),
}

// on reads an event's data. Data that cannot be read was not written by a procedure.
func on[T any](evolve func(*Set, Terms, procedure.Event, T)) func(*Set, Terms, procedure.Event) {
	return func(s *Set, t Terms, e procedure.Event) {
		var data T
		if err := json.Unmarshal(e.Data, &data); err != nil {
			panic(fmt.Errorf("event %d %s: %w", e.Seq, e.Type, err))
		}
		evolve(s, t, e, data)
	}
}

func deadlineWarned(s *Set, _ Terms, _ procedure.Event, p DeadlineEvent) { // H1
	s.Change(p.Key, func(c *Deadline) { c.Warned = true })
}

func deadlineBreached(s *Set, _ Terms, _ procedure.Event, p DeadlineEvent) { // H1
	s.Change(p.Key, func(c *Deadline) { c.Breached = true })
}

func escalationRaised(s *Set, t Terms, e procedure.Event, p EscalationRaised) { // H2, H3
	s.Escalated = append(s.Escalated, Escalation{
		ID: p.Escalation, Deadline: p.Key, Reason: p.Reason, By: e.By, Level: p.Level, At: e.At, Status: EscalationOpen,
	})
	s.Start(t, StepDecision, p.Escalation, p.Level, e.At)
}

func (s *Set) changeEscalation(id string, by func(*Escalation)) {
	for i := range s.Escalated {
		if s.Escalated[i].ID == id {
			by(&s.Escalated[i])
		}
	}
}

func escalationPassed(s *Set, t Terms, e procedure.Event, p EscalationMoved) { // H4
	s.changeEscalation(p.Escalation, func(x *Escalation) { x.Level = p.Level })
	s.Start(t, StepDecision, p.Escalation, p.Level, e.At)
}

func escalationReminded(s *Set, t Terms, e procedure.Event, p EscalationMoved) { // H4
	s.Stop(Key(StepDecision, p.Escalation))
	s.Start(t, StepReminder, p.Escalation, p.Level, e.At)
}

func (s *Set) endEscalation(id string, status EscalationStatus) {
	s.changeEscalation(id, func(x *Escalation) { x.Status = status })
	s.Stop(Key(StepDecision, id))
	s.Stop(Key(StepReminder, id))
}

func escalationSettled(s *Set, _ Terms, _ procedure.Event, p EscalationMoved) {
	s.endEscalation(p.Escalation, EscalationSettled)
}

// escalationDecided sets the deadline anew; who takes it over owns the deadline: missed again, it goes
// to the level above them. H2, H4
func escalationDecided(s *Set, t Terms, e procedure.Event, p EscalationDecided) {
	status := EscalationDeclined
	if p.Decision == "approve" {
		status = EscalationApproved
	}
	s.endEscalation(p.Escalation, status)
	s.Change(p.Key, func(c *Deadline) {
		if by := p.To(e.By); status == EscalationApproved && by.Role != "" {
			c.Owner = by.Role
		}
		t.Fix(c, p.Deadline, e.At)
	})
}

func calendarMissing(s *Set, _ Terms, _ procedure.Event, p CalendarMissing) {
	s.NoCalendar = append(s.NoCalendar, p.Year)
}
