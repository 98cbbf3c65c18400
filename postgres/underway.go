package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure/improvement"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
)

// Each list beside a summary ends somewhere.
const mostUnderWay = 100

// Measures gives the improvement measures that were under way in a period, the oldest first; no drills. M3
func (db *DB) Measures(ctx context.Context, s statistics.Span) ([]improvement.State, error) {
	return collect(ctx, db, "measures", `
SELECT state FROM cases
WHERE kind = 'improvement' AND NOT drill AND community = $1 AND planned AND registered_at < $3 AND (open OR closed_at >= $2)
ORDER BY registered_at, number LIMIT $4`,
		[]any{s.Community, s.From, s.To, mostUnderWay}, scanState[improvement.State])
}

// EndedSurveys gives the surveys that were counted in a period, the oldest first; no drills. M1
func (db *DB) EndedSurveys(ctx context.Context, s statistics.Span) ([]survey.State, error) {
	return collect(ctx, db, "ended surveys", `
SELECT state FROM cases
WHERE kind = 'survey' AND outcome = '`+survey.Counted+`' AND NOT drill AND community = $1 AND closed_at >= $2 AND closed_at < $3
ORDER BY closed_at, number LIMIT $4`,
		[]any{s.Community, s.From, s.To, mostUnderWay}, scanState[survey.State])
}

// FirstDay gives when the first case of each of some communities was registered, in their order; zero for none.
func (db *DB) FirstDay(ctx context.Context, communities []string) ([]time.Time, error) {
	return collect(ctx, db, "first day", `
SELECT coalesce(first, '0001-01-01T00:00:00Z'::timestamptz) FROM unnest($1::text[]) WITH ORDINALITY AS c (community, place),
  LATERAL (SELECT min(registered_at) AS first FROM cases WHERE cases.community = c.community AND NOT drill) f ORDER BY place`,
		[]any{communities}, func(row pgx.CollectableRow) (t time.Time, err error) {
			err = row.Scan(&t)
			return t.UTC(), err
		})
}
