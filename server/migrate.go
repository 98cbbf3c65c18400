package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"bihuan/postgres"
	"bihuan/settings"
	"bihuan/temporal"
)

// migrate is the command that brings Postgres and Temporal up to date.
type migrate struct {
	Owner    string        `name:"owner-database" env:"BIHUAN_MIGRATE_DATABASE_URL" help:"Postgres connection URL of the tables' owner; DATABASE_URL's role then gets only what the application needs. Without, DATABASE_URL's role owns the tables."`
	Settings string        `env:"BIHUAN_SETTINGS" help:"Settings file; the default ones otherwise."`
	Timeout  time.Duration `default:"2m" help:"How long to wait for Postgres and Temporal to come up."`
}

const tryAgain = time.Second

// Run does both, trying again while either is not up yet.
func (m *migrate) Run(ctx context.Context, db *postgres.DB, logger *slog.Logger) error {
	set, err := settings.Load(m.Settings)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, m.Timeout)
	defer cancel()
	client, err := temporal.Connect(logger)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := patiently(ctx, "Postgres", func(ctx context.Context) error { return m.tables(ctx, db) }); err != nil {
		return err
	}
	if err := client.AwaitKeys(ctx, tryAgain); err != nil {
		return err
	}
	return patiently(ctx, "Temporal", func(ctx context.Context) error {
		return errors.Join(client.RegisterAttributes(ctx), client.Schedule(ctx, zones(set)))
	})
}

// tables brings the tables up to date as their owner, and gives the application its rights. N2
func (m *migrate) tables(ctx context.Context, application *postgres.DB) error {
	if m.Owner == "" {
		return application.Migrate(ctx)
	}
	owner, err := postgres.Open(ctx, m.Owner)
	if err != nil {
		return fmt.Errorf("BIHUAN_MIGRATE_DATABASE_URL: %w", err)
	}
	defer owner.Close()
	if err := owner.Migrate(ctx); err != nil {
		return err
	}
	return owner.Permit(ctx, application)
}

// sayWhoHoldsTheRecord warns when the server's own role could change what is recorded.
func sayWhoHoldsTheRecord(ctx context.Context, db *postgres.DB, logger *slog.Logger) {
	var may bool
	err := patiently(ctx, "Postgres", func(ctx context.Context) (err error) {
		may, err = db.MayRewrite(ctx)
		return err
	})
	if err == nil && may {
		logger.Warn("the record is held by triggers alone: DATABASE_URL's role owns the tables or may change them; " +
			"migrate with BIHUAN_MIGRATE_DATABASE_URL and give the server a role of its own")
	}
}

// zones lists the time zones of the communities, each once.
func zones(set settings.Settings) []string {
	var all []string
	for _, place := range set.Places() {
		all = append(all, place.Zone)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// patiently repeats what fails only because something is not up yet.
func patiently(ctx context.Context, what string, do func(context.Context) error) error {
	for {
		err := do(ctx)
		if err == nil {
			return nil
		}
		if !errors.Is(err, postgres.ErrDown) && !errors.Is(err, temporal.ErrDown) {
			return fmt.Errorf("migrate %s: %w", what, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s did not come up in time: %w", what, err)
		case <-time.After(tryAgain):
		}
	}
}
