package postgres

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Access is a line of the log of who came in, and who changed what in the directory and in accounts. It names what
// changed and never holds a value. The database itself notes changes of its tables, whoever makes them. N2
type Access struct {
	ID       int64     `json:"id"`
	At       time.Time `json:"at"`
	By       string    `json:"by,omitempty"` // staff; empty where nobody is known
	Via      string    `json:"via"`
	What     string    `json:"what"`
	Entity   string    `json:"entity,omitempty"` // the table that was changed
	EntityID string    `json:"entity_id,omitempty"`
	Staff    string    `json:"staff,omitempty"` // whom it is about
	Fields   []string  `json:"fields"`
	// Refused is the code of the refusal; empty where it was done.
	Refused     string   `json:"refused,omitempty"`
	Address     string   `json:"address,omitempty"` // of the network, where somebody came in
	Communities []string `json:"communities"`       // whose it is to know
}

// How somebody acts. A change past the program, in the database itself, is via "database".
const (
	ViaSession     = "session"
	ViaToken       = "token"
	ViaPassword    = "password"
	ViaProvider    = "provider"
	ViaCommandLine = "command_line"
	viaProgram     = "program" // by itself
)

// Doer is who makes changes, and how.
type Doer struct{ Staff, Via string }

type doerKey struct{}

// By lets the access log name who makes the changes of a context.
func By(ctx context.Context, d Doer) context.Context { return context.WithValue(ctx, doerKey{}, d) }

func doerOf(ctx context.Context) (d Doer, ok bool) {
	d, ok = ctx.Value(doerKey{}).(Doer)
	return d, ok
}

// attributes names the doer until the transaction ends.
const attributes = `SELECT set_config('bihuan.by', $1, true), set_config('bihuan.via', $2, true)`

func attribute(ctx context.Context, tx pgx.Tx) error {
	d, ok := doerOf(ctx)
	if !ok {
		return nil
	}
	_, err := tx.Exec(ctx, attributes, d.Staff, d.Via)
	return err
}

// run runs a statement; with a doer both are one transaction, sent at once.
func (db *DB) run(ctx context.Context, sql string, args ...any) (tag pgconn.CommandTag, err error) {
	d, ok := doerOf(ctx)
	if !ok {
		return db.pool.Exec(ctx, sql, args...)
	}
	var both pgx.Batch
	both.Queue(attributes, d.Staff, d.Via)
	both.Queue(sql, args...).Exec(func(t pgconn.CommandTag) error {
		tag = t
		return nil
	})
	return tag, db.pool.SendBatch(ctx, &both).Close()
}

// NoteAccess notes what is no change of a table: who came in or tried to, and who left. Whose it is to know follows
// from whom it is about. N2
func (db *DB) NoteAccess(ctx context.Context, a Access) error {
	if d, ok := doerOf(ctx); ok && a.Via == "" {
		a.By, a.Via = d.Staff, d.Via
	}
	return db.exec(ctx, "note access", `
INSERT INTO access_log (by, via, what, entity, entity_id, staff, fields, refused, address, communities)
VALUES ($1, coalesce(nullif($2, ''), '`+viaProgram+`'), $3, $4, $5, $6, $7, $8, $9,
  coalesce((SELECT communities FROM staff WHERE id = $6), '{}'))`,
		a.By, a.Via, a.What, a.Entity, a.EntityID, a.Staff, some(a.Fields), a.Refused, a.Address)
}

// AccessFilter says which lines are asked for; what is zero does not filter, except Communities.
type AccessFilter struct {
	Communities []string // what is nobody's community is only for who keeps all. N1
	Person      string   // who did it, or whom it is about
	What        string
	Entity      string
	Cursor      string
	Limit       int
}

// AccessLog lists the log, the newest first.
func (db *DB) AccessLog(ctx context.Context, f AccessFilter) (Page[Access], error) {
	return list[Access, int64]{
		op: "access log", cursor: f.Cursor, limit: f.Limit, first: math.MaxInt64,
		query: f.statement, scan: scanAccess, place: func(a Access) int64 { return a.ID },
	}.read(ctx, db)
}

func (f AccessFilter) statement(after int64, rows int) (string, []any) {
	var c conditions
	c.add("id < $?", after)
	c.add("($? && ARRAY['*'] OR communities && $?)", some(f.Communities))
	if f.Person != "" {
		c.add("(by = $? OR staff = $?)", f.Person)
	}
	if f.What != "" {
		c.add("what = $?", f.What)
	}
	if f.Entity != "" {
		c.add("entity = $?", f.Entity)
	}
	return `
SELECT id, at, by, via, what, entity, entity_id, staff, fields, refused, address, communities
FROM access_log WHERE ` + c.String() + fmt.Sprintf(` ORDER BY id DESC LIMIT %d`, rows), c.args
}

func scanAccess(row pgx.CollectableRow) (a Access, err error) {
	a, err = pgx.RowToStructByPos[Access](row)
	a.At = a.At.UTC()
	return a, err
}

// prunedAtOnce bounds what one statement deletes.
const prunedAtOnce = 5000

// PruneAccess deletes what is older than a moment; the last half year stays whatever the moment is.
func (db *DB) PruneAccess(ctx context.Context, before time.Time) error {
	for {
		var gone int
		err := db.row(ctx, "prune access log", `SELECT prune_access($1, $2)`, []any{before, prunedAtOnce}, &gone)
		if err != nil || gone < prunedAtOnce {
			return err
		}
	}
}
