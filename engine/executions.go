package engine

import (
	"context"
	"errors"

	commonpb "go.temporal.io/api/common/v1"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
)

// Running says whether a workflow still runs; one that Temporal does not know does not.
func (c *Connection) Running(ctx context.Context, workflowID string) (bool, error) {
	found, err := c.DescribeWorkflowExecution(ctx, workflowID, "")
	if gone := (*serviceerror.NotFound)(nil); errors.As(err, &gone) {
		return false, nil
	}
	return found.GetWorkflowExecutionInfo().GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING, err
}

// Delete removes one run of a workflow with its history; one that is gone already is no error. I5
func (c *Connection) Delete(ctx context.Context, workflowID, runID string) error {
	_, err := c.WorkflowService().DeleteWorkflowExecution(ctx, &workflowservice.DeleteWorkflowExecutionRequest{
		Namespace: c.Namespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: workflowID, RunId: runID},
	})
	if gone := (*serviceerror.NotFound)(nil); errors.As(err, &gone) {
		return nil
	}
	return err
}
