package postgres

import (
	"context"
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
	var c conditions
	after := struct {
		ID int64 `json:"i"`
	}{1<<63 - 1}
	if err := resume(f.Cursor, &after); err != nil {
		return Page[Reading]{}, err
	}
	c.add("id < $?", after.ID)
	c.add("($? && ARRAY['*'] OR communities && ARRAY['*'] OR communities && $?)", f.Communities)
	if f.Number != "" {
		c.add("numbers @> ARRAY[$?]", f.Number)
	}
	if f.Staff != "" {
		c.add("staff = $?", f.Staff)
	}
	c.args = append(c.args, bounded(f.Limit)+1)
	items, err := collect(ctx, db, "readings", `
SELECT id, at, staff, role, what, numbers, communities, reason, contacts
FROM readings WHERE `+c.String()+` ORDER BY id DESC LIMIT `+c.last(), c.args, scanReading)
	place := func(r Reading) any {
		after.ID = r.ID
		return after
	}
	return page(items, bounded(f.Limit), place), err
}

func scanReading(row pgx.CollectableRow) (r Reading, err error) {
	err = row.Scan(&r.ID, &r.At, &r.Staff, &r.Role, &r.What, &r.Numbers, &r.Communities, &r.Reason, &r.Contacts)
	r.At = r.At.UTC()
	return r, err
}
