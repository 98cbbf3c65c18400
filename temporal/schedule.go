package temporal

import (
	"context"
	"errors"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"

	"bihuan/workflows"
)

// Schedule has records whose time is over erased every night, and in each zone of the communities the
// reports made and the surveys opened that are due in the morning; a schedule that is there stays as it is, paused or moved as
// somebody may have set it. G7, I4, I5, M1
func (c *Client) Schedule(ctx context.Context, zones []string) error {
	faults := []error{c.daily(ctx, workflows.ErasureID, workflows.ErasureType, 3, "Asia/Shanghai")}
	for _, zone := range zones {
		faults = append(faults, c.daily(ctx, workflows.StatisticsID+"/"+zone, workflows.StatisticsType, 8, zone),
			c.daily(ctx, workflows.SurveysID+"/"+zone, workflows.SurveysType, 9, zone))
	}
	return errors.Join(faults...)
}

// daily runs a workflow every day at an hour.
func (c *Client) daily(ctx context.Context, id, workflowType string, hour int, zone string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := c.SDK.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID: id,
		Spec: client.ScheduleSpec{
			Calendars:    []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: hour}}, Comment: fmt.Sprintf("every day at %02d:00", hour)}},
			TimeZoneName: zone,
		},
		// Without arguments: they would be encrypted for this ID, and each run has one of its own.
		Action:  &client.ScheduleWorkflowAction{ID: id, Workflow: workflowType, TaskQueue: workflows.TaskQueue},
		Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_SKIP,
	})
	if errors.Is(err, sdk.ErrScheduleAlreadyRunning) {
		return nil
	}
	return mapped(err)
}
