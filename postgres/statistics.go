package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure/statistics"
)

// Tallies counts the facts of spans of time, each of a community, in one query. I4
func (db *DB) Tallies(ctx context.Context, spans []statistics.Span) ([]statistics.Tally, error) {
	communities, zones := make([]string, len(spans)), make([]string, len(spans))
	from, to := make([]time.Time, len(spans)), make([]time.Time, len(spans))
	for i, s := range spans {
		communities[i], from[i], to[i], zones[i] = s.Community, s.From, s.To, s.Zone
	}
	tallies, err := collect(ctx, db, "tallies", countFacts, []any{communities, from, to, zones}, pgx.RowToStructByPos[statistics.Tally])
	statistics.Sort(tallies) // Postgres may order texts otherwise
	return tallies, err
}

const countFacts = `
WITH told AS MATERIALIZED (
  SELECT c.community, c.kind, f.name, f.key, f.role, f.department, f.value, f.at, s.since, s.zone,
    c.nature, c.category, c.building, c.channel, c.urgency
  FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::text[]) AS s (community, since, until, zone)
  JOIN cases c ON c.community = s.community AND NOT c.drill
  JOIN facts f ON f.number = c.number
  WHERE f.at < s.until AND (f.at >= s.since OR f.name IN ('registered', 'closed', 'reopened'))
)
SELECT community, kind, name, key, role, department, count(*), sum(value)
FROM told WHERE at >= since GROUP BY 1, 2, 3, 4, 5, 6
UNION ALL
SELECT community, kind, '` + statistics.OpenBefore + `', '', '', '', sum(CASE name WHEN 'closed' THEN -1 ELSE 1 END), 0
FROM told WHERE at < since GROUP BY 1, 2 HAVING sum(CASE name WHEN 'closed' THEN -1 ELSE 1 END) <> 0
UNION ALL
SELECT community, kind, '` + statistics.ByPrefix + `' || dimension, coalesce(value_of, ''), '', '', count(*), 0
FROM told CROSS JOIN LATERAL (VALUES
  ('nature', nature), ('category', category), ('building', building), ('channel', channel), ('urgency', urgency)) AS d (dimension, value_of)
WHERE at >= since AND name = 'registered' GROUP BY 1, 2, 3, 4
UNION ALL
SELECT community, kind, '` + statistics.RevisitedIn + `', to_char(at AT TIME ZONE zone, 'YYYY-MM'), role, '', count(*), 0
FROM told WHERE at >= since AND name = 'revisited' GROUP BY 1, 2, 4, 5`
