// Package deadline is what every procedure knows of time: the deadlines that run in a case, their warnings
// and pauses, and the levels that whatever is late climbs until somebody decides. A procedure embeds a
// Set in its state and says by what Terms it runs.
package deadline

import (
	"errors"
	"slices"
	"time"

	"bihuan/procedure/calendar"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// Tick is the finest time that is kept: events and deadlines are the same wherever they are stored.
const Tick = time.Millisecond

// Step names a deadline's setting.
type Step string

// The steps of the levels itself, in every procedure. H4
const (
	StepDecision Step = "decision"
	StepReminder Step = "reminder"
)

// Set is the deadlines that run in a case, what they escalated, and what they could not count.
type Set struct {
	Deadlines []Deadline   `json:"deadlines,omitempty"`
	Escalated []Escalation `json:"escalated,omitempty"`
	// NoCalendar lists the years for which the calendar has no data. H6
	NoCalendar []int `json:"no_calendar,omitempty"`
	// Levels is the levels of the settings, where they name any. H2
	Levels []people.Role `json:"levels,omitempty"`
}

// Deadline is one deadline that runs. Its due time is always known, whichever way it was counted.
type Deadline struct {
	Key        string        `json:"key"`               // e.g. "judge", "accept:T1"
	Step       Step          `json:"step"`              // the setting that it came from
	Subject    string        `json:"subject,omitempty"` // the task or escalation that it belongs to
	Owner      people.Role   `json:"owner"`             // who must act
	Started    time.Time     `json:"started"`           // or went on after a pause
	Spent      time.Duration `json:"spent,omitempty"`   // of its limit before Started. C6
	WarnAt     time.Time     `json:"warn_at"`
	Due        time.Time     `json:"due"`
	Warned     bool          `json:"warned,omitempty"`
	Breached   bool          `json:"breached,omitempty"`
	Fixed      bool          `json:"fixed,omitempty"`       // set by a person; settings do not move it
	NoCalendar int           `json:"no_calendar,omitempty"` // the year without calendar data, counted on wall clock
	Paused     *Pause        `json:"paused,omitempty"`      // C6
}

// Pause holds what was left of a clock when it stopped. C6
type Pause struct {
	Reason string        `json:"reason"`
	Until  time.Time     `json:"until"`
	Left   time.Duration `json:"left"`      // of the deadline
	Warn   time.Duration `json:"left_warn"` // of the warning; nothing when its time had come
}

// Rule is what the settings say of one step in one case.
type Rule struct {
	Within    time.Duration
	WarnAfter time.Duration // the warning's own time; 0 for the share that all steps have
	Clock     string        // policy.Working or policy.Wall
	Owner     people.Role   // empty where it changes with the case
}

// Terms are what a case's deadlines run by.
type Terms struct {
	Calendar calendar.Calendar
	// WarnPercent of a deadline's time must have passed before its warning. H1
	WarnPercent int
	Levels      []people.Role
	Rule        func(Step) Rule
}

// TermsOf gives the terms that the settings hold for a case.
func TermsOf(p policy.Policy, rule func(Step) Rule) Terms {
	return Terms{Calendar: p.Calendar, WarnPercent: p.WarnPercent, Levels: p.Levels, Rule: rule}
}

// RuleOf gives a setting as a rule, for a case that is an emergency, or major, or neither. H6
func RuleOf(d policy.Deadline, emergency, major bool) Rule {
	within, clock := d.For(emergency, major)
	return Rule{Within: within, WarnAfter: time.Duration(d.WarnAfter), Clock: clock, Owner: d.OwnerFor(major)}
}

// Key names a clock: the step, and the task or escalation that it belongs to.
func Key(step Step, subject string) string {
	if subject == "" {
		return string(step)
	}
	return string(step) + ":" + subject
}

// Clone copies the set, so that changing the copy leaves the original alone.
func (s Set) Clone() Set {
	return Set{Deadlines: slices.Clone(s.Deadlines), Escalated: slices.Clone(s.Escalated), NoCalendar: slices.Clone(s.NoCalendar), Levels: s.Levels}
}

// Deadline finds a running deadline by its key.
func (s Set) Deadline(key string) (Deadline, bool) {
	for _, c := range s.Deadlines {
		if c.Key == key {
			return c, true
		}
	}
	return Deadline{}, false
}

// Overdue says whether any deadline has passed unmet.
func (s Set) Overdue() bool {
	return slices.ContainsFunc(s.Deadlines, func(c Deadline) bool { return c.Breached })
}

// NextDue gives the earliest running deadline still to be met, and false when there is none.
func (s Set) NextDue() (time.Time, bool) {
	var next time.Time
	for _, c := range s.Deadlines {
		if !c.Breached && c.Paused == nil && (next.IsZero() || c.Due.Before(next)) {
			next = c.Due
		}
	}
	return next, !next.IsZero()
}

// Start lets a step's clock run from an instant; one with the same key starts anew. Without an owner it
// is the one that the settings name.
func (s *Set) Start(t Terms, step Step, subject string, owner people.Role, from time.Time) {
	s.Stop(Key(step, subject))
	s.Levels = t.Levels
	if owner == "" {
		owner = t.Rule(step).Owner
	}
	c := Deadline{Key: Key(step, subject), Step: step, Subject: subject, Owner: owner, Started: from}
	t.Time(&c)
	s.Deadlines = append(s.Deadlines, c)
}

// Stop ends a clock; an escalation about it is left to settle.
func (s *Set) Stop(key string) {
	s.Deadlines = slices.DeleteFunc(s.Deadlines, func(c Deadline) bool { return c.Key == key })
}

// Change alters one clock in place.
func (s *Set) Change(key string, by func(*Deadline)) {
	for i := range s.Deadlines {
		if s.Deadlines[i].Key == key {
			by(&s.Deadlines[i])
		}
	}
}

// Retime counts every running deadline again that no person set and nobody missed: the terms have
// changed. H6, P1
func (s *Set) Retime(t Terms) {
	for i := range s.Deadlines {
		c := &s.Deadlines[i]
		if c.Fixed || c.Breached || c.Paused != nil {
			continue
		}
		t.Time(c)
		if owner := t.Rule(c.Step).Owner; owner != "" {
			c.Owner = owner
		}
	}
}

// Time works out a clock's warning and due times from its start and what was spent before it.
func (t Terms) Time(c *Deadline) {
	rule := t.Rule(c.Step)
	c.Due, c.NoCalendar = t.After(c.Started, max(0, rule.Within-c.Spent), rule.Clock)
	c.WarnAt, _ = t.After(c.Started, max(0, t.warning(rule)-c.Spent), rule.Clock)
}

// warning gives how much of a step's time passes before its warning: what the setting says, else the
// percentage that all deadlines share. H1, D3
func (t Terms) warning(r Rule) time.Duration {
	if r.WarnAfter > 0 && r.WarnAfter < r.Within {
		return r.WarnAfter
	}
	return (r.Within / 100 * time.Duration(t.WarnPercent)).Truncate(Tick)
}

// After adds time on a clock. Without calendar data for a year it counts on wall clock and names the
// year: sooner is safer than silent. H6
func (t Terms) After(from time.Time, d time.Duration, clock string) (time.Time, int) {
	if clock == policy.Working {
		due, err := t.Calendar.Add(from, d)
		if err == nil {
			return due, 0
		}
		return from.Add(d), missingYear(err, from)
	}
	return from.Add(d), 0
}

// between measures time on a clock; never less than nothing.
func (t Terms) between(from, to time.Time, clock string) time.Duration {
	if clock == policy.Working {
		if d, err := t.Calendar.Between(from, to); err == nil {
			return d
		}
	}
	return max(0, to.Sub(from))
}

func missingYear(err error, from time.Time) int {
	var m *calendar.MissingYearError
	if errors.As(err, &m) {
		return m.Year
	}
	return from.Year()
}

// Fix sets a clock to a deadline that a person chose. H4
func (t Terms) Fix(c *Deadline, due, now time.Time) {
	c.Due, c.Fixed, c.Warned, c.Breached, c.Paused, c.NoCalendar = due.UTC().Truncate(Tick), true, false, false, nil, 0
	c.WarnAt = now.Add(c.Due.Sub(now) / 100 * time.Duration(t.WarnPercent)).Truncate(Tick)
}

// Pause stops a clock with what is left of it. C6
func (t Terms) Pause(c *Deadline, reason string, now, until time.Time) {
	on := t.Rule(c.Step).Clock
	c.Paused = &Pause{Reason: reason, Until: until.UTC().Truncate(Tick), Left: t.between(now, c.Due, on), Warn: t.between(now, c.WarnAt, on)}
}

// Unpause lets a clock run on with what was left, though never with more than its limit is by now. C6
func (t Terms) Unpause(c *Deadline, now time.Time) {
	rule := t.Rule(c.Step)
	left, warn := c.Paused.Left, c.Paused.Warn
	c.Started, c.Paused = now, nil
	if c.Fixed {
		c.Due, c.NoCalendar = t.After(now, left, rule.Clock)
		c.WarnAt, _ = t.After(now, warn, rule.Clock)
		return
	}
	c.Spent = max(0, rule.Within-left)
	t.Time(c)
}
