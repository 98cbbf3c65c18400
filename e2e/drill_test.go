package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"

	"bihuan/e2e/system"
)

// TestDrillIsMarkedEverywhereAndCountsNowhere practises on a case: lists, worklist, case, timeline, notices,
// mail, the complainant's page and Temporal's own lists show that it is a drill, and no figure holds it. M5
func TestDrillIsMarkedEverywhereAndCountsNowhere(t *testing.T) {
	address := "drill-" + time.Now().Format("150405.000") + "@example.com"
	r := play(t, system.Complaint(M{"drill": true, "email": address}))
	manager := bihuan.As("manager")

	if drills := numbers(list(t, "manager", "&drill=true", "50")); !slices.Contains(drills, r.Number) {
		t.Errorf("the drill is not among %v", drills)
	}
	if real := numbers(list(t, "manager", "&drill=false", "50")); slices.Contains(real, r.Number) {
		t.Error("the drill is among the real complaints")
	}
	var shown struct{ Record struct{ Drill bool } }
	get(t, manager, "/api/v1/complaints/"+r.Number, &shown)
	var work struct {
		Items []struct {
			Number string
			Drill  bool
		}
	}
	get(t, bihuan.As("agent"), "/api/v1/worklist?limit=200", &work)
	listed := false
	for _, w := range work.Items {
		listed = listed || w.Number == r.Number && w.Drill
	}
	var public struct{ Drill bool }
	get(t, bihuan.Resident(r.Secret()), "/api/v1/public/complaints/"+r.Number, &public)
	if !shown.Record.Drill || !listed || !public.Drill {
		t.Errorf("case %v, worklist %v, complainant's view %v", shown.Record.Drill, listed, public.Drill)
	}
	for language, mark := range map[string]string{"": "【演练】", "en": "[Drill]"} {
		if first := timeline(t, r.Number, language)[0].Text; !strings.HasPrefix(first, mark) {
			t.Errorf("the timeline begins %q", first)
		}
	}
	page, err := bihuan.Anybody().Do(t.Context(), http.MethodGet, "/track/"+r.Number+"/"+r.Secret(), nil)
	must(t, err)
	if !strings.Contains(string(page.Body), "【演练】") {
		t.Error("the complainant's page does not say that it is a drill")
	}
	must(t, system.Poll(t.Context(), func() (bool, error) { return len(mailbox.To(address)) > 0, nil }))
	if m := mailbox.To(address)[0]; !strings.HasPrefix(m.Subject, "【演练】") || !strings.HasPrefix(m.Body, "【演练】") {
		t.Errorf("the mail is %q: %s", m.Subject, m.Body)
	}
	must(t, system.Poll(t.Context(), func() (bool, error) {
		found, err := bihuan.Temporal.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{
			Namespace: "default", Query: "WorkflowId = '" + r.Number + "' AND BihuanDrill = true",
		})
		return found.GetCount() == 1, err
	}))
	must(t, system.Poll(t.Context(), func() (bool, error) { // other tests' cases may still be on their way
		real := rows(t, "SELECT count(*) FROM cases WHERE community = 'yuhu' AND open AND NOT drill")
		return counted(t) == real, nil
	}))
	if rows(t, "SELECT count(*) FROM cases WHERE number = $1 AND open AND drill", r.Number) != 1 {
		t.Error("the drill is not open")
	}
}

// TestResidentCannotRegisterADrill keeps the mark to staff, in the contract already. M5
func TestResidentCannotRegisterADrill(t *testing.T) {
	complaint := system.Complaint(M{"channel": "website", "drill": true, "apology": nil})
	a, err := bihuan.Anybody().Do(t.Context(), http.MethodPost, "/api/v1/public/complaints", complaint)
	must(t, err)
	wantProblem(t, a, http.StatusBadRequest, "unknown_field")
}

// counted is how many open cases the figures of the community hold.
func counted(t *testing.T) int {
	t.Helper()
	var counts struct{ Items []struct{ Open int } }
	get(t, bihuan.As("manager"), "/api/v1/counts", &counts)
	sum := 0
	for _, c := range counts.Items {
		sum += c.Open
	}
	return sum
}
