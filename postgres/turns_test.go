package postgres

import (
	"fmt"
	"sync"
	"testing"

	"bihuan/procedure/pool"
)

// C1: the departments of a pool have work by turn, also when many cases ask at once; who asks again gets the
// same answer, and communities do not mix.
func TestByTurn_C1(t *testing.T) {
	db := fresh(t)
	n := pool.Next{Community: "turns-" + t.Name(), Pool: "repairs", Departments: []string{"c", "a", "b"}}
	next := func(effect string, n pool.Next) string {
		t.Helper()
		department, err := db.NextTurn(t.Context(), effect, n)
		if err != nil {
			t.Error(err)
		}
		return department
	}
	for i, want := range []string{"c", "a", "b", "c", "a"} {
		if got := next(fmt.Sprint(t.Name(), i), n); got != want {
			t.Errorf("turn %d is %s's, want %s's", i, got, want)
		}
	}
	if got := next(t.Name()+"0", n); got != "c" {
		t.Errorf("asked again: %s", got)
	}
	other := n
	other.Community += "-other"
	if got := next(t.Name()+"elsewhere", other); got != "c" {
		t.Errorf("another community begins with %s", got)
	}
	without := n
	without.Departments = []string{"a", "b"}
	if got := next(t.Name()+"without", without); got != "b" {
		t.Errorf("without c it is %s's turn", got)
	}

	counts, mu, wait := map[string]int{}, sync.Mutex{}, sync.WaitGroup{}
	for i := range 60 {
		wait.Go(func() {
			d := next(fmt.Sprint(t.Name(), "at once", i), n)
			mu.Lock()
			counts[d]++
			mu.Unlock()
		})
	}
	wait.Wait()
	if counts["a"] != 20 || counts["b"] != 20 || counts["c"] != 20 {
		t.Errorf("sixty at once: %v", counts)
	}
}
