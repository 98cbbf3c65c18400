// Command year lets a simulated town live through a year in minutes: its people act as they would
// through the API, the real procedures decide in the runner's own turns on a clock of their own, and
// everything is recorded in a real Postgres by the code that records it for the workflows. Then it checks
// that no case was lost, late in silence, or closed in a way that the handbook does not know.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"bihuan/dev/stack"
	"bihuan/postgres"
	"bihuan/settings"
	"bihuan/sim/town"
)

func main() {
	scenario := flag.String("scenario", "", "file of the scenario; the one that is shipped otherwise")
	database := flag.String("database", "", "URL of an empty Postgres database, which keeps the year; a passing one is started otherwise")
	seed := flag.Uint64("seed", 0, "replaces the scenario's")
	days := flag.Int("days", 0, "replaces the scenario's")
	aDay := flag.Float64("a-day", 0, "cases a day; replaces the scenario's")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	s, err := town.Load(*scenario)
	if err == nil {
		if *seed > 0 {
			s.Seed = *seed
		}
		if *days > 0 {
			s.Days = *days
		}
		if *aDay > 0 {
			s.ADay = *aDay
		}
		err = live(ctx, os.Stdout, *database, s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "year:", err)
		os.Exit(1)
	}
}

// live plays a scenario on a database, tells what happened and checks it.
func live(ctx context.Context, out io.Writer, database string, s town.Scenario) (err error) {
	if database == "" {
		parts, err := stack.Start(ctx, stack.Options{WithoutTemporal: true, Log: os.Stderr})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, parts.Stop(context.WithoutCancel(ctx))) }()
		database = parts.DatabaseURL
	}
	db, err := postgres.Open(ctx, database)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	began := time.Now()
	office, report, err := play(ctx, db, s)
	if err != nil {
		return err
	}
	report.Print(out)
	found, err := check(ctx, db, office, s.From)
	if err != nil {
		return err
	}
	found.print(out)
	fmt.Fprintf(out, "%d days in %s\n", s.Days, time.Since(began).Round(time.Second))
	return found.err()
}

// play lets the town live, and returns when everything is recorded.
func play(ctx context.Context, db *postgres.DB, s town.Scenario) (*office, *town.Report, error) {
	all, err := settings.Load("")
	if err != nil {
		return nil, nil, err
	}
	if err := hire(ctx, db, all); err != nil {
		return nil, nil, err
	}
	if err := moveIn(ctx, db, all, s); err != nil {
		return nil, nil, err
	}
	o := newOffice(ctx, db, all, s.From, s.From.AddDate(0, 0, s.Days))
	p := town.Play{Scenario: s, Office: o, Report: town.NewReport(), Run: fmt.Sprintf("year-%d", s.Seed)}
	err = p.Play(ctx)
	return o, p.Report, errors.Join(err, o.close())
}
