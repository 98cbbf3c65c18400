package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"bihuan/procedure"
	"bihuan/procedure/metadata"
)

// watcher sees what a workflow writes beside its history: of timers, and of what it has recorded.
type watcher struct {
	interceptor.WorkerInterceptorBase
	timers   []string
	recorded map[string]procedure.Batch // by what is said of them
}

func (w *watcher) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &inbound{interceptor.WorkflowInboundInterceptorBase{Next: next}, w}
}

type inbound struct {
	interceptor.WorkflowInboundInterceptorBase
	watcher *watcher
}

func (i *inbound) Init(out interceptor.WorkflowOutboundInterceptor) error {
	return i.Next.Init(&outbound{interceptor.WorkflowOutboundInterceptorBase{Next: out}, i.watcher})
}

type outbound struct {
	interceptor.WorkflowOutboundInterceptorBase
	watcher *watcher
}

func (o *outbound) NewTimerWithOptions(ctx workflow.Context, d time.Duration, options workflow.TimerOptions) workflow.Future {
	o.watcher.timers = append(o.watcher.timers, options.Summary)
	return o.Next.NewTimerWithOptions(ctx, d, options)
}

func (o *outbound) ExecuteLocalActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	if b, ok := args[0].(procedure.Batch); ok {
		o.watcher.recorded[workflow.GetLocalActivityOptions(ctx).Summary] = b
	}
	return o.Next.ExecuteLocalActivity(ctx, name, args...)
}

// N2: what an auditor is told of a case's timers and of what it had recorded is what the case wrote beside them.
func TestTheHistorySaysWhatItIsAbout_N2(t *testing.T) {
	d, w := newDesk(t), &watcher{recorded: map[string]procedure.Batch{}}
	d.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{w}})
	end := d.story(10 * time.Minute)
	d.at(end, agent, "no-such", nil)
	d.RegisterDelayedCallback(d.CancelWorkflow, end+time.Minute)
	d.run()

	stages := map[string]bool{}
	for _, line := range w.timers {
		timer, ok := metadata.ParseTimer(line)
		require.True(t, ok, line)
		require.NotEmpty(t, timer.Key, line)
		stages[timer.Stage] = true
	}
	require.True(t, stages["registered"] && stages["review"] && stages["working"], stages)
	var refused int
	for line, batch := range w.recorded {
		recorded, ok := metadata.ParseRecorded(line)
		require.True(t, ok, line)
		require.Equal(t, metadata.RecordedOf(batch), recorded)
		refused += len(recorded.Refused)
	}
	require.Equal(t, 1, refused)
	require.Greater(t, len(w.recorded), 5)
}
