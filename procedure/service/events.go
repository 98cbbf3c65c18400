package service

import (
	"bihuan/procedure/machine"
	"bihuan/procedure/pool"
)

// The commands beside the desk's.
const (
	CmdConfirm      = "confirm"
	CmdAppoint      = "appoint"
	CmdAgree        = "agree"
	CmdMiss         = "miss"
	CmdAssign       = "assign"
	CmdTake         = "take"
	CmdHandBack     = "hand-back"
	CmdTakeTurn     = pool.CmdTakeTurn
	CmdArrive       = "arrive"
	CmdQuote        = "quote"
	CmdAcceptQuote  = "accept-quote"
	CmdDeclineQuote = "decline-quote"
	CmdRecord       = "record"
	CmdFinish       = "finish"
	CmdPay          = "pay"
	CmdWaive        = "waive"
	CmdRate         = "rate"
	CmdAskRating    = "ask-rating"
	CmdCloseUnrated = "close-unrated"
	CmdReject       = "reject"
)

// The events beside the desk's.
const (
	EvRegistered    = "service-registered"
	EvConfirmed     = "service-confirmed"
	EvProposed      = "appointment-proposed"
	EvAgreed        = "appointment-agreed"
	EvMissed        = "appointment-missed"
	EvAssigned      = "job-assigned"
	EvTurned        = "job-turned"
	EvTaken         = "job-taken"
	EvJobReturned   = "job-returned"
	EvArrived       = "arrived"
	EvQuoted        = "quote-proposed"
	EvQuoteAccepted = "quote-accepted"
	EvQuoteDeclined = "quote-declined"
	EvBegun         = "work-begun"
	EvRecorded      = "work-recorded"
	EvFinished      = "work-finished"
	EvPaid          = "payment-recorded"
	EvWaived        = "charge-waived"
	EvRated         = "rated"
	EvRatingAsked   = "rating-asked"
)

// Events lists every event type in the order of the procedure.
var Events = append([]string{
	EvRegistered, EvConfirmed, EvProposed, EvAgreed, EvMissed, EvAssigned, EvTurned, EvTaken, EvJobReturned, EvArrived,
	EvQuoted, EvQuoteAccepted, EvQuoteDeclined, EvBegun, EvRecorded, EvFinished, EvPaid, EvWaived, EvRated, EvRatingAsked,
}, machine.Events...)

// The payloads of the commands. Most of them are, once accepted, the data of the event too.

// Register takes a request in. L1
type Register struct {
	machine.Customer
	Category string `json:"category"`
	// Urgency replaces the category's. A8
	Urgency string   `json:"urgency,omitempty"`
	What    string   `json:"what"`
	Form    []Filled `json:"form,omitempty"`
	// Wish is when it would suit the customer.
	Wish *Window `json:"wish,omitempty"`
}

// Filled is one answer of the application form, as text: numbers as 12.5, dates as 2026-11-22, a choice
// by its ID. L1
type Filled struct {
	ID    string `json:"id"`
	Value string `json:"value"`
}

// Confirm confirms content and time. L2
type Confirm struct {
	Content string `json:"content"`
	Window
	// Agreed says that the customer has agreed to the time already, by phone for instance.
	Agreed     bool     `json:"agreed,omitempty"`
	Charge     string   `json:"charge,omitempty"`
	Form       []Filled `json:"form,omitempty"` // what was missing
	Department string   `json:"department,omitempty"`
	Pool       string   `json:"pool,omitempty"`
}

// Appoint proposes a time, in place of the appointment with a version; 0 where there is none. L3
type Appoint struct {
	Version int `json:"version"`
	Window
	Reason string `json:"reason,omitempty"`
	Agreed bool   `json:"agreed,omitempty"` // the customer has agreed, as whoever proposes records
}

// Agree agrees to the appointment with a version, or accepts the quote with one. L3
type Agree struct {
	Version int    `json:"version"`
	Said    string `json:"said,omitempty"` // how the customer agreed, where somebody records it for them
}

// Miss records that an appointment was not kept. L3
type Miss struct {
	Version int    `json:"version"`
	By      Side   `json:"by"`
	Reason  string `json:"reason"`
}

// Assign gives the work to a department, or to a pool. C1
type Assign struct {
	Department string `json:"department,omitempty"`
	Pool       string `json:"pool,omitempty"`
}

// Take accepts the work for a department. C2
type Take struct {
	// Department is told by the desk, which takes it for somebody; a department takes it for itself.
	Department string `json:"department,omitempty"`
}

// HandBack returns the work to the desk, or declines an offer. C2
type HandBack struct {
	Department string `json:"department,omitempty"`
	Reason     string `json:"reason"`
}

// Arrive says that we are there. L3
type Arrive struct {
	Note string `json:"note,omitempty"`
}

// MakeQuote is what it will cost, before the work.
type MakeQuote struct {
	Items []Item `json:"items"`
	Note  string `json:"note,omitempty"`
}

// DeclineQuote does not accept the quote with a version.
type DeclineQuote struct {
	Version int    `json:"version"`
	Reason  string `json:"reason"`
	// GoOn has what is free done all the same; else the request closes.
	GoOn bool `json:"go_on,omitempty"`
}

// Record is what was found or done on site. L3
type Record struct {
	Note     string   `json:"note"`
	Evidence []string `json:"evidence,omitempty"`
}

// Finish ends the work. L3, C5
type Finish struct {
	Result   string   `json:"result"`
	Evidence []string `json:"evidence,omitempty"`
	Parts    []string `json:"parts,omitempty"`
}

// Pay records a payment.
type Pay struct {
	Method string `json:"method"`
	Amount int64  `json:"amount"` // in fen
	Note   string `json:"note,omitempty"`
}

// Methods are how somebody pays.
var Methods = []string{"cash", "card", "wechat", "alipay", "transfer", "account"}

// Rate is the feedback form. L4
type Rate struct {
	Score   int    `json:"score"`
	Opinion string `json:"opinion,omitempty"`
}

// The data of events that are not a command's payload.

// Registered holds what was taken in, what was missing, and the settings that the request keeps. P1
type Registered struct {
	Register
	Charge  string   `json:"charge"`
	Missing []string `json:"missing,omitempty"`
	Version string   `json:"version"`
}

// Confirmed is what was confirmed. L2
type Confirmed struct {
	Content string   `json:"content"`
	Charge  string   `json:"charge"`
	Form    []Filled `json:"form,omitempty"`
}

// Proposed is an appointment that one side proposes. L3
type Proposed struct {
	Version int `json:"version"`
	Window
	By     Side   `json:"by"`
	Reason string `json:"reason,omitempty"`
	// Agreed says that both sides agree already: nobody has to be asked.
	Agreed bool `json:"agreed,omitempty"`
}

// Assigned is the work as it was given. C1
type Assigned struct {
	Department string `json:"department,omitempty"`
	pool.Offer
	Auto bool `json:"auto,omitempty"` // by the category's setting
}
