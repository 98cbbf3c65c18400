package workflows

import (
	"go.temporal.io/sdk/workflow"

	"bihuan/procedure/collective"
	"bihuan/procedure/complaint"
	"bihuan/procedure/improvement"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/machine"
	"bihuan/procedure/service"
	"bihuan/procedure/survey"
)

// procedures are those of the handbook, as the runner runs them.
var procedures = []runnable{
	of(complaint.Definition),
	of(inquiry.Definition),
	of(service.Definition),
	of(collective.Definition),
	of(survey.Definition),
	of(improvement.Definition),
}

// runnable is a procedure whatever its state.
type runnable struct {
	kind     string
	register func(Registry)
	offline  func(Start) (Offline, error)
}

func of[S any](d machine.Definition[S]) runnable {
	return runnable{
		kind:     d.Kind,
		register: func(r Registry) { register(r, d) },
		offline:  func(s Start) (Offline, error) { return newOffline(d, s) },
	}
}

// Registry is where workflows are registered: a worker, or a replayer.
type Registry interface {
	RegisterWorkflowWithOptions(w any, options workflow.RegisterOptions)
}

// Register registers the workflow of every procedure of the handbook.
func Register(r Registry) {
	for _, p := range procedures {
		p.register(r)
	}
}

// register makes a workflow of a procedure: it runs one case from its registration to its end. carried is
// nil at first.
func register[S any](r Registry, d machine.Definition[S]) {
	run := func(ctx workflow.Context, start Start, carried *Carried[S]) (Result, error) {
		return Run(ctx, d, start, carried)
	}
	r.RegisterWorkflowWithOptions(run, workflow.RegisterOptions{Name: TypeOf(d.Kind)})
}
