package deadline

import (
	"time"

	"bihuan/procedure/people"
)

// The commands of time and of the levels, in every procedure.
const (
	CmdWarn              = "warn"
	CmdBreach            = "breach"
	CmdRequestEscalation = "request-escalation"
	CmdDecideEscalation  = "decide-escalation"
)

// The events of time and of the levels, in every procedure.
const (
	EvDeadlineWarned     = "deadline-warned"
	EvDeadlineBreached   = "deadline-breached"
	EvEscalationRaised   = "escalation-raised"
	EvEscalationPassed   = "escalation-passed"
	EvEscalationReminded = "escalation-reminded"
	EvEscalationDecided  = "escalation-decided"
	EvEscalationSettled  = "escalation-settled"
	EvCalendarMissing    = "calendar-missing"
)

// Events lists the events of time and of the levels.
var Events = []string{
	EvDeadlineWarned, EvDeadlineBreached, EvEscalationRaised, EvEscalationPassed, EvEscalationReminded,
	EvEscalationDecided, EvEscalationSettled, EvCalendarMissing,
}

// EscalationStatus is how far an escalation is.
type EscalationStatus string

// The escalation statuses.
const (
	EscalationOpen     EscalationStatus = "open"
	EscalationApproved EscalationStatus = "approved"
	EscalationDeclined EscalationStatus = "declined"
	EscalationSettled  EscalationStatus = "settled" // the step was done before anybody decided
)

// Escalation stands at a level until that level decides. H2-H4
type Escalation struct {
	ID       string           `json:"id"`       // E1, E2, …
	Deadline string           `json:"deadline"` // the key of the deadline it is about
	Reason   string           `json:"reason"`   // asked for by a person; empty for a breach
	By       people.By        `json:"by"`       // who raised it
	Level    people.Role      `json:"level"`    // where it stands
	At       time.Time        `json:"at"`
	Status   EscalationStatus `json:"status"`
}

// TimeUp is the payload of the commands that deadlines issue.
type TimeUp struct {
	Key string    `json:"key"`
	At  time.Time `json:"at"` // the deadline that passed; another one by now makes it pointless
}

// RequestEscalation asks the next level for help. H3
type RequestEscalation struct {
	Reason string `json:"reason" api:"required,max=4000,widget=text"`
	Task   string `json:"task,omitempty" api:"max=64,ref=task"`
}

// DecideEscalation is a level's decision. H4, H5
type DecideEscalation struct {
	Escalation string    `json:"escalation" keep:"true" tell:"escalation" api:"required,max=64,ref=escalation"`
	Decision   string    `json:"decision" keep:"true" tell:"decision" api:"required,one=approve|decline"`
	Reason     string    `json:"reason,omitempty" tell:"reason" api:"max=4000,widget=text"`
	Deadline   time.Time `json:"deadline" tell:"deadline" api:"required"`
	// Handler is whom the approving level names; empty: the one who decides takes it.
	Handler     string `json:"handler,omitempty" keep:"true" api:"max=64,ref=staff,when=decision=approve"`
	HandlerName string `json:"handler_name,omitempty" api:"max=200,when=decision=approve"`
	// ToCompany hands it to head office, on the GM's approval. H5
	ToCompany bool `json:"to_company,omitempty" api:"when=decision=approve"`
}

// DeadlineEvent is the data of a warning and of a breach.
type DeadlineEvent struct {
	Key     string      `json:"key" keep:"true" tell:"key"`
	Step    Step        `json:"step" tell:"step"`
	Subject string      `json:"subject,omitempty" keep:"true"`
	Owner   people.Role `json:"owner"`
	Due     time.Time   `json:"due" tell:"due"`
}

// EscalationRaised puts a deadline before a level.
type EscalationRaised struct {
	Escalation string      `json:"escalation" keep:"true" tell:"escalation"`
	Key        string      `json:"key" keep:"true" tell:"key"`
	Level      people.Role `json:"level" tell:"level"`
	Reason     string      `json:"reason,omitempty" tell:"reason"`
}

// EscalationMoved passes an escalation on, reminds of it, or settles it.
type EscalationMoved struct {
	Escalation string      `json:"escalation" keep:"true" tell:"escalation"`
	Level      people.Role `json:"level,omitempty" tell:"level"`
}

// EscalationDecided is a decision with the deadline that it is about.
type EscalationDecided struct {
	DecideEscalation
	Key string `json:"key" keep:"true" tell:"key"`
}

// CalendarMissing names a year without calendar data. H6
type CalendarMissing struct {
	Year int `json:"year" tell:"year"`
}
