// Package temporal is the server's way to Temporal: it starts cases, signals them and asks them. No
// other part of the server knows Temporal.
package temporal

import (
	"context"
	"errors"
	"fmt"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/server/api"
	"bihuan/workflows"
)

// callTimeout is how long Temporal may take before it counts as down.
const callTimeout = 5 * time.Second

// What a case's memo keeps beside workflows.MemoKey and MemoBody, so that who may see it and how a
// repeated request is answered can be known without a worker and without the database. A10
const (
	memoAt        = "at"
	memoCommunity = "community"
)

// summary says in the Temporal Web UI what a case is; no personal data.
const summary = "投诉 · 待判别 · complaint"

// Engine is Temporal as the API knows it.
type Engine struct{ client client.Client }

// New makes an engine of a client.
func New(c client.Client) *Engine { return &Engine{client: c} }

// Start begins a case.
func (e *Engine) Start(ctx context.Context, o api.Opening) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := e.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                                       o.Number,
		TaskQueue:                                workflows.TaskQueue,
		WorkflowIDReusePolicy:                    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		StaticSummary:                            summary,
		TypedSearchAttributes:                    o.Labels.Attributes(),
		Memo: map[string]any{
			workflows.MemoKey: o.KeyHash, workflows.MemoBody: o.BodyHash,
			memoAt: o.Register.At, memoCommunity: o.Labels.Community,
		},
	}, workflows.ComplaintType, o.Start)
	return translate(err)
}

// Origin reads a case's memo.
func (e *Engine) Origin(ctx context.Context, number string) (api.Origin, error) {
	info, err := e.describe(ctx, number)
	if err != nil {
		return api.Origin{}, err
	}
	var o api.Origin
	for name, into := range map[string]any{workflows.MemoKey: &o.Key, workflows.MemoBody: &o.Body, memoAt: &o.At, memoCommunity: &o.Community} {
		if err := decode(info.memo[name], into); err != nil {
			return api.Origin{}, fmt.Errorf("memo %q of a case: %w", name, err)
		}
	}
	return o, nil
}

func decode(p *commonpb.Payload, into any) error {
	if p == nil { // started by hand
		return nil
	}
	return converter.GetDefaultDataConverter().FromPayload(p, into)
}

type description struct {
	memo map[string]*commonpb.Payload
	open bool
}

func (e *Engine) describe(ctx context.Context, number string) (description, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := e.client.DescribeWorkflowExecution(ctx, number, "")
	if err != nil {
		return description{}, translate(err)
	}
	info := found.GetWorkflowExecutionInfo()
	return description{
		memo: info.GetMemo().GetFields(), open: info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING,
	}, nil
}

// Signal hands a command to a case.
func (e *Engine) Signal(ctx context.Context, number string, c procedure.Command) error {
	signalling, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := translate(e.client.SignalWorkflow(signalling, number, "", c.Name, c))
	if !errors.Is(err, api.ErrNotFound) {
		return err
	}
	if found, missing := e.describe(ctx, number); missing == nil && !found.open {
		return api.ErrArchived
	}
	return err
}

// Outcome asks what became of a command.
func (e *Engine) Outcome(ctx context.Context, number, command string) (o workflows.ComplaintOutcome, err error) {
	err = e.query(ctx, number, &o, workflows.QueryOutcome, command)
	return o, err
}

// State asks how a case stands.
func (e *Engine) State(ctx context.Context, number string) (s complaint.State, err error) {
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

// down says whether Temporal is not there, not ready, or has too much to do.
func down(err error) bool {
	var unavailable *serviceerror.Unavailable
	var exhausted *serviceerror.ResourceExhausted
	var namespace *serviceerror.NamespaceNotFound
	return errors.As(err, &unavailable) || errors.As(err, &exhausted) || errors.As(err, &namespace) || status.Code(err) == codes.Unavailable
}
