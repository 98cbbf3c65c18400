package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bihuan/activities"
)

// ErasureType is the workflow type of the daily erasure; ErasureID is its schedule's ID and its own.
const (
	ErasureType = "Erasure"
	ErasureID   = "erasure"
)

// Erasing is how far an erasure has come, and what it has done so far.
type Erasing struct {
	After  string `json:"after,omitempty"` // the number of the case that was last
	Erased int    `json:"erased"`
	Held   int    `json:"held"` // by a legal hold
	Left   int    `json:"left"` // still running, or not due any more
	Failed int    `json:"failed"`
	Owners int    `json:"owners"` // of the directory
}

// erase names the activities; its methods are never called on it.
var erase *activities.Erasure

// pagesPerRun bounds the history of one run.
const pagesPerRun = 10

var eraseOptions = workflow.ActivityOptions{
	StartToCloseTimeout: time.Minute,
	RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 5 * time.Second, MaximumInterval: time.Minute, MaximumAttempts: 5},
}

// Erasure erases the personal data of every record whose time is over, case by case. One that fails
// is left to the next day's; it does not hold up the others. I5
func Erasure(ctx workflow.Context, so Erasing) (Erasing, error) {
	ctx = workflow.WithActivityOptions(ctx, eraseOptions)
	for range pagesPerRun {
		var page activities.DuePage
		if err := workflow.ExecuteActivity(ctx, erase.ListDueErasures, so.After).Get(ctx, &page); err != nil {
			return so, err
		}
		if len(page.Cases) == 0 {
			err := workflow.ExecuteActivity(ctx, erase.EraseDirectory).Get(ctx, &so.Owners)
			return so, err
		}
		for _, due := range page.Cases {
			so.After = due.Number
			if due.Held {
				so.Held++
				continue
			}
			request := activities.EraseRequest{Number: due.Number, By: "system", Reason: "retention", Closed: page.Closed}
			var outcome string
			err := workflow.ExecuteActivity(ctx, erase.EraseCase, request).Get(ctx, &outcome)
			so.count(outcome, err)
		}
	}
	return so, workflow.NewContinueAsNewError(ctx, ErasureType, so)
}

func (e *Erasing) count(outcome string, err error) {
	switch {
	case err != nil:
		e.Failed++
	case outcome == activities.CaseErased:
		e.Erased++
	case outcome == activities.CaseHeld:
		e.Held++
	default:
		e.Left++
	}
}
