package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

const (
	defaultLimit = 50
	maxLimit     = 200
	// maxEvents lets nearly every case be read at once: a page costs a round trip.
	maxEvents = 1000
	// claimLimit is how many mails a dead server may cost their timeout in one delivery.
	claimLimit = 20
)

// bounded keeps the size of a page between 1 and maxLimit.
func bounded(limit int) int { return boundedBy(maxLimit, limit) }

func boundedBy(most, limit int) int {
	if limit <= 0 {
		return defaultLimit
	}
	return min(limit, most)
}

// collect runs a query and reads its rows, in bounded time.
func collect[T any](ctx context.Context, db *DB, op, sql string, args []any, scan pgx.RowToFunc[T]) ([]T, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	rows, err := db.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, failed(op, err)
	}
	items, err := pgx.CollectRows(rows, scan)
	return items, failed(op, err)
}

// one is collect for a row that must be there; none is ErrNotFound.
func one[T any](ctx context.Context, db *DB, op, sql string, args []any, scan pgx.RowToFunc[T]) (item T, err error) {
	items, err := collect(ctx, db, op, sql, args, scan)
	if err == nil && len(items) == 0 {
		err = &Error{code: ErrNotFound.code, op: op}
	}
	if err != nil {
		return item, err
	}
	return items[0], nil
}

// row reads the one row of a query; none is ErrNotFound.
func (db *DB) row(ctx context.Context, op, sql string, args []any, into ...any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return failed(op, db.pool.QueryRow(ctx, sql, args...).Scan(into...))
}

func (db *DB) exec(ctx context.Context, op, sql string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := db.run(ctx, sql, args...)
	return failed(op, err)
}

// change is exec for a row that must be there; none is ErrNotFound.
func (db *DB) change(ctx context.Context, op, sql string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	tag, err := db.run(ctx, sql, args...)
	if err == nil && tag.RowsAffected() == 0 {
		return &Error{code: ErrNotFound.code, op: op}
	}
	return failed(op, err)
}
