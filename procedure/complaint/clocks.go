package complaint

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"bihuan/procedure/calendar"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// tick is the finest time that is kept: events and deadlines are the same wherever they are stored.
const tick = time.Millisecond

// stageSteps gives each stage the deadline that runs while the complaint is in it. The work itself
// has deadlines by task and by plan. H1
var stageSteps = []struct {
	stage Stage
	step  Step
}{
	{StageRegistered, StepJudge},
	{StageReferred, StepRefer},
	{StageReview, StepReview},
	{StageExplaining, StepExplain},
	{StageService, StepService},
	{StageDispatching, StepDispatch},
	{StageVerifying, StepVerify},
	{StageRevisiting, StepRevisit},
	{StageUnreached, StepUnreached},
	{StageClosed, StepReopen},
}

func stageStep(stage Stage) (Step, bool) {
	for _, s := range stageSteps {
		if s.stage == stage {
			return s.step, true
		}
	}
	return "", false
}

// key names a clock: the step, and the task or escalation that it belongs to.
func key(step Step, subject string) string {
	if subject == "" {
		return string(step)
	}
	return string(step) + ":" + subject
}

// limit gives how long a step may take and on which clock. H6
func (s State) limit(step Step) (time.Duration, string) {
	within, clock := s.Policy.Deadlines.Of(string(step)).For(s.Emergency(), s.Major())
	if step == StepWork {
		// A category names the time for its own urgency; in another it counts only when it is shorter. A7
		if c, ok := s.Policy.Category(s.Record.Category); ok && c.Work > 0 && (Urgency(c.Urgency) == s.Urgency || time.Duration(c.Work) < within) {
			within = time.Duration(c.Work)
		}
	}
	return within, clock
}

// start lets a step's clock run from an instant; one with the same key starts anew.
func (s *State) start(step Step, subject string, owner people.Role, from time.Time) {
	s.stop(key(step, subject))
	c := Clock{Key: key(step, subject), Step: step, Subject: subject, Owner: owner, Started: from}
	s.time(&c)
	s.Clocks = append(s.Clocks, c)
}

// startOwned starts a step whose owner the settings name.
func (s *State) startOwned(step Step, from time.Time) {
	s.start(step, "", s.Policy.Deadlines.Of(string(step)).OwnerFor(s.Major()), from)
}

// time works out a clock's warning and due times from its start and what was spent before it.
func (s *State) time(c *Clock) {
	within, clock := s.limit(c.Step)
	c.Due, c.NoCalendar = s.after(c.Started, max(0, within-c.Spent), clock)
	c.WarnAt, _ = s.after(c.Started, max(0, s.warning(c.Step, within)-c.Spent), clock)
}

// warning gives how much of a step's time passes before its warning: what the setting says, else the
// percentage that all deadlines share. H1, D3
func (s State) warning(step Step, within time.Duration) time.Duration {
	if after := time.Duration(s.Policy.Deadlines.Of(string(step)).WarnAfter); after > 0 && after < within {
		return after
	}
	return (within / 100 * time.Duration(s.Policy.WarnPercent)).Truncate(tick)
}

// after adds time on a clock. Without calendar data for a year it counts on wall clock and names the
// year: sooner is safer than silent. H6
func (s State) after(from time.Time, d time.Duration, clock string) (time.Time, int) {
	if clock == policy.Working {
		due, err := s.Policy.Calendar.Add(from, d)
		if err == nil {
			return due, 0
		}
		return from.Add(d), missingYear(err, from)
	}
	return from.Add(d), 0
}

// between measures time on a clock; never less than nothing.
func (s State) between(from, to time.Time, clock string) time.Duration {
	if clock == policy.Working {
		if d, err := s.Policy.Calendar.Between(from, to); err == nil {
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

// stop ends a clock and, when it belonged to an escalation's subject, leaves the escalation to settle.
func (s *State) stop(key string) {
	s.Clocks = slices.DeleteFunc(s.Clocks, func(c Clock) bool { return c.Key == key })
}

// change alters one clock in place.
func (s *State) change(key string, by func(*Clock)) {
	for i := range s.Clocks {
		if s.Clocks[i].Key == key {
			by(&s.Clocks[i])
		}
	}
}

// fix sets a clock to a deadline that a person chose. H4
func (s *State) fix(c *Clock, due, now time.Time) {
	c.Due, c.Fixed, c.Warned, c.Breached, c.Paused, c.NoCalendar = due.UTC().Truncate(tick), true, false, false, nil, 0
	c.WarnAt = now.Add(c.Due.Sub(now) / 100 * time.Duration(s.Policy.WarnPercent)).Truncate(tick)
}

// pause stops a clock with what is left of it. C6
func (s *State) pause(c *Clock, reason string, now, until time.Time) {
	_, clock := s.limit(c.Step)
	c.Paused = &Pause{Reason: reason, Until: until.UTC().Truncate(tick), Left: s.between(now, c.Due, clock), Warn: s.between(now, c.WarnAt, clock)}
}

// unpause lets a clock run on with what was left, though never with more than its limit is by now. C6
func (s *State) unpause(c *Clock, now time.Time) {
	within, clock := s.limit(c.Step)
	left, warn := c.Paused.Left, c.Paused.Warn
	c.Started, c.Paused = now, nil
	if c.Fixed {
		c.Due, c.NoCalendar = s.after(now, left, clock)
		c.WarnAt, _ = s.after(now, warn, clock)
		return
	}
	c.Spent = max(0, within-left)
	s.time(c)
}

// retime counts every running deadline again that no person set and nobody missed: the complaint has
// become more, or less, urgent. H6
func (s *State) retime() {
	for i := range s.Clocks {
		c := &s.Clocks[i]
		if c.Fixed || c.Breached || c.Paused != nil {
			continue
		}
		s.time(c)
		if owner := s.Policy.Deadlines.Of(string(c.Step)).OwnerFor(s.Major()); owner != "" {
			c.Owner = owner
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// encode turns our own plain data into JSON.
func encode(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own plain structs always marshal
	}
	return raw
}
