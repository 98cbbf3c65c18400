package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// rights are what the application's role may do with a table beside reading it, where that is less than
// writing freely. Nothing of the record can be changed or removed: only the functions that erase do that. N2
var rights = map[string][]string{
	"events":           {"INSERT"},
	"event_proofs":     {}, // erase_event writes them
	"case_secrets":     {"INSERT"},
	"readings":         {"INSERT"},
	"refusals":         {"INSERT"},
	"policies":         {"INSERT"},
	"idempotency_keys": {"INSERT"},
	"erasures":         {"INSERT", "UPDATE (finished_at)"},
	"holds":            {"INSERT", "UPDATE (lifted_at, lifted_by, lift_reason)"},
	"filings":          {"INSERT", "UPDATE (body, at)"},
	"summaries":        {"INSERT"},
	"tokens":           {"INSERT", "UPDATE (revoked_at)"},
	// An answer is never changed; both go when their time is over. M1
	"survey_households": {"INSERT", "DELETE"},
	"survey_answers":    {"INSERT", "DELETE"},
	migrated:            {},
}

// migrated is where goose notes what it has done.
const migrated = "goose_db_version"

// appendOnlyTrigger is the name of the trigger that makes a table append-only; such a table needs no entry
// among the rights.
const appendOnlyTrigger = "append_only"

// ErrNoRole means that the application's role is missing and the owner may not make it.
var ErrNoRole = &Error{code: "no_application_role"}

// Permit gives the role that the application connects with what it needs and no more, whatever it had
// before; a role that is missing is made. It has to be the tables' owner who calls it, after Migrate.
// When both are one role, nothing can be withheld from it.
func (db *DB) Permit(ctx context.Context, application *DB) error {
	app := application.pool.Config().ConnConfig
	if app.User == db.pool.Config().ConnConfig.User {
		return nil
	}
	return failed("permit "+app.User, pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('bihuan permit', 0))`); err != nil {
			return err
		}
		if err := makeRole(ctx, tx, app.User, app.Password); err != nil {
			return err
		}
		tables, err := grants(ctx, tx)
		if err != nil {
			return err
		}
		return permit(ctx, tx, app.User, app.Database, tables)
	}))
}

// makeRole makes the role where it is missing. One that is there keeps its password.
func makeRole(ctx context.Context, tx pgx.Tx, name, password string) error {
	var sql *string
	err := tx.QueryRow(ctx, `
SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %L', $1::text, $2::text)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`, name, password).Scan(&sql)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err == nil {
		_, err = tx.Exec(ctx, *sql)
	}
	if err != nil {
		return &Error{code: ErrNoRole.code, cause: fmt.Errorf("an administrator has to make it: CREATE ROLE %s LOGIN PASSWORD …: %w", name, err)}
	}
	return nil
}

// table is a table and what may be done with it.
type table struct{ Name, Rights string }

// grants decides about every table that there is.
func grants(ctx context.Context, tx pgx.Tx) ([]table, error) {
	rows, err := tx.Query(ctx, `
SELECT relname, EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgname = $1)
FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname`, appendOnlyTrigger)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (t table, err error) {
		var appendOnly bool
		err = row.Scan(&t.Name, &appendOnly)
		t.Rights = rightsTo(t.Name, appendOnly)
		return t, err
	})
}

func rightsTo(table string, appendOnly bool) string {
	may, named := rights[table]
	switch {
	case named:
	case appendOnly:
		may = []string{"INSERT"}
	default:
		may = []string{"INSERT", "UPDATE", "DELETE"}
	}
	return strings.Join(append([]string{"SELECT"}, may...), ", ")
}

// permit withholds everything from everybody but the owner, then gives the role its part.
func permit(ctx context.Context, tx pgx.Tx, role, database string, tables []table) error {
	app := pgx.Identifier{role}.Sanitize()
	statements := []string{
		"REVOKE CREATE, TEMPORARY ON DATABASE " + pgx.Identifier{database}.Sanitize() + " FROM PUBLIC, " + app,
		"REVOKE CREATE ON SCHEMA public FROM PUBLIC, " + app,
		"GRANT USAGE ON SCHEMA public TO " + app,
		"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC",
		"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO " + app,
	}
	for _, t := range tables {
		name := pgx.Identifier{t.Name}.Sanitize()
		statements = append(statements,
			"REVOKE ALL ON "+name+" FROM PUBLIC, "+app, // on the columns too
			"GRANT "+t.Rights+" ON "+name+" TO "+app)
	}
	for _, sql := range statements {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

// MayRewrite says whether this connection's role could change what is recorded, so that the record is held by
// triggers alone.
func (db *DB) MayRewrite(ctx context.Context) (may bool, err error) {
	err = db.row(ctx, "privileges", `
SELECT has_table_privilege('events', 'UPDATE, DELETE, TRUNCATE') OR pg_has_role(tableowner, 'USAGE')
FROM pg_tables WHERE schemaname = 'public' AND tablename = 'events'`, nil, &may)
	return may, err
}
