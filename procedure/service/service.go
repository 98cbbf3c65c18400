// Package service is the procedure of service requests: somebody wants work done. What and when is
// confirmed in time, an appointment is agreed and kept, a paid service is quoted before it begins, and
// afterwards the customer says how it was. L1-L4
package service

import (
	"strings"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/pool"
)

// The stages between the first and the last.
const (
	StageRequested  machine.Stage = "requested"  // 待确认: content and time wait to be confirmed. L2
	StageScheduling machine.Stage = "scheduling" // 待约时: an appointment waits to be agreed. L3
	StageScheduled  machine.Stage = "scheduled"  // 已预约: the appointment is agreed. L3
	StageQuoting    machine.Stage = "quoting"    // 待报价: on site, the quote waits to be made or accepted
	StagePerforming machine.Stage = "performing" // 服务中: the work is being done
	StageSettling   machine.Stage = "settling"   // 待结算: the charge waits to be paid
	StageRating     machine.Stage = "rating"     // 待评价: the customer says how it was. L4
)

// Stages lists every stage in the order of the procedure.
var Stages = []machine.Stage{
	machine.StageNew, StageRequested, StageScheduling, StageScheduled, StageQuoting, StagePerforming, StageSettling, StageRating,
	machine.StageClosed, machine.StageArchived,
}

// The outcomes beside the desk's.
const (
	Served        = "served"
	Unrated       = "unrated" // done, and the customer did not say how it was
	QuoteDeclined = "quote_declined"
	NotReached    = "not_reached"
	Rejected      = "rejected" // cannot be done by us
)

// The steps that have a deadline. H1
const (
	StepConfirm   deadline.Step = "confirm"
	StepAgree     deadline.Step = "agree"
	StepAccept    deadline.Step = "accept"
	StepReroute   deadline.Step = "reroute"
	StepArrive    deadline.Step = "arrive"
	StepQuote     deadline.Step = "quote"
	StepPerform   deadline.Step = "perform"
	StepSettle    deadline.Step = "settle"
	StepRate      deadline.Step = "rate"
	StepRateAgain deadline.Step = "rate_again"
)

// Steps lists them in the order of the procedure.
var Steps = []deadline.Step{
	StepConfirm, StepAgree, StepAccept, StepReroute, StepArrive, StepQuote, StepPerform, StepSettle, StepRate, StepRateAgain,
	machine.StepFollowUp, deadline.StepDecision, deadline.StepReminder, machine.StepReopen,
}

// Side is one of the two who make an appointment.
type Side string

// The sides.
const (
	Office   Side = "office"
	Customer Side = "customer"
)

// sideOf gives the side that a role speaks for.
func sideOf(r people.Role) Side {
	if r == people.Complainant {
		return Customer
	}
	return Office
}

// JobStatus is how far the department is that shall do it.
type JobStatus string

// The job's statuses, named as those of a task. C2
const (
	JobQueued     JobStatus = "queued" // whose turn it is will be known in a moment
	JobDispatched JobStatus = "dispatched"
	JobReturned   JobStatus = "returned"
	JobAccepted   JobStatus = "accepted"
	// JobCompleted is what lists show of work that is done.
	JobCompleted JobStatus = "completed"
)

// State is everything that a service request remembers. It is the fold of its events and nothing else.
type State struct {
	machine.Case
	What string   `json:"what"`
	Form []Filled `json:"form,omitempty"`
	// Missing are the required fields that a request lacks which another case opened.
	Missing []string `json:"missing,omitempty"`
	Charge  string   `json:"charge"`
	Wish    *Window  `json:"wish,omitempty"`
	Visit   *Visit   `json:"appointment,omitempty"` // the newest appointment
	Visits  int      `json:"visits,omitempty"`
	NoShows int      `json:"no_shows,omitempty"` // appointments that the customer missed. L3
	Job     *Job     `json:"job,omitempty"`
	Quote   *Quote   `json:"quote,omitempty"` // the newest one
	Owed    int64    `json:"owed,omitempty"`  // in fen, by the quote that was accepted
	Paid    int64    `json:"paid,omitempty"`  // in fen
	Waived  bool     `json:"waived,omitempty"`
	Done    bool     `json:"done,omitempty"` // the work is finished
	Rating  *Rated   `json:"rating,omitempty"`
}

// Window is the time in which somebody comes.
type Window struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Visit is an appointment: proposed by one side, agreed by the other. L3
type Visit struct {
	Version int `json:"version"`
	Window
	By     Side `json:"by"`
	Agreed bool `json:"agreed"`
	// Missed says that we were not there.
	Missed bool `json:"missed,omitempty"`
}

// Job is the work as it was given to a department, or to a pool. C1, C2
type Job struct {
	Status JobStatus `json:"status"`
	pool.Offer
	By *people.By `json:"by,omitempty"` // who took it
}

// Quote is what a paid service will cost, in fen.
type Quote struct {
	Version int    `json:"version"`
	Items   []Item `json:"items"`
	Total   int64  `json:"total"`
	Note    string `json:"note,omitempty"`
	Answer  string `json:"answer,omitempty"` // accepted, declined; empty while it is awaited
}

// Item is one line of a quote: parts or labour, the price of one in fen.
type Item struct {
	Name     string `json:"name"`
	Quantity int64  `json:"quantity"`
	Price    int64  `json:"price"`
}

// The answers to a quote.
const (
	Accepted = "accepted"
	Declined = "declined"
)

// Rated is what the customer says of it, 1-5. L4
type Rated struct {
	Score int       `json:"score"`
	At    time.Time `json:"at"`
	By    people.By `json:"by"`
}

// Settings gives the service's settings in the policy that the request keeps.
func (s State) Settings() policy.Service { return s.Policy.Service }

func (s State) category() policy.ServiceCategory {
	c, _ := s.Settings().Category(s.Category)
	return c
}

// ToPay is what is still owed, in fen.
func (s State) ToPay() int64 {
	if s.Waived {
		return 0
	}
	return max(0, s.Owed-s.Paid)
}

// quoted says whether work may go on: a paid service has its quote accepted, and no quote waits.
func (s State) quoted() bool {
	if s.Quote == nil {
		return s.Charge != policy.Paid
	}
	return s.Quote.Answer != ""
}

// fromComplaint says whether a complaint waits for this request. B6
func (s State) fromComplaint() bool {
	return strings.HasPrefix(s.Customer.Source, number.Complaint+"-")
}

// book is what the desk needs to know to do its part.
var book = &machine.Book{
	Limits: func(p policy.Policy) policy.Limits { return p.Service.Deadlines },
	Steps: []machine.StageStep{
		{Stage: StageRequested, Step: StepConfirm}, {Stage: StageScheduling, Step: StepAgree}, {Stage: StageScheduled, Step: StepArrive},
		{Stage: StageQuoting, Step: StepQuote}, {Stage: StagePerforming, Step: StepPerform}, {Stage: StageSettling, Step: StepSettle},
		{Stage: StageRating, Step: StepRate},
	},
	Again: StageScheduling,
	Meets: map[string][]deadline.Step{
		EvConfirmed: {StepConfirm}, EvAgreed: {StepAgree}, EvTaken: {StepAccept}, EvJobReturned: {StepAccept},
		EvAssigned: {StepReroute}, EvArrived: {StepArrive}, EvQuoteAccepted: {StepQuote}, EvQuoteDeclined: {StepQuote},
		EvFinished: {StepPerform}, EvPaid: {StepSettle}, EvWaived: {StepSettle}, EvRated: {StepRate, StepRateAgain},
	},
}

// Definition is the service procedure whole.
var Definition = machine.Define(machine.Definition[State]{
	Kind: "service", Prefix: number.Service, Table: Table, Stages: Stages, Events: Events, Data: Data, Steps: Steps, Templates: Templates, Arguments: machine.Arguments,
	Decide: rules.Decide, Evolve: Evolve, Due: Due, Notices: Notices, Effects: Effects, Facts: Facts, Summarize: Summarize,
	Sees:    State.Sees,
	Allowed: Allowed,
}, book, file)

// file is the part of the state that is the desk's.
func file(s *State) *machine.Case { return &s.Case }

// Due lists what falls due when, the earliest first. Nobody has to rate: they are asked once more, and
// then it closes without. L4
func Due(s State) []procedure.Deadline {
	return s.Set.Due(map[deadline.Step]string{machine.StepReopen: machine.CmdArchive, StepRate: CmdAskRating, StepRateAgain: CmdCloseUnrated}, "")
}

// Summarize gives the request as lists and searches need it.
func Summarize(s State) procedure.Summary {
	sum := s.Summary(s.What)
	sum.Tasks = nil
	if s.Job == nil {
		return sum
	}
	status := s.Job.Status
	if s.Done {
		status = JobCompleted
	}
	for _, d := range s.doers() {
		sum.Tasks = append(sum.Tasks, procedure.TaskRow{ID: "T1", Department: d, Status: string(status)})
	}
	return sum
}

// doers are the departments that the work is with, or on offer to.
func (s State) doers() []string {
	switch {
	case s.Department != "":
		return []string{s.Department}
	case s.Job != nil && s.Job.Status == JobDispatched:
		return s.Job.Offered
	}
	return nil
}
