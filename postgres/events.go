package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure"
)

// Events lists a case's events after a place in their order.
func (db *DB) Events(ctx context.Context, number string, after, limit int) ([]procedure.Event, error) {
	return collect(ctx, db, "events", selectEvents+` LIMIT $3`, []any{number, after, boundedBy(maxEvents, limit)}, scanEvent)
}

const selectEvents = `SELECT seq, type, at, by, command, data, hash FROM events WHERE number = $1 AND seq > $2 ORDER BY seq`

func scanEvent(row pgx.CollectableRow) (e procedure.Event, err error) {
	err = row.Scan(&e.Seq, &e.Type, &e.At, &e.By, &e.Command, &e.Data, &e.Hash)
	e.At = e.At.UTC()
	return e, err
}

// Refusals lists the newest commands that a case did not take, the newest first.
func (db *DB) Refusals(ctx context.Context, number string, limit int) ([]procedure.Refused, error) {
	return collect(ctx, db, "refusals", `
SELECT command, name, by, at, code, args FROM refusals WHERE number = $1 ORDER BY at DESC, command DESC LIMIT $2`,
		[]any{number, bounded(limit)}, func(row pgx.CollectableRow) (r procedure.Refused, err error) {
			err = row.Scan(&r.Command, &r.Name, &r.By, &r.At, &r.Code, &r.Args)
			r.At = r.At.UTC()
			return r, err
		})
}

// NumberByKey finds the case that an idempotency key made, and the hash of the request it came with. A10
func (db *DB) NumberByKey(ctx context.Context, keyHash string) (number, bodyHash string, found bool, err error) {
	type made struct{ number, bodyHash string }
	rows, err := collect(ctx, db, "number by key",
		`SELECT number, body_hash FROM idempotency_keys WHERE key_hash = $1`, []any{keyHash},
		func(row pgx.CollectableRow) (m made, err error) {
			err = row.Scan(&m.number, &m.bodyHash)
			return m, err
		})
	if err != nil || len(rows) == 0 {
		return "", "", false, err
	}
	return rows[0].number, rows[0].bodyHash, true, nil
}
