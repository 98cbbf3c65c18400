package postgres

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure/people"
)

// Reading is what somebody read. N2
type Reading struct {
	ID    int64       `json:"id"`
	At    time.Time   `json:"at"`
	Staff string      `json:"staff"`
	Role  people.Role `json:"role"`
	What  string      `json:"what"`
	// Numbers are the cases that were shown, where it was about single ones; Communities are theirs, or
	// everything that the reader could see.
	Numbers     []string        `json:"numbers"`
	Communities []string        `json:"communities"`
	Reason      string          `json:"reason,omitempty"`
	Contacts    people.Contacts `json:"contacts,omitempty"`
}

// NoteReading remembers a reading for good.
func (db *DB) NoteReading(ctx context.Context, r Reading) error {
	return db.exec(ctx, "note reading", `
INSERT INTO readings (at, staff, role, what, numbers, communities, reason, contacts)
VALUES ($1, $2, $3, $4, coalesce($5, '{}'::text[]), coalesce($6, '{}'::text[]), $7, $8)`,
		r.At, r.Staff, r.Role, r.What, r.Numbers, r.Communities, clean(r.Reason), r.Contacts)
}

// ReadingFilter says which readings are asked for; what is zero does not filter, except Communities.
type ReadingFilter struct {
	Communities []string // as in Filter. N1
	Number      string
	Staff       string
	Cursor      string
	Limit       int
}

// Readings lists readings, the newest first.
func (db *DB) Readings(ctx context.Context, f ReadingFilter) (Page[Reading], error) {
	return list[Reading, int64]{
		op: "readings", cursor: f.Cursor, limit: f.Limit, first: math.MaxInt64,
		query: f.statement, scan: scanReading, place: func(r Reading) int64 { return r.ID },
	}.read(ctx, db)
}

func (f ReadingFilter) statement(after int64, rows int) (string, []any) {
	var c conditions
	c.add("id < $?", after)
	c.add("($? && ARRAY['*'] OR communities && ARRAY['*'] OR communities && $?)", f.Communities)
	if f.Number != "" {
		c.add("numbers @> ARRAY[$?]", f.Number)
	}
	if f.Staff != "" {
		c.add("staff = $?", f.Staff)
	}
	return `
SELECT id, at, staff, role, what, numbers, communities, reason, contacts
FROM readings WHERE ` + c.String() + fmt.Sprintf(` ORDER BY id DESC LIMIT %d`, rows), c.args
}

func scanReading(row pgx.CollectableRow) (r Reading, err error) {
	err = row.Scan(&r.ID, &r.At, &r.Staff, &r.Role, &r.What, &r.Numbers, &r.Communities, &r.Reason, &r.Contacts)
	r.At = r.At.UTC()
	return r, err
}
