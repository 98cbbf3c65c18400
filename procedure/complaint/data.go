package complaint

import "bihuan/procedure/pool"

// Data names each event's data by an empty one, so that words can only speak of what is there and every
// field is known to be personal or not. The desk's events and the ladder's have theirs in package desk.
var Data = map[string]any{
	EvRegistered:       Registered{},
	EvClarified:        Clarify{},
	EvClassified:       Classify{},
	EvContained:        Contain{},
	EvReceived:         Receive{},
	EvHandlerNamed:     NameHandler{},
	EvJudged:           Judge{},
	EvReviewed:         Review{},
	EvExplained:        Explanation{},
	EvAppealed:         Reasoned{},
	EvServiceSettled:   SettleService{},
	EvDispatched:       Dispatched{},
	EvTaskReleased:     TaskRef{},
	EvTaskTurned:       pool.Turn{},
	EvTaskDeclined:     Return{},
	EvTaskAccepted:     AcceptTask{},
	EvTaskReturned:     Return{},
	EvTaskRerouted:     Reroute{},
	EvTaskProgressed:   Progress{},
	EvTaskCompleted:    Complete{},
	EvTaskPaused:       PauseTask{},
	EvTaskResumed:      TaskRef{},
	EvPlanProposed:     Plan{},
	EvPlanAnswered:     AnswerPlan{},
	EvVerified:         Verify{},
	EvRevisited:        Revisit{},
	EvUnreachedDecided: UnreachedDecided{},
	EvClosed:           Closed{},
	EvMergedIn:         MergedIn{},
	EvMergeTurnedAway:  TurnedAway{},
	EvParted:           Part{},
	EvFollowed:         Follow{},
	EvNotFollowing:     NotFollowing{},
	EvMergeRedirected:  Redirected{},
	EvMergeChecked:     Redirected{},
	EvMergeUndone:      UndoMerge{},
}
