package service

import (
	"bihuan/procedure/machine"
	"bihuan/procedure/pool"
)

// Data names each event's data by an empty one, so that words can only speak of what is there and every
// field is known to be personal or not.
var Data = map[string]any{
	EvRegistered: Registered{}, EvConfirmed: Confirmed{}, EvProposed: Proposed{}, EvAgreed: Agree{}, EvMissed: Miss{},
	EvAssigned: Assigned{}, EvTurned: pool.Turn{}, EvTaken: Take{}, EvJobReturned: HandBack{}, EvArrived: Arrive{},
	EvQuoted: Quote{}, EvQuoteAccepted: Agree{}, EvQuoteDeclined: DeclineQuote{}, EvBegun: struct{}{}, EvRecorded: Record{},
	EvFinished: Finish{}, EvPaid: Pay{}, EvWaived: machine.Reasoned{}, EvRated: Rate{}, EvRatingAsked: struct{}{},
}

// Templates names the notices that the procedure sends.
var Templates = []string{
	"service-acknowledged", "service-new", "job", "job-offered", "job-gone", "job-returned", "appointment-proposed", "appointment-asked",
	"appointment-agreed", "appointment-soon", "appointment-missed", "no-show", "service-arrived", "quote", "quote-answered", "rate-us",
	"reopened", "service-ended", "warning", "breach", "escalation", "escalation-decided", "calendar-missing",
}
