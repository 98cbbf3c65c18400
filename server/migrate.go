package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"bihuan/engine"
	"bihuan/postgres"
	"bihuan/server/api"
	"bihuan/server/temporal"
)

// migrate is the command that brings Postgres and Temporal up to date.
type migrate struct {
	Namespace string        `env:"TEMPORAL_NAMESPACE" default:"default" help:"Temporal namespace."`
	Timeout   time.Duration `default:"2m" help:"How long to wait for Postgres and Temporal to come up."`
}

const tryAgain = time.Second

// Run does both, trying again while either is not up yet.
func (m *migrate) Run(ctx context.Context, db *postgres.DB, logger *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, m.Timeout)
	defer cancel()
	client, err := engine.Connect(logger)
	if err != nil {
		return err
	}
	defer client.Close()
	cases := temporal.New(client)
	if err := patiently(ctx, "Postgres", db.Migrate); err != nil {
		return err
	}
	if err := client.Await(ctx, tryAgain); err != nil {
		return err
	}
	return patiently(ctx, "Temporal", func(ctx context.Context) error {
		return errors.Join(cases.Migrate(ctx, m.Namespace), cases.Schedule(ctx))
	})
}

// patiently repeats what fails only because something is not up yet.
func patiently(ctx context.Context, what string, do func(context.Context) error) error {
	for {
		err := do(ctx)
		if err == nil {
			return nil
		}
		if !errors.Is(err, postgres.ErrDown) && !errors.Is(err, api.ErrEngineDown) {
			return fmt.Errorf("migrate %s: %w", what, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s did not come up in time: %w", what, err)
		case <-time.After(tryAgain):
		}
	}
}
