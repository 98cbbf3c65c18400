package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Account is what a member of staff proves with that it is them.
type Account struct {
	StaffID         string
	Password        string // argon2id; empty: no local password
	MustChange      bool
	PasswordExpires *time.Time
	TOTPSecret      []byte // encrypted
	TOTPPending     []byte // encrypted, not proved yet
}

// Account gives a person's account; who has none has an empty one.
func (db *DB) Account(ctx context.Context, staffID string) (Account, error) {
	found, err := collect(ctx, db, "account", `
SELECT staff_id, password, must_change, password_expires, totp_secret, totp_pending FROM accounts WHERE staff_id = $1`,
		[]any{staffID}, pgx.RowToStructByPos[Account])
	if err != nil || len(found) == 0 {
		return Account{StaffID: staffID}, err
	}
	return found[0], nil
}

// Standing is what every request needs to know of an account.
type Standing struct {
	StaffID    string
	MustChange bool
	HasSecond  bool
}

// Standings lists the standing of everybody who has an account.
func (db *DB) Standings(ctx context.Context) ([]Standing, error) {
	return collect(ctx, db, "standings", `SELECT staff_id, must_change, totp_secret IS NOT NULL FROM accounts`, nil,
		pgx.RowToStructByPos[Standing])
}

// SetPassword replaces a password by its hash. One that expires is for one use: it must be changed.
func (db *DB) SetPassword(ctx context.Context, staffID, hash string, expires *time.Time) error {
	return db.exec(ctx, "set password", `
INSERT INTO accounts (staff_id, password, must_change, password_expires) VALUES ($1, $2, $3, $4)
ON CONFLICT (staff_id) DO UPDATE SET (password, must_change, password_expires)
  = (excluded.password, excluded.must_change, excluded.password_expires)`, staffID, hash, expires != nil, expires)
}

// OfferSecond keeps a second factor's secret until its owner has proved that they hold it.
func (db *DB) OfferSecond(ctx context.Context, staffID string, secret []byte) error {
	return db.exec(ctx, "offer second factor", `
INSERT INTO accounts (staff_id, totp_pending) VALUES ($1, $2)
ON CONFLICT (staff_id) DO UPDATE SET totp_pending = excluded.totp_pending`, staffID, secret)
}

// ConfirmSecond makes the offered secret the second factor; ErrNotFound when it is not the one that was proved.
func (db *DB) ConfirmSecond(ctx context.Context, staffID string, secret []byte, step int64, recovery [][]byte) error {
	return db.change(ctx, "confirm second factor", `
UPDATE accounts SET totp_secret = totp_pending, totp_pending = NULL, totp_step = $3, recovery = $4
WHERE staff_id = $1 AND totp_pending = $2 AND totp_secret IS NULL`, staffID, secret, step, recovery)
}

// UseStep spends the code of a time step; ErrNotFound when that step or a later one was used before.
func (db *DB) UseStep(ctx context.Context, staffID string, step int64) error {
	return db.change(ctx, "use code", `UPDATE accounts SET totp_step = $2 WHERE staff_id = $1 AND totp_step < $2`, staffID, step)
}

// UseRecovery spends a recovery code; ErrNotFound when there is none of that hash.
func (db *DB) UseRecovery(ctx context.Context, staffID string, hash []byte) error {
	return db.change(ctx, "use recovery code", `
UPDATE accounts SET recovery = array_remove(recovery, $2) WHERE staff_id = $1 AND $2 = ANY (recovery)`, staffID, hash)
}

// DropSecond takes a person's second factor away.
func (db *DB) DropSecond(ctx context.Context, staffID string) error {
	return db.exec(ctx, "drop second factor", `
UPDATE accounts SET totp_secret = NULL, totp_pending = NULL, recovery = '{}' WHERE staff_id = $1`, staffID)
}

// Identity binds a provider's subject to a member of staff.
type Identity struct {
	Issuer, Subject, StaffID string
	Managed                  bool // roles come from the provider
}

// Identity finds who a provider's subject is; ErrNotFound when it has not been bound.
func (db *DB) Identity(ctx context.Context, issuer, subject string) (Identity, error) {
	i := Identity{Issuer: issuer, Subject: subject}
	err := db.row(ctx, "identity", `SELECT staff_id, managed FROM identities WHERE issuer = $1 AND subject = $2`,
		[]any{issuer, subject}, &i.StaffID, &i.Managed)
	return i, err
}

// Bind keeps who a subject is. Whom it is bound to stays; only whether roles come from the provider may change.
func (db *DB) Bind(ctx context.Context, i Identity) error {
	return db.exec(ctx, "bind identity", `
INSERT INTO identities (issuer, subject, staff_id, managed) VALUES ($1, $2, $3, $4)
ON CONFLICT (issuer, subject) DO UPDATE SET managed = excluded.managed`, i.Issuer, i.Subject, i.StaffID, i.Managed)
}

// Limit says how often something may fail before there is a wait, which doubles with each further failure.
type Limit struct {
	Free   int           // failures without a wait
	Most   time.Duration // the longest wait
	Forget time.Duration // in which one failure is forgotten
}

// Attempt counts a try before it is made, so that tries at the same time cannot outrun the count. It gives how
// long to wait instead; zero lets it go ahead. A try that has to wait does not count: nobody is kept out for ever.
func (db *DB) Attempt(ctx context.Context, subject string, l Limit, now time.Time) (wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	tag, err := db.pool.Exec(ctx, `
INSERT INTO attempts AS a (subject, failures, last_at, blocked_until) VALUES ($1, 1, $2, $2)
ON CONFLICT (subject) DO UPDATE SET (failures, last_at, blocked_until) = (
  SELECT n, $2::timestamptz,
    CASE WHEN n <= $3 THEN $2::timestamptz
    ELSE $2::timestamptz + make_interval(secs => least($4::float8, power(2, least(n - $3 - 1, 20)))) END
  FROM (SELECT 1 + greatest(a.failures - floor(extract(epoch FROM $2::timestamptz - a.last_at) / $5::float8), 0)::int AS n) AS remembered)
WHERE a.blocked_until <= $2`, subject, now, l.Free, l.Most.Seconds(), l.Forget.Seconds())
	if err != nil || tag.RowsAffected() == 1 {
		return 0, failed("attempt", err)
	}
	var until time.Time
	if err := db.row(ctx, "attempt", `SELECT blocked_until FROM attempts WHERE subject = $1`, []any{subject}, &until); err != nil {
		return 0, err
	}
	return max(until.Sub(now), time.Second), nil
}

// Forgive forgets what was tried: it succeeded.
func (db *DB) Forgive(ctx context.Context, subjects ...string) error {
	return db.exec(ctx, "forgive attempts", `DELETE FROM attempts WHERE subject = ANY ($1)`, subjects)
}

// Pardon takes one try back: it succeeded, and says nothing about the others of the same subject.
func (db *DB) Pardon(ctx context.Context, subject string) error {
	return db.exec(ctx, "pardon attempt", `UPDATE attempts SET failures = greatest(failures - 1, 0), blocked_until = last_at WHERE subject = $1`, subject)
}
