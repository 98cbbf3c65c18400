package view

import (
	"time"

	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/survey"
)

// Survey is a survey as staff see it: nothing in it is anybody's answer. M1
type Survey struct {
	Case
	survey.Plan
	Template   string      `json:"template,omitempty"`
	Seed       string      `json:"seed,omitempty"`
	Population int         `json:"population,omitempty"`
	Households int         `json:"households,omitempty"`
	Reminders  []time.Time `json:"reminders,omitempty"`
	Mails      int         `json:"mails,omitempty"`
}

func surveyOf(s survey.State, a people.Actor) Survey {
	return Survey{
		Case: caseOf("survey", s.Case, a, machine.Allowed(survey.Table, &s.Case, a)), Plan: s.Plan, Template: s.Template,
		Seed: s.Seed, Population: s.Population, Households: s.Households, Reminders: s.Reminders, Mails: s.Mails,
	}
}
