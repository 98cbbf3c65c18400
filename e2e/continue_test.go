package e2e_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"go.temporal.io/api/enums/v1"

	"bihuan/e2e/system"
)

// soon has Temporal suggest to continue as new after a few turns already.
var soon = []string{"--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=50"}

// TestContinueAsNewUnderFire sends 300 commands at once from several clients to one complaint: each is applied
// exactly once while it continues as new several times. H7
func TestContinueAsNewUnderFire(t *testing.T) {
	dir := t.TempDir()
	fire, err := system.Start(t.Context(), system.Options{
		Dir: dir, Programs: programs, DatabaseURL: bihuan.DatabaseURL, Tokens: bihuan.TokensFile(), TemporalArgs: soon,
	})
	must(t, err)
	t.Cleanup(func() { must(t, fire.Stop(context.WithoutCancel(t.Context()))) })
	r, err := fire.Play(t.Context(), system.Complaint(nil))
	must(t, err)
	const clients, each = 6, 50
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for i := range each {
				step := system.Step{Who: "agent", Command: "contact", With: M{"channel": "hotline", "said": fmt.Sprintf("%d/%d", client, i)}}
				if err := fire.Continue(t.Context(), r.Number, step); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	must(t, system.Poll(t.Context(), func() (bool, error) {
		return rows(t, "SELECT count(*) FROM events WHERE number = $1 AND type = 'contacted'", r.Number) == clients*each, nil
	}))
	if n := rows(t, "SELECT count(DISTINCT data->>'said') FROM events WHERE number = $1 AND type = 'contacted'", r.Number); n != clients*each {
		t.Errorf("%d different commands were applied, want %d", n, clients*each)
	}
	wantEvents(t, r.Number, map[string]int{"registered": 1, "contacted": clients * each})
	runs, err := fire.Histories(t.Context(), r.Number)
	must(t, err)
	if len(runs) < 4 {
		t.Errorf("it continued as new %d times only", len(runs)-1)
	}
	for _, h := range runs[:len(runs)-1] {
		if last := h.Events[len(h.Events)-1]; last.EventType != enums.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW {
			t.Errorf("a run ended with %s", last.EventType)
		}
	}
	t.Logf("%d runs", len(runs))
}
