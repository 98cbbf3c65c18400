// Package stack runs the programs Bihuan stands on, Postgres and Temporal, on one machine without Docker:
// it finds or installs them, starts, watches, stops and, for fault tests, kills them.
// It uses the standard library only, so that everything else may depend on it.
package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Options say where a stack keeps its data and on which ports it listens. A port of 0 is a free one.
type Options struct {
	// Dir holds data, logs and pid files. Empty means a throwaway stack: a directory of its own that
	// Stop removes, with Postgres not waiting for the disk.
	Dir string

	PostgresPort        int
	TemporalPort        int
	TemporalUIPort      int
	TemporalMetricsPort int

	WithoutPostgres bool
	WithoutTemporal bool

	// Addresses have to be free too, for programs to be added; the key is the setting that chooses another.
	Addresses map[string]string

	// UICodec is where Temporal's Web UI has payloads opened, with the browser's own session there; nowhere without.
	UICodec string

	// TemporalArgs are added to those of Temporal's server, e.g. --dynamic-config-value.
	TemporalArgs []string

	behindUI int // the port of the Web UI itself, where it is served from behind

	// Log receives a line for a person about each thing done. Nil means nobody reads them.
	Log io.Writer
}

// Stack is a set of running processes that share a directory. Postgres and Temporal are nil where left out.
type Stack struct {
	Dir      string
	Postgres *Process
	Temporal *Process

	// DatabaseURL is the owner's, a superuser's; ApplicationURL that of a role with fewer rights, which is
	// there once server migrate was told of both.
	DatabaseURL        string
	ApplicationURL     string
	TemporalAddress    string
	TemporalUIURL      string
	TemporalMetricsURL string
	TemporalCLI        string // the path of the temporal program, also a command line client

	throwaway bool
	ui        *http.Server
	lock      *os.File
	say       *speaker
	mu        sync.Mutex
	processes []*Process
}

// Start brings up Postgres and Temporal and returns when both answer. Processes that an earlier stack left
// behind in the same directory are stopped first; a stack still alive there is a *RunningError.
func Start(ctx context.Context, options Options) (*Stack, error) {
	s, err := open(options)
	if err != nil {
		return nil, err
	}
	if err := s.start(ctx, options); err != nil {
		return nil, errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func open(options Options) (*Stack, error) {
	s := &Stack{Dir: options.Dir, throwaway: options.Dir == "", say: &speaker{w: options.Log}}
	if err := s.makeDir(); err != nil {
		return nil, err
	}
	lock, err := acquire(s.Dir)
	if err != nil {
		return nil, err
	}
	s.lock = lock
	if err := stopStrays(s.Dir, s.say); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return s, nil
}

func (s *Stack) makeDir() (err error) {
	if s.throwaway {
		sweep(s.say)
		if s.Dir, err = os.MkdirTemp("", throwawayPrefix); err != nil {
			return err
		}
		return os.Chmod(s.Dir, 0o711) // Postgres may run as another user and has to pass through
	}
	if s.Dir, err = filepath.Abs(s.Dir); err != nil {
		return err
	}
	return os.MkdirAll(s.Dir, 0o755)
}

func (s *Stack) start(ctx context.Context, options Options) error {
	ports := []*port{
		{setting: "POSTGRES_PORT", number: &options.PostgresPort, unused: options.WithoutPostgres},
		{setting: "TEMPORAL_PORT", number: &options.TemporalPort, unused: options.WithoutTemporal},
		{setting: "TEMPORAL_UI_PORT", number: &options.TemporalUIPort, unused: options.WithoutTemporal},
		{setting: "TEMPORAL_METRICS_PORT", number: &options.TemporalMetricsPort, unused: options.WithoutTemporal},
	}
	if options.UICodec != "" {
		ports = append(ports, &port{number: &options.behindUI})
	}
	if err := settle(ports, options.Addresses); err != nil {
		return err
	}
	var postgres, temporal error
	var both sync.WaitGroup
	if !options.WithoutPostgres {
		both.Go(func() { postgres = s.startPostgres(ctx, options) })
	}
	if !options.WithoutTemporal {
		both.Go(func() { temporal = s.startTemporal(ctx, options) })
	}
	both.Wait()
	return errors.Join(postgres, temporal)
}

// Add makes a program part of the stack: it logs and keeps its pid in the stack's directory, is stopped with the
// stack and recognised by the next one. The caller starts it.
func (s *Stack) Add(program Program) *Process {
	p := &Process{Program: program, dir: s.Dir}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.processes = append(s.processes, p)
	return p
}

// Processes lists what belongs to the stack: Postgres, Temporal, then the rest in the order added.
func (s *Stack) Processes() []*Process {
	s.mu.Lock()
	defer s.mu.Unlock()
	processes := slices.Clone(s.processes)
	slices.SortStableFunc(processes, func(a, b *Process) int { return rank(a.Name) - rank(b.Name) })
	return processes
}

// Supervise starts every process added so far again a second after it dies, saying so, until the context ends.
func (s *Stack) Supervise(ctx context.Context) {
	var all sync.WaitGroup
	for _, p := range s.Processes() {
		all.Go(func() { s.keep(ctx, p) })
	}
	all.Wait()
}

func (s *Stack) keep(ctx context.Context, p *Process) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.Exited():
		}
		s.say.line("%s: ended (%s); starting it again%s", p.Name, p.Reason(), quoted(p.tail(3)))
		select {
		case <-ctx.Done():
			return
		case <-time.After(restartDelay):
		}
		if err := p.Start(ctx); err != nil {
			if ctx.Err() == nil {
				s.say.line("%s", err)
			}
			continue
		}
		s.say.line("%s: runs again, pid %d", p.Name, p.PID())
	}
}

const restartDelay = time.Second

// Stop ends all processes, the last one first, and gives the directory free. What does not end in
// good time, or once the context is done, is killed. A throwaway stack's directory is removed.
func (s *Stack) Stop(ctx context.Context) error {
	var failed []error
	if s.ui != nil {
		failed = append(failed, s.ui.Close())
	}
	for _, p := range slices.Backward(s.Processes()) {
		failed = append(failed, p.Stop(ctx))
	}
	if s.throwaway {
		failed = append(failed, removeDir(s.Dir))
	}
	failed = append(failed, s.lock.Close())
	return errors.Join(failed...)
}

// rank puts Postgres and Temporal, which start at the same time, ahead of what uses them.
func rank(name string) int {
	switch name {
	case postgresName:
		return 0
	case temporalName:
		return 1
	default:
		return 2
	}
}

// speaker writes whole lines, one at a time.
type speaker struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *speaker) line(format string, args ...any) {
	if s.w == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.w, format+"\n", args...)
}
