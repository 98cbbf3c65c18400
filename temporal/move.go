package temporal

import (
	"context"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"bihuan/words"
	"bihuan/workflows"
)

// Move has open cases adopt other settings. P1
func (c *Client) Move(ctx context.Context, id string, m workflows.Moving) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := c.SDK.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: id, TaskQueue: workflows.TaskQueue, StaticSummary: words.Everywhere("activity", "MoveCases"),
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
	}, workflows.MoveType, m)
	return mapped(err)
}

// Moving asks how far a move is.
func (c *Client) Moving(ctx context.Context, id string) (m workflows.Moving, err error) {
	err = c.query(ctx, id, &m, workflows.QueryProgress)
	return m, err
}
