package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure/pool"
)

// NextTurn says whose turn it is in a pool: of the department that has had none, or whose last one is the
// longest ago; among equals the first of the pool. The same effect gets the same answer again; effects
// that ask at once stand in line. C1
func (db *DB) NextTurn(ctx context.Context, effect string, n pool.Next) (department string, err error) {
	err = failed("next turn", pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('turns ' || $1 || ' ' || $2, 0))`, n.Community, n.Pool); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `SELECT department FROM turns WHERE effect = $1`, effect).Scan(&department)
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		return tx.QueryRow(ctx, takeTurn, effect, n.Community, n.Pool, n.Departments).Scan(&department)
	}))
	return department, err
}

const takeTurn = `
INSERT INTO turns (effect, community, pool, department)
SELECT $1, $2, $3, m.department
FROM unnest($4::text[]) WITH ORDINALITY AS m (department, nth)
ORDER BY (SELECT max(t.place) FROM turns t WHERE t.community = $2 AND t.pool = $3 AND t.department = m.department) NULLS FIRST, m.nth
LIMIT 1
RETURNING department`
