package deadline

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

// Due lists what falls due when, the earliest first, and the command that is then issued. H1
// A paused deadline resumes; one that was neither warned of nor breached will be. ends names the step
// whose deadline is no duty but the end of a waiting time, and the command that it issues.
func (s Set) Due(ends map[Step]string, resume string) []procedure.Deadline {
	var due []procedure.Deadline
	for _, c := range s.Deadlines {
		end, ending := ends[c.Step]
		switch {
		case c.Paused != nil:
			due = append(due, procedure.Deadline{Key: c.Key, At: c.Paused.Until, Command: resume})
		case ending:
			due = append(due, procedure.Deadline{Key: c.Key, At: c.Due, Command: end})
		case c.Breached:
		case c.Warned || !c.WarnAt.Before(c.Due):
			due = append(due, procedure.Deadline{Key: c.Key, At: c.Due, Command: CmdBreach})
		default:
			due = append(due, procedure.Deadline{Key: c.Key, At: c.WarnAt, Command: CmdWarn})
		}
	}
	slices.SortStableFunc(due, func(a, b procedure.Deadline) int { return a.At.Compare(b.At) })
	return due
}

// Issue gives the command that a deadline issues when it passes. Its ID is the same however often it
// is asked for, so that a deadline acts once. H7
func Issue(d procedure.Deadline, payload any) procedure.Command {
	if payload == nil {
		payload = TimeUp{Key: d.Key, At: d.At}
	}
	raw, err := json.Marshal(payload)
	if err != nil {
		panic(err) // our own plain structs always marshal
	}
	return procedure.Command{
		ID:   d.Command + ":" + d.Key + ":" + d.At.UTC().Format(time.RFC3339Nano),
		Name: d.Command, Actor: people.TheSystem, At: d.At, Payload: raw,
	}
}

// Turn is a command being decided, as far as time and the levels need to know it.
type Turn interface {
	Emit(event string, data any)
	Instant() time.Time
	Actor() people.Actor
	// Act takes the role that permits the rest of the command.
	Act(people.Role)
	Role() people.Role
}

// Passed gives the clock that a deadline's command is about, or refuses a command that is too early or
// about a deadline that has been moved or met since.
func (s *Set) Passed(t Turn, p TimeUp, at func(Deadline) time.Time) (Deadline, error) {
	c, ok := s.Deadline(p.Key)
	if !ok || c.Paused != nil || !at(c).Equal(p.At) {
		return c, procedure.Conflict("deadline_moved", "key", p.Key)
	}
	if t.Instant().Before(p.At) {
		return c, procedure.Conflict("too_early", "until", p.At.Format(time.RFC3339))
	}
	return c, nil
}

// WhenDue and WhenWarn say which of a clock's moments a command is about.
func WhenDue(c Deadline) time.Time  { return c.Due }
func WhenWarn(c Deadline) time.Time { return c.WarnAt }

func (c Deadline) event() DeadlineEvent {
	return DeadlineEvent{Key: c.Key, Step: c.Step, Subject: c.Subject, Owner: c.Owner, Due: c.Due}
}

// Warn tells the owner before a deadline. H1
func (s *Set) Warn(t Turn, p TimeUp) error {
	c, err := s.Passed(t, p, WhenWarn)
	if err != nil {
		return err
	}
	if c.Warned || c.Breached {
		return procedure.Conflict("deadline_moved", "key", p.Key)
	}
	t.Emit(EvDeadlineWarned, c.event())
	return nil
}

// Breach records a missed deadline, before a level once the turn settles; a decision that is not made in
// time goes to the next level, and at the top it is asked for again and again. H1, H2, H4
func (s *Set) Breach(t Turn, p TimeUp) error {
	c, err := s.Passed(t, p, WhenDue)
	if err != nil {
		return err
	}
	if c.Breached {
		return procedure.Conflict("deadline_moved", "key", p.Key)
	}
	if c.Step == StepDecision || c.Step == StepReminder {
		s.passUp(t, c)
		return nil
	}
	t.Emit(EvDeadlineBreached, c.event())
	return nil
}

// passUp moves an undecided escalation to the next level, or reminds the top. H4
func (s *Set) passUp(t Turn, c Deadline) {
	e, _ := s.Escalation(c.Subject)
	if level, ok := s.above(e.Level); ok {
		t.Emit(EvEscalationPassed, EscalationMoved{Escalation: e.ID, Level: level})
		return
	}
	t.Emit(EvEscalationReminded, EscalationMoved{Escalation: e.ID, Level: e.Level})
}

// Settle closes what a decision made pointless, puts every missed deadline before a level, and says what
// could not be counted. H2, H6
func (s *Set) Settle(t Turn) {
	for _, e := range s.Escalated {
		if e.Status == EscalationOpen && s.pointless(e) {
			t.Emit(EvEscalationSettled, EscalationMoved{Escalation: e.ID})
		}
	}
	for _, c := range s.Deadlines {
		if c.Breached && !s.IsEscalated(c.Key) {
			s.raise(t, c.Key, c.Owner, "")
		}
	}
	for _, c := range s.Deadlines {
		if c.NoCalendar != 0 && !slices.Contains(s.NoCalendar, c.NoCalendar) {
			t.Emit(EvCalendarMissing, CalendarMissing{Year: c.NoCalendar})
		}
	}
}

// pointless says whether an escalation is about a step that has been done since.
func (s *Set) pointless(e Escalation) bool {
	c, running := s.Deadline(e.Deadline)
	return !running || (e.Reason == "" && !c.Breached)
}

// Escalation finds an escalation by its ID.
func (s Set) Escalation(id string) (Escalation, bool) {
	for _, e := range s.Escalated {
		if e.ID == id {
			return e, true
		}
	}
	return Escalation{}, false
}

// IsEscalated says whether a deadline is before a level already.
func (s Set) IsEscalated(key string) bool {
	return slices.ContainsFunc(s.Escalated, func(e Escalation) bool {
		return e.Deadline == key && e.Status == EscalationOpen
	})
}

// MayDecide says whether an actor stands on the level of some open escalation, or above it. H4
func (s Set) MayDecide(a people.Actor) bool {
	return slices.ContainsFunc(s.Escalated, func(e Escalation) bool {
		_, ok := a.As(people.FromLevel(e.Level))
		return ok && e.Status == EscalationOpen
	})
}

// above gives the level of the case's levels above a role, and false at its top. H2
func (s *Set) above(r people.Role) (people.Role, bool) {
	if all := people.Above(s.Levels, r); len(all) > 0 {
		return all[0], true
	}
	return "", false
}

// raise puts a deadline before the level above its owner; head office itself is its own last level. H2
func (s *Set) raise(t Turn, key string, from people.Role, reason string) {
	level, ok := s.above(from)
	if !ok {
		level = from
	}
	t.Emit(EvEscalationRaised, EscalationRaised{
		Escalation: fmt.Sprintf("E%d", len(s.Escalated)+1), Key: key, Level: level, Reason: reason,
	})
}

// Request asks the level above for help with the step that has a key. H3, C4, H5
func (s *Set) Request(t Turn, key, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return procedure.Invalid("missing_field", "field", "reason")
	}
	if _, running := s.Deadline(key); !running {
		return procedure.Conflict("nothing_to_escalate")
	}
	if s.IsEscalated(key) {
		return procedure.Conflict("escalated_already")
	}
	s.raise(t, key, t.Role(), reason)
	return nil
}

// horizon is how far ahead a date may be set: what lies further would be silence.
const horizon = 366 * 24 * time.Hour

// Ahead refuses a moment that is not ahead, or out of sight.
func Ahead(at *time.Time, now time.Time) error {
	switch {
	case at == nil:
		return nil
	case !at.After(now):
		return procedure.Invalid("deadline_in_past")
	case at.After(now.Add(horizon)):
		return procedure.Conflict("deadline_too_far", "until", now.Add(horizon).Format(time.RFC3339))
	}
	return nil
}

// Decide is the level's decision; either way the deadline is set anew. H4, H5
func (s *Set) Decide(t Turn, p DecideEscalation) error {
	e, ok := s.Escalation(p.Escalation)
	if !ok {
		return procedure.Invalid("unknown_escalation", "escalation", p.Escalation)
	}
	if e.Status != EscalationOpen {
		return procedure.Conflict("decided_already", "escalation", e.ID)
	}
	role, ok := t.Actor().As(people.FromLevel(e.Level))
	if !ok {
		return procedure.Forbidden("not_your_level", "role", string(e.Level))
	}
	t.Act(role)
	if err := decidable(t, p); err != nil {
		return err
	}
	t.Emit(EvEscalationDecided, EscalationDecided{DecideEscalation: p, Key: e.Deadline})
	return nil
}

// decidable checks a decision's record. H4, H5
func decidable(t Turn, p DecideEscalation) error {
	switch {
	case p.Decision != "approve" && p.Decision != "decline":
		return procedure.Invalid("unknown_decision", "decision", p.Decision)
	case p.Decision == "decline" && strings.TrimSpace(p.Reason) == "":
		return procedure.Invalid("missing_field", "field", "reason")
	case p.Deadline.IsZero():
		return procedure.Invalid("missing_field", "field", "deadline")
	case p.ToCompany && (p.Decision != "approve" || t.Role() != people.GM):
		return procedure.Conflict("gm_must_approve")
	}
	return Ahead(&p.Deadline, t.Instant())
}

// To gives whom an approval names: somebody, head office, or the one who approves. H4, H5
func (p DecideEscalation) To(by people.By) people.By {
	switch {
	case p.ToCompany:
		return HeadOffice
	case p.Handler != "":
		return people.By{ID: p.Handler, Name: p.HandlerName}
	}
	return by
}

// HeadOffice stands for the company when it takes a case over. H5
var HeadOffice = people.By{ID: string(people.Company), Role: people.Company}

// Handles says whether somebody named is this actor; head office named as such is anybody of it. H5
func Handles(by *people.By, a people.Actor) bool {
	if by == nil {
		return false
	}
	return by.ID == a.ID || *by == HeadOffice && slices.Contains(a.Roles, people.Company)
}
