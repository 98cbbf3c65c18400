package workflows

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"bihuan/procedure"
)

// The memo's keys: hashes, a time and a community, so that who may see a case and how a repeated request
// is answered can be known without a worker and without the database. No personal data. A10
const (
	MemoKey       = "key"  // SHA-256 of the idempotency key and its owner, in hex
	MemoBody      = "body" // SHA-256 of the request's body, in hex
	MemoAt        = "at"
	MemoCommunity = "community"
)

// Opening is how a case starts.
type Opening struct {
	Start
	Kind string
	// Labels are its first search attributes.
	Labels Labels
}

// NewSecret makes what a case's commitments are salted with: 256 random bits in hex. N2
func NewSecret() string {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails
	return hex.EncodeToString(secret[:])
}

// Begin starts the workflow of a case; the error is the engine's own, e.g. that the number is taken.
func Begin(ctx context.Context, c client.Client, o Opening) error {
	o.Start.Version = Version
	_, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                                       o.Number,
		TaskQueue:                                TaskQueue,
		WorkflowIDReusePolicy:                    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		StaticSummary:                            titleOf(o),
		TypedSearchAttributes:                    o.Labels.Attributes(),
		Memo: map[string]any{
			MemoKey: o.KeyHash, MemoBody: o.BodyHash, MemoAt: o.Register.At, MemoCommunity: o.Labels.Community,
		},
	}, TypeOf(o.Kind), o.Start)
	return err
}

func titleOf(o Opening) string {
	title := titles[o.Kind] + " · " + o.Kind
	if o.Labels.Drill {
		return "【演练】[drill] " + title // M5
	}
	return title
}

// titles say in the Temporal Web UI what a case is.
var titles = map[string]string{
	"complaint": "投诉", "inquiry": "咨询", "service": "服务", "collective": "集体事项", "survey": "调查", "improvement": "改进",
}

// Origin is what a case keeps, for everybody to ask, of the request that started it. A10
type Origin struct {
	Key, Body string // hashes in hex
	At        time.Time
	Community string
}

// OriginOf reads a case's memo.
func OriginOf(found *client.WorkflowExecutionDescription) (o Origin, err error) {
	for name, into := range map[string]any{MemoKey: &o.Key, MemoBody: &o.Body, MemoAt: &o.At, MemoCommunity: &o.Community} {
		if err := found.GetMemoValue(name, into); err != nil && !errors.Is(err, temporal.ErrNoData) { // none: started by hand
			return Origin{}, fmt.Errorf("memo %q of a case: %w", name, err)
		}
	}
	return o, nil
}

// Give signals a command to a case.
func Give(ctx context.Context, c client.Client, number string, command procedure.Command) error {
	return c.SignalWorkflow(ctx, number, "", command.Name, command)
}
