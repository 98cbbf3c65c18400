package postgres

import "testing"

// For the tests that bring a procedure along.
var (
	Fresh = fresh
	Dump  = dump
	Must  = must
)

// Forget empties the read model and leaves the events.
func Forget(t testing.TB, db *DB) {
	t.Helper()
	_, err := db.pool.Exec(t.Context(), "DELETE FROM cases; DELETE FROM case_texts")
	must(t, err)
}
