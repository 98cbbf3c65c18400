package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"bihuan/audit"
	"bihuan/postgres"
	"bihuan/procedure/hashchain"
	"bihuan/procedure/registry"
	"bihuan/temporal"
)

// source is where records come from.
type source struct {
	Database string `env:"DATABASE_URL" required:"" help:"Postgres connection URL."`
}

// system is the open source: the database, and the engine as the witness.
type system struct {
	db     *postgres.DB
	engine *temporal.Client
}

func (s source) open(ctx context.Context) (*system, error) {
	db, err := postgres.Open(ctx, s.Database)
	if err != nil {
		return nil, err
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	engine, err := temporal.Connect(logger)
	if err != nil {
		db.Close()
		return nil, err
	}
	return &system{db: db, engine: engine}, nil
}

func (s *system) close() {
	s.engine.Close()
	s.db.Close()
}

// atOnce is how many cases are looked at together: most of the time is waiting for the database and the engine.
const atOnce = 4

// each goes through the named cases, or through every one that the database or the engine knows, several at
// once, and tells of them in order.
func (s *system) each(ctx context.Context, numbers []string, do func(string) error, tell func(number string, err error) error) error {
	if len(numbers) == 0 {
		var err error
		if numbers, err = s.all(ctx); err != nil {
			return err
		}
	}
	found := make([]error, len(numbers))
	for first := 0; first < len(numbers); first += pageOfCases {
		last := min(first+pageOfCases, len(numbers))
		var next atomic.Int64
		var all sync.WaitGroup
		for range atOnce {
			all.Go(func() {
				for i := first + int(next.Add(1)) - 1; i < last; i = first + int(next.Add(1)) - 1 {
					found[i] = do(numbers[i])
				}
			})
		}
		all.Wait()
		for i := first; i < last; i++ {
			if err := tell(numbers[i], found[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// pageOfCases is after how many cases it is told what was found.
const pageOfCases = 100

// all lists the numbers that the database or the engine knows: a case that is gone from one of them shows.
func (s *system) all(ctx context.Context) ([]string, error) {
	numbers, err := s.engine.Numbers(ctx)
	if err != nil {
		return nil, err
	}
	for after := ""; ; {
		page, err := s.db.Numbers(ctx, after, 1000)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			slices.Sort(numbers)
			return slices.Compact(numbers), nil
		}
		numbers = append(numbers, page...)
		after = page[len(page)-1]
	}
}

// settling is how long a case that is just being written gets until the database and the engine agree.
const settling = 3 * time.Second

// verify checks one case. The engine takes up what was written a moment after the database has it, so a
// case that moves is looked at again before it is called altered.
func (s *system) verify(ctx context.Context, number string) error {
	for deadline := time.Now().Add(settling); ; {
		record, err := s.gather(ctx, number)
		if err != nil {
			return err
		}
		err = audit.Verify(record)
		var fault *audit.Fault
		if !errors.As(err, &fault) || !fault.MayBeMoving() || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// gather puts a case's record together: what the database holds, and the chain's heads that the
// engine's history holds, or the filed one when the engine has dropped it.
func (s *system) gather(ctx context.Context, number string) (audit.Record, error) {
	evidence, err := s.db.Evidence(ctx, number)
	if err != nil {
		return audit.Record{}, err
	}
	entry, _ := registry.OfNumber(number)
	r := audit.Record{
		Number: number, Kind: entry.Name, Events: evidence.Events, Secret: evidence.Secret, Proofs: evidence.Proofs,
		Policy: evidence.Policy, Facts: evidence.Facts, Witness: "engine",
	}
	if evidence.Case != nil {
		r.Summary, r.State = &evidence.Case.Summary, evidence.Case.State
	}
	r.Anchors, err = s.engine.Anchors(ctx, number)
	if errors.Is(err, temporal.ErrNotFound) {
		r.Witness, r.Anchors, err = s.filed(ctx, number)
	}
	return r, err
}

// filed reads the heads that a filed history holds, where there is one.
func (s *system) filed(ctx context.Context, number string) (witness string, anchors []hashchain.Anchor, err error) {
	raw, err := s.db.Filing(ctx, number, postgres.FilingHistory)
	if errors.Is(err, postgres.ErrNotFound) {
		return "", nil, nil
	}
	if err == nil {
		anchors, err = s.engine.FiledAnchors(raw)
	}
	return "filed history", anchors, err
}

// export gathers a case's record with the history itself, as the engine has it, or as it was filed.
func (s *system) export(ctx context.Context, number string) (audit.Export, error) {
	record, err := s.gather(ctx, number)
	if err != nil {
		return audit.Export{}, err
	}
	x := audit.Export{MadeAt: time.Now().UTC(), Record: record}
	switch record.Witness {
	case "engine":
		x.History, err = s.engine.HistoryToFile(ctx, number)
	case "filed history":
		x.History, err = s.db.Filing(ctx, number, postgres.FilingHistory)
	}
	return x, err
}
