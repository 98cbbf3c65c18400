package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	temporal "go.temporal.io/sdk/client"

	"bihuan/e2e/system"
	"bihuan/sim/client"
)

// results is everything measured.
type results struct {
	registered, keyed, started load
	loops, signalled           load
	ourHistory, bareHistory    history
	commands, signals          load
	proof                      proof
	reading                    reading
	town                       working
	due, timed                 together
	usage                      []usage
}

// history is how much a workflow leaves behind.
type history struct{ events, bytes int64 }

// turns measures the sides by turns, each time another one first, so that whatever slows the machine down slows all.
func (b *bench) turns(ctx context.Context, sides ...func(context.Context, int) error) error {
	for round := range b.rounds {
		for i := range sides {
			side := sides[(i+round)%len(sides)]
			if err := side(ctx, round); err != nil {
				return err
			}
		}
	}
	return nil
}

// into gives a side that adds what it did to a measurement.
func (b *bench) into(total *load, n, callers int, do func(ctx context.Context, round, i int) error, settled func(context.Context) error) func(context.Context, int) error {
	return func(ctx context.Context, round int) error {
		l, err := hammer(ctx, n, callers, func(ctx context.Context, i int) error { return do(ctx, round, i) })
		if err != nil {
			return err
		}
		*total = total.add(l)
		return settled(ctx)
	}
}

// warmUp opens connections and fills caches on both sides.
func (b *bench) warmUp(ctx context.Context, _ *results) error {
	var ours, bare load
	return b.turns(ctx,
		b.into(&ours, 50, b.callers, b.loop("warm"), b.recorded),
		b.into(&bare, 50, b.callers, b.bareLoop("warm"), b.bareIdle),
	)
}

func (b *bench) registering(ctx context.Context, r *results) error {
	record, err := records()
	if err != nil {
		return err
	}
	before := b.cpu()
	err = b.turns(ctx,
		b.into(&r.registered, b.starts, b.callers, b.register("", record), b.recorded),
		b.into(&r.started, b.starts, b.callers, b.start, b.bareIdle),
		b.into(&r.keyed, b.starts, b.callers, b.register("key", record), b.recorded),
	)
	r.usage = append(r.usage, b.used("registering", before))
	return err
}

func (b *bench) lifecycles(ctx context.Context, r *results) error {
	before := b.cpu()
	err := b.turns(ctx,
		b.into(&r.loops, b.loops, b.callers/2, b.loop("life"), b.recorded),
		b.into(&r.signalled, b.loops, b.callers/2, b.bareLoop("loop"), b.bareIdle),
	)
	r.usage = append(r.usage, b.used("lifecycles", before))
	if err != nil {
		return err
	}
	number, err := b.play(ctx, b.name("one", 0, 0), system.Loop(0)...)
	if err != nil {
		return err
	}
	if r.ourHistory, err = b.leaves(ctx, number); err != nil {
		return err
	}
	r.bareHistory, err = b.leaves(ctx, b.name("loop", 0, 0))
	return err
}

// latency has few callers send commands to complaints of their own.
func (b *bench) latency(ctx context.Context, r *results) error {
	const callers = 2
	numbers := make([]string, b.commands)
	for i := range numbers {
		var err error
		if numbers[i], err = b.take(ctx, b.name("for-latency", 0, i)); err != nil {
			return err
		}
		if err := b.startBareOne(ctx, b.name("latency", 0, i), Signalled); err != nil {
			return err
		}
	}
	agent := b.as("agent")
	contact := func(ctx context.Context, round, i int) error {
		said := system.M{"channel": "hotline", "said": "已联系"}
		return agent.Send(ctx, client.CommandPath(numbers[i], "", "contact"), b.name("contact", round, i), said, nil)
	}
	signal := func(ctx context.Context, round, i int) error {
		return b.signal(ctx, b.name("latency", 0, i), round+1)
	}
	return b.turns(ctx,
		b.into(&r.commands, b.commands, callers, contact, b.recorded),
		b.into(&r.signals, b.commands, callers, signal, b.bareIdle),
	)
}

// register takes a complaint in through HTTP; keyed with an idempotency key.
func (b *bench) register(key string, record func(i int) any) func(context.Context, int, int) error {
	agent := b.as("agent")
	return func(ctx context.Context, round, i int) error {
		name := key
		if key != "" {
			name = b.name(key, round, i)
		}
		return agent.Send(ctx, client.RegisterPath, name, record(i), nil)
	}
}

// loop takes one complaint from its registration to the satisfied revisit.
func (b *bench) loop(kind string) func(context.Context, int, int) error {
	return func(ctx context.Context, round, i int) error {
		_, err := b.play(ctx, b.name(kind, round, i), system.Loop(0)...)
		return err
	}
}

func (b *bench) start(ctx context.Context, round, i int) error {
	return b.startBareOne(ctx, b.name("idle", round, i), Idle)
}

func (b *bench) startBareOne(ctx context.Context, id string, workflow any, args ...any) error {
	return b.patiently(ctx, func() error {
		_, err := b.Temporal.ExecuteWorkflow(ctx, temporal.StartWorkflowOptions{ID: id, TaskQueue: bareQueue}, workflow, args...)
		return err
	})
}

// bareLoop starts a bare workflow and sends as many signals as a lifecycle has commands, each answered by a query.
func (b *bench) bareLoop(kind string) func(context.Context, int, int) error {
	signals := len(system.Loop(0))
	return func(ctx context.Context, round, i int) error {
		id := b.name(kind, round, i)
		if err := b.startBareOne(ctx, id, Signalled); err != nil {
			return err
		}
		for n := range signals {
			if err := b.signal(ctx, id, n+1); err != nil {
				return err
			}
		}
		return nil
	}
}

func (b *bench) signal(ctx context.Context, id string, n int) error {
	if err := b.Temporal.SignalWorkflow(ctx, id, "", "step", n); err != nil {
		return err
	}
	answer, err := b.Temporal.QueryWorkflow(ctx, id, "", "taken")
	if err != nil {
		return err
	}
	var taken int
	if err := answer.Get(&taken); err != nil || taken != n {
		return fmt.Errorf("%s took %d signals, want %d (%w)", id, taken, n, err)
	}
	return nil
}

// name makes the name of a bare workflow, or an idempotency key.
func (b *bench) name(kind string, round, i int) string {
	return fmt.Sprintf("bare-%s-%s-%d-%d", b.id, kind, round, i)
}

func (b *bench) leaves(ctx context.Context, id string) (history, error) {
	d, err := b.Temporal.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return history{}, err
	}
	return history{d.WorkflowExecutionInfo.HistoryLength, d.WorkflowExecutionInfo.HistorySizeBytes}, nil
}

// recorded waits until nothing of ours is under way: a complaint registered now is in the database.
func (b *bench) recorded(ctx context.Context) error {
	number, err := b.take(ctx, b.name("recorded", 0, int(time.Now().UnixNano())))
	if err != nil {
		return err
	}
	return until(ctx, func() (bool, error) {
		n, err := b.count(ctx, "SELECT count(*) FROM cases WHERE number = $1", number)
		return n == 1, err
	})
}

// bareIdle waits until nothing bare is under way: a workflow started now answers a query.
func (b *bench) bareIdle(ctx context.Context) error {
	id := b.name("settled", 0, int(time.Now().UnixNano()))
	if err := b.startBareOne(ctx, id, Signalled); err != nil {
		return err
	}
	_, err := b.Temporal.QueryWorkflow(ctx, id, "", "taken")
	return err
}

func (b *bench) count(ctx context.Context, sql string, args ...any) (n int, err error) {
	db, err := pgx.Connect(ctx, b.DatabaseURL)
	if err != nil {
		return 0, err
	}
	defer db.Close(context.WithoutCancel(ctx))
	return n, db.QueryRow(ctx, sql, args...).Scan(&n)
}
