package demo_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/settings"
	"bihuan/sim/client"
)

const (
	number = "TS-20261121-7K3F9"
	secret = "s3cret"
)

// office is the staff of a community, by token.
var office = map[string]people.Actor{
	"bh_agent":        staff("agent-1", "王芳", people.Agent, ""),
	"bh_receptionist": staff("receptionist-1", "陈静", people.Receptionist, ""),
	"bh_assistant":    staff("assistant-1", "刘洋", people.Assistant, ""),
	"bh_manager":      staff("manager-1", "赵强", people.Manager, ""),
	"bh_engineer":     staff("engineer-1", "孙磊", people.Handler, "engineering"),
	"bh_security":     staff("security-1", "周勇", people.Handler, "security"),
	"bh_company":      {ID: "company-1", Name: "吴敏", Roles: []people.Role{people.Company}, Communities: []string{people.AllCommunities}},
}

func staff(id, name string, role people.Role, department string) people.Actor {
	return people.Actor{ID: id, Name: name, Roles: []people.Role{role}, Communities: []string{"yuhu"}, Department: department}
}

// system is the API with the real procedure behind it and nothing else: no engine, no database.
type system struct {
	*httptest.Server
	sync.Mutex
	policy   policy.Policy
	state    complaint.State
	events   []procedure.Event
	notices  []client.Notice
	outcomes map[string]error // of commands, by ID
	calls    int
	// faults decides, by the number of the call, how a command goes wrong on its way.
	faults func(call int) fault
	// onOutcome is called before a command's outcome is asked for.
	onOutcome func()
}

type fault int

const (
	none     fault = iota
	lost           // the command never arrives
	unheard        // it is applied, and the answer is lost
	pending        // it is applied later; 202 for now
	forgetit       // idempotency is broken: it is applied however often it comes
)

func newSystem(t *testing.T, faults func(call int) fault) *system {
	t.Helper()
	all, err := settings.Load("")
	require.NoError(t, err)
	p, ok := all.For("yuhu")
	require.True(t, ok)
	s := &system{policy: p, state: complaint.New(number, p), outcomes: map[string]error{}, faults: faults}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// tokens writes the staff's tokens as a file.
func tokens(t *testing.T) string {
	t.Helper()
	var lines strings.Builder
	for token, a := range office {
		fmt.Fprintf(&lines, "%s %s\n", a.ID, token)
	}
	path := filepath.Join(t.TempDir(), "tokens")
	require.NoError(t, os.WriteFile(path, []byte(lines.String()), 0o600))
	return path
}

func (s *system) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	defer s.Unlock()
	s.fallDue()
	actor := office[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if r.Header.Get("Tracking-Secret") == secret {
		actor = people.Actor{ID: number, Roles: []people.Role{people.Complainant}}
	}
	if r.Method == http.MethodPost {
		s.calls++
		s.command(w, r, actor)
		return
	}
	s.read(w, r, actor)
}

func (s *system) fallDue() {
	for {
		due := complaint.Due(s.state)
		if len(due) == 0 || due[0].At.After(time.Now()) {
			return
		}
		_ = s.apply(complaint.Issue(s.state, due[0]))
	}
}

func (s *system) apply(c procedure.Command) error {
	events, err := complaint.Decide(s.state, c, time.Now())
	for _, e := range events {
		s.state = complaint.Evolve(s.state, e)
		s.events = append(s.events, e)
		for i, n := range complaint.Notices(s.state, e) {
			to := n.To.Staff + n.To.Department + string(n.To.Role)
			if n.To.Complainant {
				to = "complainant"
			}
			s.notices = append(s.notices, client.Notice{ID: fmt.Sprintf("%d/%d", e.Seq, i), At: e.At, To: to, Subject: n.Template, Channel: "console"})
		}
	}
	return err
}

func (s *system) command(w http.ResponseWriter, r *http.Request, actor people.Actor) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	id, name := r.Header.Get("Idempotency-Key"), parts[len(parts)-1]
	if name == "complaints" {
		name = complaint.CmdRegister
	}
	payload := map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&payload)
	if parts[len(parts)-3] == "tasks" {
		payload["task"] = parts[len(parts)-2]
	}
	raw, _ := json.Marshal(payload)
	f := s.faults(s.calls)
	if f == lost {
		problem(w, http.StatusServiceUnavailable, "engine_down")
		return
	}
	if _, known := s.outcomes[id]; !known || f == forgetit {
		s.outcomes[id] = s.apply(procedure.Command{ID: id, Name: name, Actor: actor, At: time.Now(), Payload: raw})
	}
	switch {
	case f == unheard || f == forgetit && s.calls%2 == 0:
		panic(http.ErrAbortHandler)
	case f == pending && name != complaint.CmdRegister:
		respond(w, http.StatusAccepted, map[string]string{"status": "accepted", "command": id})
	case name == complaint.CmdRegister:
		respond(w, http.StatusCreated, client.Registration{Number: number, TrackingLink: s.URL + "/track/" + number + "/" + secret})
	default:
		s.outcome(w, id)
	}
}

func (s *system) outcome(w http.ResponseWriter, id string) {
	var no *procedure.Refusal
	if errors.As(s.outcomes[id], &no) {
		problem(w, http.StatusConflict, no.Code)
		return
	}
	s.readCase(w)
}

func (s *system) read(w http.ResponseWriter, r *http.Request, actor people.Actor) {
	switch path := r.URL.Path; {
	case path == "/api/v1/me":
		respond(w, http.StatusOK, actor)
	case strings.HasSuffix(path, "/timeline"):
		after, _ := strconv.Atoi(r.URL.Query().Get("after"))
		page := client.Timeline{}
		for _, e := range s.events[min(after, len(s.events)):] {
			page.Items = append(page.Items, client.Event{Seq: e.Seq, At: e.At, Type: e.Type, Text: e.Type})
		}
		if len(page.Items) > 10 {
			page.Items, page.Next = page.Items[:10], page.Items[9].Seq
		}
		respond(w, http.StatusOK, page)
	case strings.HasSuffix(path, "/notices"):
		respond(w, http.StatusOK, client.Notices{Items: s.notices})
	case strings.Contains(path, "/commands/"):
		if s.onOutcome != nil {
			s.onOutcome()
		}
		s.outcome(w, path[strings.LastIndex(path, "/")+1:])
	default:
		s.readCase(w)
	}
}

// deliver applies the signal that the stand-in of the temporal program has noted down, one argument a line.
func (s *system) deliver(t *testing.T, taken string) {
	raw, err := os.ReadFile(taken)
	assert.NoError(t, err)
	arguments := strings.Split(strings.TrimSpace(string(raw)), "\n")
	var c procedure.Command
	assert.NoError(t, json.Unmarshal([]byte(arguments[len(arguments)-1]), &c))
	if _, known := s.outcomes[c.ID]; !known {
		s.outcomes[c.ID] = s.apply(c)
	}
}

// readCase shows the case; to the complainant too, since the client reads only what it knows.
func (s *system) readCase(w http.ResponseWriter) {
	summary := complaint.Summarize(s.state)
	var closing any
	if s.state.Closing != nil {
		closing = s.state.Closing
	}
	respond(w, http.StatusOK, map[string]any{
		"number": number, "stage": s.state.Stage, "round": s.state.Round, "open": s.state.Open(), "unclear": s.state.Unclear,
		"tasks": s.state.Tasks, "deadlines": summary.Deadlines, "escalations": s.state.Escalated, "closing": closing,
	})
}

func respond(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func problem(w http.ResponseWriter, status int, code string) {
	respond(w, status, client.Problem{Status: status, Code: code, Detail: code})
}
