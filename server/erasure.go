package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"text/tabwriter"
	"time"

	"bihuan/activities"
	"bihuan/postgres"
	"bihuan/procedure/registry"
	"bihuan/settings"
	"bihuan/temporal"
)

// erasing is what every command that erases needs.
type erasing struct {
	Settings string `env:"BIHUAN_SETTINGS" help:"Settings file; the default ones otherwise."`
	By       string `default:"operator" help:"Staff ID of who wants it."`
	Reason   string `help:"Why a case goes before its time is over, e.g. the file number of the request. Name nobody: it is kept."`
}

// with opens Temporal and hands over the eraser.
func (e erasing) with(ctx context.Context, db *postgres.DB, logger *slog.Logger, do func(*activities.Erasure) error) error {
	set, err := settings.Open(ctx, settings.Source{File: e.Settings, Store: db, Log: logger})
	if err != nil {
		return err
	}
	client, err := temporal.Connect(logger)
	if err != nil {
		return err
	}
	defer client.Close()
	return do(&activities.Erasure{
		Store: db, Executions: client, Fold: registry.Rebuild,
		Retention: set.Retention, Log: logger,
	})
}

// one erases a case and says what became of it. Without a reason its time must be over.
func (e erasing) one(ctx context.Context, x *activities.Erasure, number string) error {
	request := activities.EraseRequest{Number: number, By: e.By, Reason: e.Reason}
	if e.Reason == "" {
		closed, err := x.Closing(ctx)
		if err != nil {
			return err
		}
		request.Reason, request.Closed = "retention", closed
	}
	outcome, err := x.EraseCase(ctx, request)
	if err == nil {
		fmt.Println(number, outcome)
	}
	return err
}

// eraseCases erases what is due, or one case.
type eraseCases struct {
	erasing
	DryRun bool   `help:"Only list what is due, and what is held."`
	Number string `arg:"" optional:"" help:"One case, archived and not on hold; with --reason before its time."`
}

// Run goes through all that is due; what fails does not hold up the others.
func (c *eraseCases) Run(ctx context.Context, db *postgres.DB, logger *slog.Logger) error {
	return c.with(ctx, db, logger, func(x *activities.Erasure) error {
		if c.Number != "" && !c.DryRun {
			return c.one(ctx, x, c.Number)
		}
		if c.Reason != "" || c.Number != "" {
			return errors.New("--reason is for one case, and --dry-run for all that are due")
		}
		return c.all(ctx, x)
	})
}

func (c *eraseCases) all(ctx context.Context, x *activities.Erasure) error {
	var faults []error
	for after := ""; ; {
		page, err := x.ListDueErasures(ctx, after)
		if err != nil || len(page.Cases) == 0 {
			return errors.Join(append(faults, err)...)
		}
		for _, due := range page.Cases {
			after = due.Number
			switch {
			case due.Held:
				fmt.Println(due.Number, activities.CaseHeld)
			case c.DryRun:
				fmt.Println(due.Number, "due, closed", due.ClosedAt.UTC().Format(time.DateOnly))
			default:
				faults = append(faults, c.one(ctx, x, due.Number))
			}
		}
	}
}

// held names a case and who decides about its hold.
type held struct {
	Number string `arg:"" help:"Case number."`
	By     string `required:"" help:"Staff ID of who decided it."`
	Reason string `required:"" help:"Why, e.g. the court's file number."`
}

// holdPlace puts a case on hold.
type holdPlace struct{ held }

// Run records who, when and why.
func (h *holdPlace) Run(ctx context.Context, db *postgres.DB) error {
	return db.PlaceHold(ctx, h.Number, h.By, h.Reason)
}

// holdLift ends a hold.
type holdLift struct{ held }

// Run records who, when and why.
func (h *holdLift) Run(ctx context.Context, db *postgres.DB) error {
	return db.LiftHold(ctx, h.Number, h.By, h.Reason)
}

// holdList lists holds.
type holdList struct {
	Number string `arg:"" optional:"" help:"Of one case."`
}

// Run prints a table.
func (h *holdList) Run(ctx context.Context, db *postgres.DB) error {
	holds, err := db.Holds(ctx, h.Number)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "NUMBER\tPLACED\tBY\tREASON\tLIFTED\tBY\tREASON")
	for _, x := range holds {
		lifted := "-"
		if x.LiftedAt != nil {
			lifted = x.LiftedAt.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			x.Number, x.PlacedAt.UTC().Format(time.RFC3339), x.PlacedBy, x.Reason, lifted, x.LiftedBy, x.LiftReason)
	}
	return table.Flush()
}

// person is somebody by their number.
type person struct {
	Phone string `required:"" help:"Their number, however it is written."`
}

// personExport writes what is held of a person.
type personExport struct {
	person
	Out string `default:"-" help:"File to write, for you alone; - is standard output."`
}

// Run writes JSON.
func (p *personExport) Run(ctx context.Context, db *postgres.DB) error {
	held, err := db.Person(ctx, p.Phone)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(held, "", "  ")
	if err != nil {
		return err
	}
	if p.Out == "-" {
		_, err = fmt.Println(string(raw))
		return err
	}
	return os.WriteFile(p.Out, raw, 0o600)
}

// personErase erases a person's cases.
type personErase struct {
	person
	erasing
}

// Run erases those that are archived and not on hold: past their time, or at the person's request, for
// which a reason is given. It says what became of each.
func (p *personErase) Run(ctx context.Context, db *postgres.DB, logger *slog.Logger) error {
	numbers, err := db.NumbersByPhone(ctx, p.Phone)
	if err != nil {
		return err
	}
	return p.with(ctx, db, logger, func(x *activities.Erasure) error {
		var faults []error
		for _, number := range numbers {
			faults = append(faults, p.one(ctx, x, number))
		}
		return errors.Join(faults...)
	})
}
