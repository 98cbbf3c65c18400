// Package history reads what Temporal itself keeps of a case: to be filed, to be redacted, to be held against the record
// (N2), and to be told.
package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	commonpb "go.temporal.io/api/common/v1"
	enums "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"

	"bihuan/activities"
	"bihuan/procedure/hashchain"
	"bihuan/workflows"
)

// Reader is the part of a Temporal client that reads histories.
type Reader interface {
	GetWorkflowHistory(ctx context.Context, workflowID, runID string, isLongPoll bool, filter enums.HistoryEventFilterType) client.HistoryEventIterator
}

// History is a workflow's own history as it is filed: every run, the oldest first. I2
type History struct {
	WorkflowID string `json:"workflow_id"`
	Runs       []Run  `json:"runs"`
	// Missing is an older run that Temporal no longer keeps.
	Missing string `json:"missing,omitempty"`
	// Heads are the anchors that a redacted history held. I5
	Heads []hashchain.Anchor `json:"heads,omitempty"`
	// Pending is what the engine is still trying; it is never filed.
	Pending []Pending `json:"-"`
}

// Run is one run of a workflow; a case that continues as new has several.
type Run struct {
	RunID   string          `json:"run_id"`
	History json.RawMessage `json:"history"` // temporal.api.history.v1.History as protojson
}

// Read reads a workflow's history, back through every continue-as-new.
func Read(ctx context.Context, r Reader, workflowID string) (History, error) {
	read := History{WorkflowID: workflowID}
	missing, err := eachRun(ctx, r, workflowID, func(id string, events []*historypb.HistoryEvent) error {
		raw, err := protojson.Marshal(&historypb.History{Events: events})
		read.Runs = append(read.Runs, Run{RunID: id, History: raw})
		return err
	})
	read.Missing = missing
	slices.Reverse(read.Runs)
	return read, err
}

// ReadAnchors reads from a workflow's history no more than the heads of the case's chain. N2
func ReadAnchors(ctx context.Context, r Reader, workflowID string, data converter.DataConverter) ([]hashchain.Anchor, error) {
	var runs [][]hashchain.Anchor
	_, err := eachRun(ctx, r, workflowID, func(id string, events []*historypb.HistoryEvent) error {
		anchors, err := anchorsOf(id, events, data)
		runs = append(runs, anchors)
		return err
	})
	slices.Reverse(runs)
	return slices.Concat(runs...), err
}

// eachRun reads the runs of a workflow, the newest first, and says which older one Temporal no longer keeps.
func eachRun(ctx context.Context, r Reader, workflowID string, take func(id string, events []*historypb.HistoryEvent) error) (missing string, err error) {
	for run, newest := "", true; newest || run != ""; newest = false {
		events, err := readRun(ctx, r, workflowID, run)
		if gone := (*serviceerror.NotFound)(nil); errors.As(err, &gone) && !newest {
			return run, nil
		}
		if err != nil {
			return "", err
		}
		var started *historypb.WorkflowExecutionStartedEventAttributes
		if len(events) > 0 {
			started = events[0].GetWorkflowExecutionStartedEventAttributes()
		}
		if err := take(started.GetOriginalExecutionRunId(), events); err != nil {
			return "", err
		}
		run = started.GetContinuedExecutionRunId()
	}
	return "", nil
}

// readRun reads one run; an empty run is the newest.
func readRun(ctx context.Context, r Reader, workflowID, run string) ([]*historypb.HistoryEvent, error) {
	var events []*historypb.HistoryEvent
	pages := r.GetWorkflowHistory(ctx, workflowID, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for pages.HasNext() {
		event, err := pages.Next()
		if err != nil {
			return nil, err
		}
		events = append(events, event)
	}
	return events, nil
}

// Events gives a run's events.
func (r Run) Events() ([]*historypb.HistoryEvent, error) {
	var h historypb.History
	if err := protojson.Unmarshal(r.History, &h); err != nil {
		return nil, fmt.Errorf("history of run %s: %w", r.RunID, err)
	}
	return h.Events, nil
}

// Anchors gives the heads of the case's chain that the history itself holds: what recording answered,
// and the workflow's result. N2
func (h History) Anchors(data converter.DataConverter) ([]hashchain.Anchor, error) {
	anchors := slices.Clone(h.Heads)
	for _, run := range h.Runs {
		events, err := run.Events()
		if err != nil {
			return nil, err
		}
		found, err := anchorsOf(run.RunID, events, data)
		if err != nil {
			return nil, err
		}
		anchors = append(anchors, found...)
	}
	return anchors, nil
}

func anchorsOf(run string, events []*historypb.HistoryEvent, data converter.DataConverter) (anchors []hashchain.Anchor, err error) {
	for _, e := range events {
		anchor, err := anchorOf(e, data)
		if err != nil {
			return nil, fmt.Errorf("history of run %s, event %d: %w", run, e.EventId, err)
		}
		if anchor.Head != "" {
			anchors = append(anchors, anchor)
		}
	}
	return anchors, nil
}

// anchorOf reads an anchor from one history event, of what recording answered or the case's result; an empty one where
// there is none.
func anchorOf(e *historypb.HistoryEvent, data converter.DataConverter) (hashchain.Anchor, error) {
	var recorded activities.Recorded
	var result workflows.Result
	switch {
	case e.GetMarkerRecordedEventAttributes() != nil:
		err := first(e.GetMarkerRecordedEventAttributes().GetDetails()["result"], data, &recorded)
		return hashchain.Anchor{Seq: recorded.Seq, Head: recorded.Head}, err
	case e.GetActivityTaskCompletedEventAttributes() != nil:
		err := first(e.GetActivityTaskCompletedEventAttributes().GetResult(), data, &recorded)
		return hashchain.Anchor{Seq: recorded.Seq, Head: recorded.Head}, err
	case e.GetWorkflowExecutionCompletedEventAttributes() != nil:
		err := first(e.GetWorkflowExecutionCompletedEventAttributes().GetResult(), data, &result)
		return hashchain.Anchor{Seq: result.Events, Head: result.Head}, err
	}
	return hashchain.Anchor{}, nil
}

// first decrypts and decodes the first payload; none decodes to nothing.
func first(p *commonpb.Payloads, data converter.DataConverter, into any) error {
	if len(p.GetPayloads()) == 0 {
		return nil
	}
	return data.FromPayload(p.Payloads[0], into)
}
