package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"bihuan/dev/stack"
	"bihuan/e2e/system"
)

// insist sends a command with one key until it is answered for certain, whatever dies meanwhile.
func insist(t *testing.T, c system.Client, path string, body any, into any) {
	t.Helper()
	key, raw := uuid.NewString(), toJSON(t, body)
	must(t, system.Poll(t.Context(), func() (bool, error) {
		a, err := c.Do(t.Context(), http.MethodPost, path, raw, keyHeader, key)
		switch {
		case err != nil || a.Status == http.StatusAccepted || a.Status == http.StatusServiceUnavailable:
			return false, fmt.Errorf("%s: %d %s %w", path, a.Status, a.Body, err)
		case a.Status >= http.StatusBadRequest:
			t.Fatalf("%s: %d %s", path, a.Status, a.Body)
		case into != nil:
			err = json.Unmarshal(a.Body, into)
		}
		return err == nil, err
	}))
}

// comes reads a case until it is as wanted, whatever dies meanwhile.
func comes(t *testing.T, path string, into any, as func() bool) {
	t.Helper()
	must(t, system.Poll(t.Context(), func() (bool, error) {
		a, err := bihuan.As("manager").Do(t.Context(), http.MethodGet, path, nil)
		if err == nil {
			err = a.Into(http.StatusOK, into)
		}
		return err == nil && as(), fmt.Errorf("%s: %s %w", path, a.Body, err)
	}))
}

// TestEffectsAreDoneOnceWhateverDies has cases touch one another while worker, server, Temporal and Postgres are each
// killed in the middle: each case that was asked for is opened once and linked, each member and each merged complaint
// is told, and the audit finds nothing. H7 K3 J1 A11
func TestEffectsAreDoneOnceWhateverDies(t *testing.T) {
	up(t)
	stop, killed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(killed)
		killInTurn(t, stop)
	}()
	var numbers sync.Map
	var stories sync.WaitGroup
	for i := range 8 {
		stories.Go(func() { numbers.Store(turned(t, []string{"complaint", "service"}[i%2]), true) })
	}
	for range 3 {
		stories.Go(func() {
			for _, n := range mergedAndLetGo(t) {
				numbers.Store(n, true)
			}
		})
	}
	stories.Go(func() {
		for _, n := range concluded(t) {
			numbers.Store(n, true)
		}
	})
	stories.Wait()
	close(stop)
	<-killed
	for _, p := range bihuan.Stack.Processes() {
		if p.PID() == 0 {
			must(t, p.Start(t.Context()))
		}
	}
	eachOnce(t, &numbers)
	all := []string{"verify"}
	for number := range numbers.Range {
		all = append(all, number.(string))
		must(t, bihuan.Quiet(t.Context(), number.(string)))
	}
	if said, err := runOn(t, bihuan, "bihuan-audit", all...); err != nil {
		t.Errorf("bihuan-audit: %v\n%s", err, said)
	}
}

// eachOnce wants one case of each inquiry that was turned, and each member told once of each thing.
func eachOnce(t *testing.T, numbers *sync.Map) {
	for n := range numbers.Range {
		number := n.(string)
		if !strings.HasPrefix(number, "ZX-") {
			continue
		}
		if n := rows(t, "SELECT count(*) FROM cases WHERE $1 IN (state::jsonb #>> '{record,source}', state::jsonb #>> '{customer,source}')", number); n != 1 {
			t.Errorf("%s became %d cases", number, n)
		}
	}
	const informed = "SELECT count(*) FROM events e JOIN cases c USING (number) WHERE c.category = '" + tidied + "' AND e.type = 'informed'"
	must(t, system.Poll(t.Context(), func() (bool, error) {
		n := rows(t, informed)
		return n == 2*members, fmt.Errorf("%d events tell %d members of two things", n, members)
	}))
}

// members of an issue complain of what is tidied.
const (
	members = 10
	tidied  = "environment.cleaning"
)

// killInTurn kills one process after the other, and starts it again, until it is told to stop.
func killInTurn(t *testing.T, stop chan struct{}) {
	ctx := context.WithoutCancel(t.Context())
	victims := []*stack.Process{bihuan.Worker, bihuan.Server, bihuan.Worker, bihuan.Stack.Temporal, bihuan.Worker, bihuan.Stack.Postgres}
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		case <-time.After(time.Second):
		}
		p := victims[i%len(victims)]
		if err := p.Kill(); err != nil {
			t.Error(err)
		}
		if err := p.Start(ctx); err != nil {
			t.Error(err)
		}
	}
}

// turned has an inquiry become a case of another kind.
func turned(t *testing.T, into string) string {
	category := map[string]string{"complaint": "order.danger", "service": "repair.other"}[into]
	var q inquiry
	insist(t, bihuan.As("agent"), "/api/v1/inquiries", M{"community": "yuhu", "channel": "hotline", "name": "王女士", "phone": "13811112222", "what": "门锁"}, &q)
	at := "/api/v1/inquiries/" + q.Number
	insist(t, bihuan.As("agent"), at+"/turn", M{"into": into, "category": category, "reason": "转办"}, nil)
	comes(t, at, &q, func() bool { return len(q.Links) == 1 && q.Stage == "closed" })
	return q.Number
}

// mergedAndLetGo merges a complaint into another one, which is withdrawn then.
func mergedAndLetGo(t *testing.T) []string {
	var lead, mine system.Registration
	for _, r := range []*system.Registration{&lead, &mine} {
		insist(t, bihuan.As("agent"), "/api/v1/complaints", system.Complaint(nil), r)
	}
	insist(t, bihuan.As("agent"), "/api/v1/complaints/"+mine.Number+"/merge", M{"into": lead.Number, "reason": "同一件事"}, nil)
	var c struct {
		Open   bool
		Joined []struct{ Number string }
	}
	comes(t, "/api/v1/complaints/"+lead.Number, &c, func() bool { return len(c.Joined) == 1 })
	insist(t, bihuan.As("agent"), "/api/v1/complaints/"+lead.Number+"/withdraw", M{"reason": "不投诉了"}, nil)
	comes(t, "/api/v1/complaints/"+mine.Number, &c, func() bool { return c.Open })
	return []string{lead.Number, mine.Number}
}

// concluded opens an issue of so many complaints, announces something and concludes it.
func concluded(t *testing.T) []string {
	numbers := make([]string, members)
	for i := range numbers {
		var r system.Registration
		insist(t, bihuan.As("agent"), "/api/v1/complaints", system.Complaint(M{"category": tidied}), &r)
		numbers[i] = r.Number
	}
	var i issue
	insist(t, bihuan.As("manager"), "/api/v1/collective-issues", M{"community": "yuhu", "category": tidied, "subject": "保洁", "complaints": numbers}, &i)
	at := "/api/v1/collective-issues/" + i.Number
	insist(t, bihuan.As("gm"), at+"/announce", M{"title": M{"zh": "公告"}, "text": M{"zh": "下周修"}, "until": system.In(72 * time.Hour)}, nil)
	insist(t, bihuan.As("gm"), at+"/conclude", M{"decision": M{"zh": "整改"}}, nil)
	comes(t, at, &i, func() bool { return i.Stage == "closed" })
	return append(numbers, i.Number)
}
