package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"bihuan/activities"
	"bihuan/postgres"
	"bihuan/settings"
)

// reports makes the monthly summaries and reminds of quotas, with the activities that the schedule calls,
// every morning of the year. G7, I4
type reports struct {
	activities.Statistics
	next time.Time
}

func newReports(db *postgres.DB, s settings.Settings, from time.Time) *reports {
	r := &reports{next: time.Date(from.Year(), from.Month(), from.Day(), 9, 0, 0, 0, from.Location())}
	r.Statistics = activities.Statistics{
		Figures: db, Now: func() time.Time { return r.next }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Settings: func() activities.Reporting {
			return activities.Reporting{Places: s.Places(), Rules: s.Rules(), RemindOn: s.Quotas.RemindOn}
		},
	}
	return r
}

// make makes what is due on a morning, and looks forward to the next one.
func (r *reports) make(ctx context.Context) error {
	due, err := r.ListDueReports(ctx, r.next)
	if err != nil {
		return err
	}
	for _, report := range due {
		if _, err := r.MakeReport(ctx, report); err != nil {
			return err
		}
	}
	r.next = r.next.AddDate(0, 0, 1)
	return nil
}
