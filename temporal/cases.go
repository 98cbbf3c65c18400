package temporal

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"

	"bihuan/procedure"
	"bihuan/workflows"
)

// callTimeout is how long Temporal may take before it counts as down.
const callTimeout = 5 * time.Second

// NewCase is how a case starts.
type NewCase struct {
	workflows.Start
	Kind string
	// Title says in the Temporal Web UI what it is.
	Title string
	// Labels are its first search attributes.
	Labels workflows.Labels
}

// NewSecret makes what a case's commitments are salted with: 256 random bits in hex. N2
func NewSecret() string {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails
	return hex.EncodeToString(secret[:])
}

// The memo's keys: hashes, a time and a community, so that who may see a case and how a repeated request
// is answered can be known without a worker and without the database. No personal data. A10
const (
	memoKey       = "key"  // SHA-256 of the idempotency key and its owner, in hex
	memoBody      = "body" // SHA-256 of the request's body, in hex
	memoAt        = "at"
	memoCommunity = "community"
)

// Start begins a case; it gives ErrStarted when its number is taken.
func (c *Client) Start(ctx context.Context, n NewCase) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	n.Version = workflows.Version
	_, err := c.SDK.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                                       n.Number,
		TaskQueue:                                workflows.TaskQueue,
		WorkflowIDReusePolicy:                    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		StaticSummary:                            n.Title,
		TypedSearchAttributes:                    n.Labels.Attributes(),
		Memo: map[string]any{
			memoKey: n.KeyHash, memoBody: n.BodyHash, memoAt: n.Register.At, memoCommunity: n.Labels.Community,
		},
	}, workflows.TypeOf(n.Kind), n.Start)
	return mapped(err)
}

// Origin is what a case keeps, for everybody to ask, of the request that started it. A10
type Origin struct {
	Key, Body string // hashes in hex
	At        time.Time
	Community string
}

// Origin reads a case's memo.
func (c *Client) Origin(ctx context.Context, number string) (o Origin, err error) {
	found, err := c.describe(ctx, number)
	if err != nil {
		return Origin{}, err
	}
	for name, into := range map[string]any{memoKey: &o.Key, memoBody: &o.Body, memoAt: &o.At, memoCommunity: &o.Community} {
		if err := found.GetMemoValue(name, into); err != nil && !errors.Is(err, sdk.ErrNoData) { // none: started by hand
			return Origin{}, fmt.Errorf("memo %q of a case: %w", name, err)
		}
	}
	return o, nil
}

func (c *Client) describe(ctx context.Context, number string) (*client.WorkflowExecutionDescription, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := c.SDK.DescribeWorkflow(ctx, number, "")
	return found, mapped(err)
}

// Running says whether a workflow still runs; one that Temporal does not know does not.
func (c *Client) Running(ctx context.Context, workflowID string) (bool, error) {
	found, err := c.describe(ctx, workflowID)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && found.Status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, err
}

// Signal hands a command to a case; once it returns nil the command is safe. It gives ErrEnded for a case that has
// ended, as long as Temporal knows it, and ErrNotFound for any other that does not run.
func (c *Client) Signal(ctx context.Context, number string, command procedure.Command) error {
	signalling, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := mappedSignal(c.SDK.SignalWorkflow(signalling, number, "", command.Name, command))
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	if found, missing := c.describe(ctx, number); missing == nil && found.Status != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return ErrEnded
	}
	return err
}

// Outcome asks what became of a command; ErrNoAnswer means that no worker tells.
func (c *Client) Outcome(ctx context.Context, number, command string) (o workflows.Outcome, err error) {
	err = c.query(ctx, number, &o, workflows.QueryOutcome, command)
	return o, err
}

// State asks how a case stands; ErrNoAnswer means that no worker tells.
func (c *Client) State(ctx context.Context, number string) (s json.RawMessage, err error) {
	err = c.query(ctx, number, &s, workflows.QueryState)
	return s, err
}

func (c *Client) query(ctx context.Context, workflowID string, into any, name string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	answer, err := c.SDK.QueryWorkflow(ctx, workflowID, "", name, args...)
	if err != nil {
		return mappedQuery(err)
	}
	if err := answer.Get(into); err != nil {
		return fmt.Errorf("answer to query %s: %w", name, err)
	}
	return nil
}
