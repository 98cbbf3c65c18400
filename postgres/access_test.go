package postgres

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure/people"
)

// lines writes a log, the oldest first, as one can read it.
func lines(t *testing.T, db *DB, f AccessFilter) []string {
	t.Helper()
	if f.Communities == nil {
		f.Communities = []string{people.AllCommunities}
	}
	found, err := db.AccessLog(t.Context(), f)
	must(t, err)
	var out []string
	for i := len(found.Items) - 1; i >= 0; i-- {
		a := found.Items[i]
		out = append(out, strings.Join(strings.Fields(fmt.Sprint(a.By, " ", a.Via, " ", a.What, " ", a.Entity, " ", a.Staff, " ", a.Fields, " ", a.Refused)), " "))
	}
	return out
}

// beside runs a statement as somebody does who has the database and not the program.
func beside(t *testing.T, db *DB, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), databaseURL(db.pool.Config().ConnConfig.Database))
	must(t, err)
	_, err = conn.Exec(t.Context(), sql)
	must(t, errors.Join(err, conn.Close(t.Context())))
}

// N2: every change of staff, accounts, tokens and the directory is noted with who made it and the names of what
// changed, never a value; what changes nothing is not; a change past the program is seen to be one.
func TestChangesAreNoted_N2(t *testing.T) {
	db := fresh(t)
	ctx := By(t.Context(), Doer{"wangfang", ViaSession})
	lina := Staff{ID: "lina", Name: "李娜", Email: "lina@example.com", Roles: []people.Role{people.Agent}, Communities: yuhu}
	must(t, db.PutStaff(ctx, lina))
	must(t, db.PutStaff(ctx, lina))
	lina.Roles, lina.Email = []people.Role{people.Manager}, ""
	must(t, db.PutStaff(By(t.Context(), Doer{Via: ViaCommandLine}), lina))
	must(t, db.SetPassword(ctx, "lina", "hash", nil))
	must(t, db.OfferSecond(ctx, "lina", []byte("s")))
	must(t, db.ConfirmSecond(ctx, "lina", []byte("s"), 7, [][]byte{{1}, {2}}))
	must(t, db.UseStep(ctx, "lina", 8))
	must(t, db.UseRecovery(ctx, "lina", []byte{1}))
	must(t, db.PutToken(ctx, Token{ID: "t1", StaffID: "lina", Hash: make([]byte, 32), Label: "报表"}))
	must(t, db.RevokeToken(ctx, "t1"))
	must(t, db.Bind(t.Context(), Identity{Issuer: "https://id", Subject: "1", StaffID: "lina"}))
	beside(t, db, `UPDATE staff SET disabled = true WHERE id = 'lina'`)
	same(t, "noted", lines(t, db, AccessFilter{}), []string{
		"wangfang session add staff lina [communities email language name roles]",
		"command_line change staff lina [email roles]",
		"wangfang session add accounts lina [password]",
		"wangfang session change accounts lina [recovery totp_secret]",
		"wangfang session change accounts lina [recovery]",
		"wangfang session add tokens lina [label]",
		"wangfang session change tokens lina [revoked_at]",
		"program add identities lina [issuer subject]",
		"database change staff lina [disabled]",
	})
	if got := lines(t, db, AccessFilter{Communities: linjiang}); got != nil {
		t.Errorf("seen from elsewhere: %v", got)
	}
	var plain int
	must(t, db.row(t.Context(), "values", `SELECT count(*) FROM access_log WHERE access_log::text ~ '李娜|example\.com|hash|报表'`, nil, &plain))
	if plain != 0 {
		t.Errorf("%d lines hold values", plain)
	}
}

// N2, N4: what changes in the directory is noted, of an owner also that contacts or homes did; what fails is not.
func TestDirectoryChangesAreNoted_N2_N4(t *testing.T) {
	db := fresh(t)
	ctx := By(t.Context(), Doer{"admin", ViaToken})
	_, room := home(t, db, "yuhu")
	z := zhang(room)
	must(t, db.AddOwner(ctx, z))
	z.Homes[0].MovedOut = "2026-01-01"
	must(t, db.PutOwner(ctx, yuhu, z))
	is(t, "an old version", db.PutOwner(ctx, yuhu, z), ErrChanged)
	z.Version, z.Name, z.Contacts = 2, "张四", z.Contacts[:1]
	must(t, db.PutOwner(ctx, yuhu, z))
	must(t, db.RemoveOwner(ctx, yuhu, z.ID, 3))
	same(t, "owners", lines(t, db, AccessFilter{Communities: yuhu, Entity: "owners"}), []string{
		"admin token add owners []",
		"admin token change owners [homes]",
		"admin token change owners [contacts]",
		"admin token change owners [name]",
		"admin token remove owners []",
	})
	same(t, "places", lines(t, db, AccessFilter{Communities: yuhu, Person: "", What: "add"}), []string{
		"program add buildings []", "program add rooms []", "admin token add owners []",
	})
	same(t, "of a person", len(lines(t, db, AccessFilter{Person: "admin"})), 5)
	first, err := db.AccessLog(ctx, AccessFilter{Communities: yuhu, Limit: 4})
	must(t, err)
	rest, err := db.AccessLog(ctx, AccessFilter{Communities: yuhu, Limit: 4, Cursor: first.Next})
	must(t, err)
	if len(first.Items) != 4 || len(rest.Items) != 3 || rest.Next != "" {
		t.Errorf("pages of %d and %d", len(first.Items), len(rest.Items))
	}
}

// N2: nobody changes or deletes a line of the last half year; older ones go when the records of their time do. I5
func TestTheAccessLogIsAppendOnly_N2_I5(t *testing.T) {
	db := fresh(t)
	must(t, db.NoteAccess(t.Context(), Access{What: "log_in", Via: ViaPassword, Refused: "bad_credentials", Address: "192.0.2.1"}))
	must(t, db.exec(t.Context(), "old", `
INSERT INTO access_log (at, by, via, what, communities)
SELECT now() - days * interval '1 day', 'old', 'session', 'log_in', '{}' FROM unnest(ARRAY[1100, 400, 100]) AS days`))
	for _, sql := range []string{"DELETE FROM access_log", "TRUNCATE access_log", "UPDATE access_log SET by = 'b'"} {
		if err := owned(t, db).exec(t.Context(), "forge", sql); !errors.Is(err, ErrConflict) { // nor by the owner of the tables
			t.Errorf("%s: %v", sql, err)
		}
	}
	for _, test := range []struct {
		before time.Time
		left   int
	}{{time.Now().AddDate(-3, 0, 0), 3}, {time.Now(), 2}} {
		must(t, db.PruneAccess(t.Context(), test.before))
		if got := lines(t, db, AccessFilter{What: "log_in"}); len(got) != test.left {
			t.Errorf("left %v", got)
		}
	}
}

// The last who keeps all of the directory stays, also when it is changed by a command.
func TestSomebodyKeepsTheDirectory(t *testing.T) {
	db := fresh(t)
	boss := Staff{ID: "boss", Name: "王芳", Roles: []people.Role{people.Admin}, Communities: all}
	must(t, db.KeepStaff(t.Context(), boss))
	boss.Disabled = true
	is(t, "disabled", db.KeepStaff(t.Context(), boss), ErrLastAdmin)
	boss.Disabled, boss.Roles = false, []people.Role{people.Agent}
	is(t, "another role", db.KeepStaff(t.Context(), boss), ErrLastAdmin)
	must(t, db.KeepStaff(t.Context(), Staff{ID: "other", Name: "李明", Roles: []people.Role{people.Admin}, Communities: all}))
	must(t, db.KeepStaff(t.Context(), boss))
}
