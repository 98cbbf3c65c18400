package remote

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/sim/client"
	"bihuan/sim/crew"
	"bihuan/sim/town"
)

// call is what the API was asked.
type call struct {
	method, path, token, secret string
	body                        map[string]any
}

// api stands for the running system: everybody's token says what they are, as bh_role_community_department.
type api struct {
	mu      sync.Mutex
	calls   []call
	answers map[string]any // by path
	refuse  string         // the code with which commands are refused
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer bh_")
	if r.URL.Path == "/api/v1/me" {
		parts := strings.Split(token+"__", "_")
		_ = json.NewEncoder(w).Encode(client.Me{ID: token, Roles: parts[:1], Communities: parts[1:2], Department: parts[2]})
		return
	}
	c := call{method: r.Method, path: r.URL.Path, token: token, secret: r.Header.Get("Tracking-Secret")}
	_ = json.NewDecoder(r.Body).Decode(&c.body) // reads have none
	a.calls = append(a.calls, c)
	if a.refuse != "" {
		w.WriteHeader(http.StatusConflict)
		_ = json.NewEncoder(w).Encode(client.Problem{Code: a.refuse})
		return
	}
	_ = json.NewEncoder(w).Encode(a.answers[r.URL.Path])
}

func (a *api) last() call {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls[len(a.calls)-1]
}

var begin = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

func open(t *testing.T, a *api, speed float64) *Office {
	t.Helper()
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	tokens := filepath.Join(t.TempDir(), "tokens")
	names := "agent bh_agent_yuhu\nguard bh_handler_yuhu_security\nengineer bh_handler_yuhu_engineering\nother bh_agent_cuihu\nboss bh_company_*\n"
	if err := os.WriteFile(tokens, []byte(names), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err := Open(context.Background(), Options{Access: crew.Access{Server: server.URL, Tokens: tokens}, From: begin, Speed: speed})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

const number = "TS-20250101-7K3F9"

func TestEverybodyActsByTheirOwnAccess(t *testing.T) {
	a := &api{answers: map[string]any{
		"/api/v1/complaints":        client.Registration{Number: "TS-20250101-00000", TrackingLink: "http://x/track/1/staffs"},
		"/api/v1/public/complaints": client.Registration{Number: number, TrackingLink: "http://x/track/1/s3cret"},
	}}
	o := open(t, a, 1)
	for _, who := range []town.Who{{Role: "agent", Community: "cuihu"}, {Role: town.TheCustomer}} {
		if _, err := o.Open(t.Context(), town.Opening{Kind: "complaint", Who: who, Body: town.Fields{}}); err != nil {
			t.Fatal(err)
		}
	}
	if a.calls[0].token != "agent_cuihu" || a.calls[1].token != "" {
		t.Errorf("opened by %q and %q", a.calls[0].token, a.calls[1].token)
	}
	for _, test := range []struct {
		command town.Command
		want    call
	}{
		{town.Command{Number: number, Who: town.Who{Role: town.TheCustomer, Community: "yuhu"}, Name: "answer"},
			call{path: "/api/v1/public/complaints/" + number + "/answer", secret: "s3cret"}},
		{town.Command{Number: "TS-20250101-99999", Who: town.Who{Role: town.TheCustomer, Community: "yuhu"}, Name: "answer"},
			call{path: "/api/v1/complaints/TS-20250101-99999/answer", token: "agent_yuhu"}}, // nobody has the link
		{town.Command{Number: number, Who: town.Who{Role: "handler", Community: "yuhu", Department: "engineering"}, Name: "accept", Task: "T1"},
			call{path: "/api/v1/complaints/" + number + "/tasks/T1/accept", token: "handler_yuhu_engineering"}},
	} {
		if err := o.Give(t.Context(), test.command); err != nil {
			t.Fatal(err)
		}
		if got := a.last(); got.path != test.want.path || got.token != test.want.token || got.secret != test.want.secret {
			t.Errorf("got %+v, want %+v", got, test.want)
		}
	}
	if err := o.Give(t.Context(), town.Command{Number: number, Who: town.Who{Role: "gm", Community: "yuhu"}}); err == nil {
		t.Error("somebody acted whom nobody employs")
	}
}

func TestARefusalIsAnAnswer(t *testing.T) {
	a := &api{refuse: "wrong_stage"}
	var no *town.Refusal
	err := open(t, a, 1).Give(t.Context(), town.Command{Number: number, Who: town.Who{Role: "agent", Community: "yuhu"}, Name: "judge"})
	if !errors.As(err, &no) || no.Code != "wrong_stage" {
		t.Errorf("got %v", err)
	}
}

// The system hears the time on its own wall; the town reads its own.
func TestTimesAreThoseOfWhoReadsThem(t *testing.T) {
	a := &api{answers: map[string]any{}}
	o := open(t, a, 1000)
	deadline := begin.Add(1000 * time.Hour)
	body := town.Fields{"until": deadline, "tasks": []town.Fields{{"deadline": deadline}}}
	if err := o.Give(t.Context(), town.Command{Number: number, Who: town.Who{Role: "agent", Community: "yuhu"}, Name: "judge", Body: body}); err != nil {
		t.Fatal(err)
	}
	want := o.began.Add(time.Hour).UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano)
	sent := a.last().body
	task, _ := sent["tasks"].([]any)[0].(map[string]any)
	if sent["until"] != want || task["deadline"] != want {
		t.Errorf("sent %v, want %s", sent, want)
	}
	a.answers["/api/v1/complaints/"+number] = client.Case{Number: number, Deadlines: []client.Deadline{{Due: o.began.Add(time.Hour)}}}
	c, err := o.Look(t.Context(), number)
	if err != nil || c.Deadlines[0].Due.Sub(deadline).Abs() > time.Second {
		t.Errorf("due on %s, want %s (%v)", c.Deadlines[0].Due, deadline, err)
	}
}

func TestTheListsShowWhatChanged(t *testing.T) {
	a := &api{}
	o := open(t, a, 1)
	o.Communities = []string{"yuhu"}
	listed := func(number, community string, late bool, age time.Duration) any {
		return map[string]any{"number": number, "community": community, "overdue": late, "registered_at": o.began.Add(-age)}
	}
	a.answers = map[string]any{"/api/v1/cases": map[string]any{"items": []any{
		listed("TS-1", "yuhu", false, -time.Second), listed("TS-2", "yuhu", true, -time.Second), // what is late is looked at again and again
		listed("TS-3", "cuihu", true, -time.Second), listed("TS-4", "yuhu", true, time.Second), listed("TS-5", "yuhu", true, time.Hour),
	}}}
	look := func(want ...string) {
		t.Helper()
		changed, err := o.changed(t.Context())
		if slices.Sort(changed); err != nil || !slices.Equal(changed, want) {
			t.Errorf("%v have changed (%v), want %v", changed, err, want)
		}
	}
	look("TS-1", "TS-2")
	look("TS-2") // what is late is looked at again and again
	a.answers["/api/v1/cases"] = map[string]any{"items": []any{}}
	look("TS-1", "TS-2") // both have closed by themselves
	look()
}
