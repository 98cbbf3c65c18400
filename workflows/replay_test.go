package workflows_test

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"bihuan/e2e/recorded"
	"bihuan/workflows"
)

// replay runs a stored history through a workflow.
func replay(t *testing.T, file string, register func(workflows.Registry)) error {
	t.Helper()
	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DataConverter: recorded.Converter()})
	require.NoError(t, err)
	register(replayer)
	return replayer.ReplayWorkflowHistoryFromJSONFile(nil, file)
}

// storyOf gives a stored history's release and name.
func storyOf(file string) string {
	return filepath.Join(filepath.Base(filepath.Dir(file)), strings.TrimSuffix(filepath.Base(file), ".json"))
}

// TestStoredHistoriesReplay holds the workflow against everything that it has ever done in production. N2
func TestStoredHistoriesReplay(t *testing.T) {
	for _, file := range recorded.Files(t) {
		t.Run(storyOf(file), func(t *testing.T) {
			t.Parallel()
			require.NoError(t, replay(t, file, workflows.Register))
		})
	}
}

// TestChangedProcedureDoesNotReplay shows that the check above can fail: a workflow with another timer
// contradicts every stored history. TMPRL1100 is the SDK's code for that.
func TestChangedProcedureDoesNotReplay(t *testing.T) {
	register := func(r workflows.Registry) { workflows.Register(changing{r}) }
	for _, file := range recorded.Files(t) {
		t.Run(storyOf(file), func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, replay(t, file, register), "TMPRL1100")
		})
	}
}

// changing registers each workflow with a timer more than it has.
type changing struct{ workflows.Registry }

func (c changing) RegisterWorkflowWithOptions(w any, options workflow.RegisterOptions) {
	f := reflect.ValueOf(w)
	changed := reflect.MakeFunc(f.Type(), func(args []reflect.Value) []reflect.Value {
		_ = workflow.NewTimer(args[0].Interface().(workflow.Context), time.Minute)
		return f.Call(args)
	})
	c.Registry.RegisterWorkflowWithOptions(changed.Interface(), options)
}
