package history_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enums "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"bihuan/activities"
	"bihuan/temporal/history"
	"bihuan/workflows"
)

// runs are histories by run ID; "" is the newest.
type runs map[string][]*historypb.HistoryEvent

func (r runs) GetWorkflowHistory(_ context.Context, _, run string, _ bool, _ enums.HistoryEventFilterType) client.HistoryEventIterator {
	events, ok := r[run]
	return &pages{events: events, gone: !ok}
}

type pages struct {
	events []*historypb.HistoryEvent
	gone   bool
}

func (p *pages) HasNext() bool { return p.gone || len(p.events) > 0 }

func (p *pages) Next() (*historypb.HistoryEvent, error) {
	if p.gone {
		p.gone = false
		return nil, serviceerror.NewNotFound("no such run")
	}
	e := p.events[0]
	p.events = p.events[1:]
	return e, nil
}

func run(id, before string) []*historypb.HistoryEvent {
	return []*historypb.HistoryEvent{
		{EventId: 1, EventType: enums.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, Attributes: &historypb.HistoryEvent_WorkflowExecutionStartedEventAttributes{
			WorkflowExecutionStartedEventAttributes: &historypb.WorkflowExecutionStartedEventAttributes{OriginalExecutionRunId: id, ContinuedExecutionRunId: before},
		}},
		{EventId: 2, EventType: enums.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED},
	}
}

// I2: the whole history is read, back through every continue-as-new.
func TestI2HistoryOfEveryRun(t *testing.T) {
	read, err := history.Read(t.Context(), runs{"": run("c", "b"), "b": run("b", "a"), "a": run("a", "")}, "TS-1")
	require.NoError(t, err)
	var ids []string
	for _, r := range read.Runs {
		ids = append(ids, r.RunID)
		events, err := r.Events()
		require.NoError(t, err)
		require.Len(t, events, 2)
	}
	require.True(t, slices.Equal(ids, []string{"a", "b", "c"}), ids)
	require.Empty(t, read.Missing)
	require.Equal(t, "TS-1", read.WorkflowID)
}

// I2: a run that Temporal no longer keeps is named; a case without any history is an error.
func TestI2HistoryOfAForgottenRun(t *testing.T) {
	read, err := history.Read(t.Context(), runs{"": run("b", "a")}, "TS-1")
	require.NoError(t, err)
	require.Equal(t, "a", read.Missing)
	_, err = history.Read(t.Context(), runs{}, "TS-2")
	require.Error(t, err)
}

// finishedRun is a run that took a signal in, recorded an event and ended.
func finishedRun(t *testing.T) []*historypb.HistoryEvent {
	t.Helper()
	payload := func(v any) *commonpb.Payloads {
		p, err := converter.GetDefaultDataConverter().ToPayloads(v)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	return append(run("r1", "")[:1],
		&historypb.HistoryEvent{EventId: 2, EventType: enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED, Attributes: &historypb.HistoryEvent_WorkflowExecutionSignaledEventAttributes{
			WorkflowExecutionSignaledEventAttributes: &historypb.WorkflowExecutionSignaledEventAttributes{SignalName: "judge", Input: payload("李明的话"), Identity: "13800001111"},
		}},
		&historypb.HistoryEvent{EventId: 3, EventType: enums.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, Attributes: &historypb.HistoryEvent_ActivityTaskCompletedEventAttributes{
			ActivityTaskCompletedEventAttributes: &historypb.ActivityTaskCompletedEventAttributes{Result: payload(activities.Recorded{Seq: 2, Head: "h2"})},
		}},
		&historypb.HistoryEvent{EventId: 4, EventType: enums.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, Attributes: &historypb.HistoryEvent_WorkflowExecutionCompletedEventAttributes{
			WorkflowExecutionCompletedEventAttributes: &historypb.WorkflowExecutionCompletedEventAttributes{Result: payload(workflows.Result{Events: 3, Head: "h3"})},
		}})
}

// I5, N2: of a history only the types of its events and the heads of the chain stay, however often it is redacted.
func TestRedactedHistoryKeepsTheHeads(t *testing.T) {
	data := converter.GetDefaultDataConverter()
	live, err := history.Read(t.Context(), runs{"": finishedRun(t)}, "TS-1")
	require.NoError(t, err)
	kept, err := history.Redact(nil, live, data)
	require.NoError(t, err)
	again, err := history.Redact(kept, live, data)
	require.NoError(t, err)
	last, err := history.Redact(again, history.History{}, data)
	require.NoError(t, err)
	for _, filed := range []json.RawMessage{kept, again, last} {
		for _, word := range []string{"李明", "13800001111", "judge", "payload"} {
			require.NotContains(t, string(filed), word)
		}
		var h history.History
		require.NoError(t, json.Unmarshal(filed, &h))
		anchors, err := h.Anchors(data)
		require.NoError(t, err)
		require.Equal(t, "[{2 h2} {3 h3}]", fmt.Sprint(anchors))
		events, err := h.Runs[0].Events()
		require.NoError(t, err)
		require.Len(t, events, 4)
		require.Equal(t, enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED, events[1].GetEventType())
	}
	nothing, err := history.Redact(nil, history.History{}, data)
	require.NoError(t, err)
	require.Nil(t, nothing)
}
