package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"bihuan/e2e/system"
	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/hashchain"
)

// tampering is what somebody does to a case with all rights over the database and its triggers switched off.
type tampering struct {
	what string
	// sql is run with the case's number; do is for what needs more than SQL.
	sql []string
	do  func(t *testing.T, db *pgx.Conn, number string)
	// fault is what bihuan-audit has to say of it.
	fault string
}

var tamperings = []tampering{
	{what: "nothing"},
	{what: "a changed event", sql: []string{`UPDATE events SET data = jsonb_set(data, '{grounds}', '"不属实"') WHERE number = $1 AND type = 'judged'`},
		fault: "event_altered: event 3 (judged)"},
	{what: "a forged actor", sql: []string{`UPDATE events SET by = by || '{"id": "guard"}' WHERE number = $1 AND seq = 3`}, fault: "event_altered: event 3 (judged)"},
	{what: "a removed event", sql: []string{`DELETE FROM events WHERE number = $1 AND seq = 3`}, fault: "event_removed: event 3"},
	{what: "a removed end", sql: []string{`DELETE FROM events e WHERE number = $1 AND seq = (SELECT max(seq) FROM events WHERE number = e.number)`},
		fault: "event_removed: the engine knows event 4, the record ends at 3"},
	{what: "an event inserted between", sql: []string{
		`UPDATE events SET seq = seq + 1000 WHERE number = $1 AND seq > 3`,
		`INSERT INTO events (number, seq, kind, type, at, by, command, data, hash)
		 SELECT number, 4, kind, type, at, by, command, data, hash FROM events WHERE number = $1 AND seq = 3`,
		`UPDATE events SET seq = seq - 999 WHERE number = $1 AND seq > 1000`,
	}, fault: "event_altered: event 4 (judged)"},
	{what: "an event added with the right hash", do: addEvent, fault: "event_inserted: the engine does not know event 5"},
	{what: "a swapped pair", sql: []string{
		`UPDATE events SET seq = 1000 WHERE number = $1 AND seq = 3`,
		`UPDATE events SET seq = 3 WHERE number = $1 AND seq = 4`,
		`UPDATE events SET seq = 4 WHERE number = $1 AND seq = 1000`,
	}, fault: "event_altered: event 3"},
	{what: "a chain made anew", do: rechain, fault: "chain_rewritten: event 4"},
	{what: "a changed read model", sql: []string{`UPDATE cases SET stage = 'closed', open = false WHERE number = $1`}, fault: "read_model_altered"},
	{what: "a hidden case", sql: []string{`DELETE FROM cases WHERE number = $1`}, fault: "read_model_missing"},
	{what: "a deleted case", do: deleteCase, fault: "no_events"},
}

func tamper(t *testing.T, db *pgx.Conn, sql string, args ...any) {
	t.Helper()
	tag, err := db.Exec(t.Context(), sql, args...)
	must(t, err)
	if tag.RowsAffected() == 0 {
		t.Fatalf("this changed nothing: %s", sql)
	}
}

// deleteCase removes a case from every table that knows its number.
func deleteCase(t *testing.T, db *pgx.Conn, number string) {
	rows, err := db.Query(t.Context(), `SELECT quote_ident(table_name) FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'number'`)
	must(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	for _, table := range tables {
		_, err := db.Exec(t.Context(), "DELETE FROM "+table+" WHERE number = $1", number)
		must(t, err)
	}
}

// evidence reads a case as somebody can who holds the database.
func evidence(t *testing.T, number string) postgres.Evidence {
	t.Helper()
	db, err := postgres.Open(t.Context(), bihuan.DatabaseURL)
	must(t, err)
	defer db.Close()
	e, err := db.Evidence(t.Context(), number)
	must(t, err)
	return e
}

// addEvent adds an event whose hash fits, made with the case's own secret.
func addEvent(t *testing.T, db *pgx.Conn, number string) {
	e := evidence(t, number)
	last := e.Events[len(e.Events)-1]
	added := procedure.Event{Seq: last.Seq + 1, Type: "contacted", At: last.At, By: last.By, Command: "x", Data: []byte(`{"channel":"hotline","said":"没有的事"}`)}
	hash, err := hashchain.Event(last.Hash, number, []byte(e.Secret), added)
	must(t, err)
	tamper(t, db, `INSERT INTO events (number, seq, kind, type, at, by, command, data, hash) VALUES ($1, $2, 'complaint', $3, $4, $5, $6, $7, $8)`,
		number, added.Seq, added.Type, added.At, added.By, added.Command, added.Data, hash)
}

// rechain gives an event another actor and makes every hash after it anew.
func rechain(t *testing.T, db *pgx.Conn, number string) {
	e, before := evidence(t, number), ""
	for _, event := range e.Events {
		if event.Seq == 3 {
			event.By.ID = "guard"
		}
		hash, err := hashchain.Event(before, number, []byte(e.Secret), event)
		must(t, err)
		tamper(t, db, `UPDATE events SET by = $3, hash = $4 WHERE number = $1 AND seq = $2`, number, event.Seq, event.By, hash)
		before = hash
	}
}

// TestEveryTamperingIsNamed on a real system: by SQL as superuser, each on a case of its own, and bihuan-audit,
// which connects with the application's few rights, names the first thing that does not match. Of the
// case that nobody touched it says nothing. N2
func TestEveryTamperingIsNamed_N2(t *testing.T) {
	db, err := pgx.Connect(t.Context(), bihuan.DatabaseURL)
	must(t, err)
	defer db.Close(context.WithoutCancel(t.Context()))
	_, err = db.Exec(t.Context(), "SET session_replication_role = replica") // no trigger stands in the way
	must(t, err)
	numbers := make([]string, len(tamperings))
	for i, x := range tamperings {
		// Drills join no collective issue, so nothing else is added to them meanwhile.
		r := play(t, system.Complaint(M{"drill": true}), system.Judged[:1]...)
		appears(t, r.Number, "judged")
		must(t, bihuan.Quiet(t.Context(), r.Number))
		numbers[i] = r.Number
		for _, sql := range x.sql {
			tamper(t, db, sql, r.Number)
		}
		if x.do != nil {
			x.do(t, db, r.Number)
		}
	}
	said, err := runOn(t, bihuan, "bihuan-audit", append([]string{"verify"}, numbers...)...)
	if want := fmt.Sprintf("%d cases verified", len(tamperings)); err == nil || !strings.Contains(said, want) ||
		!strings.Contains(said, fmt.Sprintf("%d with a fault", len(tamperings)-1)) {
		t.Errorf("%v\n%s", err, said)
	}
	for i, x := range tamperings {
		found := strings.Contains(said, numbers[i])
		if named := strings.Contains(said, "✘ "+numbers[i]+": "+x.fault); found != (x.fault != "") || !named && x.fault != "" {
			t.Errorf("%s of %s is not named as %q", x.what, numbers[i], x.fault)
		}
	}
	if t.Failed() {
		t.Log(said)
	}
}
