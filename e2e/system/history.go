package system

import (
	"context"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
)

// Histories reads the history of every run of a case, the first run first.
func (s *System) Histories(ctx context.Context, number string) ([]*history.History, error) {
	described, err := s.Temporal.DescribeWorkflowExecution(ctx, number, "")
	if err != nil {
		return nil, err
	}
	var runs []*history.History
	for run := described.WorkflowExecutionInfo.FirstRunId; run != ""; {
		h, err := s.history(ctx, number, run)
		if err != nil {
			return nil, err
		}
		runs = append(runs, h)
		run = h.Events[len(h.Events)-1].GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
	}
	return runs, nil
}

func (s *System) history(ctx context.Context, number, run string) (*history.History, error) {
	h := new(history.History)
	pages := s.Temporal.GetWorkflowHistory(ctx, number, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for pages.HasNext() {
		e, err := pages.Next()
		if err != nil {
			return nil, err
		}
		h.Events = append(h.Events, e)
	}
	return h, nil
}

// Quiet waits until a case has nothing under way: no turn and no activity.
func (s *System) Quiet(ctx context.Context, number string) error {
	return Poll(ctx, func() (bool, error) {
		d, err := s.Temporal.DescribeWorkflowExecution(ctx, number, "")
		return err == nil && len(d.PendingActivities) == 0 && d.PendingWorkflowTask == nil, err
	})
}
