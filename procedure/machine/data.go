package machine

import (
	"bihuan/procedure/deadline"
	"bihuan/procedure/policy"
)

// EventData names the data of the desk's events, and of time and the levels, by an empty one.
var EventData = map[string]any{
	EvStageEntered: StageEntered{}, EvContacted: Contacted{}, EvLinked: Linked{}, EvLinkFailed: LinkFailed{},
	EvEnded: Ended{}, EvReopened: Reasoned{}, EvArchived: struct{}{}, policy.EvAdopted: policy.Adopted{},

	deadline.EvDeadlineWarned: deadline.DeadlineEvent{}, deadline.EvDeadlineBreached: deadline.DeadlineEvent{},
	deadline.EvEscalationRaised: deadline.EscalationRaised{}, deadline.EvEscalationPassed: deadline.EscalationMoved{},
	deadline.EvEscalationReminded: deadline.EscalationMoved{}, deadline.EvEscalationDecided: deadline.EscalationDecided{},
	deadline.EvEscalationSettled: deadline.EscalationMoved{}, deadline.EvCalendarMissing: deadline.CalendarMissing{},
}
