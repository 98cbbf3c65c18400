package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/dev/stack"
	"bihuan/postgres"
	"bihuan/sim/town"
)

var server struct {
	url  string
	made int
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if server.url = os.Getenv("TEST_DATABASE_URL"); server.url == "" {
		parts, err := stack.Start(ctx, stack.Options{WithoutTemporal: true, Log: os.Stderr})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = parts.Stop(context.Background()) }()
		server.url = parts.DatabaseURL
	}
	return m.Run()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fresh gives an empty, migrated database.
func fresh(t *testing.T) *postgres.DB {
	t.Helper()
	ctx := context.Background()
	server.made++
	name := fmt.Sprintf("bihuan_year_%d_%d", os.Getpid(), server.made)
	admin := func(sql string) error {
		conn, err := pgx.Connect(ctx, server.url)
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, sql)
		return errors.Join(err, conn.Close(ctx))
	}
	must(t, admin("CREATE DATABASE "+name))
	u, err := url.Parse(server.url)
	must(t, err)
	u.Path = "/" + name
	db, err := postgres.Open(ctx, u.String())
	must(t, err)
	t.Cleanup(func() {
		db.Close()
		must(t, admin("DROP DATABASE "+name+" WITH (FORCE)"))
	})
	must(t, db.Migrate(ctx))
	return db
}

func scenario(t *testing.T, aDay float64, days int) town.Scenario {
	t.Helper()
	s, err := town.Load("")
	must(t, err)
	s.ADay, s.Days = aDay, days
	return s
}

// expected are the refusals of a year: households that answer a survey too late, or once more. M1
var expected = []string{"answers survey_over", "answers already_answered"}

// A year of three communities: nothing is lost, nothing late in silence, every case ends in a way of I1, and
// its monthly summaries add up; surveys are counted as they were answered, measures evaluated in their time,
// and neighbours' complaints joined and revisited. A11 H1 H2 H4 I1 I4 M1 M2 M3 M4 M6 N2
func TestAYearOfThreeCommunities(t *testing.T) {
	db := fresh(t)
	s := scenario(t, 1, 365)
	office, report, err := play(t.Context(), db, s)
	must(t, err)
	found, err := check(t.Context(), db, office, s.From)
	must(t, err)
	for _, fault := range found.faults {
		t.Error(fault)
	}
	opened := 0
	for _, n := range report.Opened {
		opened += n
	}
	if opened < 300 || found.cases != opened {
		t.Errorf("%v were opened, %d are on record", report.Opened, found.cases)
	}
	for _, u := range report.Open { // two months after the last arrival; a measure's effect takes longer
		if !strings.HasPrefix(u.Number, "GJ-") || u.Overdue || len(u.Waits)+len(u.Due) == 0 {
			t.Errorf("%s is still open in %s, waiting for %v and %v", u.Number, u.Stage, u.Waits, u.Due)
		}
	}
	if found.months < 33 { // of 36: the smallest community may have none in its first
		t.Errorf("%d monthly summaries were made", found.months)
	}
	for command, n := range report.Refused {
		if !slices.Contains(expected, command) {
			t.Errorf("%d times refused: %s", n, command)
		}
	}
	if k := found.kept; k.answers < 1000 || k.phoned == 0 || len(k.merged) == 0 || len(k.verdicts) == 0 || k.feedback["accepted"]+k.feedback["declined"] == 0 {
		t.Errorf("surveys, measures and duplicates were hardly played: %+v", k)
	}
	for _, much := range []string{
		"deadline-breached", "escalation-decided", "appealed", "task-returned", "task-paused", "reopened", "linked", "rated", "appointment-missed",
		"job-turned", "quote-accepted", "joined-issue", "forum-convened", "announced", "informed", "merged-in", "survey-reminded", "survey-counted",
		"measure-evaluated", "training-recorded",
	} {
		if found.counts[much] == 0 {
			t.Errorf("the year saw no %s", much)
		}
	}
}

// The same seed lives the same life, down to the hashes of its chains.
func TestTheSameSeedLivesTheSameLife(t *testing.T) {
	heads := func() map[string]any {
		office, _, err := play(t.Context(), fresh(t), scenario(t, 3, 10))
		must(t, err)
		all := map[string]any{}
		for number, f := range office.cases {
			all[number] = f.heads
		}
		return all
	}
	if first, again := heads(), heads(); len(first) == 0 || !reflect.DeepEqual(first, again) {
		t.Errorf("%d and %d cases, not the same", len(first), len(again))
	}
}

// What is open when the play stops says what it waits for.
func TestWhatIsOpenSaysWhy(t *testing.T) {
	s := scenario(t, 4, 3)
	s.Tail = 0
	_, report, err := play(t.Context(), fresh(t), s)
	must(t, err)
	if len(report.Open) == 0 {
		t.Fatal("nothing is open at midnight of the third day")
	}
	for _, u := range report.Open {
		if len(u.Waits) == 0 {
			t.Errorf("%s in %s waits for nobody", u.Number, u.Stage)
		}
	}
}
