// Command bench measures Bihuan beside bare Temporal workflows: in one run, on one machine, against the
// same Temporal server, the two taking turns.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"time"

	"bihuan/dev/stack"
	"bihuan/e2e/system"
)

// options are the command line's.
type options struct {
	temporal, database, out        string
	callers, rounds, starts, loops int
	commands, deadlines, cases     int
	speed, lead                    float64
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == bareWorker {
		exit(runBareWorker())
	}
	var o options
	flag.StringVar(&o.temporal, "temporal", "", "address of a Temporal server; a local one is started otherwise")
	flag.StringVar(&o.database, "database", "", "URL of an empty Postgres database; a local one is started otherwise")
	flag.StringVar(&o.out, "out", "", "file to write the report to, e.g. docs/benchmarks.md")
	flag.IntVar(&o.callers, "callers", 32, "callers at once")
	flag.IntVar(&o.rounds, "rounds", 3, "turns that each side takes")
	flag.IntVar(&o.starts, "starts", 500, "registrations and starts in a round")
	flag.IntVar(&o.loops, "lifecycles", 100, "lifecycles in a round")
	flag.IntVar(&o.commands, "commands", 150, "commands in a round, for the latency")
	flag.IntVar(&o.cases, "cases", 60, "cases that the town's people bring in a round")
	flag.Float64Var(&o.speed, "speed", 12000, "how many of the town's seconds pass in one; its settings are as much shorter")
	flag.IntVar(&o.deadlines, "deadlines", 2000, "open complaints whose deadlines fall due together")
	flag.Float64Var(&o.lead, "lead", 2, "how much longer than registering took they are ahead; more on a busy machine")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	exit(run(ctx, o))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// bench is one run.
type bench struct {
	options
	*system.System
	programs string // where they were built
	bare     *stack.Process
	id       string       // makes the names of this run's workflows its own
	again    atomic.Int64 // requests that were sent again
}

func run(ctx context.Context, o options) (err error) {
	dir, err := system.TempDir()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	programs := filepath.Join(dir, "programs")
	if err := system.Build(ctx, programs); err != nil {
		return err
	}
	s, err := system.Start(ctx, system.Options{
		Dir: filepath.Join(dir, "data"), Programs: programs, DatabaseURL: o.database, TemporalAddress: o.temporal, Log: os.Stderr,
		Env: []string{"BIHUAN_PUBLIC_PER_MINUTE=1000000"}, // all of the town's customers have one address
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop(context.WithoutCancel(ctx))) }()
	b := &bench{options: o, System: s, programs: programs, id: time.Now().UTC().Format("150405")}
	if err := b.startBare(ctx); err != nil {
		return err
	}
	report, err := b.measure(ctx)
	if err != nil {
		return err
	}
	fmt.Print(report)
	if o.out != "" {
		return os.WriteFile(o.out, []byte(report), 0o644)
	}
	return nil
}

func (b *bench) startBare(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	b.bare = b.Stack.Add(stack.Program{
		Name: bareWorker, Path: self, Args: []string{bareWorker}, Env: append(os.Environ(), "TEMPORAL_ADDRESS="+b.TemporalAddress),
	})
	return b.bare.Start(ctx)
}

// measure takes every measurement in turn.
func (b *bench) measure(ctx context.Context) (string, error) {
	var r results
	for _, step := range []struct {
		name string
		do   func(context.Context, *results) error
	}{
		{"warming up", b.warmUp},
		{"registering", b.registering},
		{"lifecycles", b.lifecycles},
		{"verifying", b.verifying},
		{"commands", b.latency},
		{"reading", b.readings},
		{"a town at work", b.townAtWork},
		{"deadlines", b.dueTogether},
	} {
		began := time.Now()
		if err := step.do(ctx, &r); err != nil {
			return "", fmt.Errorf("%s: %w", step.name, err)
		}
		fmt.Fprintf(os.Stderr, "%s took %.0f s\n", step.name, time.Since(began).Seconds())
	}
	return b.report(r), nil
}
