package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/google/uuid"

	"bihuan/e2e/system"
)

// up brings everything up again after a test, however it ends.
func up(t *testing.T) {
	t.Cleanup(func() {
		for _, p := range bihuan.Stack.Processes() {
			if p.PID() == 0 {
				if err := p.Start(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			}
		}
	})
}

// TestDatabaseDown registers, judges and follows up without Postgres; reading says so; when it is back everything
// appears, once. A10
func TestDatabaseDown(t *testing.T) {
	up(t)
	known := play(t, system.Complaint(nil))
	must(t, bihuan.Stack.Postgres.Stop(t.Context()))
	key, complaint := uuid.NewString(), system.Complaint(nil)
	fresh := taken(t, register(t, "agent", complaint, key))
	if again := taken(t, register(t, "agent", complaint, key)); again.Number != fresh.Number {
		t.Errorf("the same key took in %s and %s", fresh.Number, again.Number)
	}
	for _, number := range []string{known.Number, fresh.Number} {
		a := command(t, bihuan.As("agent"), number, "judge", M{"nature": "valid", "grounds": "属实"})
		if a.Status != http.StatusOK && a.Status != http.StatusAccepted {
			t.Errorf("judging %s: %d %s", number, a.Status, a.Body)
		}
	}
	for _, path := range []string{"", "/" + known.Number + "/timeline"} {
		a, err := bihuan.As("agent").Do(t.Context(), http.MethodGet, "/api/v1/complaints"+path, nil)
		must(t, err)
		wantProblem(t, a, http.StatusServiceUnavailable, "database_down")
	}
	must(t, bihuan.Stack.Postgres.Start(t.Context()))
	for _, number := range []string{known.Number, fresh.Number} {
		_, err := bihuan.Await(t.Context(), number, func(c system.Case) bool { return c.Stage == "review" })
		must(t, err)
		appears(t, number, "judged")
		wantEvents(t, number, map[string]int{"registered": 1, "judged": 1})
	}
	if again := taken(t, register(t, "agent", complaint, key)); again.Number != fresh.Number {
		t.Errorf("afterwards the same key took in %s and %s", fresh.Number, again.Number)
	}
}

// TestWorkerKilled has commands kept while no worker lives, and applied once when one does. H7
func TestWorkerKilled(t *testing.T) {
	up(t)
	r := play(t, system.Complaint(nil))
	must(t, bihuan.Worker.Kill())
	key, contact := uuid.NewString(), M{"channel": "hotline", "said": "已联系"}
	waiting := command(t, bihuan.As("agent"), r.Number, "contact", contact, keyHeader, key)
	wantStatus(t, waiting, http.StatusAccepted)
	fresh, err := bihuan.As("agent").Register(t.Context(), system.Complaint(nil)) // needs no worker. A10
	must(t, err)
	must(t, bihuan.Worker.Start(t.Context()))
	a, err := bihuan.As("agent").Settle(t.Context(), r.Number, waiting)
	must(t, err)
	wantStatus(t, a, http.StatusOK)
	wantStatus(t, command(t, bihuan.As("agent"), r.Number, "contact", contact, keyHeader, key), http.StatusOK)
	wantEvents(t, r.Number, map[string]int{"registered": 1, "contacted": 1})
	appears(t, fresh.Number, "registered")
}

// TestTemporalDown answers 503 with Retry-After, and a retry with the same key makes no second case. A10
func TestTemporalDown(t *testing.T) {
	up(t)
	r := play(t, system.Complaint(nil))
	must(t, bihuan.Stack.Temporal.Stop(t.Context()))
	key, complaint := uuid.NewString(), system.Complaint(nil)
	for _, a := range []system.Answer{
		register(t, "agent", complaint, key),
		command(t, bihuan.As("agent"), r.Number, "contact", M{"channel": "hotline", "said": "好"}),
	} {
		wantProblem(t, a, http.StatusServiceUnavailable, "engine_down")
		if seconds, err := strconv.Atoi(a.Header.Get("Retry-After")); err != nil || seconds < 1 {
			t.Errorf("Retry-After is %q", a.Header.Get("Retry-After"))
		}
	}
	if list(t, "agent", "&q="+r.Number, "50") == nil { // reading goes on
		t.Error("the list is empty while Temporal is down")
	}
	must(t, bihuan.Stack.Temporal.Start(t.Context()))
	var first system.Registration
	must(t, system.Poll(t.Context(), func() (bool, error) {
		a := register(t, "agent", complaint, key)
		return a.Status == http.StatusCreated, a.Into(http.StatusCreated, &first)
	}))
	if second := taken(t, register(t, "agent", complaint, key)); second.Number != first.Number {
		t.Errorf("the retries took in %s and %s", first.Number, second.Number)
	}
	must(t, bihuan.Continue(t.Context(), r.Number, system.Step{Who: "agent", Command: "contact", With: M{"channel": "hotline", "said": "好"}}))
	wantEvents(t, first.Number, map[string]int{"registered": 1})
}

// TestServerKilledWhileRegistering loses nothing that was answered. A10
func TestServerKilledWhileRegistering(t *testing.T) {
	up(t)
	const many = 50
	var answered sync.Map
	var done sync.WaitGroup
	half := make(chan struct{}, many)
	for i := range many {
		done.Go(func() {
			r, err := bihuan.As("agent").Register(t.Context(), system.Complaint(nil), keyHeader, fmt.Sprintf("kill-%d-%s", i, uuid.NewString()))
			if err == nil {
				answered.Store(r.Number, true)
				half <- struct{}{}
			}
		})
	}
	for range many / 5 {
		<-half
	}
	must(t, bihuan.Server.Kill())
	done.Wait()
	must(t, bihuan.Server.Start(t.Context()))
	n := 0
	for number := range answered.Range {
		n++
		appears(t, number.(string), "registered")
		wantEvents(t, number.(string), map[string]int{"registered": 1})
	}
	t.Logf("%d of %d were answered before the kill", n, many)
}

// TestEverythingKilled kills all processes in the middle of stories and starts them again: nothing is lost or
// repeated. A10 H7
func TestEverythingKilled(t *testing.T) {
	up(t)
	before := play(t, system.Complaint(nil), system.Judged...)
	during := make([]system.Registration, 10)
	for i := range during {
		during[i] = play(t, system.Complaint(nil))
	}
	must(t, errors.Join(bihuan.KillAll(), bihuan.StartAll(t.Context())))
	for _, r := range during {
		appears(t, r.Number, "registered")
		wantEvents(t, r.Number, map[string]int{"registered": 1})
	}
	must(t, bihuan.Continue(t.Context(), before.Number, append([]system.Step{system.Dispatched(0), system.Accepted("T1")}, system.Planned...)...))
	wantEvents(t, before.Number, map[string]int{"registered": 1, "judged": 1, "reviewed": 1, "dispatched": 1, "plan-answered": 1})
}
