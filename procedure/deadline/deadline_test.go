package deadline_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bihuan/procedure"
	"bihuan/procedure/calendar"
	. "bihuan/procedure/deadline"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

const work Step = "work"

// begun is a Wednesday morning.
var begun = time.Date(2026, 11, 18, 1, 0, 0, 0, time.UTC)

// terms give ten hours to work and two to each level, on wall clock.
func terms() Terms {
	return Terms{WarnPercent: 75, Levels: people.Levels, Rule: func(s Step) Rule {
		if s == work {
			return Rule{Within: 10 * time.Hour, Clock: policy.Wall, Owner: people.Agent}
		}
		return Rule{Within: 2 * time.Hour, Clock: policy.Wall}
	}}
}

// turn decides one command on a set, and keeps what happened.
type turn struct {
	set    *Set
	terms  Terms
	now    time.Time
	actor  people.Actor
	role   people.Role
	events []procedure.Event
}

func (t *turn) Emit(event string, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	e := procedure.Event{Type: event, At: t.now, Data: raw, By: people.By{ID: t.actor.ID, Role: t.role}}
	t.events = append(t.events, e)
	t.set.Evolve(t.terms, e)
}

func (t *turn) Instant() time.Time  { return t.now }
func (t *turn) Actor() people.Actor { return t.actor }
func (t *turn) Act(r people.Role)   { t.role = r }
func (t *turn) Role() people.Role   { return t.role }

// give has the set decide a command that a deadline issued.
func give(s *Set, terms Terms, d procedure.Deadline, now time.Time) ([]procedure.Event, error) {
	t := &turn{set: s, terms: terms, now: now, actor: people.TheSystem, role: people.System}
	up := TimeUp{Key: d.Key, At: d.At}
	var err error
	switch d.Command {
	case CmdWarn:
		err = s.Warn(t, up)
	case CmdBreach:
		err = s.Breach(t, up)
	}
	if err == nil {
		s.Settle(t)
	}
	return t.events, err
}

func names(events []procedure.Event) (all []string) {
	for _, e := range events {
		all = append(all, e.Type)
	}
	return all
}

// H1, H2, H4: nobody does anything, and every level is asked in its time: nothing is late in silence.
func TestH2WhatNobodyDoesClimbsToTheTop(t *testing.T) {
	terms := terms()
	var s Set
	s.Start(terms, work, "", "", begun)
	type step struct {
		after time.Duration
		event string
		level people.Role
	}
	var got []step
	for range 8 {
		d := s.Due(nil, "")[0]
		events, err := give(&s, terms, d, d.At)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			var moved EscalationMoved
			if err := json.Unmarshal(e.Data, &moved); err != nil {
				t.Fatal(err)
			}
			got = append(got, step{d.At.Sub(begun), e.Type, moved.Level})
		}
	}
	hour := time.Hour
	want := []step{
		{7*hour + hour/2, EvDeadlineWarned, ""},
		{10 * hour, EvDeadlineBreached, ""}, {10 * hour, EvEscalationRaised, people.Assistant},
		{11*hour + hour/2, EvDeadlineWarned, ""}, {12 * hour, EvEscalationPassed, people.Manager},
		{13*hour + hour/2, EvDeadlineWarned, ""}, {14 * hour, EvEscalationPassed, people.GM},
		{15*hour + hour/2, EvDeadlineWarned, ""}, {16 * hour, EvEscalationPassed, people.Company},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	top := s.Due(nil, "")
	for range 3 { // the top is asked again and again
		d := s.Due(nil, "")[0]
		if _, err := give(&s, terms, d, d.At); err != nil {
			t.Fatal(err)
		}
	}
	if e, _ := s.Escalation("E1"); e.Level != people.Company || e.Status != EscalationOpen || len(s.Due(nil, "")) != len(top) {
		t.Errorf("at the top: %+v, due %v", e, s.Due(nil, ""))
	}
}

// H2: a levels of the settings' own leaves levels out.
func TestH2ALadderMayBeShorter(t *testing.T) {
	terms := terms()
	terms.Levels = []people.Role{people.Agent, people.Manager, people.Company}
	var s Set
	s.Start(terms, work, "", "", begun)
	for _, want := range []people.Role{people.Manager, people.Company, people.Company} {
		for range 2 { // the warning, then the deadline
			d := s.Due(nil, "")[0]
			if _, err := give(&s, terms, d, d.At); err != nil {
				t.Fatal(err)
			}
		}
		if e, _ := s.Escalation("E1"); e.Level != want {
			t.Errorf("stands before %s, want %s", e.Level, want)
		}
	}
}

// H7: whatever comes twice, too early or too late, a deadline is warned of once and missed once.
func TestH7ADeadlineActsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := terms()
		var s Set
		s.Start(terms, work, "", "", begun)
		var seen []procedure.Deadline
		var happened []string
		now := begun
		for range rapid.IntRange(1, 30).Draw(t, "wakings") {
			now = now.Add(time.Duration(rapid.IntRange(0, 180).Draw(t, "minutes")) * time.Minute)
			seen = append(seen, s.Due(nil, "")...)
			events, err := give(&s, terms, rapid.SampledFrom(seen).Draw(t, "deadline"), now)
			var refusal *procedure.Refusal
			if err != nil && (!errors.As(err, &refusal) || refusal.Code != "too_early" && refusal.Code != "deadline_moved") {
				t.Fatal(err)
			}
			if err != nil && len(events) > 0 {
				t.Fatalf("refused, and yet %v", names(events))
			}
			for _, e := range events {
				var p DeadlineEvent
				if err := json.Unmarshal(e.Data, &p); err != nil {
					t.Fatal(err)
				}
				if p.Key == string(work) {
					happened = append(happened, e.Type)
				}
			}
		}
		slices.Sort(happened)
		if once := slices.Compact(slices.Clone(happened)); len(once) != len(happened) {
			t.Fatalf("happened more than once: %v", happened)
		}
	})
}

// H7: the command that a deadline issues has the same ID however often it is asked for, and another one once it has moved.
func TestH7TheSameDeadlineIssuesTheSameCommand(t *testing.T) {
	d := procedure.Deadline{Key: "work", At: begun, Command: CmdWarn}
	moved := d
	moved.At = begun.Add(Tick)
	if a, b, c := Issue(d, nil), Issue(d, nil), Issue(moved, nil); a.ID != b.ID || a.ID == c.ID {
		t.Errorf("%s, %s, %s", a.ID, b.ID, c.ID)
	}
}

// C6: however often it is paused, a deadline has in all the time that it had, on wall clock and on the calendar.
func TestC6APauseTakesNoTime(t *testing.T) {
	week := calendar.Calendar{
		Zone: "Asia/Shanghai", Weekdays: []calendar.Weekday{1, 2, 3, 4, 5}, Years: []calendar.Year{{Year: 2026}},
		Hours: []calendar.Span{{From: 9 * 60, To: 12 * 60}, {From: 13 * 60, To: 18 * 60}},
	}
	rapid.Check(t, func(t *rapid.T) {
		on := rapid.SampledFrom([]string{policy.Wall, policy.Working}).Draw(t, "clock")
		terms := Terms{Calendar: week, WarnPercent: 75, Rule: func(Step) Rule { return Rule{Within: 10 * time.Hour, Clock: on} }}
		var s Set
		s.Start(terms, work, "", people.Agent, begun)
		now, used := begun, time.Duration(0)
		for range rapid.IntRange(1, 4).Draw(t, "pauses") {
			c, _ := s.Deadline(string(work))
			worked := time.Duration(rapid.IntRange(1, 120).Draw(t, "worked")) * time.Minute
			next, missing := terms.After(now, worked, on)
			if missing != 0 || !next.Before(c.Due) {
				return
			}
			used, now = used+worked, next
			s.Change(c.Key, func(c *Deadline) { terms.Pause(c, "parts", now, now.Add(time.Hour)) })
			now = now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "paused")) * time.Minute)
			s.Change(c.Key, func(c *Deadline) { terms.Unpause(c, now) })
		}
		c, _ := s.Deadline(string(work))
		if want, _ := terms.After(now, 10*time.Hour-used, on); !c.Due.Equal(want) {
			t.Fatalf("due %v, want %v: %v were used by %v", c.Due, want, used, now)
		}
	})
}

// H3, H4: help asked for stands before the level above; only that level, or one above it, decides, once, and sets a deadline.
func TestH4OnlyTheLevelDecides(t *testing.T) {
	terms := terms()
	var s Set
	s.Start(terms, work, "", "", begun)
	asks := &turn{set: &s, terms: terms, now: begun, actor: people.Actor{ID: "a"}, role: people.Agent}
	if err := s.Request(asks, string(work), "beyond me"); err != nil {
		t.Fatal(err)
	}
	decide := func(role people.Role, p DecideEscalation) string {
		by := &turn{set: &s, terms: terms, now: begun.Add(time.Hour), actor: people.Actor{ID: "b", Roles: []people.Role{role}}}
		var refusal *procedure.Refusal
		if err := s.Decide(by, p); errors.As(err, &refusal) {
			return refusal.Code
		} else if err != nil {
			t.Fatal(err)
		}
		return ""
	}
	anew := begun.Add(30 * time.Hour)
	approve := DecideEscalation{Escalation: "E1", Decision: "approve", Deadline: anew}
	for _, c := range []struct {
		role people.Role
		p    DecideEscalation
		want string
	}{
		{people.Agent, approve, "not_your_level"},
		{people.Manager, DecideEscalation{Escalation: "E9", Decision: "approve", Deadline: anew}, "unknown_escalation"},
		{people.Manager, DecideEscalation{Escalation: "E1", Decision: "maybe", Deadline: anew}, "unknown_decision"},
		{people.Manager, DecideEscalation{Escalation: "E1", Decision: "decline", Deadline: anew}, "missing_field"},
		{people.Manager, DecideEscalation{Escalation: "E1", Decision: "approve", Deadline: begun}, "deadline_in_past"},
		{people.Manager, DecideEscalation{Escalation: "E1", Decision: "approve", Deadline: anew, ToCompany: true}, "gm_must_approve"},
		{people.Manager, approve, ""},
		{people.Manager, approve, "decided_already"},
	} {
		if got := decide(c.role, c.p); got != c.want {
			t.Errorf("%s decides %+v: got %q, want %q", c.role, c.p, got, c.want)
		}
	}
	c, _ := s.Deadline(string(work))
	if !c.Due.Equal(anew) || c.Owner != people.Manager || c.Breached || !c.Fixed {
		t.Errorf("after the decision: %+v", c)
	}
	if due := s.Due(nil, ""); len(due) != 1 {
		t.Errorf("the decision's own deadline runs on: %v", due)
	}
}

// H7: a deadline's command that comes too early, or about a moment that has been moved since, does nothing.
func TestH7EarlyOrMovedIsRefused(t *testing.T) {
	terms := terms()
	var s Set
	s.Start(terms, work, "", "", begun)
	warning := s.Due(nil, "")[0]
	s.Start(terms, work, "", "", begun.Add(time.Hour)) // begun anew: both moments moved
	for _, c := range []struct {
		d    procedure.Deadline
		now  time.Time
		want string
	}{
		{warning, begun.Add(100 * time.Hour), "deadline_moved"},
		{s.Due(nil, "")[0], begun, "too_early"},
	} {
		events, err := give(&s, terms, c.d, c.now)
		var refusal *procedure.Refusal
		if !errors.As(err, &refusal) || refusal.Code != c.want || len(events) > 0 {
			t.Errorf("%v at %v: got %v, %v, want %s", c.d, c.now, names(events), err, c.want)
		}
	}
}

// H4: once the top has decided it is not reminded any more.
func TestH4ADecisionEndsTheReminders(t *testing.T) {
	terms := terms()
	terms.Levels = []people.Role{people.Company}
	var s Set
	s.Start(terms, work, "", "", begun)
	now := begun
	for range 4 { // warned, missed, the decision warned, the decision missed
		d := s.Due(nil, "")[0]
		now = d.At
		if _, err := give(&s, terms, d, now); err != nil {
			t.Fatal(err)
		}
	}
	if _, reminding := s.Deadline(Key(StepReminder, "E1")); !reminding {
		t.Fatalf("head office is not reminded: %v", s.Due(nil, ""))
	}
	by := &turn{set: &s, terms: terms, now: now, actor: people.Actor{ID: "c", Roles: []people.Role{people.Company}}}
	if err := s.Decide(by, DecideEscalation{Escalation: "E1", Decision: "decline", Reason: "wait", Deadline: now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if due := s.Due(nil, ""); len(due) != 1 || due[0].Key != string(work) {
		t.Errorf("due after the decision: %v", due)
	}
}
