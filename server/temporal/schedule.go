package temporal

import (
	"context"
	"errors"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"

	"bihuan/workflows"
)

// Schedule has records whose time is over erased every night; a schedule that is there stays as it is,
// paused or moved as somebody may have set it. I5
func (e *Engine) Schedule(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := e.client.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID: workflows.ErasureID,
		Spec: client.ScheduleSpec{
			Calendars:    []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: 3}}, Comment: "every night at three"}},
			TimeZoneName: "Asia/Shanghai",
		},
		// Without arguments: they would be sealed for this ID, and each run has one of its own.
		Action: &client.ScheduleWorkflowAction{
			ID: workflows.ErasureID, Workflow: workflows.ErasureType, TaskQueue: workflows.TaskQueue,
		},
		Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_SKIP,
	})
	if errors.Is(err, sdk.ErrScheduleAlreadyRunning) {
		return nil
	}
	return translate(err)
}
