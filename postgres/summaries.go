package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure"
	"bihuan/procedure/statistics"
)

// Summary makes the figures of a period in some communities, with those of the period before beside them. I4
func (db *DB) Summary(
	ctx context.Context, p statistics.Period, places []statistics.Place, rules statistics.Rules,
) (statistics.Summary, error) {
	before, err := p.Before()
	if err != nil {
		return statistics.Summary{}, &Error{code: ErrBadPeriod.code, cause: err}
	}
	now, err := db.talliesOf(ctx, p, places)
	if err != nil {
		return statistics.Summary{}, err
	}
	earlier, err := db.talliesOf(ctx, before, places)
	if err != nil {
		return statistics.Summary{}, err
	}
	return statistics.Arrange(p, places, now, earlier, rules), nil
}

// ErrBadPeriod means that a period is no two days of which the second is later.
var ErrBadPeriod = &Error{code: "bad_period"}

func (db *DB) talliesOf(ctx context.Context, p statistics.Period, places []statistics.Place) ([]statistics.Tally, error) {
	spans, err := p.Spans(places)
	if err != nil {
		return nil, &Error{code: ErrBadPeriod.code, cause: err}
	}
	return db.Tallies(ctx, spans)
}

// Stored is a monthly summary as it was made.
type Stored struct {
	Community  string             `json:"community"`
	Month      string             `json:"month"`
	Version    int                `json:"version"`
	ComputedAt time.Time          `json:"computed_at"`
	Summary    statistics.Summary `json:"summary"`
}

// KeepSummary keeps a month's summary as its next version, unless the newest says the same.
func (db *DB) KeepSummary(ctx context.Context, community, month string, at time.Time, s statistics.Summary) error {
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return db.exec(ctx, "keep summary", `
INSERT INTO summaries (community, month, version, computed_at, body)
SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4::json
FROM summaries WHERE community = $1 AND month = $2
HAVING (SELECT body::jsonb FROM summaries WHERE community = $1 AND month = $2 ORDER BY version DESC LIMIT 1)
  IS DISTINCT FROM $4::json::jsonb
ON CONFLICT DO NOTHING`, community, month, at, body)
}

// KeptSummary gives the newest version of a month's summary, and false when there is none.
func (db *DB) KeptSummary(ctx context.Context, community, month string) (statistics.Summary, bool, error) {
	kept, err := db.MonthlySummary(ctx, community, month)
	if errors.Is(err, ErrNotFound) {
		return kept.Summary, false, nil
	}
	return kept.Summary, err == nil, err
}

// MonthlySummary gives the newest version of a month's summary.
func (db *DB) MonthlySummary(ctx context.Context, community, month string) (Stored, error) {
	return one(ctx, db, "monthly summary", selectSummaries+` AND month = $2 ORDER BY version DESC LIMIT 1`,
		[]any{[]string{community}, month}, scanStored)
}

// MonthlySummaries lists the newest version of each month, the latest month first.
func (db *DB) MonthlySummaries(ctx context.Context, communities []string, limit int) ([]Stored, error) {
	return collect(ctx, db, "monthly summaries", `
SELECT DISTINCT ON (month, community) * FROM (`+selectSummaries+`) s ORDER BY month DESC, community, version DESC LIMIT $2`,
		[]any{communities, bounded(limit)}, scanStored)
}

const selectSummaries = `
SELECT community, month, version, computed_at, body FROM summaries WHERE (community = ANY ($1) OR '*' = ANY ($1))`

func scanStored(row pgx.CollectableRow) (s Stored, err error) {
	var body []byte
	err = row.Scan(&s.Community, &s.Month, &s.Version, &s.ComputedAt, &body)
	if err != nil {
		return s, err
	}
	s.ComputedAt = s.ComputedAt.UTC()
	s.Summary, err = readSummary(body)
	return s, err
}

// readSummary reads a kept summary. One of another shape is read as far as it goes: what it is about at least.
func readSummary(body []byte) (s statistics.Summary, err error) {
	err = json.Unmarshal(body, &s)
	if err == nil || s.Format == statistics.Format {
		return s, err
	}
	var head struct {
		Format int `json:"format"`
		statistics.Period
		Communities []string `json:"communities"`
	}
	err = json.Unmarshal(body, &head)
	return statistics.Summary{
		Format: head.Format, Period: head.Period, Communities: head.Communities,
		Kinds: []statistics.Section{}, Quotas: []statistics.Quota{},
	}, err
}

// Notify writes notices that are about no case: about a subject, a name for it, in a community. Told of the
// same again nobody is told twice. It says how many wait for a channel outside the console. Q2
func (db *DB) Notify(ctx context.Context, subject, community string, notices []procedure.NumberedNotice) (pending int, err error) {
	r := recording{Batch: procedure.Batch{Number: subject, Notices: notices, Summary: procedure.Summary{Community: community}}}
	r.notices(db.Mail)
	r.queue(countPending, subject).QueryRow(func(row pgx.Row) error { return row.Scan(&pending) })
	if r.err != nil {
		return 0, &Error{code: "bad_batch", op: "notify", cause: r.err}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return pending, failed("notify", db.pool.SendBatch(ctx, &r.statements).Close())
}
