package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/directory"
)

const (
	selectStaff = `
SELECT id, name, email, phone, language, roles, communities, department, disabled, version FROM staff WHERE `
	insertStaff = `
INSERT INTO staff (id, name, email, phone, language, roles, communities, department) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	updateStaff = `
UPDATE staff SET name = $2, email = $3, phone = $4, language = $5, roles = $6, communities = $7, department = $8 WHERE id = $1`
)

func staffArgs(s directory.Staff) []any {
	return []any{s.ID, s.Name, s.Email, s.Phone, s.Language, s.Roles, some(s.Communities), s.Department}
}

// StaffOf lists the staff of communities, without their tokens.
func (db *DB) StaffOf(ctx context.Context, communities []string, cursor string, limit int) (Page[directory.Staff], error) {
	return list[directory.Staff, string]{
		op: "staff of", cursor: cursor, limit: limit,
		query: func(after string, rows int) (string, []any) {
			return selectStaff + theirs + ` AND id > $2 ORDER BY id LIMIT $3`, []any{some(communities), after, rows}
		},
		scan: pgx.RowToStructByPos[directory.Staff], place: func(s directory.Staff) string { return s.ID },
	}.read(ctx, db)
}

// theirs limits a query to staff who work in one of the communities in its first parameter, or in all. N1
const theirs = `($1::text[] @> '{*}' OR communities && ($1::text[] || '{*}'::text[]))`

// StaffMember gives one member of staff who works in one of the communities.
func (db *DB) StaffMember(ctx context.Context, communities []string, id string) (directory.Staff, error) {
	return one(ctx, db, "staff member", selectStaff+theirs+` AND id = $2`, []any{some(communities), id}, pgx.RowToStructByPos[directory.Staff])
}

// AddStaff adds a member of staff at version 1; an ID is never used twice.
func (db *DB) AddStaff(ctx context.Context, s directory.Staff) error {
	return kept("add staff", db.exec(ctx, "add staff", insertStaff, staffArgs(s)...))
}

// ChangeStaff replaces what is known of somebody who is at a version.
func (db *DB) ChangeStaff(ctx context.Context, s directory.Staff) error {
	return db.changingStaff(ctx, "change staff", callTimeout, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, updateStaff+" AND version = $9", append(staffArgs(s), s.Version)...)
		if err == nil && tag.RowsAffected() == 0 {
			return ErrChanged
		}
		return err
	})
}

// Disable lets somebody act no more, or again. It asks for no version: it must work at once.
func (db *DB) Disable(ctx context.Context, id string, disabled bool) error {
	return db.changingStaff(ctx, "disable staff", callTimeout, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE staff SET disabled = $2 WHERE id = $1`, id, disabled)
		return err
	})
}

// changingStaff runs a change of staff, all of it or nothing, while nobody else changes them. It refuses
// one that leaves nobody to keep all of the directory.
func (db *DB) changingStaff(ctx context.Context, op string, timeout time.Duration, change func(pgx.Tx) error) error {
	return db.within(ctx, op, timeout, func(tx pgx.Tx) error {
		if err := alone(ctx, tx, "staff"); err != nil {
			return err
		}
		before, err := administered(ctx, tx)
		if err != nil {
			return err
		}
		if err := change(tx); err != nil {
			return err
		}
		after, err := administered(ctx, tx)
		if err == nil && before && !after {
			return ErrLastAdmin
		}
		return err
	})
}

func administered(ctx context.Context, tx pgx.Tx) (is bool, err error) {
	err = tx.QueryRow(ctx, `
SELECT EXISTS (SELECT FROM staff WHERE NOT disabled AND roles @> '{admin}' AND communities @> '{*}')`).Scan(&is)
	return is, err
}
