package postgres

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure"
)

// Tell lists the facts of a case's events under the settings that it keeps.
type Tell func(number string, events []procedure.Event, policy json.RawMessage) ([]procedure.Fact, error)

// facts writes what the events add to the statistics; a fact that is there stays. I4
func (r *recording) facts() {
	if len(r.Facts) > 0 {
		r.queue(insertFacts, r.Number, r.json(r.Facts))
	}
}

var insertFacts = `
INSERT INTO facts (number, seq, index, at, name, key, role, department, value)
SELECT $1, seq, index, at, name, coalesce(key, ''), coalesce(role, ''), coalesce(department, ''), coalesce(value, 0)
FROM jsonb_to_recordset($2::jsonb) AS f ` + rowOf[procedure.Fact]() + `
ON CONFLICT DO NOTHING`

// retold replaces the facts of a case up to an event; newer ones that somebody records meanwhile stay.
func (r *recording) retold(last int) {
	r.queue(`DELETE FROM facts WHERE number = $1 AND seq <= $2`, r.Number, last)
	r.facts()
}

// Facts lists a case's facts in their order.
func (db *DB) Facts(ctx context.Context, number string) ([]procedure.Fact, error) {
	return collect(ctx, db, "facts", selectFacts, []any{number}, scanFact)
}

const selectFacts = `SELECT seq, index, at, name, key, role, department, value FROM facts WHERE number = $1 ORDER BY seq, index`

func scanFact(row pgx.CollectableRow) (f procedure.Fact, err error) {
	err = row.Scan(&f.Seq, &f.Index, &f.At, &f.Name, &f.Key, &f.Role, &f.Department, &f.Value)
	f.At = f.At.UTC()
	return f, err
}
