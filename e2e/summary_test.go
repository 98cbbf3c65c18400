package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"bihuan/e2e/system"
	"bihuan/postgres"
	"bihuan/procedure/registry"
	"bihuan/procedure/statistics"
	"bihuan/workflows"
)

// I4, I3: what really ran is counted the same by the database and by folding its events, the API gives
// those figures, and the closed complaint's forms come as workbooks.
func TestI4SummaryOfWhatRan(t *testing.T) {
	c := play(t, system.Complaint(nil), system.Loop(1)...)
	appears(t, c.Number, "closed")
	db, err := postgres.Open(t.Context(), bihuan.DatabaseURL)
	must(t, err)
	defer db.Close()
	today := time.Now().UTC()
	period := statistics.Period{From: today.AddDate(0, 0, -2).Format(time.DateOnly), To: today.AddDate(0, 0, 2).Format(time.DateOnly)}
	spans, err := period.Spans([]statistics.Place{{Community: "yuhu", Zone: "Asia/Shanghai"}})
	must(t, err)
	must(t, system.Poll(t.Context(), func() (bool, error) { // other tests' cases go on meanwhile
		counted, err := db.Tallies(t.Context(), spans)
		return len(counted) > 0 && slices.Equal(counted, statistics.Tallies(recorded(t, db), spans)), err
	}))
	var s statistics.Summary
	get(t, bihuan.As("gm"), "/api/v1/summaries?community=yuhu&from="+period.From+"&to="+period.To, &s)
	i := slices.IndexFunc(s.Kinds, func(k statistics.Section) bool { return k.Kind == "complaint" })
	if k := s.Kinds[max(i, 0)]; k.Kind != "complaint" || k.Registered < 1 || k.Closed < 1 || k.Revisits.Reached < 2 || k.Revisits.Outcome.N < 2 {
		t.Errorf("figures %+v", k)
	}
	for _, path := range []string{"/api/v1/complaints/" + c.Number + "/forms/record.xlsx", "/api/v1/complaints/" + c.Number + "/forms/follow-up.xlsx"} {
		a, err := bihuan.As("gm").Do(t.Context(), "GET", path, nil)
		must(t, err)
		wantStatus(t, a, 200)
		if string(a.Body[:2]) != "PK" {
			t.Errorf("%s is no workbook", path)
		}
	}
}

// recorded tells every complaint by its events alone.
func recorded(t *testing.T, db *postgres.DB) (cases []statistics.Case) {
	t.Helper()
	for after := ""; ; {
		numbers, err := db.Numbers(t.Context(), after, 0)
		must(t, err)
		if len(numbers) == 0 {
			return cases
		}
		for _, n := range numbers {
			e, err := db.Evidence(t.Context(), n)
			must(t, err)
			summary, _, err := registry.Rebuild(n, e.Events, e.Policy)
			must(t, err)
			facts, err := registry.Tell(n, e.Events, e.Policy)
			must(t, err)
			kind, _ := registry.OfNumber(n)
			cases = append(cases, statistics.Case{Kind: kind.Name, Summary: summary, Facts: facts})
		}
		after = numbers[len(numbers)-1]
	}
}

// G7, I4: the schedule makes the reports that are due in the morning. Run twice for the 20th of a month
// without a revisit, each role is reminded once; the month before has its summary, and the GM knows.
func TestG7ReportsComeByThemselves(t *testing.T) {
	handle := bihuan.Temporal.ScheduleClient().GetHandle(t.Context(), workflows.StatisticsID+"/Asia/Shanghai")
	must(t, handle.Trigger(t.Context(), client.ScheduleTriggerOptions{}))
	must(t, system.Poll(t.Context(), func() (bool, error) {
		d, err := handle.Describe(t.Context())
		return err == nil && d.Info.NumActions > 0 && len(d.Info.RunningWorkflows) == 0, err
	}))
	play(t, system.Complaint(nil)) // so that there is something to sum up
	if rows(t, "WITH u AS (UPDATE staff SET email = 'gm@example.com' WHERE id = 'gm' RETURNING 1) SELECT count(*) FROM u") != 1 {
		t.Fatal("there is no GM")
	}
	year := time.Now().Year() + 3 // of which nothing else is told
	twentieth := time.Date(year, 1, 20, 1, 0, 0, 0, time.UTC)
	january, december := fmt.Sprintf("%d-01", year), fmt.Sprintf("%d-12", year-1)
	for range 2 {
		run, err := bihuan.Temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: workflows.TaskQueue}, workflows.StatisticsType, twentieth)
		must(t, err)
		must(t, run.Get(t.Context(), nil))
	}
	for _, told := range []struct{ number, template, staff string }{
		{"quotas/yuhu/" + january, "quota-short", "manager"}, {"quotas/yuhu/" + january, "quota-short", "gm"}, {"summary/yuhu/" + december, "summary-made", "gm"},
	} {
		if n := rows(t, "SELECT count(*) FROM notices WHERE number = $1 AND template = $2 AND staff_id = $3 AND channel = 'console'", told.number, told.template, told.staff); n != 1 {
			t.Errorf("%s was told %d times of %s", told.staff, n, told.number)
		}
	}
	sent := mailbox.To("gm@example.com")
	for _, wanted := range []string{"/print/summary?community=yuhu&from=" + december + "-01&to=" + january + "-01", january} {
		n := 0
		for _, m := range sent {
			if strings.Contains(m.Subject+m.Body, wanted) {
				n++
			}
		}
		if n == 0 {
			t.Errorf("no mail to the GM with %s among %d", wanted, len(sent))
		}
	}
	if n := rows(t, "SELECT count(*) FROM summaries WHERE community = 'yuhu' AND month = $1", december); n != 1 {
		t.Errorf("%d summaries", n)
	}
}
