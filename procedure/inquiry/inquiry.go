// Package inquiry is the procedure of inquiries and suggestions: somebody wants an answer, or offers an
// idea; they are answered in time, a department helps where the desk does not know, and what turns out to
// be a complaint or a service request goes on as one, both knowing of each other. K1-K3
package inquiry

import (
	"time"

	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
)

// The stages between the first and the last.
const (
	StageAnswering machine.Stage = "answering" // 待答复: the desk answers. K2
	StageForwarded machine.Stage = "forwarded" // 已转部门: a department looks into it. K2
	StageTurning   machine.Stage = "turning"   // 转办中: becomes a case of another kind. K3
)

// Class is what an inquiry is about. K1
type Class string

// The classes. What is classed as a complaint is turned into one.
const (
	PreSale    Class = "pre_sale"
	AfterSale  Class = "after_sale"
	Complaint  Class = "complaint"
	Suggestion Class = "suggestion"
)

// Classes lists them.
var Classes = []Class{PreSale, AfterSale, Complaint, Suggestion}

// Codes lists them as texts.
func (Class) Codes() []string { return machine.Codes(Classes) }

// The outcomes beside the desk's.
const (
	Answered = "answered"
	Adopted  = "adopted" // a suggestion that will be followed
	Turned   = "turned"
)

// The steps that have a deadline. H1
const (
	StepReply   deadline.Step = "reply"
	StepForward deadline.Step = "forward"
	StepTurn    deadline.Step = "turn"
)

// Steps lists them in the order of the procedure.
var Steps = []deadline.Step{StepReply, StepForward, StepTurn, deadline.StepDecision, deadline.StepReminder, machine.StepReopen}

// The commands beside the desk's.
const (
	CmdSort    = "sort"
	CmdForward = "forward"
	CmdReport  = "report"
	CmdReply   = "reply"
	CmdTurn    = "turn"
)

// The events beside the desk's.
const (
	EvRegistered = "inquiry-registered"
	EvSorted     = "inquiry-sorted"
	EvForwarded  = "inquiry-forwarded"
	EvReported   = "inquiry-reported"
	EvReplied    = "inquiry-replied"
	EvTurned     = "inquiry-turned"
)

// State is everything that an inquiry remembers. It is the fold of its events and nothing else.
type State struct {
	machine.Case
	What  string `json:"what"`
	Class Class  `json:"class"`
	Into  string `json:"into,omitempty"` // the kind of case that it turns into. K3
	Reply string `json:"reply,omitempty"`
	// Question is the newest that a department was asked, and Finding what it answered. K2
	Question string `json:"question,omitempty"`
	Finding  string `json:"finding,omitempty"`
	// Asked is the department whose finding is awaited; Spared is the one that need not give it any more.
	Asked  string `json:"asked,omitempty"`
	Spared string `json:"spared,omitempty"`
}

// Register takes an inquiry in. K1
type Register struct {
	machine.Customer
	What  string `json:"what" api:"required,max=4000,widget=text"`
	Class Class  `json:"class,omitempty"` // after-sale without
}

// Sort corrects what an inquiry is about. K1
type Sort struct {
	Class  Class  `json:"class" api:"required"`
	Reason string `json:"reason" api:"required,max=4000,widget=text"`
}

// Forward hands an inquiry to a department. K2
type Forward struct {
	Department string     `json:"department" keep:"true" api:"required,max=64,ref=department"`
	Question   string     `json:"question" api:"required,max=4000,widget=text"`
	Deadline   *time.Time `json:"deadline,omitempty"`
}

// Report is what a department found. K2
type Report struct {
	Said string `json:"said" api:"required,max=4000,widget=text"`
}

// Reply answers the customer; a suggestion is adopted or not. K2
type Reply struct {
	Channel machine.Channel `json:"channel" api:"required"`
	Said    string          `json:"said" api:"required,max=4000,widget=text"`
	Adopted bool            `json:"adopted,omitempty"`
}

// Turn makes a complaint or a service request of it. K3
type Turn struct {
	Into     string `json:"into" keep:"true" api:"required,one=complaint|service"`
	Category string `json:"category" keep:"true" api:"required,max=64,ref=category"` // of the other procedure
	Reason   string `json:"reason" api:"required,max=4000,widget=text"`
}
