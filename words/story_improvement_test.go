package words

import (
	"strings"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/analysis"
	"bihuan/procedure/improvement"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
)

// improvements tell of everything that happens to measures and feedback. M3, M4, M6
func improvements(t *testing.T) []*story {
	const n = "GJ-20261123-7K3F9"
	due, complaint := morning.Add(240*time.Hour), number.New(number.Complaint, morning, 1)
	plan := improvement.Plan{
		Problem: "Leaks in building 3", Cause: "Old pipes", Measure: "New pipes", Owner: improvement.Owner{ID: "u-assistant", Name: "Wang Fang"}, Due: due,
		Watch: analysis.Watch{Metric: analysis.Complaints, Subject: analysis.Subject{Category: "facility.leak", Building: "3"}},
	}
	slow := analysis.Watch{Metric: analysis.AcceptTime, Subject: analysis.Subject{Department: "security"}}
	figures := func(now, before analysis.Sample) step {
		return step{people.System, improvement.CmdFigures, procedure.Answer{Result: machine.Encode(improvement.Figures{Now: now, Before: before})}}
	}
	wait := func(days int) step { return step{payload: morning.AddDate(0, 0, days)} }
	finish := step{people.Assistant, improvement.CmdFinish, improvement.Finish{Result: "All replaced"}}
	return []*story{
		told(t, improvement.Definition, n,
			step{people.Assistant, machine.CmdRegister, improvement.Register{
				Community: "yuhu", Drill: true, Plan: &plan, Complaints: []string{complaint}, Finding: &improvement.Finding{From: "2026-10-01", To: "2026-11-01"},
			}},
			step{people.Assistant, improvement.CmdChange, improvement.Change{Problem: "Leaks", Cause: "Bad pipes", Measure: "Steel pipes", Owner: &plan.Owner, Due: &due, Watch: &slow, Reason: "Cheaper"}},
			step{people.Assistant, improvement.CmdName, improvement.Complaints{Complaints: []string{number.New(number.Complaint, morning, 2)}}},
			step{people.Assistant, improvement.CmdStart, struct{}{}},
			step{people.Assistant, improvement.CmdTrain, improvement.Training{Topic: "Welding", Date: "2026-11-23", Attended: []improvement.Owner{{ID: "zhao"}, {Name: "Qian"}}}},
			finish, wait(91), figures(analysis.Sample{N: 9, Days: 90, Mean: 7, Variance: 0.1}, analysis.Sample{N: 9, Days: 90, Mean: 9.5, Variance: 0.1}),
			step{people.Manager, improvement.CmdAssess, improvement.Assess{Reason: "Only the day shift", Cause: "Too few at night", Measure: "One more at night", Owner: &plan.Owner, Due: ahead}},
			step{people.Assistant, improvement.CmdStart, struct{}{}}, finish, wait(182), figures(analysis.Sample{Days: 90}, analysis.Sample{Days: 90}),
			step{people.Manager, improvement.CmdAssess, improvement.Assess{Effective: true, Reason: "Everybody says so"}},
			step{people.Manager, machine.CmdReopen, machine.Reasoned{Reason: "It is as before"}},
			step{people.Manager, improvement.CmdDrop, machine.Reasoned{Reason: "Part of the overhaul"}},
		),
		told(t, improvement.Definition, n,
			step{people.Agent, machine.CmdRegister, improvement.Register{Community: "yuhu", Drill: true, Feedback: &improvement.Feedback{About: "rule", Which: "C2", Text: "Half an hour is short at night"}}},
			step{people.Manager, improvement.CmdDecline, machine.Reasoned{Reason: "There is a night shift"}},
			step{people.Manager, machine.CmdReopen, machine.Reasoned{Reason: "There is none"}},
			step{people.Manager, improvement.CmdAccept, improvement.Accept{Plan: plan}},
			wait(11),
		),
		told(t, improvement.Definition, n, step{people.System, machine.CmdRegister, improvement.Register{Community: "yuhu", Source: "JT-20261123-7K3F9", Plan: &plan}}),
	}
}

// M2: every finding is a sentence, in both languages.
func TestEveryFindingReads_M2(t *testing.T) {
	sample := analysis.SampleOf(12, 40, 12*8.5, 12*8.5*8.5+4, 30)
	few := analysis.SampleOf(3, 30, 3*6, 3*36+1, 30)
	for _, lang := range Languages {
		names := namesIn(t, lang)
		for _, m := range analysis.Metrics {
			for _, c := range []analysis.Comparison{analysis.Compare(m, sample, few), analysis.Compare(m, few, sample), analysis.Compare(m, analysis.Sample{Days: 30}, few), analysis.Compare(m, few, analysis.Sample{Days: 30})} {
				for _, out := range []bool{true, false} {
					w := analysis.Watch{Metric: m, Subject: analysis.Subject{Category: "facility.leak", Building: "B3", Channel: "hotline"}}
					if m.Departmental() {
						w.Subject = analysis.Subject{Department: "security"}
					}
					text := Finding(lang, analysis.Finding{Watch: w, Comparison: c, StandsOut: out}, names)
					readable(t, lang, string(m), text)
					t.Log(text)
				}
			}
		}
		text := Finding(lang, analysis.Finding{Repeat: true, Watch: analysis.Watch{Metric: analysis.Complaints, Subject: analysis.Subject{Building: "B3", Room: "5**"}}, Comparison: analysis.Compare(analysis.Complaints, sample, few)}, names)
		if readable(t, lang, "repeat", text); !strings.Contains(text, "5**") || !strings.Contains(text, "12") {
			t.Error(text)
		}
		readable(t, lang, "all", Watched(lang, analysis.Watch{Metric: analysis.Complaints}, names))
	}
}

// ahead is a date far enough in a story.
var ahead = func() *time.Time { t := morning.Add(200 * 24 * time.Hour); return &t }()
