package engine

import (
	"fmt"
	"slices"

	history "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"

	"bihuan/procedure/hashchain"
)

// Redacted gives what stays of a history once personal data is erased: which events there were, when,
// and the heads of the case's chain. Redacting again changes nothing. I5
func (h History) Redacted(data converter.DataConverter) (History, error) {
	heads, err := h.Anchors(data)
	if err != nil {
		return History{}, err
	}
	redacted := History{WorkflowID: h.WorkflowID, Missing: h.Missing, Heads: heads}
	for _, run := range h.Runs {
		events, err := run.Events()
		if err != nil {
			return History{}, err
		}
		bare := make([]*history.HistoryEvent, len(events))
		for i, e := range events {
			bare[i] = &history.HistoryEvent{EventId: e.GetEventId(), EventTime: e.GetEventTime(), EventType: e.GetEventType()}
		}
		raw, err := protojson.Marshal(&history.History{Events: bare})
		if err != nil {
			return History{}, fmt.Errorf("history of run %s: %w", run.RunID, err)
		}
		redacted.Runs = append(redacted.Runs, Run{RunID: run.RunID, History: raw})
	}
	return redacted, nil
}

// Keep adds heads of the chain that a redacted history does not have yet.
func (h *History) Keep(heads []hashchain.Anchor) {
	for _, head := range heads {
		if !slices.Contains(h.Heads, head) {
			h.Heads = append(h.Heads, head)
		}
	}
	slices.SortStableFunc(h.Heads, func(a, b hashchain.Anchor) int { return a.Seq - b.Seq })
}
