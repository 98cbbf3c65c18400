package main

import (
	"context"
	"log/slog"

	"go.temporal.io/sdk/client"

	"bihuan/activities"
	"bihuan/notify"
	"bihuan/postgres"
	"bihuan/settings"
	"bihuan/words"
)

// newActivities wires the side effects to Postgres and the channels; the function it gives back
// closes what was opened.
func newActivities(ctx context.Context, c configuration, temporal client.Client, logger *slog.Logger) (*activities.Activities, func(), error) {
	names, err := settings.Load(c.Settings)
	if err != nil {
		return nil, nil, err
	}
	tracking, err := notify.NewTracking(c.Configuration)
	if err != nil {
		return nil, nil, err
	}
	db, err := postgres.Open(ctx, c.Database)
	if err != nil {
		return nil, nil, err
	}
	act := &activities.Activities{
		Recorder: db, Outbox: db, Filer: db, Histories: temporal,
		Channels: map[string]activities.Channel{}, Words: renderer{names}, Link: tracking.Link, Log: logger,
	}
	if c.SMTPAddress != "" {
		mail, err := notify.NewMail(c.Configuration)
		if err != nil {
			db.Close()
			return nil, nil, err
		}
		act.Channels["mail"], db.Mail = mail, true
	}
	return act, db.Close, nil
}

// renderer puts notices into words with the names from the settings.
type renderer struct{ settings settings.Settings }

// Render gives a notice's subject and body in a language.
func (r renderer) Render(lang, template string, args map[string]string, _ string) (subject, body string) {
	return words.Notice(lang, template, args, r.settings.Names(lang))
}
