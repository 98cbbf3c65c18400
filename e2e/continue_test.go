package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/api/enums/v1"

	"bihuan/e2e/system"
	"bihuan/procedure"
	"bihuan/procedure/people"
)

// soon has Temporal suggest to continue as new after a few turns already.
var soon = []string{"--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=50"}

// TestContinueAsNewUnderFire sends 300 commands at once from several clients to one complaint: each is applied
// exactly once while it continues as new several times. H7
func TestContinueAsNewUnderFire(t *testing.T) {
	dir := t.TempDir()
	fire, err := system.Start(t.Context(), system.Options{
		Dir: dir, Programs: programs, DatabaseURL: bihuan.DatabaseURL, ApplicationURL: bihuan.ApplicationURL, Tokens: bihuan.TokensFile(), TemporalArgs: soon,
	})
	must(t, err)
	t.Cleanup(func() { must(t, fire.Stop(context.WithoutCancel(t.Context()))) })
	r, err := fire.Play(t.Context(), system.Complaint(nil))
	must(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			fire.ShowLogs(os.Stderr)
		}
	})
	const clients, each = 30, 10
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for i := range each {
				contact := M{"channel": "hotline", "said": fmt.Sprintf("%d/%d", client, i)}
				if client%3 == 0 {
					contactBySignal(t, fire, r.Number, contact)
				} else {
					contactByAPI(t, fire, r.Number, contact)
				}
			}
		})
	}
	all.Wait()
	must(t, system.Poll(t.Context(), func() (bool, error) {
		n := rows(t, "SELECT count(*) FROM events WHERE number = $1 AND type = 'contacted'", r.Number)
		return n == clients*each, fmt.Errorf("%d commands are on record, want %d", n, clients*each)
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

func contactByAPI(t *testing.T, s *system.System, number string, contact M) {
	a, err := s.As("agent").Command(t.Context(), number, "contact", contact)
	if err != nil || a.Status != http.StatusOK && a.Status != http.StatusAccepted {
		t.Errorf("%d %s %v", a.Status, a.Body, err)
	}
}

// contactBySignal sends a command that was on its way for a while: commands arrive in another order than that of
// their times.
func contactBySignal(t *testing.T, s *system.System, number string, contact M) {
	err := s.Temporal.SignalWorkflow(t.Context(), number, "", "contact", procedure.Command{
		ID: uuid.NewString(), At: time.Now().Add(-time.Duration(rand.IntN(500)) * time.Millisecond).UTC(),
		Actor:   people.Actor{ID: "agent", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}},
		Payload: toJSON(t, contact),
	})
	if err != nil {
		t.Error(err)
	}
	time.Sleep(200 * time.Millisecond) // so that signals come all the while that the API's callers send theirs
}
