package contract

import (
	"bihuan/procedure/analysis"
	"bihuan/procedure/service"
)

// WordedFinding is a finding with its sentence. M2
type WordedFinding struct {
	analysis.Finding
	Sentence string `json:"sentence"`
}

// PublicServiceRequest is what the customer of a request sees beside what all customers do.
type PublicServiceRequest struct {
	Category    string           `json:"category"`
	Charge      string           `json:"charge"`
	Form        []service.Filled `json:"form,omitempty"`
	Wish        *service.Window  `json:"wish,omitempty"`
	Appointment *service.Visit   `json:"appointment,omitempty"`
	Quote       *service.Quote   `json:"quote,omitempty"`
	Paid        int64            `json:"paid,omitempty"` // in fen
	ToPay       int64            `json:"to_pay"`         // in fen
	Rating      int              `json:"rating,omitempty"`
}
