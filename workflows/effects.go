package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bihuan/procedure"
	"bihuan/procedure/people"
	"bihuan/words"
)

// The profiles of an effect. One that nobody waits for is tried once beside the workflow task, which costs one
// history event; what does not work out then goes on as an activity until it is done. One with an answer is an
// activity at once: Temporal has the answer before anything follows from it, so that a turn which is lost after it
// was recorded hears the same one again (see reconcile).
var (
	effectAtOnce = workflow.LocalActivityOptions{
		ScheduleToCloseTimeout: 5 * time.Second,
		RetryPolicy:            &temporal.RetryPolicy{MaximumAttempts: 1},
	}
	effectPatiently = workflow.ActivityOptions{
		StartToCloseTimeout: 5 * time.Minute,
		HeartbeatTimeout:    20 * time.Second,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, MaximumInterval: time.Minute},
	}
)

// ask queues the effects that follow from an event.
func (r *run) ask(e procedure.Event) {
	for i, effect := range r.Case.Effects(e) {
		id := fmt.Sprintf("%.16s.%d", e.Hash, i)
		r.Effects = append(r.Effects, procedure.Asked{ID: id, Number: r.start.Number, Seq: e.Seq, At: e.At, Effect: effect})
	}
}

// onRecord says whether what an effect follows from is written down. What is not could still be decided
// otherwise (see reconcile), and must touch nobody else.
func (r *run) onRecord(a procedure.Asked) bool {
	return len(r.Unrecorded.Events) == 0 || a.Seq < r.Unrecorded.Events[0].Seq
}

// runEffects does effects one after the other, beside the loop, and brings their answers to the case as
// commands.
func (r *run) runEffects(ctx workflow.Context) {
	for {
		if workflow.Await(ctx, func() bool { return len(r.Effects) > 0 && r.onRecord(r.Effects[0]) }) != nil {
			return
		}
		asked := r.Effects[0]
		answer, err := r.runEffect(ctx, asked)
		if err != nil {
			if !later(ctx) { // cancelled
				return
			}
			continue
		}
		r.Effects = r.Effects[1:]
		if asked.Then != "" {
			r.inbox = append(r.inbox, answerTo(asked, answer, workflow.Now(ctx)))
		}
	}
}

// effectTitle says in a history that something outside was asked for.
var effectTitle = words.Everywhere("activity", "Effect")

func (r *run) runEffect(ctx workflow.Context, asked procedure.Asked) (answer procedure.Answer, err error) {
	atOnce, patiently := effectAtOnce, effectPatiently
	atOnce.Summary = effectTitle + ": " + asked.Name
	patiently.Summary = atOnce.Summary
	if asked.Then == "" {
		if workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, atOnce), act.Effect, asked).Get(ctx, &answer) == nil {
			return answer, nil
		}
	}
	err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, patiently), act.Effect, asked).Get(ctx, &answer)
	return answer, err
}

// answerTo makes the command that an effect's answer comes back as.
func answerTo(asked procedure.Asked, answer procedure.Answer, now time.Time) procedure.Command {
	answer.Effect = asked.ID
	return procedure.Command{
		ID: "effect:" + asked.ID, Name: asked.Then, Actor: people.TheSystem, At: now.UTC(), Payload: encode(answer),
	}
}
