package view

import (
	"bihuan/procedure/inquiry"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/server/contract"
)

// Inquiry is an inquiry or a suggestion as staff see it. K
type Inquiry struct {
	Case
	What  string        `json:"what"`
	Class inquiry.Class `json:"class"`
	Into  string        `json:"into,omitempty"`
	Reply string        `json:"reply,omitempty"`
	// Question is the newest that a department was asked, and Finding what it answered. K2
	Question string `json:"question,omitempty"`
	Finding  string `json:"finding,omitempty"`
}

func inquiryOf(s inquiry.State, a people.Actor) Inquiry {
	return Inquiry{
		Case: caseOf("inquiry", s.Case, a, inquiry.Definition.Allowed(s, a)),
		What: s.What, Class: s.Class, Into: s.Into, Reply: s.Reply, Question: s.Question, Finding: s.Finding,
	}
}

// inquiryProgress shows an inquiry to who asked.
func inquiryProgress(s inquiry.State, p *contract.PublicCase) {
	p.What, p.Answer = s.What, s.Reply
	p.Closing = closingOf(s.Case)
}

// inquiryWay is the road of an inquiry as its customer sees it.
var inquiryWay = []Mark{
	{"track.step_registered", nil},
	{"track.step_answering", []machine.Stage{inquiry.StageAnswering, inquiry.StageForwarded, inquiry.StageTurning}},
	{"track.step_closed", []machine.Stage{machine.StageClosed, machine.StageArchived}},
}
