package view

import (
	"time"

	"bihuan/procedure/collective"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/server/contract"
	"bihuan/server/list"
)

// Issue is a collective issue as staff see it. J
type Issue struct {
	Number        string                    `json:"number"`
	Community     string                    `json:"community"`
	Category      string                    `json:"category"`
	Subject       string                    `json:"subject"`
	Stage         string                    `json:"stage"`
	Open          bool                      `json:"open"`
	Overdue       bool                      `json:"overdue"`
	Drill         bool                      `json:"drill,omitempty"`
	Found         bool                      `json:"found,omitempty"`
	Since         time.Time                 `json:"since"`
	RegisteredAt  time.Time                 `json:"registered_at"`
	TakenBy       people.By                 `json:"taken_by"`
	Handler       *people.By                `json:"handler,omitempty"`
	Members       []collective.Member       `json:"members"`
	Forum         *collective.Convene       `json:"forum,omitempty"`
	Minutes       *collective.Minutes       `json:"minutes,omitempty"`
	Announcements []collective.Announcement `json:"announcements"`
	Decision      policy.Text               `json:"decision,omitzero"`
	Links         []string                  `json:"links"`
	Deadlines     []contract.Deadline       `json:"deadlines"`
	Escalations   []deadline.Escalation     `json:"escalations"`
	PolicyVersion string                    `json:"policy_version"`
	Allowed       []string                  `json:"allowed"`
	Closing       *machine.Closing          `json:"closing,omitempty"`
}

// issueOf shows an issue. Head office and auditors need not know who came to a forum. N1
func issueOf(s collective.State, a people.Actor) Issue {
	i := Issue{
		Number: s.Number, Community: s.Customer.Community, Category: s.Category, Subject: s.Subject, Stage: string(s.Stage),
		Open: s.Open(), Overdue: s.Overdue(), Drill: s.Customer.Drill, Found: s.Found, Since: s.Since, RegisteredAt: s.TakenAt,
		TakenBy: s.TakenBy, Handler: s.Handler, Members: list.Some(s.Members), Forum: s.Forum, Minutes: s.Minutes,
		Announcements: list.Some(s.Announcements), Decision: s.Decision, Links: list.Some(s.Links), Deadlines: list.Some(s.Summary().Deadlines),
		Escalations: list.Some(s.Escalated), PolicyVersion: s.Policy.Version, Allowed: list.Some(collective.Definition.Allowed(s, a)), Closing: s.Closing,
	}
	if s.Minutes != nil && !s.ShowsContacts(a) {
		minutes := *s.Minutes
		minutes.Attended = nil
		i.Minutes = &minutes
	}
	return i
}
