package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Hold keeps a case from being erased until it is lifted. I5
type Hold struct {
	Number     string     `json:"number"`
	PlacedAt   time.Time  `json:"placed_at"`
	PlacedBy   string     `json:"placed_by"`
	Reason     string     `json:"reason"`
	LiftedAt   *time.Time `json:"lifted_at,omitempty"`
	LiftedBy   string     `json:"lifted_by,omitempty"`
	LiftReason string     `json:"lift_reason,omitempty"`
}

// PlaceHold puts a case on hold; one that is on hold already stays so. What is erased is ErrErased.
func (db *DB) PlaceHold(ctx context.Context, number, by, reason string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return failed("place hold", pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockErasure, number); err != nil {
			return err
		}
		var erased bool
		err := tx.QueryRow(ctx, `
SELECT EXISTS (SELECT FROM erasures e WHERE e.number = c.number) FROM cases c WHERE number = $1`, number).Scan(&erased)
		switch {
		case err != nil:
			return err
		case erased:
			return ErrErased
		}
		_, err = tx.Exec(ctx, `
INSERT INTO holds (number, placed_by, reason) VALUES ($1, $2, $3)
ON CONFLICT (number) WHERE lifted_at IS NULL DO NOTHING`, number, clean(by), clean(reason))
		return err
	}))
}

// LiftHold ends a case's hold; without one it is ErrNotFound.
func (db *DB) LiftHold(ctx context.Context, number, by, reason string) error {
	return db.change(ctx, "lift hold", `
UPDATE holds SET lifted_at = now(), lifted_by = $2, lift_reason = $3 WHERE number = $1 AND lifted_at IS NULL`,
		number, clean(by), clean(reason))
}

// Holds lists every hold there is or was, of one case or of all, the newest first.
func (db *DB) Holds(ctx context.Context, number string) ([]Hold, error) {
	return collect(ctx, db, "holds", `
SELECT number, placed_at, placed_by, reason, lifted_at, lifted_by, lift_reason FROM holds
WHERE $1 IN ('', number) ORDER BY id DESC`, []any{number}, pgx.RowToStructByPos[Hold])
}
