package temporal

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/workflowservice/v1"

	"bihuan/procedure/hashchain"
	"bihuan/procedure/registry"
	"bihuan/temporal/history"
	"bihuan/workflows"
)

// historyTimeout is how long reading a whole history may take.
const historyTimeout = 15 * time.Second

// History reads a case's own history, back through every run, and what is being tried just now. It gives ErrNotFound
// once Temporal has dropped it. N2
func (c *Client) History(ctx context.Context, number string) (history.History, error) {
	ctx, cancel := context.WithTimeout(ctx, historyTimeout)
	defer cancel()
	h, err := history.Read(ctx, c.SDK, number)
	if err != nil {
		return h, mapped(err)
	}
	found, err := c.SDK.DescribeWorkflowExecution(ctx, number, "")
	for _, p := range found.GetPendingActivities() {
		h.Pending = append(h.Pending, history.Pending{Activity: p.GetActivityId(), Attempt: p.GetAttempt(), Failure: p.GetLastFailure()})
	}
	return h, mapped(err)
}

// Steps tells a history, whichever copy of it. N2
func (c *Client) Steps(h history.History) ([]history.Step, error) { return h.Steps(c.Data) }

// HistoryToFile reads a case's own history as it is filed, even while it is still being written. I2
func (c *Client) HistoryToFile(ctx context.Context, number string) (json.RawMessage, error) {
	h, err := history.Read(ctx, c.SDK, number)
	if err != nil {
		return nil, mapped(err)
	}
	return json.Marshal(h)
}

// Anchors reads the heads of a case's chain from its history. N2
func (c *Client) Anchors(ctx context.Context, number string) ([]hashchain.Anchor, error) {
	anchors, err := history.ReadAnchors(ctx, c.SDK, number, c.Data)
	return anchors, mapped(err)
}

// FiledAnchors reads them from a history that was filed.
func (c *Client) FiledAnchors(filed json.RawMessage) ([]hashchain.Anchor, error) {
	var h history.History
	if err := json.Unmarshal(filed, &h); err != nil {
		return nil, err
	}
	return h.Anchors(c.Data)
}

// Redact gives what may stay of a case's history when its personal data is erased, made of what was filed (nil when
// nothing was) and of what Temporal still has; nil when there is neither. runs are those that Temporal has, the oldest
// first. I5
func (c *Client) Redact(ctx context.Context, number string, filed json.RawMessage) (kept json.RawMessage, runs []string, err error) {
	live, err := history.Read(ctx, c.SDK, number)
	if err != nil && !errors.Is(mapped(err), ErrNotFound) {
		return nil, nil, mapped(err)
	}
	for _, run := range live.Runs {
		runs = append(runs, run.RunID)
	}
	kept, err = history.Redact(filed, live, c.Data)
	return kept, runs, err
}

// Delete removes one run of a workflow with its history; one that is gone already is no error. I5
func (c *Client) Delete(ctx context.Context, workflowID, run string) error {
	_, err := c.SDK.WorkflowService().DeleteWorkflowExecution(ctx, &workflowservice.DeleteWorkflowExecutionRequest{
		Namespace: c.Namespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: workflowID, RunId: run},
	})
	if err = mapped(err); errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Numbers lists every case that Temporal knows.
func (c *Client) Numbers(ctx context.Context) (numbers []string, err error) {
	var types []string
	for _, k := range registry.Kinds() {
		types = append(types, `"`+workflows.TypeOf(k.Name)+`"`)
	}
	request := &workflowservice.ListWorkflowExecutionsRequest{Query: "WorkflowType IN (" + strings.Join(types, ", ") + ")", PageSize: 1000}
	for {
		page, err := c.SDK.ListWorkflow(ctx, request)
		if err != nil {
			return nil, mapped(err)
		}
		for _, e := range page.GetExecutions() {
			numbers = append(numbers, e.GetExecution().GetWorkflowId())
		}
		if request.NextPageToken = page.GetNextPageToken(); len(request.NextPageToken) == 0 {
			slices.Sort(numbers)
			return slices.Compact(numbers), nil
		}
	}
}
