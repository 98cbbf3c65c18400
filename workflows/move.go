package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bihuan/activities"
	"bihuan/words"
)

// MoveType is the workflow type of moving open cases to other settings; QueryProgress says how far it is. P1
const (
	MoveType      = "MoveCases"
	QueryProgress = "progress"
)

// Moving is what is to be moved, and how far it is.
type Moving struct {
	activities.MoveRequest
	// Asked is how many cases were told to adopt the settings.
	Asked int  `json:"asked"`
	Done  bool `json:"done"`
}

// move names the activities; its methods are never called on it.
var move *activities.Move

var moveOptions = workflow.ActivityOptions{
	StartToCloseTimeout: 10 * time.Minute,
	HeartbeatTimeout:    20 * time.Second, // each case is one; a worker that died is noticed by then
	RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, MaximumInterval: time.Minute},
	Summary:             words.Everywhere("activity", "MoveCases"),
}

// Move has every open case of a scope adopt the settings of a version. However often it is interrupted, each case
// takes the command once; one that refuses it says so in its own record.
func Move(ctx workflow.Context, m Moving) (Moving, error) {
	if m.ID == "" {
		m.ID = "move:" + workflow.GetInfo(ctx).WorkflowExecution.RunID
	}
	if err := workflow.SetQueryHandler(ctx, QueryProgress, func() (Moving, error) { return m, nil }); err != nil {
		return m, err
	}
	ctx = workflow.WithActivityOptions(ctx, moveOptions)
	for !workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
		var page activities.MovePage
		if err := workflow.ExecuteActivity(ctx, move.MoveCases, m.MoveRequest).Get(ctx, &page); err != nil {
			return m, err
		}
		m.Asked += page.Asked
		if m.After = page.Last; page.Last == "" {
			m.Done = true
			return m, nil
		}
	}
	return m, workflow.NewContinueAsNewError(ctx, MoveType, m)
}
