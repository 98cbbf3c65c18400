package main

import (
	"context"
	"encoding/hex"
	"log/slog"
	"maps"
	"net/url"
	"strings"
	"time"

	"bihuan/activities"
	"bihuan/notify"
	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/improvement"
	"bihuan/procedure/policy"
	"bihuan/procedure/pool"
	"bihuan/procedure/registry"
	"bihuan/procedure/statistics"
	"bihuan/settings"
	"bihuan/temporal"
	"bihuan/words"
)

// refreshSettings is how soon new settings are taken up. P1
const refreshSettings = 2 * time.Second

// sideEffects are all activities; close gives back what they opened.
type sideEffects struct {
	cases   *activities.Activities
	erasure *activities.Erasure
	figures *activities.Statistics
	surveys *activities.Surveys
	move    *activities.Move
	close   func()
}

// newActivities wires the side effects to Postgres, Temporal and the channels.
func newActivities(ctx context.Context, c configuration, client *temporal.Client, logger *slog.Logger) (*sideEffects, error) {
	tracking, err := notify.NewTracking(c.Configuration)
	if err != nil {
		return nil, err
	}
	db, err := postgres.Open(ctx, c.Database)
	if err != nil {
		return nil, err
	}
	set, err := settings.Open(ctx, settings.Source{File: c.Settings, Store: db, Words: words.CheckNotices, Log: logger})
	if err != nil {
		db.Close()
		return nil, err
	}
	go set.Keep(ctx, refreshSettings)
	opener := temporal.Opener{Client: client, Policy: set.ForCase, Title: words.Title}
	act := &activities.Activities{
		Recorder: db, Outbox: db, Filer: db, Histories: client,
		Channels: map[string]activities.Channel{}, Words: renderer{set}, Link: tracking.Link, Log: logger,
		HouseholdLink: tracking.HouseholdLink,
		Cases:         opener,
		Effects:       map[string]activities.Effect{pool.EffectNext: activities.NextInTurn(db), improvement.EffectFigure: activities.Figured(db)},
	}
	maps.Copy(act.Effects, activities.Matters{
		Cases: opener, Store: db, Policy: set.For,
		Subject: func(category string) string { return set.Names("zh-CN").Category(category) },
	}.Effects())
	if c.SMTPAddress != "" {
		mail, err := notify.NewMail(c.Configuration)
		if err != nil {
			db.Close()
			return nil, err
		}
		act.Channels["mail"], db.Mail = mail, true
	}
	surveys := polling(act, db, tracking, set)
	maps.Copy(act.Effects, activities.SurveyEffects(surveys))
	erasure := &activities.Erasure{
		Store: db, Executions: client, Fold: registry.Rebuild,
		Retention: set.Retention, Log: logger,
	}
	figures := &activities.Statistics{
		Figures: db, Now: time.Now, Log: logger,
		Settings: func() activities.Reporting {
			now := set.Version().Settings
			return activities.Reporting{Places: now.Places(), Rules: now.Rules(), RemindOn: now.Quotas.RemindOn}
		},
		Link: func(community string, p statistics.Period) string {
			return strings.TrimRight(c.PublicURL, "/") + "/print/summary?" + url.Values{"community": {community}, "from": {p.From}, "to": {p.To}}.Encode()
		},
	}
	return &sideEffects{cases: act, erasure: erasure, figures: figures, surveys: surveys, move: moving(db, set, opener, logger), close: db.Close}, nil
}

// polling wires what surveys need.
func polling(act *activities.Activities, db *postgres.DB, links notify.Tracking, set *settings.Current) *activities.Surveys {
	return &activities.Surveys{
		Polls: db, Cases: act.Cases, Mail: db.Mail, Respondent: links.Respondent, Errors: act, Now: time.Now,
		KeyHash: func(asked procedure.Asked) string { h := asked.Hash(); return hex.EncodeToString(h[:]) },
		Planned: func() (string, []int, []statistics.Place) {
			now := set.Version().Settings
			return now.Surveys.Template, now.Surveys.Months, now.Places()
		},
	}
}

// moving wires the move of open cases to other settings.
func moving(db *postgres.DB, set *settings.Current, to temporal.Opener, logger *slog.Logger) *activities.Move {
	return &activities.Move{
		Log: logger,
		Holdings: func(ctx context.Context, s activities.Scope, after string, limit int) ([]activities.Holding, error) {
			found, err := db.Holdings(ctx, postgres.HoldingFilter{
				Communities: s.Communities, Numbers: s.Numbers, Kinds: registry.Taking(policy.CmdAdopt),
			}, after, limit)
			held := make([]activities.Holding, len(found))
			for i, h := range found {
				held[i] = activities.Holding(h)
			}
			return held, err
		},
		Policies: func(ctx context.Context, version int, now time.Time) (func(string) (policy.Policy, bool), error) {
			v, err := set.At(ctx, version)
			return func(community string) (policy.Policy, bool) { return v.Settings.ForCase(community, now) }, err
		},
		Signal: func(ctx context.Context, number string, c procedure.Command) error {
			_, err := to.Give(ctx, number, c)
			return err
		},
	}
}

// renderer puts notices into words with the names from the settings.
type renderer struct{ settings *settings.Current }

// Render gives a notice's subject and body in a language.
func (r renderer) Render(lang, template string, args map[string]string, _ string) (subject, body string) {
	return words.Notice(lang, template, args, r.settings.Names(lang))
}
