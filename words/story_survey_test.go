package words

import (
	"strings"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/survey"
)

func surveyStep(command string, result any) step {
	return step{people.System, command, procedure.Answer{Result: machine.Encode(result)}}
}

// surveys tell of everything that happens to surveys. M1
func surveys(t *testing.T) []*story {
	const n = "DC-20261123-7K3F9"
	closes := morning.Add(7 * 24 * time.Hour)
	plan := survey.Plan{
		Questionnaire: policy.Questionnaire{
			Title:     policy.Text{Zh: "停车", En: "Parking"},
			Questions: []policy.Question{{ID: "q", Kind: policy.AskScore5, Ask: policy.Text{Zh: "停车方便吗", En: "Is parking easy?"}}},
		},
		Sample: 5, ClosesAt: &closes,
	}
	drawn := survey.Drawn{Households: 2, Population: 300}
	whole := told(t, survey.Definition, n,
		step{people.Manager, machine.CmdRegister, survey.Register{Community: "yuhu", Template: "satisfaction"}},
		step{people.Assistant, survey.CmdRewrite, plan},
		step{people.Manager, survey.CmdLaunch, survey.Launch{}},
		surveyStep(survey.CmdDrawn, survey.Drawn{}),
		step{people.Manager, survey.CmdLaunch, survey.Launch{}},
		surveyStep(survey.CmdDrawn, drawn),
		surveyStep(survey.CmdInvited, survey.Invited{Mails: 2}),
		step{people.Manager, survey.CmdConclude, machine.Reasoned{Reason: "Everybody has answered"}},
		surveyStep(survey.CmdCounted, survey.Tally{Households: 2, Responses: 2, Phone: 1}),
	)
	reminded := told(t, survey.Definition, n,
		step{people.System, machine.CmdRegister, survey.Register{Community: "yuhu", Template: "satisfaction", Launch: true, Drill: true}},
		surveyStep(survey.CmdDrawn, drawn),
		step{payload: morning.Add(6 * 24 * time.Hour)},
	)
	return []*story{whole, reminded}
}

// M1: the invitation and the reminder read well, with the link and the closing date, in both languages.
func TestHouseholdsAreWrittenTo_M1(t *testing.T) {
	const link = "https://example.org/survey/DC-20261123-7K3F9/17-secret"
	for _, lang := range Languages {
		for _, template := range survey.HouseholdTemplates {
			subject, body := Notice(lang, template, map[string]string{
				"number": "DC-20261123-7K3F9", "title_zh": "停车调查", "title_en": "How is parking?", "deadline": "2026-12-01T01:00:00Z", "link": link,
			}, namesIn(t, lang))
			readable(t, lang, template, subject)
			readable(t, lang, template, body)
			if !strings.Contains(body, link) || strings.Contains(body, "01:00:00Z") {
				t.Errorf("%s: %s", template, body)
			}
		}
	}
}
