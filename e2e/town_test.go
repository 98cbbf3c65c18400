package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"bihuan/e2e/system"
	"bihuan/sim/crew"
	"bihuan/sim/pace"
	"bihuan/sim/remote"
	"bihuan/sim/town"
)

// hurry is how many times faster than the clock on the wall the town lives here.
const hurry = 12000

// TestATownLivesOnTheRealEngine lets simulated people bring cases and handle them through the API alone, on
// an engine of its own with settings as much shorter: every case is closed in a way of I1, what was missed
// was escalated, neighbours' complaints are joined and revisited, surveys count what households answered, and
// measures are evaluated. A8 A11 C2 D2 G4 H1 H2 H4 I1 M1 M2 M3 M4 M6
func TestATownLivesOnTheRealEngine(t *testing.T) {
	t.Parallel()
	s := hurried(t)
	scenario := aDay(t)
	office, err := remote.Open(t.Context(), remote.Options{Access: crew.Access{Server: s.URL, Tokens: s.TokensFile()}, From: scenario.From, Speed: hurry})
	must(t, err)
	must(t, office.MoveIn(t.Context(), scenario.Directory()))
	p := town.Play{Scenario: scenario, Office: office, Report: town.NewReport(), Run: "e2e", Callers: 4, UntilClosed: true}
	must(t, p.Play(t.Context()))
	p.Report.Print(t.Output())

	opened, ended := 0, 0
	for _, n := range p.Report.Opened {
		opened += n
	}
	for _, n := range p.Report.Ended {
		ended += n
	}
	if opened == 0 || ended != opened || len(p.Report.Open) > 0 {
		t.Errorf("%d opened, %d ended, still open: %+v", opened, ended, p.Report.Open)
	}
	for what, sql := range map[string]string{
		"closed otherwise than the handbook says": `SELECT count(*) FROM cases WHERE outcome NOT IN ('satisfied', 'explained', 'not_reached', 'withdrawn', 'merged', 'answered', 'adopted', 'turned',
  'served', 'unrated', 'concluded', 'superseded', 'counted', 'effective', 'abandoned', 'declined')`,
		"closed as satisfied without a revisit": `SELECT count(*) FROM cases c WHERE outcome = 'satisfied'
AND NOT EXISTS (SELECT FROM events e WHERE e.number = c.number AND type = 'revisited')`,
		"missed without an escalation": `SELECT count(*) FROM events b WHERE type = 'deadline-breached'
AND NOT EXISTS (SELECT FROM events e WHERE e.number = b.number AND e.type = 'escalation-raised' AND e.data ->> 'key' = b.data ->> 'key')`,
		"merged, and their households not revisited": `SELECT count(*) FROM cases c WHERE outcome = 'merged' AND state::jsonb #>> '{following,outcome}' <> 'explained'
AND NOT EXISTS (SELECT FROM events e WHERE e.type = 'revisited' AND e.data ->> 'of' = c.number)`,
	} {
		if n := rowsIn(t, s, sql); n != 0 {
			t.Errorf("%d cases %s", n, what)
		}
	}
	if n := rowsIn(t, s, "SELECT count(*) FROM cases"); n != opened {
		t.Errorf("%d cases are on record, %d were opened", n, opened)
	}
	if n := rowsIn(t, s, "SELECT coalesce(sum((data ->> 'responses')::int), 0) FROM events WHERE type = 'survey-counted'"); n == 0 || n != p.Report.Given[town.Answers] {
		t.Errorf("households answered %d times, and %d were counted", p.Report.Given[town.Answers], n)
	}
	for _, much := range []string{"merged-in", "measure-evaluated"} {
		if rowsIn(t, s, "SELECT count(*) FROM events WHERE type = '"+much+"'") == 0 {
			t.Errorf("the town saw no %s", much)
		}
	}
}

// aDay is a day of a small town in which neighbours agree, offices ask households, and leaders follow hunches.
func aDay(t *testing.T) town.Scenario {
	t.Helper()
	s, err := town.Load("")
	must(t, err)
	s.Days, s.ADay = 1, 8
	// An appointment is kept at a time on the clock on the wall, which no settings shorten: service requests are
	// walked in TestService…, and lived through in the year.
	s.Kinds = slices.DeleteFunc(s.Kinds, func(s town.Share) bool { return s.Name == "service" })
	s.Chances.Special = 0
	s.Blocks, s.Floors, s.Flats = 2, 2, 3
	s.Chances.Neighbours, s.Chances.Attaches, s.Chances.Merges = 0.4, 1, 1
	s.Chances.Answers, s.Chances.Twice, s.Survey = 0.6, 0, town.Poll{Sample: 10, Within: 60 * time.Hour, Calls: 5}
	s.Chances.Hunch, s.Chances.Trains, s.Chances.Reworks = 1, 1, 0
	s.Delays.Poll, s.Delays.Begin, s.Delays.Carry, s.Delays.Assess, s.Delays.Suggest = 20*time.Hour, 4*time.Hour, 12*time.Hour, 8*time.Hour, 10*time.Hour
	s.Routines = []town.Routine{{Kind: "survey", After: time.Hour, Every: 24 * time.Hour}, {Kind: "improvement", After: 20 * time.Hour, Every: 24 * time.Hour}}
	return s
}

// hurried starts a system of its own whose procedure has as little time as its town.
func hurried(t *testing.T) *system.System {
	t.Helper()
	dir, err := system.TempDir()
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	text, err := os.ReadFile("../settings/default.yaml")
	must(t, err)
	text = bytes.Replace(text, []byte("effect: { within: 90d"), []byte("effect: { within: 3d"), 1) // three months are eleven minutes here
	short, err := pace.Settings(text, hurry)
	must(t, err)
	s, err := system.Start(t.Context(), system.Options{
		Dir: filepath.Join(dir, "data"), Programs: programs, Log: t.Output(),
		Settings: short, Env: []string{fmt.Sprintf("BIHUAN_PUBLIC_PER_MINUTE=%d", hurry)},
	})
	must(t, err)
	t.Cleanup(func() {
		if err := s.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Log(err)
		}
	})
	return s
}
