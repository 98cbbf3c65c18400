package postgres

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure/erasure"
)

// Fold makes a case's summary and state from its events and the settings that it keeps.
type Fold = erasure.Fold

// Rebuild makes the read model anew from the events alone, case by case, while others write.
func (db *DB) Rebuild(ctx context.Context, fold Fold, tell Tell) error {
	for after := ""; ; {
		numbers, err := collect(ctx, db, "rebuild",
			`SELECT DISTINCT number FROM events WHERE number > $1 ORDER BY number LIMIT $2`, []any{after, maxLimit}, pgx.RowTo[string])
		if err != nil || len(numbers) == 0 {
			return err
		}
		for _, number := range numbers {
			if err := db.rebuild(ctx, number, fold, tell); err != nil {
				return err
			}
		}
		after = numbers[len(numbers)-1]
	}
}

// rebuild replaces one case. A newer row that somebody records meanwhile stays.
func (db *DB) rebuild(ctx context.Context, number string, fold Fold, tell Tell) error {
	return failed("rebuild "+number, pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM cases WHERE number = $1`, number); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, selectEvents, number, 0)
		if err != nil {
			return err
		}
		events, err := pgx.CollectRows(rows, scanEvent)
		if err != nil {
			return err
		}
		var r recording
		var policy json.RawMessage
		if err := tx.QueryRow(ctx, `
SELECT e.kind, p.body FROM events e LEFT JOIN policies p ON p.id = e.policy
WHERE e.number = $1 ORDER BY e.seq LIMIT 1`, number).Scan(&r.Kind, &policy); err != nil {
			return err
		}
		r.Number = number
		if r.Summary, r.State, err = fold(number, events, policy); err != nil {
			return err
		}
		if r.Facts, err = tell(number, events, policy); err != nil {
			return err
		}
		r.summary()
		if r.retold(r.Summary.Seq); r.err != nil {
			return r.err
		}
		return tx.SendBatch(ctx, &r.statements).Close()
	}))
}
