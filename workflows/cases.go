package workflows

import (
	"go.temporal.io/sdk/workflow"

	"bihuan/procedure/registry"
)

// Registry is where workflows are registered: a worker, or a replayer.
type Registry interface {
	RegisterWorkflowWithOptions(w any, options workflow.RegisterOptions)
}

// Register registers the workflow of every kind of case: it runs one case from its registration to its end. carried is
// nil at first.
func Register(r Registry) {
	for _, k := range registry.Kinds() {
		run := func(ctx workflow.Context, start Start, carried *Carried) (Result, error) {
			return Run(ctx, k, start, carried)
		}
		r.RegisterWorkflowWithOptions(run, workflow.RegisterOptions{Name: TypeOf(k.Name)})
	}
}
