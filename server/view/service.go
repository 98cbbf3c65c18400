package view

import (
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/service"
	"bihuan/server/contract"
	"bihuan/server/list"
)

// ServiceCase is a service request as staff see it. L
type Service struct {
	Case
	Category    string           `json:"category"`
	Urgency     string           `json:"urgency"`
	What        string           `json:"what"`
	Form        []service.Filled `json:"form"`
	Missing     []string         `json:"missing"`
	Charge      string           `json:"charge"`
	Wish        *service.Window  `json:"wish,omitempty"`
	Appointment *service.Visit   `json:"appointment,omitempty"`
	Job         *service.Job     `json:"job,omitempty"`
	Quote       *service.Quote   `json:"quote,omitempty"`
	Paid        int64            `json:"paid,omitempty"` // in fen
	ToPay       int64            `json:"to_pay"`         // in fen
	Rating      int              `json:"rating,omitempty"`
}

func serviceOf(s service.State, a people.Actor) Service {
	c := Service{
		Case:     caseOf("service", s.Case, a, service.Allowed(s, a)),
		Category: s.Category, Urgency: string(s.Urgency), What: s.What, Form: list.Some(s.Form), Missing: list.Some(s.Missing), Charge: s.Charge,
		Wish: s.Wish, Appointment: s.Visit, Job: s.Job, Quote: s.Quote, Paid: s.Paid, ToPay: s.ToPay(),
	}
	if s.Rating != nil {
		c.Rating = s.Rating.Score
	}
	if !s.ShowsContacts(a) {
		c.Form = list.Map(c.Form, maskedAnswer)
	}
	return c
}

// maskedAnswer hides what may be a phone number from those who need not know: forms ask for one as well. N1
func maskedAnswer(f service.Filled) service.Filled {
	if service.Fits(policy.Field{Type: policy.PhoneField}, f.Value) && !service.Fits(policy.Field{Type: policy.DateField}, f.Value) && DigitsIn(f.Value) >= ShortestPhone {
		f.Value = people.MaskPhone(f.Value)
	}
	return f
}

// serviceProgress shows a request to its customer.
func serviceProgress(s service.State, p *contract.PublicCase) {
	p.What, p.Closing = s.What, closingOf(s.Case)
	if s.Department == "" { // to whom it is on offer is not the customer's to know
		p.Tasks = []contract.PublicTask{}
	}
	p.Service = contract.PublicServiceRequest{Category: s.Category, Charge: s.Charge, Form: s.Form, Wish: s.Wish, Appointment: s.Visit, Quote: s.Quote, ToPay: s.ToPay(), Paid: s.Paid}
	if s.Rating != nil {
		p.Service.Rating = s.Rating.Score
	}
}

// serviceWay is the road of a request as its customer sees it.
var serviceWay = []Mark{
	{"track.step_registered", []machine.Stage{service.StageRequested}},
	{"track.step_scheduled", []machine.Stage{service.StageScheduling, service.StageScheduled}},
	{"track.step_performing", []machine.Stage{service.StageQuoting, service.StagePerforming, service.StageSettling}},
	{"track.step_rated", []machine.Stage{service.StageRating}},
	{"track.step_closed", []machine.Stage{machine.StageClosed, machine.StageArchived}},
}
