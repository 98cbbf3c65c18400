package postgres_test

import (
	"testing"
	"time"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/analysis"
	"bihuan/procedure/collective"
	"bihuan/procedure/complaint"
	"bihuan/procedure/improvement"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
)

// What each procedure says of its cases is what the lists find them by.
func TestListsFindWhatTheProceduresSay(t *testing.T) {
	f := afield(t, postgres.Fresh(t))
	f.complaintIsListed()    // a complaint is a likely duplicate, and belongs to an issue (A11, J1)
	f.announcementIsListed() // an announcement stands until it is taken down (J3)
	f.feedbackIsListed()     // feedback is its author's, and a measure once it has a plan (M3, M6)
	f.surveyIsListed()       // a survey is one of a series (M1)
}

func (f *field) complaintIsListed() {
	f.Helper()
	x := sow(f, complaint.Definition, people.Agent, complaint.Register{Record: complaint.Record{
		Community: "yuhu", Channel: complaint.Desk, Category: leaf(f.policy), Building: "3栋", Place: "3栋大堂", What: "滴水",
	}})
	found, err := f.db.Duplicates(f.Context(), postgres.Matter{
		Community: "yuhu", Category: leaf(f.policy), Place: "3栋大堂", From: f.now.Add(-time.Hour), Until: f.now.Add(time.Hour),
	})
	if postgres.Must(f.T, err); len(found) != 1 || found[0].What != "滴水" || found[0].Because[0] != postgres.SamePlace {
		f.Errorf("likely duplicates: %+v", found)
	}
	ofMatter := func() int {
		numbers, _, err := f.db.ComplaintsOf(f.Context(), x.number, "yuhu", leaf(f.policy), monday)
		postgres.Must(f.T, err)
		return len(numbers)
	}
	if n := ofMatter(); n != 1 {
		f.Errorf("%d complaints before one joined", n)
	}
	x.do(people.System, complaint.CmdJoinIssue, complaint.JoinIssue{Issue: "JT-20260302-2BYHS", Community: "yuhu"})
	if n := ofMatter(); n != 0 {
		f.Errorf("%d complaints after it joined", n)
	}
}

func (f *field) announcementIsListed() {
	f.Helper()
	x := sow(f, collective.Definition, people.Manager, collective.Register{Community: "yuhu", Category: "facility.leak", Subject: "漏水"})
	x.do(people.Manager, collective.CmdAnnounce, collective.Announce{
		Title: policy.Text{Zh: "公告", En: "Notice"}, Text: policy.Text{Zh: "修", En: "Repair"}, Until: f.now.Add(time.Hour),
	})
	standing := func() []postgres.Announcement {
		found, err := f.db.Announcements(f.Context(), "yuhu", f.now)
		postgres.Must(f.T, err)
		return found
	}
	want := postgres.Announcement{Title: policy.Text{Zh: "公告", En: "Notice"}, Text: policy.Text{Zh: "修", En: "Repair"}, From: f.now, Until: f.now.Add(59 * time.Minute)}
	if found := standing(); len(found) != 1 || found[0] != want {
		f.Errorf("stand: %+v, want %+v", found, want)
	}
	x.do(people.Manager, collective.CmdTakeDown, collective.TakeDown{Announcement: "A1", Reason: "错了"})
	if found := standing(); len(found) != 0 {
		f.Errorf("taken down: %+v", found)
	}
}

func (f *field) feedbackIsListed() {
	f.Helper()
	x := sow(f, improvement.Definition, people.Agent, improvement.Register{Community: "yuhu", Feedback: &improvement.Feedback{About: "other", Text: "夜间"}})
	page, err := f.db.Cases(f.Context(), postgres.Filter{Communities: []string{"yuhu"}, Author: "u-agent"})
	if postgres.Must(f.T, err); len(page.Items) != 1 || page.Items[0].Number != x.number {
		f.Errorf("of its author: %+v", page.Items)
	}
	measures := func() int {
		found, err := f.db.Measures(f.Context(), statistics.Span{Community: "yuhu", From: monday, To: monday.AddDate(0, 1, 0)})
		postgres.Must(f.T, err)
		return len(found)
	}
	if n := measures(); n != 0 {
		f.Errorf("%d measures before it has a plan", n)
	}
	x.do(people.Manager, improvement.CmdAccept, improvement.Accept{Plan: improvement.Plan{
		Problem: "慢", Cause: "人少", Measure: "加人", Owner: improvement.Owner{ID: "u-manager"}, Due: f.now.AddDate(0, 0, 3), Watch: analysis.Watch{Metric: "complaints"},
	}})
	if n := measures(); n != 1 {
		f.Errorf("%d measures with a plan", n)
	}
}

func (f *field) surveyIsListed() {
	f.Helper()
	template := f.policy.Survey.Templates[0].ID
	x := sow(f, survey.Definition, people.Manager, survey.Register{Community: "yuhu", Template: template, Launch: true})
	x.do(people.System, survey.CmdDrawn, procedure.Answer{Result: encode(f.T, survey.Drawn{Households: 12, Population: 12})}).
		do(people.System, survey.CmdInvited, procedure.Answer{Result: encode(f.T, survey.Invited{})}).
		do(people.Manager, survey.CmdConclude, machine.Reasoned{Reason: "够了"}).
		do(people.System, survey.CmdCounted, procedure.Answer{Result: encode(f.T, survey.CountAnswers(
			survey.Count{Questionnaire: x.state.Questionnaire, Households: 12, Population: 12}, nil))})
	found, err := f.db.Series(f.Context(), []string{"yuhu"}, template, 0)
	if postgres.Must(f.T, err); len(found) != 1 || found[0].Number != x.number {
		f.Errorf("of the template %s: %+v", template, found)
	}
}
