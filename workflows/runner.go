// Package workflows runs procedures as durable workflows. One runner serves every procedure: it
// takes commands in as signals, lets the procedure decide, remembers the events, has activities
// write them down and tell people, and sleeps until the next command or the next deadline.
package workflows

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bihuan/procedure"
	"bihuan/procedure/hashchain"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// Carried is all that a case takes along when it continues as new.
type Carried struct {
	Case  machine.Instance `json:"-"`
	State json.RawMessage  `json:"state"` // of the case, while it is carried
	// Head is the hash of the last event. N2
	Head string `json:"head,omitempty"`
	Memory
	// Unrecorded waits to be written to the database; Base is the case before it.
	Unrecorded Unrecorded `json:"unrecorded"`
	Base       *Base      `json:"base,omitempty"`
	// Undelivered says that notices wait for an outside channel.
	Undelivered bool `json:"undelivered,omitempty"`
	// Effects wait to be done, in the order in which they came up.
	Effects []procedure.Asked `json:"effects,omitempty"`
}

// pack writes down the states of the case for the way; unpack reads them on arrival.
func (c *Carried) pack() {
	c.State = encode(c.Case.State())
	if c.Base != nil {
		c.Base.State = encode(c.Base.Case.State())
	}
}

func (c *Carried) unpack(k machine.Kind) (err error) {
	if c.Case, err = k.Read(c.State); err != nil || c.Base == nil {
		return err
	}
	c.Base.Case, err = k.Read(c.Base.State)
	return err
}

// run is one case being run.
type run struct {
	Carried
	kind      machine.Kind
	start     Start
	inbox     []procedure.Command // taken in, not decided yet, the oldest first
	alarm     alarm
	shown     Labels
	summed    *procedure.Summary // of the case as it stands
	recording bool
	deliver   bool
	// reconciled asks for another turn after the record made the case stand differently.
	reconciled bool
}

// Run executes a case from its start, or from what an earlier run carried over, until it ends.
func Run(ctx workflow.Context, k machine.Kind, start Start, carried *Carried) (Result, error) {
	r := &run{kind: k, start: start, shown: labelsOf(ctx)}
	if carried != nil {
		if err := carried.unpack(k); err != nil {
			return Result{}, err
		}
		r.Carried = *carried
		r.deliver = carried.Undelivered
	} else {
		r.Case = k.New(start.Number, start.Policy)
	}
	if err := r.answerQueries(ctx); err != nil {
		return Result{}, err
	}
	if carried == nil {
		if err := r.begin(ctx); err != nil {
			return Result{}, err
		}
	}
	workflow.Go(ctx, r.record)
	workflow.Go(ctx, r.tell)
	workflow.Go(ctx, r.runEffects)
	return r.loop(ctx)
}

// begin registers the case. A start that the procedure refuses ends at once: nobody was told 201.
func (r *run) begin(ctx workflow.Context) error {
	r.start.Register.Name = Registering
	at := r.clamp(r.start.Register.At, workflow.Now(ctx))
	r.take(Taken{Command: r.start.Register, At: at})
	if refusal := r.apply(r.start.Register, at); refusal != nil {
		return temporal.NewNonRetryableApplicationError("the start was refused", refusal.Code, nil)
	}
	return nil
}

// answerQueries registers the queries before anything can block.
func (r *run) answerQueries(ctx workflow.Context) error {
	if err := workflow.SetQueryHandler(ctx, QueryState, func() (any, error) { return r.Case.State(), nil }); err != nil {
		return err
	}
	return workflow.SetQueryHandler(ctx, QueryOutcome, func(id string) (Outcome, error) {
		o := Outcome{State: encode(r.Case.Slim())}
		if a, ok := r.answered(id); ok {
			o.Known, o.Applied, o.Refusal, o.Digest = true, a.Refusal == nil, a.Refusal, a.Digest
		}
		return o, nil
	})
}

// loop takes turns until the case has ended and everything about it is written down.
func (r *run) loop(ctx workflow.Context) (Result, error) {
	for {
		r.takeIn(ctx)
		r.reconciled = false
		r.turn(workflow.Now(ctx))
		if err := r.show(ctx); err != nil {
			return Result{}, err
		}
		switch {
		case r.Case.Ended() && r.idle():
			if done, err := r.finish(ctx); done || err != nil {
				return r.result(), err
			}
		case r.leaving(ctx):
			return Result{}, r.continueAsNew(ctx)
		}
		r.alarm.set(ctx, r.Case.Due(), r.summary().Stage)
		if err := workflow.Await(ctx, func() bool { return r.awake(ctx) }); err != nil {
			return Result{}, err
		}
	}
}

// awake says whether there is a reason to take another turn.
func (r *run) awake(ctx workflow.Context) bool {
	return waiting(ctx) || len(r.inbox) > 0 || r.reconciled || r.alarm.rang() || (r.Case.Ended() && r.idle()) || r.leaving(ctx)
}

// takeIn empties the signal channels. Signals that came together are taken in the order in which
// they were sent: channels have no order among one another, commands have a time.
func (r *run) takeIn(ctx workflow.Context) {
	for _, name := range unread(ctx) {
		r.inbox = append(r.inbox, receive(ctx, name)...)
	}
	slices.SortStableFunc(r.inbox, func(a, b procedure.Command) int { return a.At.Compare(b.At) })
}

// turn decides everything that has arrived and everything that has fallen due. A command counts from
// when it was safely taken in, so a deadline that was met while no worker ran is not missed; with no
// command left, what is due happens now, so that nobody is passed over for our own downtime.
func (r *run) turn(now time.Time) {
	for {
		due := r.Case.Due()
		if len(r.inbox) > 0 {
			c := r.inbox[0]
			at := r.clamp(c.At, now)
			if len(due) > 0 && due[0].At.Before(at) {
				r.fallDue(due[0], r.clamp(due[0].At, now))
				continue
			}
			r.inbox = r.inbox[1:]
			r.command(c, at)
			continue
		}
		if len(due) == 0 || due[0].At.After(now) {
			return
		}
		r.fallDue(due[0], now.UTC())
	}
}

// fallDue applies the command that a deadline issues. A procedure that refuses its own deadline is a
// fault of ours: the turn fails in sight of everybody and is taken again once it is mended.
func (r *run) fallDue(d procedure.Deadline, at time.Time) {
	issued := r.Case.Issue(d)
	r.take(Taken{Command: issued, At: at, Due: true})
	if refusal := r.apply(issued, at); refusal != nil {
		panic(fmt.Errorf("deadline %s of %s: %w", d.Command, d.Key, refusal))
	}
}

// clamp puts a moment between the last event and now. A zero time is now.
func (r *run) clamp(at, now time.Time) time.Time {
	if at.IsZero() || at.After(now) {
		return now.UTC()
	}
	if last := r.Case.Last(); at.Before(last) {
		return last
	}
	return at.UTC()
}

// command applies a command once, and remembers what became of it.
func (r *run) command(c procedure.Command, at time.Time) {
	if _, ok := r.answered(c.ID); ok {
		r.refuse(c, at, procedure.Conflict("repeated"))
		return
	}
	r.take(Taken{Command: c, At: at})
	refusal := r.apply(c, at)
	if refusal != nil {
		r.refuse(c, at, refusal)
	}
	if c.ID == "" {
		return
	}
	r.remember(Answered{Command: c.ID, Digest: c.Digest(), Refusal: refusal, System: fromSystem(c)})
}

func fromSystem(c procedure.Command) bool { return slices.Contains(c.Actor.Roles, people.System) }

// apply lets the procedure decide and follows what happened.
func (r *run) apply(c procedure.Command, at time.Time) *procedure.Refusal {
	happened, err := r.decide(c, at)
	if err != nil {
		return refusalOf(err)
	}
	for _, h := range happened {
		e, before := r.chain(h.Event), r.Case
		r.stand(h.Case)
		r.Unrecorded.Events = append(r.Unrecorded.Events, e)
		r.Unrecorded.Facts = append(r.Unrecorded.Facts, r.Case.Facts(before, e)...)
		for i, n := range r.Case.Notices(e) {
			r.Unrecorded.Notices = append(r.Unrecorded.Notices, procedure.NumberedNotice{Seq: e.Seq, Index: i, Notice: n})
		}
		r.ask(e)
	}
	return nil
}

// stand lets the case stand differently.
func (r *run) stand(c machine.Instance) { r.Case, r.summed = c, nil }

// summary gives the case as it stands, summarised once.
func (r *run) summary() procedure.Summary {
	if r.summed == nil {
		sum := r.Case.Summary()
		r.summed = &sum
	}
	return *r.summed
}

// chain chains an event to the one before it. N2
func (r *run) chain(e procedure.Event) procedure.Event {
	hash, err := hashchain.Event(r.Head, r.start.Number, []byte(r.start.Secret), e)
	if err != nil {
		panic(err) // the procedure's own events are always valid JSON
	}
	e.Hash, r.Head = hash, hash
	return e
}

func (r *run) decide(c procedure.Command, at time.Time) ([]machine.Happened, error) {
	if strings.HasPrefix(c.Name, undecodable) {
		return nil, procedure.Invalid("undecodable")
	}
	if c.ID == "" { // without it a repeat could not be told from another
		return nil, procedure.Invalid("missing_field", "field", "id")
	}
	if r.full(c) {
		return nil, procedure.Conflict("case_full")
	}
	return r.Case.Decide(c, at)
}

// What a case takes along when it continues as new holds its state and what is not written down yet, each twice at
// worst, and Temporal takes no payload of more than 2 MB. A case that is heavier than roomy therefore takes nothing
// long from people any more; what is short can still bring it to its end.
const (
	roomy = 768 << 10 // bytes
	short = 1 << 10
)

// full says whether there is no room left for what a person has to say.
func (r *run) full(c procedure.Command) bool {
	if len(c.Payload) <= short || fromSystem(c) {
		return false
	}
	return len(encode(r.Case.State()))+len(encode(r.Unrecorded)) > roomy
}

// refuse keeps a command that was not taken. It never fails the workflow.
func (r *run) refuse(c procedure.Command, at time.Time, refusal *procedure.Refusal) {
	r.Unrecorded.Refused = append(r.Unrecorded.Refused, refused(c, at, refusal))
}

// idle says whether everything is written down and told.
func (r *run) idle() bool {
	return r.Unrecorded.empty() && !r.recording && !r.Undelivered && len(r.Effects) == 0
}

// How long, and how large, a history may get while something is still being written or told. Temporal ends a workflow
// at 50 thousand events or 50 MB.
const (
	forced      = 20_000
	forcedBytes = 16 << 20
)

// leaving says whether to continue as new: when Temporal suggests it and nothing is under way, or
// when waiting any longer would cost too much.
func (r *run) leaving(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return info.GetContinueAsNewSuggested() &&
		(r.idle() || info.GetCurrentHistoryLength() > forced || info.GetCurrentHistorySize() > forcedBytes)
}

// continueAsNew leaves with everything that is not finished. A signal that arrives meanwhile makes
// Temporal run this turn again.
func (r *run) continueAsNew(ctx workflow.Context) error {
	again := r.start
	again.Policy, again.Register = policy.Policy{}, procedure.Command{} // the state holds what they became
	again.Version = Version
	r.pack()
	return workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, again, &r.Carried)
}

// finish files the workflow's own history; done is false when a signal arrived meanwhile. I2
func (r *run) finish(ctx workflow.Context) (done bool, err error) {
	if err := r.fileHistory(ctx); err != nil {
		return false, err
	}
	return !waiting(ctx) && r.idle(), nil
}

func (r *run) result() Result {
	s := r.summary()
	return Result{Number: r.start.Number, Outcome: s.Outcome, Events: s.Seq, Head: r.Head}
}
