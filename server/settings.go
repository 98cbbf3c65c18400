package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/settings"
	"bihuan/words"
)

// settingsPut is the command that puts a settings file in force as the next version. P1
type settingsPut struct {
	File string `arg:"" type:"existingfile" help:"Settings file, such as settings/default.yaml."`
	Why  string `required:"" help:"Why; it is kept."`
	By   string `default:"operator" help:"Staff ID of who wants it."`
}

// Run saves the file as a whole, or says everything that is wrong with it.
func (p *settingsPut) Run(ctx context.Context, db *postgres.DB, logger *slog.Logger) error {
	next, err := settings.ReadFile(p.File)
	if err != nil {
		return err
	}
	current, err := settings.Open(ctx, settings.Source{Store: db, Seeds: true, Words: words.CheckNotices, Log: logger})
	if err != nil {
		return err
	}
	report, err := current.Change(ctx, settings.Edit{
		Base: current.Version().Number, Next: next, By: people.By{ID: p.By, Role: people.Admin}, Why: p.Why, At: time.Now().UTC(),
	})
	if err != nil {
		return err
	}
	for _, f := range append(report.Faults, report.Warnings...) {
		fmt.Println(f.Path+":", words.Fault(words.English, f))
	}
	if len(report.Faults) > 0 {
		return errors.New("nothing was saved")
	}
	fmt.Printf("version %d is in force, with %d changes\n", current.Version().Number, len(report.Changes))
	return nil
}
