package desk

import (
	"bihuan/procedure/clock"
	"bihuan/procedure/policy"
)

// EventData names the data of the desk's events, and of time and the ladder, by an empty one.
var EventData = map[string]any{
	EvStageEntered: StageEntered{}, EvContacted: Contacted{}, EvLinked: Linked{}, EvLinkFailed: LinkFailed{},
	EvEnded: Ended{}, EvReopened: Reasoned{}, EvArchived: struct{}{}, policy.EvAdopted: policy.Adopted{},

	clock.EvDeadlineWarned: clock.DeadlineEvent{}, clock.EvDeadlineBreached: clock.DeadlineEvent{},
	clock.EvEscalationRaised: clock.EscalationRaised{}, clock.EvEscalationPassed: clock.EscalationMoved{},
	clock.EvEscalationReminded: clock.EscalationMoved{}, clock.EvEscalationDecided: clock.EscalationDecided{},
	clock.EvEscalationSettled: clock.EscalationMoved{}, clock.EvCalendarMissing: clock.CalendarMissing{},
}
