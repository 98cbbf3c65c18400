package forms

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/procedure/analysis"
	"bihuan/procedure/complaint"
	"bihuan/procedure/improvement"
	kit "bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
	"bihuan/server/paper"
	"bihuan/settings"
	"bihuan/words"
)

func desk(t *testing.T, lang string) Desk {
	t.Helper()
	set, err := settings.Load("")
	if err != nil {
		t.Fatal(err)
	}
	return Desk{Localizer: words.Localizer{Language: lang}, Names: set.Names(lang), Zone: time.FixedZone("", 8*60*60), Now: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}
}

// full is a summary with something in every table.
func full() statistics.Summary {
	counts := func(keys ...string) (all []statistics.Count) {
		for _, k := range keys {
			all = append(all, statistics.Count{Key: k, N: 2})
		}
		return all
	}
	return statistics.Summary{
		Period: statistics.Period{From: "2026-11-01", To: "2026-12-01"}, Communities: []string{"yuhu", "linjiang"},
		Quotas: []statistics.Quota{{Community: "yuhu", Month: "2026-11", Role: people.Manager, Required: 3, Made: 1}},
		Kinds: []statistics.Section{{
			Kind: "complaint", Registered: 4, Closed: 3, OpenAtEnd: 1, Communities: counts("linjiang", "yuhu"), Nature: counts("", "valid"),
			Category: []statistics.Count{{Key: "facility", N: 4}, {Key: "facility.leak", Parent: "facility", N: 4}, {Key: "", N: 1}}, Building: counts("", "3栋"), Channel: counts("hotline"),
			Urgency: counts("normal", "urgent"), Outcomes: counts("satisfied"), Deadlines: []statistics.Deadline{{Key: "judge", Met: 3, Missed: 1}},
			Departments: []statistics.Deadline{{Key: "engineering", Met: 1}}, Issues: []statistics.Issue{{Category: "facility.leak", N: 4, Before: 6}},
			Revisits:     statistics.Revisits{Reached: 2, ByRole: counts("assistant"), Outcome: statistics.Scores{Counts: [5]int{0, 1, 0, 0, 1}, N: 2, Mean: 3.5}},
			FirstContact: statistics.Mean{N: 1, Seconds: 5400},
		}},
	}
}

// beside is something of everything that stands beside the figures.
func beside() Beside {
	return Beside{
		Measures: []improvement.State{{Case: kit.Case{Number: "GJ-1", Stage: improvement.StageDoing}, Plan: &improvement.Plan{Problem: "漏水", Measure: "换管", Owner: improvement.Owner{ID: "li"}}}},
		Feedback: []improvement.State{{Feedback: &improvement.Feedback{About: "rule", Which: "C2", Text: "x"}}},
		Findings: []analysis.Finding{{Community: "yuhu", StandsOut: true, Comparison: analysis.Compare(analysis.Complaints, analysis.SampleOf(12, 40, 102, 871, 30), analysis.SampleOf(3, 30, 18, 109, 30)),
			Watch: analysis.Watch{Metric: analysis.Complaints, Subject: analysis.Subject{Category: "facility.leak"}}}},
		Surveys: []survey.State{{Case: kit.Case{Number: "DC-1", Closing: &kit.Closing{}}, Tally: &survey.Tally{Households: 10, Responses: 4}, Households: 10}},
	}
}

// analysed is an analysis of everything, with what staff said of the procedure. M2, M6
func analysed(d Desk) paper.Document {
	a := Analysed{Period: statistics.Period{From: "2026-11-01", To: "2026-12-01"}, Before: statistics.Period{From: "2026-10-01", To: "2026-11-01"}, Communities: []string{"yuhu", "linjiang"}, Percent: 10}
	for _, m := range analysis.Metrics {
		for _, c := range []analysis.Comparison{
			analysis.Compare(m, analysis.SampleOf(12, 40, 102, 871, 30), analysis.SampleOf(3, 30, 18, 109, 30)),
			analysis.Compare(m, analysis.SampleOf(3, 30, 18, 109, 30), analysis.SampleOf(12, 40, 102, 871, 30)),
			analysis.Compare(m, analysis.Sample{Days: 30}, analysis.Sample{Days: 30}),
		} {
			w := analysis.Watch{Metric: m, Subject: analysis.Subject{Category: "facility.leak", Channel: "hotline"}}
			if m.Departmental() {
				w.Subject = analysis.Subject{Department: "engineering"}
			}
			a.Findings = append(a.Findings, analysis.Finding{Community: "yuhu", Watch: w, Comparison: c, Q: c.P, StandsOut: c.P < 0.1})
		}
	}
	doc := Analysis(d, a)
	doc.Blocks = append(doc.Blocks, Feedback(d, full(), []improvement.State{{Feedback: &improvement.Feedback{About: "rule", Which: "C2", Text: "x"}}}))
	return doc
}

// I3, I4, M2: the papers fill every row over the whole width, in both languages, and name everything in words.
func TestI3PapersAreWholeInBothLanguages(t *testing.T) {
	record := complaint.Record{Community: "yuhu", Channel: complaint.Hotline, Category: "facility.leak", What: "漏水", Relayed: &complaint.Relayed{Department: "engineering"}, Drill: true}
	c := Case{State: complaint.State{Number: "TS-1", Record: record, Stage: complaint.StageRegistered}}
	for _, lang := range words.Languages {
		d := desk(t, lang)
		for _, doc := range []paper.Document{Record(d, c), FollowUp(d, c), Summary(d, full(), beside()), analysed(d)} {
			for _, b := range doc.Blocks {
				for _, row := range append([][]paper.Cell{b.Head}, b.Rows...) {
					width := 0
					for _, cell := range row {
						width += cell.Span
					}
					if len(row) > 0 && width != paper.Width {
						t.Errorf("%s %s, %s: a row %d wide: %v", lang, doc.Title, b.Title, width, row)
					}
				}
			}
			page, err := doc.HTML()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := doc.Workbook(); err != nil {
				t.Errorf("%s %s: %v", lang, doc.Title, err)
			}
			if code := regexp.MustCompile(`facility\.|>hotline|>engineering|<th[^>]*></th>`).Find(page); code != nil {
				t.Errorf("%s %s: %s is not put into words", lang, doc.Title, code)
			}
			if drill := strings.Contains(string(page), d.T("forms.drill")); drill != slices.Contains([]string{d.T("forms.record_form"), d.T("forms.follow_up_form")}, doc.Title) { // M5
				t.Errorf("%s %s: marked as a drill: %v", lang, doc.Title, drill)
			}
		}
	}
}
