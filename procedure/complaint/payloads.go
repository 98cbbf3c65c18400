package complaint

import (
	"time"

	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// The payloads of the commands. Most of them are, once accepted, the data of the event too.

// Register takes a complaint in. A2
type Register struct {
	Record
	// Urgency replaces the category's default. A8
	Urgency Urgency `json:"urgency,omitempty"`
	// Vague lists fields that are there but unclear. A3
	Vague []string `json:"vague,omitempty"`
	// AttachTo is a complaint about the same matter, which this one is merged into at once. A11
	AttachTo string `json:"attach_to,omitempty"`
}

// Clarify fills in what was missing, or says why that is impossible. A3
type Clarify struct {
	Name       string     `json:"name,omitempty"`
	Building   string     `json:"building,omitempty"`
	Room       string     `json:"room,omitempty"`
	Phone      string     `json:"phone,omitempty"`
	Email      string     `json:"email,omitempty"`
	HappenedAt *time.Time `json:"happened_at,omitempty"`
	Place      string     `json:"place,omitempty"`
	What       string     `json:"what,omitempty"`
	Involved   []Involved `json:"involved,omitempty"` // added to those already named
	Remedy     string     `json:"remedy,omitempty"`
	Impossible string     `json:"impossible,omitempty"`
}

// Classify corrects category or urgency. A7, A8
type Classify struct {
	Category string  `json:"category,omitempty"`
	Urgency  Urgency `json:"urgency,omitempty"`
	Reason   string  `json:"reason"`
}

// Judge decides the nature. B1, B8
type Judge struct {
	Nature  Nature `json:"nature"`
	Grounds string `json:"grounds"`
	// Special service passes into the service-request procedure. B6
	Special bool `json:"special_service,omitempty"`
}

// Review confirms or changes the nature. B4
type Review struct {
	Nature  Nature `json:"nature"`
	Grounds string `json:"grounds"`
}

// Explain tells the complainant politely why the complaint is not valid. B5
type Explain struct {
	Said     string `json:"said"`
	Accepted bool   `json:"accepted"`
}

// Reasoned is a command that needs no more than a reason: appeal, withdraw, reopen.
type Reasoned = machine.Reasoned

// SettleService brings the outcome of the service request. B6
type SettleService struct {
	Request string `json:"request"` // the number of the service request
	Outcome string `json:"outcome"`
	Done    bool   `json:"done"` // what was asked for was done
}

// Contain records a containment measure. A9
type Contain struct {
	Measure string `json:"measure"`
}

// Receive records a reception by a leader and what was promised. A6
type Receive struct {
	Said     string `json:"said"`
	Promised string `json:"promised,omitempty"`
}

// NameHandler says who handles a major complaint for the GM. B7
type NameHandler struct {
	Staff string `json:"staff"`
	Name  string `json:"name,omitempty"`
}

// Dispatch hands tasks to departments. C1, C3
type Dispatch struct {
	Tasks []TaskOrder `json:"tasks"`
	// Lead is the coordinating department; needed when there are several.
	Lead string `json:"lead,omitempty"`
}

// TaskOrder is one task to be dispatched. C1
type TaskOrder struct {
	Department string     `json:"department,omitempty"`
	Pool       string     `json:"pool,omitempty"` // in place of a department. C1
	Content    string     `json:"content"`
	Deadline   *time.Time `json:"deadline,omitempty"`
	Contact    string     `json:"contact,omitempty"`
	Phone      string     `json:"phone,omitempty"`
	// After names tasks that must be complete first: existing IDs, or those of earlier orders. C3
	After []string `json:"after,omitempty"`
}

// TaskRef is a command on a task that needs nothing more: resume.
type TaskRef struct {
	Task string `json:"task"`
}

// AcceptTask accepts a task. C2
type AcceptTask struct {
	Task string `json:"task"`
	// Department takes a task that was on offer to several; a department's people take it for their own. C1
	Department string `json:"department,omitempty"`
}

// Coordinator is the department that coordinates from now on. C3
type Coordinator struct {
	Department string `json:"department"`
}

// Return sends a task back to the desk, or declines it for a department to which it is on offer. C1, C2
type Return struct {
	Task       string `json:"task"`
	Reason     string `json:"reason"`
	Department string `json:"department,omitempty"`
}

// Reroute gives a returned task to another department. C2
type Reroute struct {
	Task       string     `json:"task"`
	Department string     `json:"department"`
	Content    string     `json:"content,omitempty"`
	Deadline   *time.Time `json:"deadline,omitempty"`
}

// Progress reports on a task. C4
type Progress struct {
	Task string `json:"task"`
	Note string `json:"note"`
}

// Complete ends a task with its result and evidence. C5
type Complete struct {
	Task     string   `json:"task"`
	Result   string   `json:"result"`
	Evidence []string `json:"evidence,omitempty"`
}

// PauseTask stops a task's clock. C6
type PauseTask struct {
	Task   string    `json:"task"`
	Reason string    `json:"reason"` // complainant or parts
	Note   string    `json:"note,omitempty"`
	Until  time.Time `json:"until"`
}

// Propose puts a plan to the complainant. D1
type Propose struct {
	Text string `json:"text"`
}

// AnswerPlan is the complainant's opinion, or the agent's record of it. D2, D3
type AnswerPlan struct {
	Answer  Answer `json:"answer"`
	Opinion string `json:"opinion,omitempty"`
}

// Contacted records a contact with the complainant. E2
type Contacted = machine.Contacted

// Verify says whether the work was done. F1
type Verify struct {
	Passed  bool        `json:"passed"`
	Note    string      `json:"note"`
	Rectify []TaskOrder `json:"rectify,omitempty"` // needed when it failed; each with a deadline
}

// Revisit asks the complainant afterwards. G1-G6
type Revisit struct {
	Method    Method      `json:"method"`
	Reached   bool        `json:"reached"`
	Satisfied bool        `json:"satisfied,omitempty"`
	Outcome   int         `json:"outcome,omitempty"`  // 1-5
	Handling  int         `json:"handling,omitempty"` // 1-5
	Opinion   string      `json:"opinion,omitempty"`
	Rectify   []TaskOrder `json:"rectify,omitempty"` // needed when not satisfied; each with a deadline. G4
	// Of is the number of a merged complaint whose complainant was revisited; empty for the complainant. A11
	Of string `json:"of,omitempty"`
}

// DecideUnreached is the manager's decision after the last attempt. G5
type DecideUnreached struct {
	Decision string `json:"decision"` // close or keep_trying
	Reason   string `json:"reason"`
}

// Merge joins the complaint to another about the same matter. I1
type Merge struct {
	Into   string `json:"into"`
	Reason string `json:"reason"`
}

// The data of events that are not a command's payload.

// Registered holds what was taken in and the settings that the complaint keeps. A2, P1
type Registered struct {
	Register
	Version string   `json:"version"`           // of the settings. P1
	Unclear []string `json:"unclear,omitempty"` // A3
}

// StageEntered says that the complaint moved on.
type StageEntered = machine.StageEntered

// Dispatched holds the tasks as they were numbered. C1
type Dispatched struct {
	Tasks []Task `json:"tasks"`
	Lead  string `json:"lead,omitempty"`
	Auto  bool   `json:"auto,omitempty"` // by the category's setting
}

// Explanation is an explanation and what comes after it. B5
type Explanation struct {
	Explain
	Next people.Role `json:"next,omitempty"` // who explains next
}

// UnreachedDecided is the manager's decision, and about whom: a merged complaint's number, or empty for
// the complainant. G5, A11
type UnreachedDecided struct {
	DecideUnreached
	Of string `json:"of,omitempty"`
}

// Closed is an end of the loop. I1
type Closed struct {
	Outcome  Outcome     `json:"outcome"`
	Reason   string      `json:"reason,omitempty"`
	Into     string      `json:"into,omitempty"`
	Recourse policy.Text `json:"recourse,omitempty"` // B5
}
