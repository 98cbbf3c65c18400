package api

import (
	"bihuan/procedure/desk"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/people"
	"bihuan/procedure/table"
)

// Inquiry is an inquiry or a suggestion as staff see it. K
type Inquiry struct {
	DeskCase
	What  string        `json:"what"`
	Class inquiry.Class `json:"class"`
	Into  string        `json:"into,omitempty"`
	Reply string        `json:"reply,omitempty"`
}

func inquiryOf(s inquiry.State, a people.Actor) Inquiry {
	return Inquiry{
		DeskCase: deskOf("inquiry", s.File, a, desk.Allowed(inquiry.Table, &s.File, a)),
		What:     s.What, Class: s.Class, Into: s.Into, Reply: s.Reply,
	}
}

// inquiryProgress shows an inquiry to who asked.
func inquiryProgress(s inquiry.State, p *PublicCase) {
	p.What, p.Answer = s.What, s.Reply
	p.Closing = deskClosing(s.File)
}

// inquiryWay is the road of an inquiry as its customer sees it.
var inquiryWay = []mark{
	{"step_registered", nil},
	{"step_answering", []table.Stage{inquiry.StageAnswering, inquiry.StageForwarded, inquiry.StageTurning}},
	{"step_closed", []table.Stage{desk.StageClosed, desk.StageArchived}},
}
