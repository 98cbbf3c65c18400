package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/e2e/system"
)

// TestEveryProgramHasTheSameClock is what the others stand on when the clock is not the machine's (make test-at).
func TestEveryProgramHasTheSameClock(t *testing.T) {
	began := time.Now()
	number := play(t, system.Complaint(nil)).Number
	a, err := bihuan.As("agent").Do(t.Context(), http.MethodGet, "/api/v1/complaints/"+number, nil)
	must(t, err)
	server, err := http.ParseTime(a.Header.Get("Date"))
	must(t, err)
	run, err := bihuan.Temporal.DescribeWorkflowExecution(t.Context(), number, "")
	must(t, err)
	db, err := pgx.Connect(t.Context(), bihuan.DatabaseURL)
	must(t, err)
	defer db.Close(t.Context())
	var postgres time.Time
	must(t, db.QueryRow(t.Context(), "SELECT now()").Scan(&postgres))
	for clock, at := range map[string]time.Time{
		"the server": server, "Temporal": run.GetWorkflowExecutionInfo().GetStartTime().AsTime(), "Postgres": postgres,
	} {
		if at.Before(began.Add(-time.Second)) || at.After(time.Now()) {
			t.Errorf("%s's clock shows %s after %s of the tests", clock, at, began)
		}
	}
}
