package history

import (
	"encoding/json"
	"fmt"
	"slices"

	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"

	"bihuan/procedure/hashchain"
)

// Redact makes of a filed history (nil when none was filed) and the live one, which knows the end, what stays of them;
// nil when there is neither.
func Redact(filed json.RawMessage, live History, data converter.DataConverter) (json.RawMessage, error) {
	whole := live
	switch {
	case filed != nil:
		whole = History{}
		if err := json.Unmarshal(filed, &whole); err != nil {
			return nil, err
		}
	case len(live.Runs) == 0:
		return nil, nil
	}
	redacted, err := whole.Redacted(data)
	if err != nil {
		return nil, err
	}
	heads, err := live.Anchors(data)
	if err != nil {
		return nil, err
	}
	redacted.keep(heads)
	return json.Marshal(redacted)
}

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
		bare := make([]*historypb.HistoryEvent, len(events))
		for i, e := range events {
			bare[i] = &historypb.HistoryEvent{EventId: e.GetEventId(), EventTime: e.GetEventTime(), EventType: e.GetEventType()}
		}
		raw, err := protojson.Marshal(&historypb.History{Events: bare})
		if err != nil {
			return History{}, fmt.Errorf("history of run %s: %w", run.RunID, err)
		}
		redacted.Runs = append(redacted.Runs, Run{RunID: run.RunID, History: raw})
	}
	return redacted, nil
}

// keep adds heads of the chain that a redacted history does not have yet.
func (h *History) keep(heads []hashchain.Anchor) {
	for _, head := range heads {
		if !slices.Contains(h.Heads, head) {
			h.Heads = append(h.Heads, head)
		}
	}
	slices.SortStableFunc(h.Heads, func(a, b hashchain.Anchor) int { return a.Seq - b.Seq })
}
