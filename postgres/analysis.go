package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure/analysis"
	"bihuan/procedure/statistics"
)

// Analyse says what stands out in a period in some communities, against the period before. M2
func (db *DB) Analyse(ctx context.Context, p statistics.Period, places []statistics.Place, rules analysis.Rules) ([]analysis.Finding, error) {
	spans, err := twoPeriods(p, places)
	if err != nil {
		return nil, &Error{code: ErrBadPeriod.code, cause: err}
	}
	days := map[string]analysis.Days{}
	for _, s := range spans {
		days[s.Now.Community] = analysis.Days{Now: daysIn(s.Now.From, s.Now.To), Before: daysIn(s.Before.From, s.Before.To)}
	}
	seen, err := db.Observe(ctx, spans)
	return analysis.Find(seen, days, rules), err
}

func daysIn(from, to time.Time) float64 { return to.Sub(from).Hours() / 24 }

// twoPeriods gives a period and the one before it as each community has them.
func twoPeriods(p statistics.Period, places []statistics.Place) ([]analysis.Spans, error) {
	before, err := p.Before()
	if err != nil {
		return nil, err
	}
	now, err := p.Spans(places)
	if err != nil {
		return nil, err
	}
	earlier, err := before.Spans(places)
	if err != nil {
		return nil, err
	}
	both := make([]analysis.Spans, len(now))
	for i := range now {
		both[i] = analysis.Spans{Now: now[i], Before: earlier[i]}
	}
	return both, nil
}

// Observe counts what an analysis needs of two periods, in one query.
func (db *DB) Observe(ctx context.Context, spans []analysis.Spans) ([]analysis.Observation, error) {
	communities := make([]string, len(spans))
	since, middle, until := make([]time.Time, len(spans)), make([]time.Time, len(spans)), make([]time.Time, len(spans))
	for i, s := range spans {
		communities[i], since[i], middle[i], until[i] = s.Now.Community, s.Before.From, s.Now.From, s.Now.To
	}
	seen, err := collect(ctx, db, "observe", observeFacts, []any{communities, since, middle, until}, scanObservation)
	analysis.Sort(seen) // Postgres may order texts otherwise
	return seen, err
}

func scanObservation(row pgx.CollectableRow) (o analysis.Observation, err error) {
	err = row.Scan(&o.Watch.Metric, &o.Now, &o.Community, &o.Watch.Category, &o.Watch.Building, &o.Watch.Room, &o.Watch.Channel,
		&o.Watch.Department, &o.N, &o.Of, &o.Sum, &o.Squares, &o.Numbers)
	return o, err
}

// observeFacts has a row for each figure. What a grouping leaves out is null, what nobody said is empty and
// no figure of its own.
const observeFacts = `
WITH told AS MATERIALIZED (
  SELECT c.number, c.community, f.at >= s.middle AS now, f.name, f.key, f.department, ln(greatest(1, f.value)) AS took,
    coalesce(c.category, '') AS category, coalesce(c.building, '') AS building, coalesce(c.room, '') AS room, coalesce(c.channel, '') AS channel
  FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[]) AS s (community, since, middle, until)
  JOIN cases c ON c.community = s.community AND c.kind = 'complaint' AND NOT c.drill
  JOIN facts f ON f.number = c.number AND f.at >= s.since AND f.at < s.until
)
SELECT 'complaints', now, community, coalesce(category, ''), coalesce(building, ''), coalesce(room, ''), coalesce(channel, ''), '', count(*), 0, 0::float8, 0::float8,
  CASE WHEN grouping(room) = 0 THEN (array_agg(number ORDER BY number COLLATE "C" DESC))[1:20] END
FROM told WHERE name = 'registered'
GROUP BY now, community, GROUPING SETS ((), (category), (building), (channel), (category, building), (building, room))
HAVING category IS DISTINCT FROM '' AND building IS DISTINCT FROM '' AND room IS DISTINCT FROM '' AND channel IS DISTINCT FROM ''
UNION ALL
SELECT 'unsatisfied', now, community, coalesce(category, ''), '', '', '', '',
  count(*) FILTER (WHERE name = 'unsatisfied'), count(*) FILTER (WHERE name = 'revisited'), 0, 0, NULL
FROM told WHERE name IN ('revisited', 'unsatisfied')
GROUP BY now, community, GROUPING SETS ((), (category)) HAVING category IS DISTINCT FROM ''
UNION ALL
SELECT 'missed', now, community, '', '', '', '', department, count(*) FILTER (WHERE name = 'deadline-missed'), count(*), 0, 0, NULL
FROM told WHERE name IN ('deadline-met', 'deadline-missed') AND department <> '' GROUP BY now, community, department
UNION ALL
SELECT key || '_time', now, community, '', '', '', '', department, count(*), 0, sum(took), sum(took * took), NULL
FROM told WHERE name IN ('deadline-met', 'done-late') AND key IN ('accept', 'work') AND department <> '' GROUP BY now, community, key, department`

// Watched gives one figure of a community from an instant up to another. M4
func (db *DB) Watched(ctx context.Context, community string, w analysis.Watch, from, to time.Time) (analysis.Sample, error) {
	var n, of int
	var sum, squares float64
	err := db.row(ctx, "watched", watchFacts, []any{community, from, to, w.Metric, w.Category, w.Building, w.Room, w.Channel, w.Department}, &n, &of, &sum, &squares)
	return analysis.SampleOf(n, of, sum, squares, daysIn(from, to)), err
}

const watchFacts = `
SELECT count(*) FILTER (WHERE f.name IN ('registered', 'deadline-missed', 'unsatisfied') OR timed), count(*) FILTER (WHERE f.name <> 'unsatisfied' AND NOT timed AND $4 <> 'complaints'),
  coalesce(sum(took) FILTER (WHERE timed), 0), coalesce(sum(took * took) FILTER (WHERE timed), 0)
FROM cases c JOIN facts f ON f.number = c.number
CROSS JOIN LATERAL (SELECT ln(greatest(1, f.value)) AS took, $4 LIKE '%_time' AS timed) t
WHERE c.community = $1 AND c.kind = 'complaint' AND NOT c.drill AND f.at >= $2 AND f.at < $3
  AND f.name = ANY (CASE $4
    WHEN 'complaints' THEN ARRAY['registered']
    WHEN 'unsatisfied' THEN ARRAY['revisited', 'unsatisfied']
    WHEN 'missed' THEN ARRAY['deadline-met', 'deadline-missed']
    ELSE ARRAY['deadline-met', 'done-late'] END)
  AND (NOT timed OR f.key || '_time' = $4)
  AND ($5 = '' OR c.category = $5) AND ($6 = '' OR c.building = $6) AND ($7 = '' OR c.room = $7) AND ($8 = '' OR c.channel = $8)
  AND (CASE WHEN $9 <> '' THEN f.department = $9 WHEN $4 IN ('missed', 'accept_time', 'work_time') THEN f.department <> '' ELSE true END)`
