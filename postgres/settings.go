package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bihuan/procedure/people"
)

// SettingsVersion is the settings as somebody left them. P1
type SettingsVersion struct {
	Version int         `json:"version"`
	At      time.Time   `json:"at"`
	Staff   string      `json:"staff"`
	Role    people.Role `json:"role"`
	Why     string      `json:"why"`
	// Changes are those against the version before, by path.
	Changes json.RawMessage `json:"changes"`
	// Document is everything, left out of lists.
	Document json.RawMessage `json:"document,omitempty"`
}

// ErrSettingsChanged means that somebody else has changed the settings meanwhile.
var ErrSettingsChanged = &Error{code: "settings_changed"}

// NewestSettings gives the number of the newest version; zero when there is none.
func (db *DB) NewestSettings(ctx context.Context) (version int, err error) {
	err = db.row(ctx, "newest settings", `SELECT coalesce(max(version), 0) FROM settings_versions`, nil, &version)
	return version, err
}

// SettingsVersion gives one version, whole.
func (db *DB) SettingsVersion(ctx context.Context, version int) (v SettingsVersion, err error) {
	err = db.row(ctx, "settings version", `
SELECT version, at, staff, role, why, changes, document FROM settings_versions WHERE version = $1`,
		[]any{version}, &v.Version, &v.At, &v.Staff, &v.Role, &v.Why, &v.Changes, &v.Document)
	v.At = v.At.UTC()
	return v, err
}

// SettingsVersions lists versions without their documents, the newest first.
func (db *DB) SettingsVersions(ctx context.Context, cursor string, limit int) (Page[SettingsVersion], error) {
	return list[SettingsVersion, int]{
		op: "settings versions", cursor: cursor, limit: limit, first: math.MaxInt32,
		query: func(before, rows int) (string, []any) {
			return `
SELECT version, at, staff, role, why, changes FROM settings_versions WHERE version < $1 ORDER BY version DESC LIMIT $2`, []any{before, rows}
		},
		scan: scanSettingsVersion, place: func(v SettingsVersion) int { return v.Version },
	}.read(ctx, db)
}

func scanSettingsVersion(row pgx.CollectableRow) (v SettingsVersion, err error) {
	err = row.Scan(&v.Version, &v.At, &v.Staff, &v.Role, &v.Why, &v.Changes)
	v.At = v.At.UTC()
	return v, err
}

// AddSettings adds the version that follows the newest; of two that do so at once one is told ErrSettingsChanged.
func (db *DB) AddSettings(ctx context.Context, v SettingsVersion) error {
	err := db.change(ctx, "add settings", `
INSERT INTO settings_versions (version, at, staff, role, why, changes, document)
SELECT $1, $2, $3, $4, $5, $6, $7 WHERE (SELECT coalesce(max(version), 0) FROM settings_versions) = $1 - 1`,
		v.Version, v.At, v.Staff, v.Role, clean(v.Why), storable(v.Changes), storable(v.Document))
	var refused *pgconn.PgError
	if errors.Is(err, ErrNotFound) || errors.As(err, &refused) && refused.Code == uniqueViolation {
		return &Error{code: ErrSettingsChanged.code, op: "add settings", cause: err}
	}
	return err
}

// InUse is what the open cases use of the settings.
type InUse struct {
	Communities, Categories, Departments []string
}

// SettingsInUse lists what the open cases use of the settings.
func (db *DB) SettingsInUse(ctx context.Context) (use InUse, err error) {
	err = db.row(ctx, "settings in use", `
SELECT ARRAY(SELECT DISTINCT community FROM cases WHERE open ORDER BY 1),
  ARRAY(SELECT DISTINCT category FROM cases WHERE open AND category IS NOT NULL ORDER BY 1),
  ARRAY(SELECT DISTINCT d FROM cases, unnest(departments) AS d WHERE open AND d IS NOT NULL ORDER BY 1)`,
		nil, &use.Communities, &use.Categories, &use.Departments)
	return use, err
}

// Holding is an open case and the version of the policy that it keeps.
type Holding struct {
	Number, Community, Policy string
}

// HoldingFilter says which open cases are meant: of some communities and kinds and, where there are any, numbers.
type HoldingFilter struct {
	Communities, Kinds, Numbers []string
	// Unlike are policies that they do not keep.
	Unlike []string
}

const holding = `
WHERE open AND (community = ANY($1) OR '*' = ANY($1)) AND kind = ANY($2)
  AND (number = ANY($3) OR cardinality(coalesce($3, '{}'::text[])) = 0)
  AND policy_version <> ALL (coalesce($4, '{}'::text[]))`

// Holdings lists open cases after a number, in the order of their numbers. P1
func (db *DB) Holdings(ctx context.Context, f HoldingFilter, after string, limit int) ([]Holding, error) {
	return collect(ctx, db, "holdings", `
SELECT number, community, policy_version FROM cases`+holding+` AND number > $5
ORDER BY number LIMIT $6`, []any{f.Communities, f.Kinds, f.Numbers, f.Unlike, after, limit}, pgx.RowToStructByPos[Holding])
}

// CountHolding counts open cases by community and by the policy that they keep.
func (db *DB) CountHolding(ctx context.Context, f HoldingFilter) ([]HoldingCount, error) {
	return collect(ctx, db, "count holding", `
SELECT community, policy_version, count(*) FROM cases`+holding+`
GROUP BY 1, 2 ORDER BY 1, 2`, []any{f.Communities, f.Kinds, f.Numbers, f.Unlike}, pgx.RowToStructByPos[HoldingCount])
}

// HoldingCount is how many open cases of a community keep one policy.
type HoldingCount struct {
	Community, Policy string
	Cases             int
}
