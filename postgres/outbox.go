package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure"
)

// Claim takes a case's waiting notices to deliver them, the least tried first, and counts the attempt. Q2
func (db *DB) Claim(ctx context.Context, number string) ([]procedure.Delivery, error) {
	return collect(ctx, db, "claim notices", `
UPDATE notices SET attempts = attempts + 1
WHERE id IN (SELECT id FROM notices WHERE number = $1 AND status = 'pending' ORDER BY attempts, seq, id LIMIT $2 FOR UPDATE)
RETURNING id, number, template, args, channel, address, language, complainant, attempts`,
		[]any{number, claimLimit}, pgx.RowToStructByPos[procedure.Delivery])
}

// Sent notes that a notice has left; it is never sent again.
func (db *DB) Sent(ctx context.Context, id string) error {
	return db.exec(ctx, "notice sent", `
UPDATE notices SET status = 'sent', sent_at = now(), error = '' WHERE id = $1 AND status = 'pending'`, id)
}

// Failed keeps why an attempt failed, by its code; gaveUp says that there will be no other.
func (db *DB) Failed(ctx context.Context, id, code string, gaveUp bool) error {
	return db.exec(ctx, "notice failed", `
UPDATE notices SET error = $2, status = CASE WHEN $3 THEN 'failed' ELSE status END
WHERE id = $1 AND status = 'pending'`, id, code, gaveUp)
}

// Pending counts a case's notices that still wait.
func (db *DB) Pending(ctx context.Context, number string) (n int, err error) {
	err = db.row(ctx, "pending notices", countPending, []any{number}, &n)
	return n, err
}
