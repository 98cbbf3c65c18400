package postgres

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

// For the tests that bring a procedure along.
var (
	Fresh = fresh
	Dump  = dump
	Must  = must
)

// Forget empties the read model and leaves the events.
func Forget(t testing.TB, db *DB) {
	t.Helper()
	_, err := db.pool.Exec(t.Context(), "DELETE FROM cases; DELETE FROM case_texts; DELETE FROM facts")
	must(t, err)
}

// Lines gives every row of every table as text, each with its table's name in front.
func Lines(t testing.TB, db *DB) []string {
	t.Helper()
	tables, err := db.pool.Query(t.Context(), `SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`)
	must(t, err)
	names, err := pgx.CollectRows(tables, pgx.RowTo[string])
	must(t, err)
	var lines []string
	for _, name := range names {
		rows, err := db.pool.Query(t.Context(), `SELECT '`+name+` ' || t::text FROM `+name+` t ORDER BY 1`)
		must(t, err)
		found, err := pgx.CollectRows(rows, pgx.RowTo[string])
		must(t, err)
		lines = append(lines, found...)
	}
	return lines
}

// Exec runs SQL as whoever owns the tables.
func Exec(ctx context.Context, db *DB, sql string, args ...any) error {
	owner, err := Open(ctx, databaseURL(db.pool.Config().ConnConfig.Database))
	if err != nil {
		return err
	}
	defer owner.Close()
	_, err = owner.pool.Exec(ctx, sql, args...)
	return err
}
