package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Session is somebody who is logged in. Only the SHA-256 of the cookie is known.
type Session struct {
	ID        string
	Hash      []byte
	StaffID   string
	Method    string // password or oidc
	Second    bool   // a second factor was proved
	Agent     string // the browser, as it calls itself
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
}

const sessionColumns = `id, hash, staff_id, method, second, agent, created_at, seen_at, expires_at`

// PutSession adds a session. The one that it replaces, if any, ends in the same instant.
func (db *DB) PutSession(ctx context.Context, s Session, replaces string) error {
	return db.exec(ctx, "put session", `
WITH replaced AS (DELETE FROM sessions WHERE id = $10)
INSERT INTO sessions (`+sessionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.ID, s.Hash, s.StaffID, s.Method, s.Second, s.Agent, s.CreatedAt, s.SeenAt, s.ExpiresAt, replaces)
}

// Sessions lists all that have not run out.
func (db *DB) Sessions(ctx context.Context) ([]Session, error) {
	sessions, err := collect(ctx, db, "sessions", `SELECT `+sessionColumns+` FROM sessions WHERE expires_at > now() ORDER BY created_at, id`,
		nil, pgx.RowToStructByPos[Session])
	for i := range sessions {
		s := &sessions[i]
		s.CreatedAt, s.SeenAt, s.ExpiresAt = s.CreatedAt.UTC(), s.SeenAt.UTC(), s.ExpiresAt.UTC()
	}
	return sessions, err
}

// SeenSessions keeps when sessions were last used, by ID.
func (db *DB) SeenSessions(ctx context.Context, seen map[string]time.Time) error {
	ids, times := make([]string, 0, len(seen)), make([]time.Time, 0, len(seen))
	for id, at := range seen {
		ids, times = append(ids, id), append(times, at)
	}
	return db.exec(ctx, "seen sessions", `
UPDATE sessions s SET seen_at = u.at FROM unnest($1::text[], $2::timestamptz[]) AS u (id, at)
WHERE s.id = u.id AND s.seen_at < u.at`, ids, times)
}

// EndSession ends one session of a person; ErrNotFound when it is not theirs or has ended.
func (db *DB) EndSession(ctx context.Context, staffID, id string) error {
	return db.change(ctx, "end session", `DELETE FROM sessions WHERE staff_id = $1 AND id = $2`, staffID, id)
}

// EndSessions ends all sessions of a person but one, if that is named.
func (db *DB) EndSessions(ctx context.Context, staffID, but string) error {
	return db.exec(ctx, "end sessions", `DELETE FROM sessions WHERE staff_id = $1 AND id <> $2`, staffID, but)
}

// RevokeOwnToken ends a token of a person; ErrNotFound when it is not theirs.
func (db *DB) RevokeOwnToken(ctx context.Context, staffID, id string) error {
	return db.change(ctx, "revoke token", `
UPDATE tokens SET revoked_at = coalesce(revoked_at, now()) WHERE staff_id = $1 AND id = $2`, staffID, id)
}

// SweepLogins deletes sessions that have run out or lie idle since before, and tries that are forgotten.
func (db *DB) SweepLogins(ctx context.Context, now, idleSince time.Time) error {
	if err := db.exec(ctx, "sweep sessions", `DELETE FROM sessions WHERE expires_at <= $1 OR seen_at < $2`, now, idleSince); err != nil {
		return err
	}
	return db.exec(ctx, "sweep attempts", `DELETE FROM attempts WHERE last_at < $1::timestamptz - interval '1 day' AND blocked_until < $1`, now)
}
