package postgres

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// insufficientPrivilege is the SQLSTATE of "permission denied" and "must be owner".
const insufficientPrivilege = "42501"

func column[T any](t *testing.T, db *DB, sql string, args ...any) []T {
	t.Helper()
	rows, err := db.pool.Query(t.Context(), sql, args...)
	must(t, err)
	found, err := pgx.CollectRows(rows, pgx.RowTo[T])
	must(t, err)
	return found
}

// appendOnlyTables are those that are declared so: by their trigger, or by rights without any change.
func appendOnlyTables(t *testing.T, db *DB) []string {
	t.Helper()
	tables := column[string](t, db, `SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname = $1`, appendOnlyTrigger)
	for name, may := range rights {
		if !slices.ContainsFunc(may, func(right string) bool { return right != "INSERT" }) {
			tables = append(tables, name)
		}
	}
	slices.Sort(tables)
	return slices.Compact(tables)
}

// N2: in the catalogue of Postgres itself, no table that is declared append-only can be changed by the
// application's role, not in a single column.
func TestNoAppendOnlyTableCanBeChanged_N2(t *testing.T) {
	db := fresh(t)
	tables := appendOnlyTables(t, db)
	for _, needed := range []string{"events", "event_proofs", "readings", "case_secrets"} {
		if !slices.Contains(tables, needed) {
			t.Errorf("%s is not declared append-only", needed)
		}
	}
	for _, name := range tables {
		if column[bool](t, db, `SELECT has_table_privilege($1, 'UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') OR has_any_column_privilege($1, 'UPDATE')`, name)[0] {
			t.Errorf("the application may change %s", name)
		}
	}
	for _, name := range column[string](t, db, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND
has_table_privilege(oid, 'TRUNCATE, REFERENCES, TRIGGER')`) {
		t.Errorf("the application may empty %s or lay triggers on it", name)
	}
	for name := range rights {
		if len(column[int](t, db, `SELECT 1 FROM pg_class WHERE oid = to_regclass($1)`, name)) == 0 {
			t.Errorf("there is no table %s", name)
		}
	}
}

// N2: the role owns nothing, can make nothing, and the functions with the owner's rights are those that erase.
func TestTheApplicationsRoleIsSmall_N2(t *testing.T) {
	db := fresh(t)
	if got := column[bool](t, db, `
SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication
  OR has_schema_privilege('public', 'CREATE') OR has_database_privilege(current_database(), 'CREATE')
  OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) OR EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid)
FROM pg_roles r WHERE rolname = current_user`); got[0] {
		t.Error("it has more rights than the application needs")
	}
	definers := column[string](t, db, `
SELECT proname || ' ' || coalesce(array_to_string(proconfig, ','), 'no search_path') FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY 1`)
	same(t, "functions with the owner's rights", definers,
		[]string{"erase_beside_events search_path=public, pg_temp", "erase_event search_path=public, pg_temp", "prune_access search_path=public, pg_temp"})
	same(t, "functions open to everybody", column[string](t, db, `
SELECT proname FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
WHERE pronamespace = 'public'::regnamespace AND a.grantee = 0`), []string{})
	if may, err := db.MayRewrite(t.Context()); err != nil || may {
		t.Errorf("it says that the record may be rewritten: %v, %v", may, err)
	}
	if may, err := owned(t, db).MayRewrite(t.Context()); err != nil || !may {
		t.Errorf("the owner cannot: %v, %v", may, err)
	}
}

// N2: whoever holds the application's password tries it in vain, each time for lack of rights.
func TestTheApplicationCannotTamper_N2(t *testing.T) {
	db := fresh(t)
	must(t, owned(t, db).Permit(t.Context(), db)) // a template's rights on the database itself are not copied
	record(t, db, sample("TS-1"))
	var tries []string
	for _, name := range appendOnlyTables(t, db) {
		some := column[string](t, db, `SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum = 2`, name)[0]
		tries = append(tries,
			"UPDATE "+name+" SET "+some+" = NULL", "DELETE FROM "+name, "TRUNCATE "+name, "DROP TABLE "+name+" CASCADE",
			"ALTER TABLE "+name+" DISABLE TRIGGER ALL", "ALTER TABLE "+name+" ADD COLUMN x text",
			"CREATE RULE r AS ON INSERT TO "+name+" DO INSTEAD NOTHING")
	}
	tries = append(tries,
		"DROP TRIGGER append_only ON events", "SET session_replication_role = replica", "SET ROLE "+column[string](t, db,
			`SELECT quote_ident(tableowner) FROM pg_tables WHERE tablename = 'events'`)[0],
		"CREATE TABLE mine (x int)", "CREATE TEMPORARY TABLE events (x int)", "CREATE SCHEMA mine", "CREATE FUNCTION public.grams(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
		"CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
		"ALTER FUNCTION erase_event SET search_path = pg_temp", "UPDATE filings SET number = 'x'", "DELETE FROM filings", "DELETE FROM holds",
		"DELETE FROM erasures", "UPDATE erasures SET reason = ''", "UPDATE tokens SET staff_id = 'x'",
		"INSERT INTO events SELECT * FROM events ON CONFLICT (number, seq) DO UPDATE SET type = 'x'",
		"COPY events TO PROGRAM 'true'")
	for _, sql := range tries {
		_, err := db.pool.Exec(t.Context(), sql)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != insufficientPrivilege {
			t.Errorf("%s: %v", sql, err)
		}
	}
	same(t, "events", counts(t, db)["events"], 2)
}

// N2: a table that comes later is covered without anybody naming it: append-only by its trigger, else writable.
// Giving the rights again takes away what somebody gave beside them.
func TestLaterTablesAreCovered_N2(t *testing.T) {
	db := fresh(t)
	owner := owned(t, db)
	app := pgx.Identifier{server.template}.Sanitize()
	_, err := owner.pool.Exec(t.Context(), `
CREATE TABLE later_log (x int); CREATE TABLE later_list (x int);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON later_log FOR EACH ROW EXECUTE FUNCTION refuse_event_change();
GRANT ALL ON later_log TO PUBLIC; GRANT ALL ON events TO `+app+`; GRANT UPDATE (data) ON events TO `+app)
	must(t, err)
	for range 2 {
		must(t, owner.Permit(t.Context(), db))
	}
	same(t, "rights", column[bool](t, db, `
SELECT has_table_privilege(name, may) FROM (VALUES (1, 'later_log', 'SELECT'), (2, 'later_log', 'INSERT'), (3, 'later_log', 'UPDATE, DELETE'),
  (4, 'later_list', 'UPDATE'), (5, 'later_list', 'DELETE'), (6, 'later_list', 'TRUNCATE'), (7, 'events', 'UPDATE, DELETE, TRUNCATE')) AS v (n, name, may) ORDER BY n`),
		[]bool{true, true, false, true, true, false, false})
	if column[bool](t, db, `SELECT has_any_column_privilege('events', 'UPDATE')`)[0] {
		t.Error("a column's right outlived")
	}
}

// An owner that may not make roles says what is missing; one role for both is left alone.
func TestPermitWithoutARole(t *testing.T) {
	db := fresh(t)
	missing, err := Open(t.Context(), strings.Replace(applicationURL("postgres"), server.template+":", "nobody_here:", 1))
	must(t, err)
	defer missing.Close()
	if err := db.Permit(t.Context(), missing); !errors.Is(err, ErrNoRole) || !strings.Contains(err.Error(), "CREATE ROLE nobody_here") {
		t.Errorf("got %v", err)
	}
	must(t, db.Permit(t.Context(), db))
}
