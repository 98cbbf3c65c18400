package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// bareQueue is where the bare workflows run.
const bareQueue = "bare"

// bareWorker is the mode in which this program is the worker of the bare workflows, set up as ours is.
const bareWorker = "bare-worker"

// Idle waits for a signal that never comes: what a start costs.
func Idle(ctx workflow.Context) error {
	workflow.GetSignalChannel(ctx, "end").Receive(ctx, nil)
	return nil
}

// Signalled takes signals, re-arms one timer at each, and answers a query with how many it took.
func Signalled(ctx workflow.Context) error {
	taken := 0
	if err := workflow.SetQueryHandler(ctx, "taken", func() (int, error) { return taken, nil }); err != nil {
		return err
	}
	signals := workflow.GetSignalChannel(ctx, "step")
	for {
		timer, cancel := workflow.WithCancel(ctx)
		workflow.NewTimer(timer, 24*time.Hour)
		if !signals.Receive(ctx, nil) {
			return nil
		}
		taken++
		cancel()
	}
}

// Timed waits for an instant.
func Timed(ctx workflow.Context, at time.Time) error {
	return workflow.Sleep(ctx, at.Sub(workflow.Now(ctx)))
}

// runBareWorker works until it is told to end.
func runBareWorker() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	temporal, err := client.NewLazyClient(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS")})
	if err != nil {
		return err
	}
	defer temporal.Close()
	worker.SetStickyWorkflowCacheSize(2000)
	w := worker.New(temporal, bareQueue, worker.Options{
		WorkflowTaskPollerBehavior:  worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{}),
		DisableRegistrationAliasing: true,
	})
	w.RegisterWorkflow(Idle)
	w.RegisterWorkflow(Signalled)
	w.RegisterWorkflow(Timed)
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	<-ctx.Done()
	return nil
}
