package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/analysis"
	"bihuan/procedure/improvement"
)

// Watching gives the figures that measures watch.
type Watching interface {
	Watched(ctx context.Context, community string, w analysis.Watch, from, to time.Time) (analysis.Sample, error)
}

// Figured looks up the same figure of two spans of time, for the evaluation of a measure. M4
func Figured(db Watching) Effect {
	return func(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
		var a improvement.Asking
		if err := json.Unmarshal(asked.Payload, &a); err != nil {
			return nil, fmt.Errorf("figures: %w", err)
		}
		now, err := db.Watched(ctx, a.Community, a.Watch, a.From, a.To)
		if err != nil {
			return nil, err
		}
		before, err := db.Watched(ctx, a.Community, a.Watch, a.BeforeFrom, a.BeforeTo)
		if err != nil {
			return nil, err
		}
		return json.Marshal(improvement.Figures{Now: now, Before: before})
	}
}
