package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/people"

	"github.com/jackc/pgx/v5"
)

var all = []string{people.AllCommunities}

func numbers(t testing.TB, db *DB, f Filter) []string {
	t.Helper()
	page, err := db.Cases(t.Context(), f)
	must(t, err)
	found := []string{}
	for _, c := range page.Items {
		found = append(found, c.Number)
	}
	return found
}

// fill records a handful of cases that differ in what lists filter by.
func fill(t testing.TB, db *DB) {
	t.Helper()
	for i, change := range []func(*procedure.Summary){
		func(s *procedure.Summary) { s.Nature, s.Stage = "valid", "judging" },
		func(s *procedure.Summary) { s.Community, s.Urgency = "binjiang", "emergency" },
		func(s *procedure.Summary) { s.Overdue, s.Category = true, "noise" },
		func(s *procedure.Summary) { s.Open, s.Stage, s.Deadlines = false, "closed", nil },
		func(s *procedure.Summary) {
			s.Tasks = []procedure.TaskRow{{ID: "T1", Department: "engineering"}, {ID: "T2", Department: "engineering"}}
			s.Deadlines = []procedure.DeadlineRow{{Key: "accept:T1", Step: "accept", Owner: people.Handler, Department: "engineering", Due: noon}}
		},
	} {
		b := sample(fmt.Sprintf("TS-%d", i))
		b.Summary.RegisteredAt = noon.Add(time.Duration(i) * time.Minute)
		change(&b.Summary)
		record(t, db, b)
	}
}

// N1: by community, by department, and by every filter of the list.
func TestN1CasesByFilter(t *testing.T) {
	db := fresh(t)
	fill(t, db)
	yes, no := true, false
	for name, test := range map[string]struct {
		filter Filter
		want   string
	}{
		"everything, the newest first": {Filter{Communities: all}, "TS-4 TS-3 TS-2 TS-1 TS-0"},
		"no community":                 {Filter{}, ""},
		"own community":                {Filter{Communities: []string{"binjiang"}}, "TS-1"},
		"one of several":               {Filter{Communities: all, Community: "binjiang"}, "TS-1"},
		"not one's own":                {Filter{Communities: []string{"yuhu"}, Community: "binjiang"}, ""},
		"department":                   {Filter{Communities: all, Department: "engineering"}, "TS-4"},
		"another department":           {Filter{Communities: all, Department: "security"}, ""},
		"stage":                        {Filter{Communities: all, Stage: "judging"}, "TS-0"},
		"nature":                       {Filter{Communities: all, Nature: "valid"}, "TS-0"},
		"urgency":                      {Filter{Communities: all, Urgency: "emergency"}, "TS-1"},
		"category":                     {Filter{Communities: all, Category: "noise"}, "TS-2"},
		"overdue":                      {Filter{Communities: all, Overdue: &yes}, "TS-2"},
		"not overdue":                  {Filter{Communities: all, Overdue: &no}, "TS-4 TS-3 TS-1 TS-0"},
		"open":                         {Filter{Communities: all, Open: &yes}, "TS-4 TS-2 TS-1 TS-0"},
		"closed":                       {Filter{Communities: all, Open: &no}, "TS-3"},
		"owner":                        {Filter{Communities: all, Owner: people.Handler}, "TS-4"},
		"several":                      {Filter{Communities: []string{"yuhu"}, Open: &yes, Stage: "registered", Query: "电梯"}, "TS-4 TS-2"},
	} {
		if got := strings.Join(numbers(t, db, test.filter), " "); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestCasesPageByPage(t *testing.T) {
	db := fresh(t)
	for i := range 25 { // all at the same instant: the number decides
		record(t, db, sample(fmt.Sprintf("TS-%02d", i)))
	}
	var seen []string
	f := Filter{Communities: all, Limit: 10}
	for pages := 1; ; pages++ {
		page, err := db.Cases(t.Context(), f)
		must(t, err)
		for _, c := range page.Items {
			seen = append(seen, c.Number)
		}
		if page.Next == "" {
			same(t, "pages", pages, 3)
			break
		}
		f.Cursor = page.Next
	}
	if len(seen) != 25 || seen[0] != "TS-24" || seen[24] != "TS-00" {
		t.Errorf("seen: %v", seen)
	}
	for _, cursor := range []string{"?", "e30x", "bm8"} {
		if _, err := db.Cases(t.Context(), Filter{Communities: all, Cursor: cursor}); !errors.Is(err, ErrBadCursor) {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
}

func TestTextThatCannotBeStoredFindsNothing(t *testing.T) {
	db := fresh(t)
	_, one := db.Case(t.Context(), "TS-\x00")
	_, some := db.Cases(t.Context(), Filter{Communities: all, Query: "a\xff"})
	for _, err := range []error{one, some} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
}

func TestSearch(t *testing.T) {
	db := fresh(t)
	for number, text := range map[string]string{
		"TS-1": "李明\n13800001111\n3栋1202\n电梯困人三十分钟", "TS-2": "王电\n梯子 Lift 100% broken_x", "TS-3": "停车 C:\\temp 电动车梯",
	} {
		b := sample(number)
		b.Summary.Text = text
		record(t, db, b)
	}
	for query, want := range map[string]string{
		"电梯":       "TS-1",
		"困":        "TS-1",
		"梯":        "TS-3 TS-2 TS-1",
		"电梯困人":     "TS-1",
		"电梯  李明":   "TS-1", // every word, in any place
		"电梯 王":     "",
		"分钟电":      "", // its pieces are there, the word is not
		"lift":     "TS-2",
		"LIFT BRO": "TS-2",
		"0000":     "TS-1",
		"1380000":  "TS-1",
		"100%":     "TS-2",
		"0%0":      "",
		"n_x":      "TS-2",
		"e_x":      "",
		`:\t`:      "TS-3",
		" ":        "TS-3 TS-2 TS-1",
	} {
		if got := strings.Join(numbers(t, db, Filter{Communities: all, Query: query}), " "); got != want {
			t.Errorf("%q: got %q, want %q", query, got, want)
		}
	}
}

// On a large table a search goes by the index of pieces.
func TestSearchUsesTheIndex(t *testing.T) {
	db := fresh(t)
	must(t, bulk(db, 20_000))
	b := sample("TS-X")
	b.Summary.Text = "电梯困人"
	record(t, db, b)
	_, err := owned(t, db).pool.Exec(t.Context(), "VACUUM (ANALYZE)")
	must(t, err)
	sql, args := Filter{Communities: all, Query: "电梯"}.statement(newest, defaultLimit)
	rows, err := db.pool.Query(t.Context(), "EXPLAIN (ANALYZE) "+sql, args...)
	must(t, err)
	var plan strings.Builder
	for rows.Next() {
		var line string
		must(t, rows.Scan(&line))
		plan.WriteString(line + "\n")
	}
	must(t, rows.Err())
	if !strings.Contains(plan.String(), "Bitmap Index Scan on case_texts_grams") || strings.Contains(plan.String(), "Seq Scan") {
		t.Errorf("the plan:\n%s", plan.String())
	}
	t.Log(plan.String())
	same(t, "found", numbers(t, db, Filter{Communities: all, Query: "电梯"}), []string{"TS-X"})
}

// bulk writes many open cases with two deadlines each, straight into the read model.
func bulk(db *DB, n int) error {
	return pgx.BeginFunc(context.Background(), db.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(context.Background(), "SET LOCAL statement_timeout = 0"); err != nil { // a slow machine is no fault
			return err
		}
		if _, err := tx.Exec(context.Background(), bulkCases, n); err != nil {
			return err
		}
		_, err := tx.Exec(context.Background(), bulkTexts, n)
		return err
	})
}

const bulkCases = `
INSERT INTO cases (number, kind, seq, community, stage, urgency, category, open, overdue, policy_version, registered_at, departments, deadlines)
SELECT 'TS-' || i, 'complaint', 1, 'c' || i % 20, 'working', 'normal', 'noise', true, i % 10 = 0, 'v1',
  timestamptz '2026-01-01' + i * interval '1 minute', '{}',
  jsonb_build_array(
    jsonb_build_object('key', 'follow-up', 'step', 'follow-up', 'owner', 'agent', 'due', timestamptz '2026-06-01' + i * interval '1 minute'),
    jsonb_build_object('key', 'work', 'step', 'work', 'owner', 'handler', 'due', timestamptz '2026-07-01' + i * interval '1 minute'))
FROM generate_series(1, $1) i`

const bulkTexts = `
INSERT INTO case_texts (number, text)
SELECT 'TS-' || i, 'TS-' || i || E'\n楼上噪音扰民' || chr(19968 + i % 5000) || chr(19968 + i * 7 % 5000) FROM generate_series(1, $1) i`

func TestN1Counts(t *testing.T) {
	db := fresh(t)
	fill(t, db)
	got, err := db.Counts(t.Context(), []string{"yuhu"})
	must(t, err)
	same(t, "counts", got, []Count{{"judging", 1, 0}, {"registered", 2, 1}})
	got, err = db.Counts(t.Context(), all)
	must(t, err)
	same(t, "counts of all", got, []Count{{"judging", 1, 0}, {"registered", 3, 1}})
}

// M5: a drill is found and marked in lists and worklists, and counts for nothing.
func TestM5DrillsAreMarkedAndNotCounted(t *testing.T) {
	db := fresh(t)
	drill := sample("TS-1")
	drill.Summary.Drill = true
	record(t, db, drill)
	record(t, db, sample("TS-2"))
	yes, no := true, false
	same(t, "only drills", numbers(t, db, Filter{Communities: all, Drill: &yes}), []string{"TS-1"})
	same(t, "no drills", numbers(t, db, Filter{Communities: all, Drill: &no}), []string{"TS-2"})
	c, err := db.Case(t.Context(), "TS-1")
	must(t, err)
	same(t, "summary", c.Summary, drill.Summary)
	page, err := db.Worklist(t.Context(), WorklistFilter{Communities: all, Step: "judge"})
	must(t, err)
	work := page.Items
	if len(work) != 2 || !work[0].Drill || work[1].Drill {
		t.Errorf("worklist: %+v", work)
	}
	counts, err := db.Counts(t.Context(), all)
	must(t, err)
	same(t, "counts", counts, []Count{{"registered", 1, 0}})
}

// E1, E2: due and overdue follow-ups stand in the agent's worklist, the soonest first; contact moves them on.
func TestE1E2WorklistOfFollowUps(t *testing.T) {
	db := fresh(t)
	now := time.Now().UTC().Truncate(time.Millisecond)
	for number, due := range map[string]time.Time{"TS-1": now.Add(time.Hour), "TS-2": now.Add(-time.Hour), "TS-3": now.Add(25 * time.Hour)} {
		b := sample(number)
		b.Summary.Deadlines = []procedure.DeadlineRow{
			{Key: "follow-up", Step: "follow-up", Owner: people.Agent, Due: due, Breached: due.Before(now)},
			{Key: "work:T1", Step: "work", Owner: people.Handler, Department: "engineering", Due: now.Add(2 * time.Hour), Paused: number == "TS-1"},
		}
		record(t, db, b)
	}
	agent := WorklistFilter{Communities: []string{"yuhu"}, Owners: []people.Role{people.Agent}}
	worklist := func(f WorklistFilter) string {
		t.Helper()
		page, err := db.Worklist(t.Context(), f)
		must(t, err)
		var found []string
		for _, w := range page.Items {
			found = append(found, w.Number+" "+w.Deadline.Key)
		}
		return strings.Join(found, ", ")
	}
	same(t, "all", worklist(agent), "TS-2 follow-up, TS-1 follow-up, TS-3 follow-up")
	overdue, tomorrow := true, now.Add(24*time.Hour)
	agent.DueBefore = &tomorrow
	same(t, "due within a day", worklist(agent), "TS-2 follow-up, TS-1 follow-up")
	agent.Overdue = &overdue
	same(t, "overdue", worklist(agent), "TS-2 follow-up")
	same(t, "of a department, but what is paused", worklist(WorklistFilter{Communities: all, Department: "engineering"}), "TS-2 work:T1, TS-3 work:T1")
	same(t, "elsewhere", worklist(WorklistFilter{Communities: []string{"binjiang"}}), "")

	contacted := next(sample("TS-2"), "contacted", `{}`)
	contacted.Summary.Deadlines = []procedure.DeadlineRow{{Key: "follow-up", Step: "follow-up", Owner: people.Agent, Due: now.Add(24 * time.Hour)}}
	record(t, db, contacted)
	same(t, "overdue after a contact", worklist(agent), "")
	next := WorklistFilter{Communities: all, Limit: 1}
	var paged []string
	for {
		page, err := db.Worklist(t.Context(), next)
		must(t, err)
		paged = append(paged, page.Items[0].Number+" "+page.Items[0].Deadline.Key)
		if next.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	same(t, "page by page", strings.Join(paged, ", "), worklist(WorklistFilter{Communities: all}))
	_, err := db.Worklist(t.Context(), WorklistFilter{Communities: all, Cursor: "%"})
	if !errors.Is(err, ErrBadCursor) {
		t.Errorf("a cursor that is not ours: %v", err)
	}
	first, err := db.Worklist(t.Context(), WorklistFilter{Communities: all, Step: "follow-up", Limit: 1})
	must(t, err)
	same(t, "one", first.Items, []Work{{
		Number: "TS-1", Community: "yuhu", Building: "3栋", Room: "1202", Category: "lift", Stage: "registered", Urgency: "normal",
		Deadline: procedure.DeadlineRow{Key: "follow-up", Step: "follow-up", Owner: people.Agent, Due: now.Add(time.Hour)},
	}})
}

// C1: work on offer stands in the worklist of each department that may take it, with the deadline that is the desk's;
// taken, it is in that of the one who has it alone. What falls to somebody by turn is theirs as soon as it has fallen.
func TestC1WorklistOfWorkOnOffer(t *testing.T) {
	db := fresh(t)
	due := time.Now().UTC().Truncate(time.Millisecond).Add(time.Hour)
	accept := func(key, department string, owner people.Role) procedure.DeadlineRow {
		return procedure.DeadlineRow{Key: key, Step: "accept", Owner: owner, Department: department, Due: due}
	}
	on := func(task, department, status string) procedure.TaskRow {
		return procedure.TaskRow{ID: task, Department: department, Status: status}
	}
	request, complaint := sample("FW-1"), sample("TS-1")
	request.Summary.Tasks = []procedure.TaskRow{on("T1", "environment", "dispatched"), on("T1", "service", "dispatched")}
	request.Summary.Deadlines = []procedure.DeadlineRow{accept("accept", "", people.Agent)}
	complaint.Summary.Tasks = []procedure.TaskRow{on("T1", "service", "accepted"), on("T2", "environment", "dispatched")}
	complaint.Summary.Deadlines = []procedure.DeadlineRow{accept("accept:T2", "", people.Agent), {Key: "work:T1", Step: "work", Owner: people.Handler, Department: "service", Due: due}}
	record(t, db, request)
	record(t, db, complaint)
	worklist := func(department string) string {
		t.Helper()
		f := WorklistFilter{Communities: all, Owners: []people.Role{people.Handler}, Department: department}
		if department == "" {
			f.Owners = []people.Role{people.Agent}
		}
		page, err := db.Worklist(t.Context(), f)
		must(t, err)
		var found []string
		for _, w := range page.Items {
			found = append(found, fmt.Sprint(w.Number, " ", w.Deadline.Key, " ", w.Offered))
		}
		return strings.Join(found, ", ")
	}
	same(t, "of one who may take both", worklist("environment"), "FW-1 accept true, TS-1 accept:T2 true")
	same(t, "of one who may take one and works on the other", worklist("service"), "FW-1 accept true, TS-1 work:T1 false")
	same(t, "of a stranger", worklist("security"), "")
	same(t, "of the desk", worklist(""), "FW-1 accept false, TS-1 accept:T2 false")

	taken := next(request, "job-taken", `{}`)
	taken.Summary.Tasks = []procedure.TaskRow{on("T1", "service", "accepted")}
	taken.Summary.Deadlines = []procedure.DeadlineRow{{Key: "perform", Step: "perform", Owner: people.Handler, Department: "service", Due: due}}
	record(t, db, taken)
	same(t, "of one who came too late", worklist("environment"), "TS-1 accept:T2 true")
	same(t, "of the one who took it", worklist("service"), "FW-1 perform false, TS-1 work:T1 false")

	fell := next(sample("FW-2"), "job-turned", `{}`)
	fell.Summary.Tasks = []procedure.TaskRow{on("T1", "environment", "dispatched")}
	fell.Summary.Deadlines = []procedure.DeadlineRow{accept("accept", "environment", people.Handler)}
	record(t, db, sample("FW-2"))
	record(t, db, fell)
	same(t, "of the one whose turn it is", worklist("environment"), "FW-2 accept false, TS-1 accept:T2 true")
}
