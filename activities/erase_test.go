package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"bihuan/procedure/erasure"
)

// archive is the database in memory, with Temporal beside it.
type archive struct {
	filed    json.RawMessage
	live     []string // runs
	running  bool
	refuse   error // what the database answers
	order    *erasure.Order
	finished bool
	deleted  []string
	failing  bool // Temporal cannot delete
}

func (a *archive) DueErasures(context.Context, time.Time, string, int) ([]erasure.Due, error) {
	return nil, nil
}

func (a *archive) Erase(_ context.Context, o erasure.Order) error {
	if a.refuse != nil {
		return a.refuse
	}
	a.order, a.filed = &o, o.History
	return nil
}

func (a *archive) Erased(context.Context, string) error { a.finished = true; return nil }

func (a *archive) EraseOwners(context.Context, time.Time) (int, error) { return 0, nil }
func (a *archive) PruneAccess(context.Context, time.Time) error        { return nil }

func (a *archive) Filing(context.Context, string, string) (json.RawMessage, error) {
	if a.filed == nil {
		return nil, coded{code: "not_found"}
	}
	return a.filed, nil
}

func (a *archive) Running(context.Context, string) (bool, error) { return a.running, nil }

// Redact keeps, of both, that they were there.
func (a *archive) Redact(_ context.Context, _ string, filed json.RawMessage) (json.RawMessage, []string, error) {
	if filed == nil && a.live == nil {
		return nil, nil, nil
	}
	return json.RawMessage(fmt.Sprintf(`{"filed":%t,"live":%d}`, filed != nil, len(a.live))), a.live, nil
}

func (a *archive) Delete(_ context.Context, _, run string) error {
	if a.failing {
		return errors.New("13800001111")
	}
	a.deleted = append(a.deleted, run)
	return nil
}

func (a *archive) erase(t *testing.T) (string, error) {
	t.Helper()
	e := &Erasure{Store: a, Executions: a}
	return e.EraseCase(t.Context(), EraseRequest{Number: "TS-1", By: "system", Reason: "retention"})
}

// I5: first the database keeps what stays of the history, then Temporal's own goes. Interrupted between them, it goes on.
func TestErasingGoesOn(t *testing.T) {
	a := &archive{live: []string{"r1", "r2"}, failing: true}
	if _, err := a.erase(t); err == nil || strings.Contains(err.Error(), "138") || a.finished {
		t.Errorf("Temporal cannot delete: %v, finished %v", err, a.finished)
	}
	if string(a.filed) != `{"filed":false,"live":2}` {
		t.Errorf("kept %s", a.filed)
	}
	a.failing = false
	if outcome, err := a.erase(t); err != nil || outcome != CaseErased || !a.finished || fmt.Sprint(a.deleted) != "[r1 r2]" {
		t.Errorf("%s, %v, finished %v, deleted %v", outcome, err, a.finished, a.deleted)
	}
	a.live = nil
	if outcome, err := a.erase(t); err != nil || outcome != CaseErased || string(a.filed) != `{"filed":true,"live":0}` {
		t.Errorf("with nothing left in Temporal: %s, %v, kept %s", outcome, err, a.filed)
	}
	nothing := &archive{}
	if outcome, err := nothing.erase(t); err != nil || outcome != CaseErased || nothing.order.History != nil {
		t.Errorf("with nothing at all: %s, %v", outcome, err)
	}
}

// I5: a case that runs, is held or is not due stays, and so does one whose chain is broken.
func TestWhatIsNotErased(t *testing.T) {
	for _, c := range []struct {
		a       *archive
		outcome string
		fails   bool
	}{
		{&archive{live: []string{"r1"}, running: true}, CaseRunning, false},
		{&archive{live: []string{"r1"}, refuse: coded{code: CaseHeld}}, CaseHeld, false},
		{&archive{live: []string{"r1"}, refuse: coded{code: CaseNotDue}}, CaseNotDue, false},
		{&archive{live: []string{"r1"}, refuse: coded{code: "chain_broken"}}, "", true},
	} {
		outcome, err := c.a.erase(t)
		if outcome != c.outcome || (err != nil) != c.fails || c.a.deleted != nil || c.a.order != nil || c.a.finished {
			t.Errorf("%s, %v; want %s: %+v", outcome, err, c.outcome, c.a)
		}
	}
}
