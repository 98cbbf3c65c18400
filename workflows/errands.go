package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

// doErrand is the profile of an errand: it is tried until it is done.
var doErrand = workflow.ActivityOptions{
	StartToCloseTimeout: 5 * time.Minute,
	HeartbeatTimeout:    time.Minute,
	RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, MaximumInterval: time.Minute},
}

// ask queues the errands that follow from an event. A case that began before there were errands sends none.
func (r *run[S]) ask(e procedure.Event) {
	if r.start.Version < 1 {
		return
	}
	for i, errand := range r.procedure.Errands(r.State, e) {
		id := fmt.Sprintf("%.16s.%d", e.Hash, i)
		r.Errands = append(r.Errands, procedure.Asked{ID: id, Number: r.start.Number, Seq: e.Seq, At: e.At, By: e.By, Errand: errand})
	}
}

// onRecord says whether what an errand follows from is written down. What is not could still be decided
// otherwise (see reconcile), and must touch nobody else.
func (r *run[S]) onRecord(a procedure.Asked) bool {
	return len(r.Unrecorded.Events) == 0 || a.Seq < r.Unrecorded.Events[0].Seq
}

// runErrands does errands one after the other, beside the loop, and brings their answers to the case as
// commands.
func (r *run[S]) runErrands(ctx workflow.Context) {
	for {
		if workflow.Await(ctx, func() bool { return len(r.Errands) > 0 && r.onRecord(r.Errands[0]) }) != nil {
			return
		}
		asked := r.Errands[0]
		options := doErrand
		options.Summary = "外部事项 · errand: " + asked.Name
		var answer procedure.Answer
		if workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), act.Errand, asked).Get(ctx, &answer) != nil {
			if !later(ctx) { // cancelled
				return
			}
			continue
		}
		r.Errands = r.Errands[1:]
		if asked.Then != "" {
			r.inbox = append(r.inbox, answerTo(asked, answer, workflow.Now(ctx)))
		}
	}
}

// answerTo makes the command that an errand's answer comes back as.
func answerTo(asked procedure.Asked, answer procedure.Answer, now time.Time) procedure.Command {
	answer.Errand = asked.ID
	return procedure.Command{
		ID: "errand:" + asked.ID, Name: asked.Then, Actor: people.TheSystem, At: now.UTC(), Payload: encode(answer),
	}
}
