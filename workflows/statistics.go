package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bihuan/activities"
)

// StatisticsType is the workflow type of the daily reports; StatisticsID begins the IDs of its schedules
// and runs.
const (
	StatisticsType = "Statistics"
	StatisticsID   = "statistics"
)

// Reported is what became of the reports that were due.
type Reported struct {
	Made   int `json:"made"` // or there already
	Failed int `json:"failed"`
}

// figure names the activities; its methods are never called on it.
var figure *activities.Statistics

var reportOptions = workflow.ActivityOptions{
	StartToCloseTimeout: time.Minute,
	RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 5 * time.Second, MaximumInterval: 5 * time.Minute, MaximumAttempts: 20},
}

// Statistics makes the reports that are due: on the 1st the summary of the month before, and the reminders
// of quotas. One that fails does not hold up the others, and is due again the next day. A schedule gives no
// time: it is now; somebody may give another. G7, I4
func Statistics(ctx workflow.Context, at time.Time) (Reported, error) {
	ctx = workflow.WithActivityOptions(ctx, reportOptions)
	var so Reported
	var due []activities.Report
	if err := workflow.ExecuteActivity(ctx, figure.ListDueReports, at).Get(ctx, &due); err != nil {
		return so, err
	}
	for _, r := range due {
		if err := report(ctx, r); err != nil {
			workflow.GetLogger(ctx).Error("report not made", "report", r.Subject(), "cause", err)
			so.Failed++
			continue
		}
		so.Made++
	}
	return so, nil
}

// report makes one and has its notices delivered.
func report(ctx workflow.Context, r activities.Report) error {
	var pending int
	if err := workflow.ExecuteActivity(ctx, figure.MakeReport, r).Get(ctx, &pending); err != nil || pending == 0 {
		return err
	}
	return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, deliverNotices), act.Deliver, r.Subject()).Get(ctx, nil)
}
