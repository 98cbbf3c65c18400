// Package temporal is the server's way to Temporal: it starts cases, signals them and asks them. No
// other part of the server knows Temporal.
package temporal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"bihuan/engine"
	"bihuan/procedure"
	"bihuan/server/api"
	"bihuan/workflows"
)

// callTimeout is how long Temporal may take before it counts as down.
const callTimeout = 5 * time.Second

// Engine is Temporal as the API knows it.
type Engine struct {
	client client.Client
	data   converter.DataConverter
}

// New makes an engine of a connection.
func New(c *engine.Connection) *Engine { return &Engine{client: c, data: c.Data} }

// Start begins a case.
func (e *Engine) Start(ctx context.Context, o workflows.Opening) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return translate(workflows.Begin(ctx, e.client, o))
}

// Origin reads a case's memo.
func (e *Engine) Origin(ctx context.Context, number string) (workflows.Origin, error) {
	found, err := e.describe(ctx, number)
	if err != nil {
		return workflows.Origin{}, err
	}
	return workflows.OriginOf(found)
}

func (e *Engine) describe(ctx context.Context, number string) (*client.WorkflowExecutionDescription, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := e.client.DescribeWorkflow(ctx, number, "")
	return found, translate(err)
}

// Signal hands a command to a case.
func (e *Engine) Signal(ctx context.Context, number string, c procedure.Command) error {
	signalling, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := translateSignal(workflows.Give(signalling, e.client, number, c))
	if !errors.Is(err, api.ErrNotFound) {
		return err
	}
	if found, missing := e.describe(ctx, number); missing == nil && found.Status != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return api.ErrArchived
	}
	return err
}

// Outcome asks what became of a command.
func (e *Engine) Outcome(ctx context.Context, number, command string) (o workflows.Outcome, err error) {
	err = e.query(ctx, number, &o, workflows.QueryOutcome, command)
	return o, err
}

// State asks how a case stands.
func (e *Engine) State(ctx context.Context, number string) (s json.RawMessage, err error) {
	err = e.query(ctx, number, &s, workflows.QueryState)
	return s, err
}

func (e *Engine) query(ctx context.Context, number string, into any, name string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	answer, err := e.client.QueryWorkflow(ctx, number, "", name, args...)
	if err != nil {
		return translateQuery(err)
	}
	if err := answer.Get(into); err != nil {
		return fmt.Errorf("answer to query %s: %w", name, err)
	}
	return nil
}

// historyTimeout is how long reading a whole history may take.
const historyTimeout = 15 * time.Second

// History reads a case's own history, back through every run, and what is being tried just now.
func (e *Engine) History(ctx context.Context, number string) (engine.History, error) {
	ctx, cancel := context.WithTimeout(ctx, historyTimeout)
	defer cancel()
	h, err := engine.ReadHistory(ctx, e.client, number)
	if err != nil {
		return h, translate(err)
	}
	found, err := e.client.DescribeWorkflowExecution(ctx, number, "")
	for _, p := range found.GetPendingActivities() {
		h.Pending = append(h.Pending, engine.Pending{Activity: p.GetActivityId(), Attempt: p.GetAttempt(), Failure: p.GetLastFailure()})
	}
	return h, translate(err)
}

// Steps tells a history.
func (e *Engine) Steps(h engine.History) ([]engine.Step, error) { return h.Steps(e.data) }

// Ping says whether Temporal answers.
func (e *Engine) Ping(ctx context.Context) error {
	_, err := e.client.CheckHealth(ctx, &client.CheckHealthRequest{})
	return translate(err)
}

// translateQuery knows that an answer which does not come in time means that no worker gives one.
func translateQuery(err error) error {
	var failed *serviceerror.QueryFailed
	var notReady *serviceerror.WorkflowNotReady
	var nobody *serviceerror.FailedPrecondition // no worker has been seen lately
	switch {
	case errors.As(err, &failed), errors.As(err, &notReady), errors.As(err, &nobody), timedOut(err):
		return fmt.Errorf("%w: %w", api.ErrNoAnswer, err)
	}
	return translate(err)
}

// translateSignal knows that a signal can be invalid in one way only: so many wait for the case already that Temporal
// takes no more of them, until a worker has caught up.
func translateSignal(err error) error {
	if full := (*serviceerror.InvalidArgument)(nil); errors.As(err, &full) {
		return fmt.Errorf("%w: %w", api.ErrEngineDown, err)
	}
	return translate(err)
}

// translate gives Temporal's errors the names that the API knows.
func translate(err error) error {
	var started *serviceerror.WorkflowExecutionAlreadyStarted
	var notFound *serviceerror.NotFound
	switch {
	case err == nil:
		return nil
	case errors.As(err, &started):
		return fmt.Errorf("%w: %w", api.ErrStarted, err)
	case errors.As(err, &notFound):
		return fmt.Errorf("%w: %w", api.ErrNotFound, err)
	case timedOut(err), down(err):
		return fmt.Errorf("%w: %w", api.ErrEngineDown, err)
	}
	return err
}

func timedOut(err error) bool {
	var late *serviceerror.DeadlineExceeded
	return errors.As(err, &late) || errors.Is(err, context.DeadlineExceeded) || status.Code(err) == codes.DeadlineExceeded
}

// down says whether Temporal is not there, not ready, going down in the middle of a call, or has too much to do.
func down(err error) bool {
	var unavailable *serviceerror.Unavailable
	var cut *serviceerror.Canceled
	var exhausted *serviceerror.ResourceExhausted
	var namespace *serviceerror.NamespaceNotFound
	return errors.As(err, &unavailable) || errors.As(err, &cut) || errors.As(err, &exhausted) || errors.As(err, &namespace) ||
		slices.Contains([]codes.Code{codes.Unavailable, codes.Canceled, codes.ResourceExhausted}, status.Code(err))
}
