package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"bihuan/activities"
)

// SurveysType is the workflow type that opens the surveys that are due; SurveysID begins the IDs of its
// schedules and runs.
const (
	SurveysType = "Surveys"
	SurveysID   = "surveys"
)

// poll names the activities; its methods are never called on it.
var poll *activities.Surveys

// Surveys opens the surveys that the settings plan for this month, each once however often this runs. A
// schedule gives no time: it is now; somebody may give another. M1
func Surveys(ctx workflow.Context, at time.Time) ([]string, error) {
	ctx = workflow.WithActivityOptions(ctx, reportOptions)
	var due []activities.DueSurvey
	if err := workflow.ExecuteActivity(ctx, poll.ListDueSurveys, at).Get(ctx, &due); err != nil {
		return nil, err
	}
	var opened []string
	for _, d := range due {
		var number string
		if err := workflow.ExecuteActivity(ctx, poll.OpenSurvey, d).Get(ctx, &number); err != nil {
			workflow.GetLogger(ctx).Error("survey not opened", "community", d.Community, "cause", err)
			continue
		}
		opened = append(opened, number)
	}
	return opened, nil
}
