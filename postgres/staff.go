package postgres

import (
	"cmp"
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure/people"
)

// Staff is a person who works with cases.
type Staff struct {
	ID          string        `json:"id"`
	Name        string        `json:"name"`
	Email       string        `json:"email,omitempty"`
	Language    string        `json:"language,omitempty"`
	Roles       []people.Role `json:"roles"`
	Communities []string      `json:"communities"`
	Department  string        `json:"department,omitempty"`
	Disabled    bool          `json:"disabled,omitempty"`
	// Tokens are those that are neither revoked nor expired.
	Tokens []Token `json:"tokens,omitempty"`
}

// Token lets a member of staff in. Only the SHA-256 of the token itself is known.
type Token struct {
	ID        string     `json:"id"`
	StaffID   string     `json:"staff_id"`
	Hash      []byte     `json:"-"`
	Label     string     `json:"label,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	ReadOnly  bool       `json:"read_only,omitempty"`
	Community string     `json:"community,omitempty"` // empty: all of the person's
}

// Staff lists everybody with their live tokens, the disabled too.
func (db *DB) Staff(ctx context.Context) ([]Staff, error) {
	staff, err := collect(ctx, db, "staff", `
SELECT id, name, email, language, roles, communities, department, disabled FROM staff ORDER BY id`, nil,
		func(row pgx.CollectableRow) (s Staff, err error) {
			err = row.Scan(&s.ID, &s.Name, &s.Email, &s.Language, &s.Roles, &s.Communities, &s.Department, &s.Disabled)
			return s, err
		})
	if err != nil {
		return nil, err
	}
	tokens, err := collect(ctx, db, "tokens", `
SELECT id, staff_id, hash, label, created_at, expires_at, read_only, community FROM tokens
WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) ORDER BY staff_id, created_at, id`, nil,
		pgx.RowToStructByPos[Token])
	if err != nil {
		return nil, err
	}
	of := map[string][]Token{}
	for _, t := range tokens {
		t.CreatedAt, t.ExpiresAt = t.CreatedAt.UTC(), inUTC(t.ExpiresAt)
		of[t.StaffID] = append(of[t.StaffID], t)
	}
	for i := range staff {
		staff[i].Tokens = of[staff[i].ID]
	}
	return staff, nil
}

// PutStaff adds a person or replaces what is known of them; their tokens stay.
func (db *DB) PutStaff(ctx context.Context, s Staff) error {
	return db.exec(ctx, "put staff", putStaff, s.args()...)
}

// KeepStaff is PutStaff for who keeps the directory: somebody must be left who keeps all of it.
func (db *DB) KeepStaff(ctx context.Context, s Staff) error {
	return db.changingStaff(ctx, "keep staff", callTimeout, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, putStaff, s.args()...)
		return err
	})
}

const putStaff = `
INSERT INTO staff (id, name, email, language, roles, communities, department, disabled)
VALUES ($1, $2, $3, $4, coalesce($5::text[], '{}'), coalesce($6::text[], '{}'), $7, $8)
ON CONFLICT (id) DO UPDATE SET (name, email, language, roles, communities, department, disabled)
  = (excluded.name, excluded.email, excluded.language, excluded.roles, excluded.communities, excluded.department,
     excluded.disabled)`

func (s Staff) args() []any {
	return []any{s.ID, s.Name, s.Email, cmp.Or(s.Language, defaultLanguage), s.Roles, s.Communities, s.Department, s.Disabled}
}

// PutToken adds a token; one with the same hash is there already and stays as it is.
func (db *DB) PutToken(ctx context.Context, t Token) error {
	return db.exec(ctx, "put token", `
INSERT INTO tokens (id, staff_id, hash, label, expires_at, read_only, community) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (hash) DO NOTHING`, t.ID, t.StaffID, t.Hash, t.Label, t.ExpiresAt, t.ReadOnly, t.Community)
}

// RevokeToken ends a token.
func (db *DB) RevokeToken(ctx context.Context, id string) error {
	return db.change(ctx, "revoke token", `UPDATE tokens SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1`, id)
}
