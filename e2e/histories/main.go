// Command histories plays stories on a real Temporal with the programs as they are now, and stores the
// workflow histories under workflows/testdata/histories/<label>. Run it once for each release, so that the
// replay test holds every later change against what runs in production:
//
//	go run ./e2e/histories v0.1
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"

	"go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"bihuan/dev/stack"
	"bihuan/e2e/system"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	flag.Usage = func() { fmt.Fprintln(os.Stderr, "usage: go run ./e2e/histories LABEL, e.g. v0.1") }
	flag.Parse()
	if flag.NArg() != 1 || !regexp.MustCompile(`^[a-z0-9.-]+$`).MatchString(flag.Arg(0)) {
		flag.Usage()
		os.Exit(2)
	}
	if err := record(ctx, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// record plays all stories in a place of their own and writes what they left behind.
func record(ctx context.Context, label string) (err error) {
	root, err := stack.Root()
	if err != nil {
		return err
	}
	dir, err := system.TempDir()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	mailbox, err := system.OpenMailbox()
	if err != nil {
		return err
	}
	defer mailbox.Close()
	r := recorder{to: filepath.Join(root, "workflows", "testdata", "histories", label), programs: filepath.Join(dir, "programs"), mailbox: mailbox}
	if err := system.Build(ctx, r.programs); err != nil {
		return err
	}
	if err := os.RemoveAll(r.to); err != nil {
		return err
	}
	if err := os.MkdirAll(r.to, 0o755); err != nil {
		return err
	}
	return errors.Join(
		r.play(ctx, filepath.Join(dir, "usual"), append(stories, others...)),
		r.play(ctx, filepath.Join(dir, "short"), continued, "--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=50"),
	)
}

// recorder writes histories into a directory.
type recorder struct {
	to, programs string
	mailbox      *system.Mailbox
}

// play plays stories on a system that is started with these arguments of Temporal.
func (r recorder) play(ctx context.Context, dir string, stories []story, temporal ...string) (err error) {
	s, err := system.Start(ctx, system.Options{
		Dir: dir, Programs: r.programs, TemporalArgs: temporal,
		Env: []string{"SMTP_ADDRESS=" + r.mailbox.Address, "MAIL_FROM=desk@bihuan.example"},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop(context.WithoutCancel(ctx))) }()
	for _, story := range stories {
		number, err := story.tell(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", story.name, err)
		}
		if err := s.Quiet(ctx, number); err != nil {
			return fmt.Errorf("%s: %w", story.name, err)
		}
		runs, err := s.Histories(ctx, number)
		if err != nil {
			return err
		}
		for i, run := range runs {
			if err := r.write(fmt.Sprintf("%s-%d", story.name, i+1), run); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r recorder) write(name string, h *history.History) error {
	content, err := protojson.Marshal(h)
	if err != nil {
		return err
	}
	path := filepath.Join(r.to, name+".json")
	fmt.Printf("%s: %d events\n", path, len(h.Events))
	return os.WriteFile(path, append(content, '\n'), 0o644)
}
