package workflows

import (
	"encoding/json"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bihuan/activities"
	"bihuan/procedure"
	"bihuan/procedure/metadata"
	"bihuan/words"
)

// act names the activities; its methods are never called on it.
var act *activities.Activities

// Unrecorded is what has happened and is not in the database yet.
type Unrecorded struct {
	Events  []procedure.Event          `json:"events,omitempty"`
	Refused []procedure.Refused        `json:"refused,omitempty"`
	Notices []procedure.NumberedNotice `json:"notices,omitempty"`
	Facts   []procedure.Fact           `json:"facts,omitempty"`
}

func (u Unrecorded) empty() bool { return len(u.Events) == 0 && len(u.Refused) == 0 }

// without gives what has been added since an earlier Unrecorded was taken.
func (u Unrecorded) without(earlier Unrecorded) Unrecorded {
	return Unrecorded{
		Events:  u.Events[len(earlier.Events):],
		Refused: u.Refused[len(earlier.Refused):],
		Notices: u.Notices[len(earlier.Notices):],
		Facts:   u.Facts[len(earlier.Facts):],
	}
}

// The profiles of the activities. Recording is tried once beside the workflow task, which costs one
// history event; when the database is down it goes on as an activity that never gives up.
var (
	recordAtOnce = workflow.LocalActivityOptions{
		ScheduleToCloseTimeout: 5 * time.Second,
		RetryPolicy:            &temporal.RetryPolicy{MaximumAttempts: 1},
	}
	recordPatiently = workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, MaximumInterval: 15 * time.Second},
	}
	deliverNotices = workflow.ActivityOptions{
		StartToCloseTimeout: 5 * time.Minute,
		HeartbeatTimeout:    time.Minute,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 5 * time.Second, MaximumInterval: 10 * time.Minute},
		Summary:             words.Everywhere("activity", "Deliver"),
	}
	fileHistory = workflow.ActivityOptions{
		StartToCloseTimeout: 2 * time.Minute,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 5 * time.Second, MaximumInterval: 10 * time.Minute},
		Summary:             words.Everywhere("activity", "FileHistory"),
	}
)

// record writes down what happened, batch by batch in order, beside the loop: a database that is
// down never holds the case.
func (r *run) record(ctx workflow.Context) {
	for {
		if workflow.Await(ctx, func() bool { return !r.Unrecorded.empty() }) != nil {
			return
		}
		taken, then, batch := r.Unrecorded, r.mark(), r.batch()
		r.recording = true
		recorded, err := write(ctx, batch)
		r.recording = false
		switch {
		case err != nil:
			if !later(ctx) { // cancelled
				return
			}
			continue
		case len(recorded.Instead) > 0:
			if !r.reconcile(recorded.Instead, workflow.Now(ctx)) {
				workflow.GetLogger(ctx).Error("the database holds events that this case did not decide", "number", r.start.Number)
				if !later(ctx) {
					return
				}
			}
			continue
		}
		r.Unrecorded = r.Unrecorded.without(taken)
		r.recorded(then)
		if recorded.Pending > 0 {
			r.Undelivered, r.deliver = true, true
		}
	}
}

func write(ctx workflow.Context, batch procedure.Batch) (recorded activities.Recorded, err error) {
	atOnce := recordAtOnce
	atOnce.Summary = metadata.RecordedOf(batch).String()
	at := workflow.WithLocalActivityOptions(ctx, atOnce)
	if workflow.ExecuteLocalActivity(at, act.Record, batch).Get(ctx, &recorded) == nil {
		return recorded, nil
	}
	options := recordPatiently
	options.Summary = atOnce.Summary
	err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), act.Record, batch).Get(ctx, &recorded)
	return recorded, err
}

// batch gathers everything unrecorded with the case as it stands now.
func (r *run) batch() procedure.Batch {
	b := procedure.Batch{
		Number: r.start.Number, Kind: r.kind.Name, Events: r.Unrecorded.Events, Refused: r.Unrecorded.Refused,
		Notices: r.Unrecorded.Notices, Facts: r.Unrecorded.Facts, Summary: r.summary(), State: encode(r.Case.Slim()),
	}
	if len(b.Events) > 0 && b.Events[0].Seq == 1 {
		b.Policy, b.Secret = encode(r.Case.Policy()), r.start.Secret
		b.KeyHash, b.BodyHash = r.start.KeyHash, r.start.BodyHash
	}
	return b
}

func encode(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own plain values always marshal
	}
	return raw
}

// tell has notices delivered to outside channels, beside the loop: a dead channel never holds the
// case. The activity gives up by itself and marks what failed (Q2).
func (r *run) tell(ctx workflow.Context) {
	ctx = workflow.WithActivityOptions(ctx, deliverNotices)
	for {
		if workflow.Await(ctx, func() bool { return r.deliver }) != nil {
			return
		}
		r.deliver = false
		if workflow.ExecuteActivity(ctx, act.Deliver, r.start.Number).Get(ctx, nil) != nil {
			r.deliver = later(ctx)
			continue
		}
		r.Undelivered = r.deliver
	}
}

// later waits before an activity that failed for good is begun anew; false when the case was cancelled.
func later(ctx workflow.Context) bool { return workflow.Sleep(ctx, 10*time.Minute) == nil }

func (r *run) fileHistory(ctx workflow.Context) error {
	return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, fileHistory), act.FileHistory, r.start.Number).Get(ctx, nil)
}
