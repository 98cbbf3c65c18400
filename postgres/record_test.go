package postgres

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"bihuan/procedure"
)

func record(t testing.TB, db *DB, b procedure.Batch) int {
	t.Helper()
	pending, err := db.Record(t.Context(), b)
	must(t, err)
	return pending
}

func TestRecordIsReadBack(t *testing.T) {
	db, b := fresh(t), sample("TS-1")
	b.Refused = []procedure.Refused{{Command: "c9", Name: "judge", By: wang, At: noon, Code: "wrong_stage", Args: map[string]string{"stage": "closed"}}}
	record(t, db, b)

	c, err := db.Case(t.Context(), "TS-1")
	must(t, err)
	same(t, "summary", c.Summary, b.Summary)
	same(t, "state", c.State, b.State)
	if c.Kind != "complaint" || c.Number != "TS-1" {
		t.Errorf("kind and number: %q %q", c.Kind, c.Number)
	}
	events, err := db.Events(t.Context(), "TS-1", 0, 0)
	must(t, err)
	same(t, "events", events, b.Events)
	later, err := db.Events(t.Context(), "TS-1", 1, 1)
	must(t, err)
	same(t, "events after the first", later, b.Events[1:])
	refused, err := db.Refusals(t.Context(), "TS-1", 0)
	must(t, err)
	same(t, "refusals", refused, b.Refused)
	community, err := db.Community(t.Context(), "TS-1")
	must(t, err)
	same(t, "community", community, "yuhu")
}

// same compares as JSON does, where spaces inside raw parts do not count.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if g, w := plain(t, got), plain(t, want); !reflect.DeepEqual(g, w) {
		t.Errorf("%s:\n got %v\nwant %v", what, g, w)
	}
}

func plain(t testing.TB, v any) (out any) {
	t.Helper()
	raw, err := json.Marshal(v)
	must(t, err)
	must(t, json.Unmarshal(raw, &out))
	return out
}

// A10: the key that made a case leads to it again, with the hash of the request it came with.
func TestA10KeyLeadsToTheCase(t *testing.T) {
	db := fresh(t)
	record(t, db, sample("TS-1"))
	number, body, found, err := db.NumberByKey(t.Context(), "key-TS-1")
	must(t, err)
	if !found || number != "TS-1" || body != "body-TS-1" {
		t.Errorf("got %q %q %v", number, body, found)
	}
	if _, _, found, err = db.NumberByKey(t.Context(), "another"); found || err != nil {
		t.Errorf("an unknown key: found %v, error %v", found, err)
	}
	again := sample("TS-2")
	again.KeyHash = "key-TS-1"
	record(t, db, again)
	if number, _, _, err = db.NumberByKey(t.Context(), "key-TS-1"); number != "TS-1" || err != nil {
		t.Errorf("the key now leads to %q, error %v", number, err)
	}
}

// H7: a turn that is recorded many times, also at once, is recorded once.
func TestH7RecordingTwiceChangesNothing(t *testing.T) {
	db := fresh(t)
	db.Mail = true
	seedStaff(t, db)
	first := sample("TS-1")
	second := next(first, "judged", `{"nature":"valid"}`)
	second.Notices = []procedure.NumberedNotice{notice(3, 0, "stage", procedure.Recipient{Complainant: true})}

	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			b := first
			if i%2 == 1 {
				b = second
			}
			if _, err := db.Record(t.Context(), b); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	same(t, "rows", counts(t, db), map[string]int{
		"cases": 1, "case_texts": 1, "events": 3, "policies": 1, "idempotency_keys": 1, "refusals": 0,
		"notices": 4 + 1 + 2, // complainant and wang in two ways each, zhao without mail; then the complainant again
	})
	c, err := db.Case(t.Context(), "TS-1")
	must(t, err)
	same(t, "seq", c.Seq, 3)
}

func counts(t testing.TB, db *DB) map[string]int {
	t.Helper()
	rows := map[string]int{}
	for _, table := range []string{"cases", "case_texts", "events", "policies", "idempotency_keys", "refusals", "notices"} {
		var n int
		must(t, db.pool.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
		rows[table] = n
	}
	return rows
}

func TestRecordOutOfOrder(t *testing.T) {
	db := fresh(t)
	first := sample("TS-1")
	second := next(first, "clarified", `{}`)
	second.Summary.Text = "新的说法"
	record(t, db, second)
	record(t, db, first)
	c, err := db.Case(t.Context(), "TS-1")
	must(t, err)
	if c.Seq != 3 || c.Text != "新的说法" {
		t.Errorf("an older turn moved the case back: seq %d, text %q", c.Seq, c.Text)
	}
	events, err := db.Events(t.Context(), "TS-1", 0, 0)
	must(t, err)
	if len(events) != 3 {
		t.Errorf("%d events", len(events))
	}
}

func TestAnotherEventInTheSamePlaceIsAnError(t *testing.T) {
	db, b := fresh(t), sample("TS-1")
	record(t, db, b)
	b.Events[1].Data = json.RawMessage(`{"stage":"judging"}`)
	b.Summary.Seq, b.Summary.Stage = 9, "judging"
	_, err := db.Record(t.Context(), b)
	if !errors.Is(err, ErrConflict) || !strings.Contains(err.Error(), "event 2 of TS-1") {
		t.Fatalf("got %v", err)
	}
	if c, err := db.Case(t.Context(), "TS-1"); err != nil || c.Stage != "registered" {
		t.Errorf("half a batch was kept: %+v %v", c.Stage, err)
	}
}

// N2: what is recorded stays as it was.
func TestN2EventsAreAppendOnly(t *testing.T) {
	db := fresh(t)
	record(t, db, sample("TS-1"))
	owner := owned(t, db)
	for _, sql := range []string{"UPDATE events SET type = 'x'", "DELETE FROM events", "TRUNCATE events"} {
		if _, err := owner.pool.Exec(t.Context(), sql); !errors.Is(failed("", err), ErrConflict) {
			t.Errorf("%s: %v", sql, err)
		}
	}
	same(t, "events", counts(t, db)["events"], 2)
}

// No text of anybody's keeps a case out of the database.
func TestRecordTakesTextThatPostgresCannotStore(t *testing.T) {
	db, b := fresh(t), sample("TS-1")
	b.Summary.Name, b.Summary.Text = "a\x00b", "a\x00b\xff电梯"
	b.Summary.Email = "li\x00@example.com"
	b.Events[0].Data = json.RawMessage(`{"what":"\u0000 \ud800 \\u0000 \ud83d\ude00 <"}`)
	record(t, db, b)
	c, err := db.Case(t.Context(), "TS-1")
	must(t, err)
	if c.Name != "a\ufffdb" || c.Text != "a\ufffdb\ufffd电梯" {
		t.Errorf("name %q text %q", c.Name, c.Text)
	}
	events, err := db.Events(t.Context(), "TS-1", 0, 1)
	must(t, err)
	same(t, "data", events[0].Data, map[string]string{"what": "\ufffd \ufffd \\u0000 😀 <"})
}

func TestRecordRefusedBeforeThereIsACase(t *testing.T) {
	db := fresh(t)
	record(t, db, procedure.Batch{Number: "TS-1", Kind: "complaint", Refused: []procedure.Refused{{Command: "c", Name: "register", By: wang, At: noon, Code: "bad_payload"}}})
	if _, err := db.Case(t.Context(), "TS-1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// Two communities may call different settings by the same version: each case keeps its own. P1
func TestP1PoliciesAreKeptByWhatTheySay(t *testing.T) {
	db := fresh(t)
	a, b := sample("TS-1"), sample("TS-2")
	b.Policy = json.RawMessage(`{"version":"v1","other":true}`)
	record(t, db, a)
	record(t, db, b)
	kept := map[string]string{}
	must(t, db.Rebuild(t.Context(), func(number string, _ []procedure.Event, policy json.RawMessage) (procedure.Summary, json.RawMessage, error) {
		kept[number] = string(policy)
		return a.Summary, a.State, nil
	}, tellNothing))
	same(t, "policies", kept, map[string]string{"TS-1": string(a.Policy), "TS-2": string(b.Policy)})
}

// I2: closing files the whole record in the same transaction; closing again files again.
func TestI2ClosingFilesTheRecord(t *testing.T) {
	db := fresh(t)
	first := sample("TS-1")
	closed := next(first, "closed", `{"outcome":"satisfied"}`)
	record(t, db, closed)
	record(t, db, first) // comes late: the record is completed
	filing := filed(t, db)
	if len(filing.Events) != 3 || filing.Events[2].Type != "closed" || filing.Summary.Seq != 3 {
		t.Fatalf("filed: %+v", filing)
	}
	same(t, "events", filing.Events, append(first.Events, closed.Events...))

	reopened := next(closed, "reopened", `{}`)
	record(t, db, reopened)
	if len(filed(t, db).Events) != 3 {
		t.Error("an open case changed the record of its closing")
	}
	record(t, db, next(reopened, "closed", `{"outcome":"satisfied"}`))
	if n := len(filed(t, db).Events); n != 5 {
		t.Errorf("filed again with %d events", n)
	}
	var n int
	must(t, db.pool.QueryRow(t.Context(), "SELECT count(*) FROM filings").Scan(&n))
	same(t, "filings kept", n, 2)
}

func filed(t testing.TB, db *DB) (f struct {
	Summary procedure.Summary
	Events  []procedure.Event
}) {
	t.Helper()
	raw, err := db.Filing(t.Context(), "TS-1", FilingRecord)
	must(t, err)
	must(t, json.Unmarshal(raw, &f))
	return f
}

func TestI2HistoryIsFiledOnce(t *testing.T) {
	db := fresh(t)
	if _, err := db.Filing(t.Context(), "TS-1", FilingHistory); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	for i := range 2 {
		must(t, db.FileHistory(t.Context(), "TS-1", json.RawMessage(fmt.Sprintf(`{"events":[%d]}`, i))))
	}
	raw, err := db.Filing(t.Context(), "TS-1", FilingHistory)
	must(t, err)
	same(t, "history", raw, map[string][]int{"events": {1}})
}

func TestRebuildFromEventsAlone(t *testing.T) {
	db := fresh(t)
	recorded := map[string]procedure.Batch{}
	for i := range 3 {
		b := sample(fmt.Sprintf("TS-%d", i))
		record(t, db, b)
		b = next(b, "judged", `{}`)
		record(t, db, b)
		recorded[b.Number] = b
	}
	before := dump(t, db)
	_, err := db.pool.Exec(t.Context(), "DELETE FROM cases WHERE number = 'TS-1'; DELETE FROM case_texts; UPDATE cases SET stage = 'wrong', seq = 99")
	must(t, err)
	must(t, db.Rebuild(t.Context(), func(number string, events []procedure.Event, policy json.RawMessage) (procedure.Summary, json.RawMessage, error) {
		if len(events) != 3 || len(policy) == 0 {
			return procedure.Summary{}, nil, fmt.Errorf("%d events, policy %q", len(events), policy)
		}
		return recorded[number].Summary, recorded[number].State, nil
	}, tellNothing))
	same(t, "rebuilt", dump(t, db), before)
}

func dump(t testing.TB, db *DB) (rows []string) {
	t.Helper()
	found, err := db.pool.Query(t.Context(), `
SELECT to_jsonb(c) || to_jsonb(t) || jsonb_build_object('facts',
  (SELECT jsonb_agg(to_jsonb(f) ORDER BY f.seq, f.index) FROM facts f WHERE f.number = c.number))
FROM cases c LEFT JOIN case_texts t USING (number) ORDER BY c.number`)
	must(t, err)
	for found.Next() {
		var row string
		must(t, found.Scan(&row))
		rows = append(rows, row)
	}
	must(t, found.Err())
	return rows
}

func tellNothing(string, []procedure.Event, json.RawMessage) ([]procedure.Fact, error) {
	return nil, nil
}
