package complaint

import (
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/policy"
)

// The events, in the past tense. A complaint is the fold of them.
const (
	EvRegistered         = "registered"
	EvStageEntered       = machine.EvStageEntered
	EvClarified          = "clarified"
	EvClassified         = "classified"
	EvContained          = "contained"
	EvReceived           = "received"
	EvContacted          = machine.EvContacted
	EvHandlerNamed       = "handler-named"
	EvJudged             = "judged"
	EvReviewed           = "reviewed"
	EvExplained          = "explained"
	EvAppealed           = "appealed"
	EvServiceSettled     = "service-settled"
	EvDispatched         = "dispatched"
	EvTaskReleased       = "task-released"
	EvTaskTurned         = "task-turned"
	EvTaskDeclined       = "task-declined"
	EvTaskAccepted       = "task-accepted"
	EvCoordinator        = "coordinator-changed"
	EvTaskReturned       = "task-returned"
	EvTaskRerouted       = "task-rerouted"
	EvTaskProgressed     = "task-progressed"
	EvTaskCompleted      = "task-completed"
	EvTaskPaused         = "task-paused"
	EvTaskResumed        = "task-resumed"
	EvPlanProposed       = "plan-proposed"
	EvPlanAnswered       = "plan-answered"
	EvVerified           = "verified"
	EvRevisited          = "revisited"
	EvUnreachedDecided   = "unreached-decided"
	EvDeadlineWarned     = deadline.EvDeadlineWarned
	EvDeadlineBreached   = deadline.EvDeadlineBreached
	EvEscalationRaised   = deadline.EvEscalationRaised
	EvEscalationPassed   = deadline.EvEscalationPassed
	EvEscalationReminded = deadline.EvEscalationReminded
	EvEscalationDecided  = deadline.EvEscalationDecided
	EvEscalationSettled  = deadline.EvEscalationSettled
	EvCalendarMissing    = deadline.EvCalendarMissing
	EvClosed             = "closed"
	EvReopened           = machine.EvReopened
	EvArchived           = machine.EvArchived
	EvAdopted            = policy.EvAdopted
	// Of two complaints about one matter. A11
	EvMergedIn        = "merged-in"
	EvMergeTurnedAway = "merge-turned-away"
	EvParted          = "parted"
	EvFollowed        = "followed"
	EvNotFollowing    = "not-following"
	EvMergeRedirected = "merge-redirected"
	EvMergeChecked    = "merge-checked"
	EvMergeUndone     = "merge-undone"
	// Of collective issues. J1, J2
	EvJoinedIssue = "joined-issue"
	EvLeftIssue   = "left-issue"
	EvInformed    = "informed"
)

// Events lists every event type in the order of the procedure.
var Events = []string{
	EvRegistered, EvStageEntered, EvClarified, EvClassified, EvContained, EvReceived, EvContacted, EvHandlerNamed,
	EvJudged, EvReviewed, EvExplained, EvAppealed, EvServiceSettled, EvDispatched, EvTaskReleased, EvTaskTurned, EvTaskDeclined, EvTaskAccepted, EvCoordinator,
	EvTaskReturned, EvTaskRerouted, EvTaskProgressed, EvTaskCompleted, EvTaskPaused, EvTaskResumed, EvPlanProposed,
	EvPlanAnswered, EvVerified, EvRevisited, EvUnreachedDecided, EvDeadlineWarned, EvDeadlineBreached,
	EvEscalationRaised, EvEscalationPassed, EvEscalationReminded, EvEscalationDecided, EvEscalationSettled,
	EvCalendarMissing, EvClosed, EvReopened, EvArchived, EvAdopted,
	EvMergedIn, EvMergeTurnedAway, EvParted, EvFollowed, EvNotFollowing, EvMergeRedirected, EvMergeChecked, EvMergeUndone,
	machine.EvLinked, machine.EvLinkFailed,
	EvJoinedIssue, EvLeftIssue, EvInformed,
	EvMeasureNoted,
}
