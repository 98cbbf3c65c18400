package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enums "go.temporal.io/api/enums/v1"
	history "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"bihuan/engine"
	"bihuan/procedure/erasure"
)

// archive is the database in memory, with Temporal beside it.
type archive struct {
	filed    json.RawMessage
	live     runs
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

func (a *archive) GetWorkflowHistory(ctx context.Context, id, run string, wait bool, f enums.HistoryEventFilterType) client.HistoryEventIterator {
	return a.live.GetWorkflowHistory(ctx, id, run, wait, f)
}

func (a *archive) Delete(_ context.Context, _, run string) error {
	if a.failing {
		return errors.New("13800001111")
	}
	a.deleted = append(a.deleted, run)
	return nil
}

// finishedRun is a run that took a signal in, recorded an event and ended.
func finishedRun(t *testing.T) []*history.HistoryEvent {
	t.Helper()
	payload := func(v any) *commonpb.Payloads {
		p, err := converter.GetDefaultDataConverter().ToPayloads(v)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	return append(run("r1", "")[:1],
		&history.HistoryEvent{EventId: 2, EventType: enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED, Attributes: &history.HistoryEvent_WorkflowExecutionSignaledEventAttributes{
			WorkflowExecutionSignaledEventAttributes: &history.WorkflowExecutionSignaledEventAttributes{SignalName: "judge", Input: payload("李明的话"), Identity: "13800001111"},
		}},
		&history.HistoryEvent{EventId: 3, EventType: enums.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, Attributes: &history.HistoryEvent_ActivityTaskCompletedEventAttributes{
			ActivityTaskCompletedEventAttributes: &history.ActivityTaskCompletedEventAttributes{Result: payload(Recorded{Seq: 2, Head: "h2"})},
		}},
		&history.HistoryEvent{EventId: 4, EventType: enums.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, Attributes: &history.HistoryEvent_WorkflowExecutionCompletedEventAttributes{
			WorkflowExecutionCompletedEventAttributes: &history.WorkflowExecutionCompletedEventAttributes{Result: payload(map[string]any{"events": 3, "head": "h3"})},
		}})
}

func (a *archive) erase(t *testing.T) (string, error) {
	t.Helper()
	e := &Erasure{Store: a, Executions: a, Data: converter.GetDefaultDataConverter()}
	return e.EraseCase(t.Context(), EraseRequest{Number: "TS-1", By: "system", Reason: "retention"})
}

// I5, N2: of a history only the types of its events and the heads of the chain stay; then Temporal's own
// goes too. Interrupted after the database, it goes on.
func TestErasedHistoryKeepsTheHeads(t *testing.T) {
	a := &archive{live: runs{"": finishedRun(t)}, failing: true}
	if _, err := a.erase(t); err == nil || strings.Contains(err.Error(), "138") || a.finished {
		t.Errorf("Temporal cannot delete: %v, finished %v", err, a.finished)
	}
	a.failing = false
	for range 2 {
		if outcome, err := a.erase(t); err != nil || outcome != CaseErased {
			t.Fatalf("%s, %v", outcome, err)
		}
	}
	if !a.finished || fmt.Sprint(a.deleted) != "[r1 r1]" {
		t.Errorf("finished %v, deleted %v", a.finished, a.deleted)
	}
	a.live = nil
	if outcome, err := a.erase(t); err != nil || outcome != CaseErased {
		t.Errorf("with nothing left in Temporal: %s, %v", outcome, err)
	}
	for _, word := range []string{"李明", "13800001111", "judge", "payload"} {
		if strings.Contains(string(a.filed), word) {
			t.Errorf("%s is still there: %s", word, a.filed)
		}
	}
	var kept engine.History
	if err := json.Unmarshal(a.filed, &kept); err != nil {
		t.Fatal(err)
	}
	anchors, err := kept.Anchors(converter.GetDefaultDataConverter())
	if err != nil || fmt.Sprint(anchors) != "[{2 h2} {3 h3}]" {
		t.Errorf("anchors %v, %v", anchors, err)
	}
	if events, err := kept.Runs[0].Events(); err != nil || len(events) != 4 || events[1].GetEventType() != enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED {
		t.Errorf("events %v, %v", events, err)
	}
}

// I5: a case that runs, is held or is not due stays, and so does one whose chain is broken.
func TestWhatIsNotErased(t *testing.T) {
	for _, c := range []struct {
		a       *archive
		outcome string
		fails   bool
	}{
		{&archive{live: runs{"": finishedRun(t)}, running: true}, CaseRunning, false},
		{&archive{live: runs{"": finishedRun(t)}, refuse: coded{code: CaseHeld}}, CaseHeld, false},
		{&archive{live: runs{"": finishedRun(t)}, refuse: coded{code: CaseNotDue}}, CaseNotDue, false},
		{&archive{live: runs{"": finishedRun(t)}, refuse: coded{code: "chain_broken"}}, "", true},
	} {
		outcome, err := c.a.erase(t)
		if outcome != c.outcome || (err != nil) != c.fails || c.a.deleted != nil || c.a.order != nil || c.a.finished {
			t.Errorf("%s, %v; want %s: %+v", outcome, err, c.outcome, c.a)
		}
	}
}
