package activities

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	enums "go.temporal.io/api/enums/v1"
	history "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"google.golang.org/protobuf/encoding/protojson"
)

// filedHistory is a workflow's own history as it is filed: every run, the oldest first.
type filedHistory struct {
	WorkflowID string     `json:"workflow_id"`
	Runs       []filedRun `json:"runs"`
	// Missing is an older run that Temporal no longer keeps.
	Missing string `json:"missing,omitempty"`
}

type filedRun struct {
	RunID   string          `json:"run_id"`
	History json.RawMessage `json:"history"`
}

// FileHistory files the workflow's own history, back through every continue-as-new. I2
func (a *Activities) FileHistory(ctx context.Context, number string) error {
	filed, err := a.history(ctx, number)
	if err != nil {
		return a.failure("file history", number, err)
	}
	raw, err := json.Marshal(filed)
	if err != nil {
		return a.failure("file history", number, err)
	}
	return a.failure("file history", number, a.Filer.FileHistory(ctx, number, raw))
}

func (a *Activities) history(ctx context.Context, number string) (filedHistory, error) {
	filed := filedHistory{WorkflowID: number}
	for run, newest := "", true; newest || run != ""; newest = false {
		events, err := a.events(ctx, number, run)
		if gone := (*serviceerror.NotFound)(nil); errors.As(err, &gone) && !newest {
			filed.Missing = run
			break
		}
		if err != nil {
			return filed, err
		}
		raw, err := protojson.Marshal(&history.History{Events: events})
		if err != nil {
			return filed, err
		}
		var started *history.WorkflowExecutionStartedEventAttributes
		if len(events) > 0 {
			started = events[0].GetWorkflowExecutionStartedEventAttributes()
		}
		filed.Runs = append(filed.Runs, filedRun{RunID: started.GetOriginalExecutionRunId(), History: raw})
		run = started.GetContinuedExecutionRunId()
	}
	slices.Reverse(filed.Runs)
	return filed, nil
}

// events reads one run; an empty run is the newest.
func (a *Activities) events(ctx context.Context, number, run string) ([]*history.HistoryEvent, error) {
	var events []*history.HistoryEvent
	pages := a.Histories.GetWorkflowHistory(ctx, number, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for pages.HasNext() {
		event, err := pages.Next()
		if err != nil {
			return nil, err
		}
		events = append(events, event)
	}
	return events, nil
}
