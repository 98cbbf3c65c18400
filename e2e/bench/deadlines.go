package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"bihuan/e2e/system"
	"bihuan/procedure"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/settings"
	"bihuan/workflows"
)

// together is how many deadlines fell due at one instant, and how it went.
type together struct {
	fired, doubled       int
	took                 time.Duration // from the instant until the last had fired
	opened               time.Duration // how long it took to start them
	memory, memoryBefore int64         // bytes of the worker, before them and with all of them open
}

// dueTogether has deadlines of complaints fall due at one instant, then bare timers. H7
func (b *bench) dueTogether(ctx context.Context, r *results) (err error) {
	lead := time.Duration(float64(b.deadlines)/min(r.registered.perSecond(), r.started.perSecond())*b.lead)*time.Second + 15*time.Second
	before := b.cpu()
	if r.due, err = b.complaintsDue(ctx, time.Now().Add(lead).Truncate(time.Second)); err != nil {
		return err
	}
	r.usage = append(r.usage, b.used("deadlines", before))
	r.timed, err = b.timersDue(ctx, time.Now().Add(lead).Truncate(time.Second))
	return err
}

// complaintsDue opens complaints whose time to be judged ends at one instant, and waits until each has been
// recorded as breached.
func (b *bench) complaintsDue(ctx context.Context, at time.Time) (together, error) {
	s, err := settings.Load("")
	if err != nil {
		return together{}, err
	}
	p, _ := s.ForCase("yuhu", at)
	body, err := json.Marshal(system.Complaint(nil))
	if err != nil {
		return together{}, err
	}
	open := func(ctx context.Context, i int) error {
		number := fmt.Sprintf("%s-%05d", b.id, i)
		start := client.StartWorkflowOptions{ID: number, TaskQueue: workflows.TaskQueue}
		return b.patiently(ctx, func() error {
			_, err := b.Temporal.ExecuteWorkflow(ctx, start, workflows.TypeOf("complaint"), opening(number, p, body, at))
			return err
		})
	}
	t := together{memoryBefore: memory(b.Worker.PID())}
	const breached = "FROM events WHERE type = 'deadline-breached' AND number LIKE $1"
	if err := t.open(ctx, b.deadlines, b.callers, at, open, b.recorded); err != nil {
		return t, err
	}
	t.memory = memory(b.Worker.PID())
	err = t.await(ctx, b.deadlines, at, func() (int, error) {
		return b.count(ctx, "SELECT count(DISTINCT number) "+breached, b.id+"-%")
	})
	if err != nil {
		return t, err
	}
	all, err := b.count(ctx, "SELECT count(*) "+breached, b.id+"-%")
	t.doubled = all - t.fired
	return t, err
}

// opening starts a complaint whose time to be judged ends at an instant; it is not warned of before.
func opening(number string, p policy.Policy, body []byte, at time.Time) workflows.Start {
	now := time.Now().UTC()
	p.Version, p.WarnPercent = "bench", 100
	p.Deadlines.Judge = policy.Deadline{Within: policy.Duration(at.Sub(now).Truncate(time.Microsecond)), Clock: policy.Wall, Owner: people.Agent}
	actor := people.Actor{ID: "bench", Roles: []people.Role{people.Agent}, Communities: []string{people.AllCommunities}}
	return workflows.Start{Number: number, Policy: p, Register: procedure.Command{ID: number, Name: "register", Actor: actor, At: now, Payload: body}}
}

// timersDue does the same with bare timers.
func (b *bench) timersDue(ctx context.Context, at time.Time) (together, error) {
	open := func(ctx context.Context, i int) error {
		return b.startBareOne(ctx, b.name("timed", 0, i), Timed, at)
	}
	t := together{memoryBefore: memory(b.bare.PID())}
	if err := t.open(ctx, b.deadlines, b.callers, at, open, b.bareIdle); err != nil {
		return t, err
	}
	t.memory = memory(b.bare.PID())
	query := fmt.Sprintf("WorkflowId STARTS_WITH '%s' AND ExecutionStatus = 'Completed'", b.name("timed", 0, 0)[:len("bare-150405-timed")])
	return t, t.await(ctx, b.deadlines, at, func() (int, error) {
		n, err := b.Temporal.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Namespace: "default", Query: query})
		return int(n.GetCount()), err
	})
}

// open starts everything well before the instant.
func (t *together) open(ctx context.Context, n, callers int, at time.Time, one func(context.Context, int) error, settled func(context.Context) error) error {
	l, err := hammer(ctx, n, callers, one)
	if err != nil {
		return err
	}
	t.opened = l.took
	if err := settled(ctx); err != nil {
		return err
	}
	if late := time.Since(at); late > 0 {
		return fmt.Errorf("starting %d took %s longer than there was time for: a longer --lead gives more", n, late.Round(time.Second))
	}
	return nil
}

// await asks how many have fired until all have.
func (t *together) await(ctx context.Context, n int, at time.Time, fired func() (int, error)) error {
	ctx, cancel := context.WithDeadline(ctx, at.Add(patience))
	defer cancel()
	for {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d had fired after %s: %w", t.fired, n, time.Since(at), ctx.Err())
		case <-time.After(max(200*time.Millisecond, time.Until(at))):
		}
		var err error
		if t.fired, err = fired(); err != nil {
			return err
		}
		if t.took = time.Since(at); t.fired >= n {
			return nil
		}
	}
}
