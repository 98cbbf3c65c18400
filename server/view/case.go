package view

import (
	"slices"
	"time"

	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/list"
)

// Case is what staff see of every case with the part that all kinds share.
type Case struct {
	Number        string                `json:"number"`
	Kind          string                `json:"kind"`
	Stage         string                `json:"stage"`
	Open          bool                  `json:"open"`
	Overdue       bool                  `json:"overdue"`
	Since         time.Time             `json:"since"`
	RegisteredAt  time.Time             `json:"registered_at"`
	TakenBy       people.By             `json:"taken_by"`
	Customer      machine.Customer      `json:"customer"`
	Contact       *time.Time            `json:"contact,omitempty"`
	Department    string                `json:"department,omitempty"`
	Handler       *people.By            `json:"handler,omitempty"`
	Links         []string              `json:"links"`
	Deadlines     []contract.Deadline   `json:"deadlines"`
	Escalations   []deadline.Escalation `json:"escalations"`
	PolicyVersion string                `json:"policy_version"`
	Allowed       []string              `json:"allowed"`
	Closing       *machine.Closing      `json:"closing,omitempty"`
}

// caseOf shows a case as far as the actor may see it, with the commands allowed to them now. N1
func caseOf(kind string, f machine.Case, a people.Actor, allowed []string) Case {
	sum := f.Summary()
	c := Case{
		Number: f.Number, Kind: kind, Stage: string(f.Stage), Open: f.Open(), Overdue: f.Overdue(), Since: f.Since,
		RegisteredAt: f.TakenAt, TakenBy: f.TakenBy, Customer: f.Customer, Contact: f.Contact, Department: f.Department,
		Handler: f.Handler, Links: list.Some(f.Links), Deadlines: list.Some(sum.Deadlines), Escalations: list.Some(f.Escalated),
		PolicyVersion: f.Policy.Version, Allowed: list.Some(allowed), Closing: f.Closing,
	}
	if f.Sees(a) != people.SeesAll {
		c.Escalations = []deadline.Escalation{}
		c.Deadlines = slices.DeleteFunc(c.Deadlines, func(d contract.Deadline) bool { return d.Department != a.Department })
		c.Customer.Email = ""
	}
	if !f.ShowsContacts(a) {
		r := &c.Customer
		r.Name, r.Room = people.MaskName(r.Name), people.MaskRoom(r.Room)
		r.Phone, r.Email = people.MaskPhone(r.Phone), people.MaskEmail(r.Email)
	}
	return c
}

// closingOf tells a customer how their case ended.
func closingOf(f machine.Case) contract.Closing {
	if f.Closing == nil {
		return contract.Closing{}
	}
	return contract.Closing{Outcome: f.Closing.Outcome, At: f.Closing.At}
}

// Plain is what staff see of a case whose kind shows nothing of its own.
type Plain struct {
	Number       string              `json:"number"`
	Kind         string              `json:"kind"`
	Stage        string              `json:"stage"`
	Open         bool                `json:"open"`
	Overdue      bool                `json:"overdue"`
	Outcome      string              `json:"outcome,omitempty"`
	RegisteredAt time.Time           `json:"registered_at"`
	Deadlines    []contract.Deadline `json:"deadlines"`
	Allowed      []string            `json:"allowed"`
}

func plain(kind string, c machine.Instance, a people.Actor) Plain {
	sum := c.Summary()
	p := Plain{
		Kind: kind, Stage: sum.Stage, Open: sum.Open, Overdue: sum.Overdue, Outcome: sum.Outcome, RegisteredAt: sum.RegisteredAt,
		Deadlines: list.Some(sum.Deadlines), Allowed: list.Some(c.Allowed(a)), Number: c.Number(),
	}
	if c.Sees(a) != people.SeesAll {
		p.Deadlines = slices.DeleteFunc(p.Deadlines, func(d contract.Deadline) bool { return d.Department != a.Department })
	}
	return p
}
