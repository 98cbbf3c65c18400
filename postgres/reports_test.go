package postgres_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/activities"
	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/procedure/statistics"
	"bihuan/settings"
)

// reports makes the reports of the default settings on a database, with a manager and a GM to tell.
func reports(t *testing.T, db *postgres.DB) *activities.Statistics {
	t.Helper()
	set, err := settings.Load("")
	postgres.Must(t, err)
	db.Mail = true
	for _, s := range []postgres.Staff{
		{ID: "ma", Name: "马经理", Email: "ma@example.com", Roles: []people.Role{people.Manager}, Communities: []string{"yuhu"}},
		{ID: "zhou", Name: "周总", Email: "zhou@example.com", Roles: []people.Role{people.GM}, Communities: []string{people.AllCommunities}},
	} {
		postgres.Must(t, db.PutStaff(t.Context(), s))
	}
	return &activities.Statistics{
		Figures: db, Now: time.Now,
		Settings: func() activities.Reporting {
			return activities.Reporting{Places: set.Places(), Rules: set.Rules(), RemindOn: set.Quotas.RemindOn}
		},
		Link: func(community string, p statistics.Period) string { return "https://x/" + community + p.From },
	}
}

// day is a morning in Shanghai.
func day(text string) time.Time {
	at, err := time.Parse("2006-01-02 15:04 -0700", text+" 08:00 +0800")
	if err != nil {
		panic(err)
	}
	return at
}

// make makes everything that is due on a day.
func makeReports(t *testing.T, s *activities.Statistics, at time.Time) {
	t.Helper()
	due, err := s.ListDueReports(t.Context(), at)
	postgres.Must(t, err)
	for _, r := range due {
		if _, err := s.MakeReport(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
}

func inbox(t *testing.T, db *postgres.DB, staff string) (lines []string) {
	t.Helper()
	page, err := db.Inbox(t.Context(), staff, false, "", 0)
	postgres.Must(t, err)
	for _, n := range page.Items {
		if strings.HasPrefix(n.Number, "TS-") {
			continue
		}
		lines = append(lines, fmt.Sprint(n.Number, " ", n.Seq, " ", n.Template, " ", n.Args["role"], n.Args["made"], n.Args["short"], " ", n.Args["registered"]))
	}
	slices.Sort(lines)
	return lines
}

// revisitedBy records a complaint of November that somebody in a role revisited.
func revisitedBy(t *testing.T, db *postgres.DB, number string, role people.Role) {
	t.Helper()
	m := numbered(afield(t, db), complaint.Definition, number)
	m.do(people.Agent, complaint.CmdRegister, complaint.Register{Record: complaint.Record{
		Community: "yuhu", Channel: complaint.Hotline, Category: "environment.noise", Name: "李明", Phone: "1", Building: "1", Room: "1",
		HappenedAt: &monday, Place: "x", What: "x", Remedy: "x",
	}})
	for _, step := range []struct {
		role    people.Role
		command string
		payload any
	}{
		{people.Agent, complaint.CmdJudge, complaint.Judge{Nature: complaint.Valid, Grounds: "g"}},
		{people.Manager, complaint.CmdReview, complaint.Review{Nature: complaint.Valid, Grounds: "g"}},
		{people.Agent, complaint.CmdDispatch, complaint.Dispatch{Tasks: []complaint.TaskOrder{{Department: "security", Content: "c"}}}},
		{people.Agent, complaint.CmdAccept, complaint.TaskRef{Task: "T1"}},
		{people.Agent, complaint.CmdComplete, complaint.Complete{Task: "T1", Result: "r", Evidence: []string{"e"}}},
		{people.Agent, complaint.CmdPropose, complaint.Propose{Text: "t"}},
		{people.Complainant, complaint.CmdAnswer, complaint.AnswerPlan{Answer: complaint.Agreed}},
		{people.Assistant, complaint.CmdVerify, complaint.Verify{Passed: true, Note: "n"}},
		{role, complaint.CmdRevisit, complaint.Revisit{Method: complaint.ByPhone, Reached: true, Satisfied: true, Outcome: 5, Handling: 4}},
	} {
		m.do(step.role, step.command, step.payload)
	}
}

// G7: who is short of the quota is reminded on the 20th and on the 25th, each once however often the report
// is made and also when nothing ran on the day itself; the quota that is met reminds nobody.
func TestG7QuotasAreRemindedOfOnce(t *testing.T) {
	db := postgres.Fresh(t)
	s := reports(t, db)
	revisitedBy(t, db, "TS-1", people.GM)
	revisitedBy(t, db, "TS-2", people.Manager)
	makeReports(t, s, day("2026-11-19"))
	if got := inbox(t, db, "ma"); got != nil {
		t.Errorf("before the 20th: %v", got)
	}
	for range 2 {
		makeReports(t, s, day("2026-11-21"))
	}
	first := "quotas/yuhu/2026-11 20 quota-short manager12 "
	if got := inbox(t, db, "ma"); !reflect.DeepEqual(got, []string{first}) {
		t.Errorf("on the 21st: %v", got)
	}
	revisitedBy(t, db, "TS-3", people.Manager)
	makeReports(t, s, day("2026-11-25"))
	if got := inbox(t, db, "ma"); !reflect.DeepEqual(got, []string{first, "quotas/yuhu/2026-11 25 quota-short manager21 "}) {
		t.Errorf("on the 25th: %v", got)
	}
	// The GM has made one in yuhu, and none in linjiang, where nobody is manager either: that is for the GM too.
	for _, line := range inbox(t, db, "zhou") {
		if line == "quotas/yuhu/2026-11 20 quota-short gm01 " {
			t.Errorf("the GM has met the quota: %s", line)
		}
	}
	if pending, err := db.Pending(t.Context(), "quotas/yuhu/2026-11"); err != nil || pending != 2 {
		t.Errorf("mails that wait: %d, %v", pending, err)
	}
}

// I4, G7: on the 1st the summary of the month before is made and kept, the GM is told once, and the
// shortfall stands in it. What is recorded late makes it another when it is asked for again.
func TestI4MonthlySummary(t *testing.T) {
	db := postgres.Fresh(t)
	s := reports(t, db)
	makeReports(t, s, day("2026-12-01"))
	if got := inbox(t, db, "zhou"); got != nil {
		t.Errorf("a summary of nothing: %v", got)
	}
	revisitedBy(t, db, "TS-1", people.Manager)
	for range 2 {
		makeReports(t, s, day("2026-12-01"))
	}
	if got := inbox(t, db, "zhou"); !reflect.DeepEqual(got, []string{"summary/yuhu/2026-11 0 summary-made 3 1"}) {
		t.Errorf("the GM is told %v", got)
	}
	kept, err := db.MonthlySummary(t.Context(), "yuhu", "2026-11")
	postgres.Must(t, err)
	want := []statistics.Quota{
		{Community: "yuhu", Month: "2026-11", Role: people.Manager, Required: 3, Made: 1}, {Community: "yuhu", Month: "2026-11", Role: people.GM, Required: 1},
	}
	if !reflect.DeepEqual(kept.Summary.Quotas, want) || kept.Version != 1 {
		t.Errorf("version %d, quotas %+v", kept.Version, kept.Summary.Quotas)
	}
	k := kept.Summary.Kinds[0]
	if k.Registered != 1 || k.Closed != 1 || k.Revisits.Outcome.Mean != 5 || k.Revisits.Handling.Mean != 4 || len(k.Issues) != 1 ||
		!reflect.DeepEqual(k.Category, []statistics.Count{{Key: "environment", N: 1}, {Key: "environment.noise", Parent: "environment", N: 1}}) {
		t.Errorf("figures %+v", k)
	}
	revisitedBy(t, db, "TS-2", people.GM)
	period, _ := statistics.Month("2026-11")
	again, err := db.Summary(t.Context(), period, s.Settings().Places[:1], s.Settings().Rules)
	postgres.Must(t, err)
	if reflect.DeepEqual(again, kept.Summary) || again.Kinds[0].Registered != 2 {
		t.Error("what came late is not counted")
	}
	for range 2 {
		postgres.Must(t, db.KeepSummary(t.Context(), "yuhu", "2026-11", monday, again))
	}
	all, err := db.MonthlySummaries(t.Context(), []string{"yuhu"}, 0)
	postgres.Must(t, err)
	if len(all) != 1 || all[0].Version != 2 || !reflect.DeepEqual(all[0].Summary, again) {
		t.Errorf("kept again: %+v", all)
	}
}

// I4: a summary that an older program kept in another shape is still listed, with what it is about; made again it is
// another version in today's shape.
func TestASummaryOfAnOlderShapeIsStillRead_I4(t *testing.T) {
	db := postgres.Fresh(t)
	postgres.Must(t, postgres.Exec(t.Context(), db, `INSERT INTO summaries (community, month, version, computed_at, body) VALUES ('yuhu', '2026-10', 1, now(),
		'{"from": "2026-10-01", "to": "2026-11-01", "communities": ["yuhu"], "kinds": {"complaint": 3}}')`))
	old, err := db.MonthlySummary(t.Context(), "yuhu", "2026-10")
	postgres.Must(t, err)
	if old.Summary.Format != 0 || old.Summary.From != "2026-10-01" || !reflect.DeepEqual(old.Summary.Communities, []string{"yuhu"}) {
		t.Errorf("read %+v", old.Summary)
	}
	period, _ := statistics.Month("2026-10")
	now, err := db.Summary(t.Context(), period, []statistics.Place{{Community: "yuhu", Zone: "Asia/Shanghai"}}, statistics.Rules{})
	postgres.Must(t, err)
	postgres.Must(t, db.KeepSummary(t.Context(), "yuhu", "2026-10", monday, now))
	if kept, err := db.MonthlySummary(t.Context(), "yuhu", "2026-10"); err != nil || kept.Version != 2 || kept.Summary.Format != statistics.Format {
		t.Errorf("%+v, %v", kept, err)
	}
}

var _ activities.Figures = (*postgres.DB)(nil)

// M2: what was before the first record cannot be compared with; M5: a drill is no record.
func TestFirstDay_M2(t *testing.T) {
	db := postgres.Fresh(t)
	first := time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC)
	for number, c := range map[string]procedure.Summary{
		"TS-1": {Community: "yuhu", RegisteredAt: first.AddDate(0, 1, 0)}, "TS-2": {Community: "yuhu", RegisteredAt: first},
		"TS-3": {Community: "yuhu", RegisteredAt: first.AddDate(0, -1, 0), Drill: true},
	} {
		c.Seq = 1
		_, err := db.Record(t.Context(), procedure.Batch{Number: number, Kind: "complaint", Summary: c, State: []byte("{}")})
		postgres.Must(t, err)
	}
	got, err := db.FirstDay(t.Context(), []string{"linjiang", "yuhu"})
	postgres.Must(t, err)
	if want := []time.Time{{}, first}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
