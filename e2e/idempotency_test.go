package e2e_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"bihuan/e2e/system"
)

const keyHeader = "Idempotency-Key"

// register sends a registration under a key and gives the answer whatever it is.
func register(t *testing.T, who string, complaint M, key string) system.Answer {
	t.Helper()
	a, err := bihuan.As(who).Do(t.Context(), http.MethodPost, "/api/v1/complaints", complaint, keyHeader, key)
	must(t, err)
	return a
}

func taken(t *testing.T, a system.Answer) system.Registration {
	t.Helper()
	var r system.Registration
	must(t, a.Into(http.StatusCreated, &r))
	return r
}

// TestSameKeySameCase repeats a registration; another body under the key is refused; another person's key is
// another key. A10
func TestSameKeySameCase(t *testing.T) {
	key, complaint := uuid.NewString(), system.Complaint(nil)
	first := taken(t, register(t, "agent", complaint, key))
	again := register(t, "agent", complaint, key)
	if second := taken(t, again); second.Number != first.Number || second.TrackingLink != first.TrackingLink {
		t.Errorf("the same key took in %s and %s", first.Number, second.Number)
	}
	if again.Header.Get("Idempotent-Replay") != "true" {
		t.Error("a replay does not say so")
	}
	complaint["what"] = "别的事情"
	for _, language := range []string{"zh-CN", "en"} {
		a, err := bihuan.As("agent").In(language).Do(t.Context(), http.MethodPost, "/api/v1/complaints", complaint, keyHeader, key)
		must(t, err)
		wantProblem(t, a, http.StatusConflict, "idempotency_key_reused")
		if chinese := han.MatchString(a.Problem().Detail); chinese != (language == "zh-CN") {
			t.Errorf("%s: %s", language, a.Problem().Detail)
		}
	}
	if other := taken(t, register(t, "manager", complaint, key)); other.Number == first.Number {
		t.Error("another person's key led to the same case")
	}
	wantEvents(t, first.Number, map[string]int{"registered": 1})
}

// TestSameKeyAtTheSameTime registers twenty times at once. A10
func TestSameKeyAtTheSameTime(t *testing.T) {
	key, complaint := uuid.NewString(), system.Complaint(nil)
	numbers := make([]string, 20)
	var all sync.WaitGroup
	for i := range numbers {
		all.Go(func() {
			a, err := bihuan.As("agent").Do(t.Context(), http.MethodPost, "/api/v1/complaints", complaint, keyHeader, key)
			var r system.Registration
			if err == nil {
				err = a.Into(http.StatusCreated, &r)
			}
			if err != nil {
				t.Error(err)
			}
			numbers[i] = r.Number
		})
	}
	all.Wait()
	if different := slices.Compact(slices.Sorted(slices.Values(numbers))); len(different) != 1 {
		t.Fatalf("one key took in %v", different)
	}
	wantEvents(t, numbers[0], map[string]int{"registered": 1})
}

// TestSameKeySameCommand repeats a command: it happens once and is answered the same; the key does not
// serve for something else. A10
func TestSameKeySameCommand(t *testing.T) {
	r := play(t, system.Complaint(nil))
	key, contact := uuid.NewString(), M{"channel": "hotline", "said": "已联系"}
	for range 3 {
		wantStatus(t, command(t, bihuan.As("agent"), r.Number, "contact", contact, keyHeader, key), http.StatusOK)
	}
	wantEvents(t, r.Number, map[string]int{"contacted": 1})
	wantProblem(t, command(t, bihuan.As("agent"), r.Number, "contact", M{"channel": "hotline", "said": "别的"}, keyHeader, key),
		http.StatusConflict, "idempotency_key_reused")
}
