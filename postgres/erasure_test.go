package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"bihuan/audit"
	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/erasure"
	"bihuan/procedure/hashchain"
	"bihuan/procedure/registry"
)

func order(number string) erasure.Order {
	return erasure.Order{Number: number, By: "system", Reason: "retention", History: json.RawMessage(`{"heads":[]}`), Fold: registry.Rebuild}
}

// marked lists the rows of the whole database that hold a mark.
func marked(t *testing.T, db *postgres.DB) (rows []string) {
	t.Helper()
	for _, line := range postgres.Lines(t, db) {
		if slices.ContainsFunc(marks, func(m string) bool { return strings.Contains(line, m) }) {
			rows = append(rows, line)
		}
	}
	return rows
}

func (x *planted) evidence() audit.Record {
	x.Helper()
	e, err := x.db.Evidence(x.Context(), x.number)
	postgres.Must(x.T, err)
	r := audit.Record{
		Number: x.number, Events: e.Events, Secret: e.Secret, Proofs: e.Proofs, Policy: e.Policy, Facts: e.Facts, Witness: "filed history",
		Anchors: []hashchain.Anchor{{Seq: x.state.Seq, Head: x.head}},
	}
	if e.Case != nil {
		r.Summary, r.State = &e.Case.Summary, e.Case.State
	}
	return r
}

// statistics is what a case tells once nobody can be named any more.
func (x *planted) statistics() procedure.Summary {
	x.Helper()
	c, err := x.db.Case(x.Context(), x.number)
	postgres.Must(x.T, err)
	s := c.Summary
	s.Name, s.Phone, s.Email, s.Room, s.Text, s.Place, s.What = "", "", "", "", "", "", ""
	return s
}

// I5, I2, N2: after erasure nothing in the whole database holds a name, phone, e-mail, room or text of
// the cases; statistics are what they were, and the chain is verified as before.
func TestErasureLeavesNoTrace(t *testing.T) {
	db := postgres.Fresh(t)
	cases := everything(t, db)
	if len(marked(t, db)) < 100 {
		t.Fatalf("only %d rows are marked: the marks are not planted", len(marked(t, db)))
	}
	postgres.Must(t, postgres.Exec(t.Context(), db, `
INSERT INTO readings (at, staff, role, what, numbers, communities, reason, contacts)
SELECT now(), 'u-auditor', 'auditor', 'unmask', ARRAY[number], '{yuhu}', $1, 'clear' FROM cases`, said("查证")))
	for _, x := range cases {
		before := x.statistics()
		if err := audit.Verify(x.evidence()); err != nil {
			t.Fatalf("before: %v", err)
		}
		postgres.Must(t, db.PlaceHold(t.Context(), x.number, "gm", said("警方")))
		postgres.Must(t, db.LiftHold(t.Context(), x.number, "gm", said("结束")))
		for range 2 { // erasing twice is harmless
			postgres.Must(t, db.Erase(t.Context(), order(x.number)))
		}
		postgres.Must(t, db.Erased(t.Context(), x.number))
		if after := x.statistics(); !reflect.DeepEqual(after, before) {
			t.Errorf("statistics of %s:\n%+v\nwere\n%+v", x.number, after, before)
		}
		record := x.evidence()
		if record.Secret != "" || len(record.Proofs) != len(record.Events) {
			t.Errorf("%s: secret %q, %d proofs", x.number, record.Secret, len(record.Proofs))
		}
		if err := audit.Verify(record); err != nil {
			t.Errorf("after: %v", err)
		}
	}
	postgres.Must(t, db.FileHistory(t.Context(), "TS-1", json.RawMessage(`{"late":"`+mark+`"}`)))
	for _, row := range marked(t, db) {
		t.Error("still there: " + row)
	}
	rebuilt := postgres.Dump(t, db)
	postgres.Must(t, db.Rebuild(t.Context(), registry.Rebuild, registry.Tell))
	if !reflect.DeepEqual(postgres.Dump(t, db), rebuilt) {
		t.Error("rebuilding the read model makes another one")
	}
}

// I5: the table of what is erased knows every value of real events.
func TestEveryRealValueIsClassified(t *testing.T) {
	for _, x := range everything(t, postgres.Fresh(t)) {
		for _, e := range x.evidence().Events {
			all, err := hashchain.Leaves(e)
			postgres.Must(t, err)
			for _, l := range all {
				if _, known := erasure.Classified(e.Type, l.Path); !known && l.Path != "data" {
					t.Errorf("%s: nobody has said whether %s is personal", e.Type, l.Path)
				}
			}
		}
	}
}

// N2: what is altered in an erased case is found all the same.
func TestTamperingAfterErasureIsFound(t *testing.T) {
	db := postgres.Fresh(t)
	x := everything(t, db)[0]
	postgres.Must(t, db.Erase(t.Context(), order(x.number)))
	find := func(r audit.Record, event string) int {
		return slices.IndexFunc(r.Events, func(e procedure.Event) bool { return e.Type == event })
	}
	swap := func(r *audit.Record, event, old, with string) {
		i := find(*r, event)
		changed := strings.Replace(string(r.Events[i].Data), old, with, 1)
		if changed == string(r.Events[i].Data) {
			t.Fatalf("%s has no %s", r.Events[i].Data, old)
		}
		r.Events[i].Data = json.RawMessage(changed)
	}
	for name, c := range map[string]struct {
		tamper func(*audit.Record)
		code   string
	}{
		"category": {func(r *audit.Record) {
			swap(r, complaint.EvClassified, `"service.attitude"`, `"other"`)
		}, "event_altered"},
		"score":   {func(r *audit.Record) { swap(r, complaint.EvRevisited, `"outcome": 2`, `"outcome": 5`) }, "event_altered"},
		"actor":   {func(r *audit.Record) { r.Events[3].By.ID = "x" }, "event_altered"},
		"removed": {func(r *audit.Record) { r.Events = slices.Delete(r.Events, 4, 5) }, "event_removed"},
		"words":   {func(r *audit.Record) { swap(r, complaint.EvJudged, `"grounds": ""`, `"grounds": "无"`) }, "event_unreadable"},
		"proof":   {func(r *audit.Record) { r.Proofs[4] = r.Proofs[5] }, "event_unreadable"},
		"no proof": {func(r *audit.Record) {
			delete(r.Proofs, 6)
		}, "proof_missing"},
		"commitment": {func(r *audit.Record) { r.Proofs[1].Commitments["data/name"] = strings.Repeat("0", 64) }, "event_altered"},
		"hidden category": {func(r *audit.Record) {
			i := find(*r, complaint.EvClassified)
			proof := r.Proofs[r.Events[i].Seq]
			proof.Commitments["data/category"] = hashchain.Commit([]byte(proof.Salts["data/category"]), "s:service.attitude")
			swap(r, complaint.EvClassified, `"service.attitude"`, `""`)
		}, "event_altered"},
		"read model": {func(r *audit.Record) { r.Summary.Category = "other" }, "read_model_altered"},
	} {
		r := x.evidence()
		r.Proofs = maps.Clone(r.Proofs)
		c.tamper(&r)
		var fault *audit.Fault
		if err := audit.Verify(r); !errors.As(err, &fault) || fault.Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// I5: a hold keeps a case until it is lifted, and so do time and the case being open; who, when and why
// are kept.
func TestHoldStopsErasure(t *testing.T) {
	db, ctx := postgres.Fresh(t), t.Context()
	cases := everything(t, db)
	x, number := cases[0], cases[0].number
	postgres.Must(t, db.PlaceHold(ctx, number, "gm", "court"))
	postgres.Must(t, db.PlaceHold(ctx, number, "other", "again"))
	before := postgres.Lines(t, db)
	if err := db.Erase(ctx, order(number)); !errors.Is(err, postgres.ErrHeld) {
		t.Errorf("held: %v", err)
	}
	if !reflect.DeepEqual(postgres.Lines(t, db), before) {
		t.Error("a refused erasure changed something")
	}
	due, err := db.DueErasures(ctx, x.now.AddDate(1, 0, 0), "", 0)
	if err != nil || len(due) != 4 || !due[0].Held || due[1].Held {
		t.Errorf("due: %+v, %v", due, err)
	}
	if due, _ := db.DueErasures(ctx, monday, "", 0); len(due) != 0 {
		t.Errorf("due before their time: %+v", due)
	}
	postgres.Must(t, db.LiftHold(ctx, number, "company", "settled"))
	if err := db.LiftHold(ctx, number, "company", "settled"); !errors.Is(err, postgres.ErrNotFound) {
		t.Errorf("lifted twice: %v", err)
	}
	holds, err := db.Holds(ctx, number)
	if err != nil || len(holds) != 1 || holds[0].PlacedBy != "gm" || holds[0].Reason != "court" || holds[0].LiftedBy != "company" {
		t.Errorf("holds: %+v, %v", holds, err)
	}
	early := order(number)
	early.Closed = monday
	if err := db.Erase(ctx, early); !errors.Is(err, postgres.ErrNotDue) {
		t.Errorf("before its time: %v", err)
	}
	open := plant(afield(t, db), "TS-9")
	if err := db.Erase(ctx, order(open.number)); !errors.Is(err, postgres.ErrNotDue) {
		t.Errorf("open: %v", err)
	}
	unredacted := order(number)
	unredacted.History = nil
	if err := db.Erase(ctx, unredacted); !errors.Is(err, postgres.ErrNoHeads) {
		t.Errorf("without the chain's heads: %v", err)
	}
	postgres.Must(t, db.Erase(ctx, order(number)))
	if err := db.PlaceHold(ctx, number, "gm", "late"); !errors.Is(err, postgres.ErrErased) {
		t.Errorf("held after erasure: %v", err)
	}
	if err := db.PlaceHold(ctx, "TS-0", "gm", "nothing"); !errors.Is(err, postgres.ErrNotFound) {
		t.Errorf("held an unknown case: %v", err)
	}
	if due, _ := db.DueErasures(ctx, monday, "", 0); len(due) != 1 {
		t.Errorf("an erasure that is not finished is not due: %+v", due)
	}
}

// I5: whoever is killed while erasing leaves all or nothing.
func TestKilledWhileErasing(t *testing.T) {
	db := postgres.Fresh(t)
	x := everything(t, db)[0]
	before := postgres.Lines(t, db)
	killed := order(x.number)
	killed.Fold = func(number string, events []procedure.Event, policy json.RawMessage) (procedure.Summary, json.RawMessage, error) {
		if len(events) > 0 && events[0].By.Name != "" {
			t.Error("the events are not erased yet")
		}
		_ = postgres.Exec(context.Background(), db, `
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		return registry.Rebuild(number, events, policy)
	}
	if err := db.Erase(t.Context(), killed); !errors.Is(err, postgres.ErrDown) {
		t.Errorf("killed: %v", err)
	}
	if !reflect.DeepEqual(postgres.Lines(t, db), before) {
		t.Error("half of it is done")
	}
	postgres.Must(t, db.Erase(t.Context(), order(x.number)))
}

// N2: what was altered before erasure is not made unprovable by it.
func TestAlteredCaseIsNotErased(t *testing.T) {
	db, ctx := postgres.Fresh(t), t.Context()
	x := everything(t, db)[0]
	postgres.Must(t, postgres.Exec(ctx, db, `
ALTER TABLE events DISABLE TRIGGER append_only; UPDATE events SET by = by || '{"id": "x"}' WHERE number = 'TS-1' AND seq = 3;
ALTER TABLE events ENABLE TRIGGER append_only`))
	if err := db.Erase(ctx, order(x.number)); !errors.Is(err, postgres.ErrBroken) {
		t.Errorf("altered: %v", err)
	}
}

// N2: events stay append-only but for exactly what erasure does.
func TestErasureOpensNothingElse(t *testing.T) {
	db, ctx := postgres.Fresh(t), t.Context()
	everything(t, db)
	for _, sql := range []string{
		`SELECT erase_event('TS-1', 1, '{}', '{}')`,
		`INSERT INTO erasures (number, by, reason) VALUES ('TS-1', 'x', 'x'); SELECT erase_event('TS-1', 1, '{}', '{}')`,
		`INSERT INTO erasures (number, by, reason) VALUES ('TS-1', 'x', 'x');
		 SELECT erase_event('TS-1', 1, (SELECT data || '{"what": "别的"}' FROM events WHERE number = 'TS-1' AND seq = 1), '{}')`,
		`SELECT set_config('bihuan.erasing', 'TS-1/1', true); UPDATE events SET hash = 'x' WHERE number = 'TS-1' AND seq = 1`,
		`SELECT set_config('bihuan.erasing', 'TS-1/1', true); UPDATE events SET by = '{"id": "", "role": "agent"}' WHERE number = 'TS-1' AND seq = 1`,
		`SELECT set_config('bihuan.erasing', 'TS-1/1', true); DELETE FROM events WHERE number = 'TS-1' AND seq = 1`,
	} {
		if err := postgres.Exec(ctx, db, sql); err == nil {
			t.Errorf("this was let through: %s", sql)
		}
	}
}

// I5: a person gets everything that is held of them, also where their number was corrected since; who has
// moved out everywhere leaves the directory, unless a case still needs them.
func TestPersonAndDirectory(t *testing.T) {
	db, ctx := postgres.Fresh(t), t.Context()
	everything(t, db)
	postgres.Must(t, postgres.Exec(ctx, db, `
INSERT INTO buildings (id, community, name, key) VALUES ('b', 'yuhu', '3栋', '3');
INSERT INTO rooms (id, building, name, key) VALUES ('r', 'b', '1202', '1202');
INSERT INTO owners (id, community, name, language) SELECT o, 'yuhu', o, 'zh-CN' FROM unnest(ARRAY['gone', 'case', 'lives', 'homeless']) o;
INSERT INTO contacts (owner, place, community, kind, value, preferred) VALUES ('case', 0, 'yuhu', 'phone', '+8613900007788', true);
INSERT INTO homes (owner, place, room, kind, moved_out) VALUES
  ('gone', 0, 'r', 'owner', '2020-01-01'), ('case', 0, 'r', 'owner', '2020-01-01'), ('lives', 0, 'r', 'tenant', NULL)`))
	p, err := db.Person(ctx, "139 0000 7788")
	if err != nil || len(p.Cases) != 4 || len(p.Cases[0].Events) == 0 || len(p.Cases[0].Notices) == 0 || p.Cases[0].Case == nil {
		t.Errorf("%d cases, %v", len(p.Cases), err)
	}
	if later, err := db.NumbersByPhone(ctx, markPhone2); err != nil || !slices.Equal(later, []string{"TS-1"}) {
		t.Errorf("corrected: %v, %v", later, err)
	}
	if _, err := db.Person(ctx, "nobody"); !errors.Is(err, postgres.ErrNotAPhone) {
		t.Errorf("not a phone: %v", err)
	}
	for _, want := range []int{1, 1} {
		if n, err := db.EraseOwners(ctx, monday); err != nil || n != want {
			t.Errorf("%d left the directory, %v; want %d", n, err, want)
		}
		for _, number := range []string{"TS-1", "TS-2", "TS-3", "TS-4"} {
			postgres.Must(t, db.Erase(ctx, order(number)))
		}
	}
}
