package postgres_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/audit"
	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/analysis"
	"bihuan/procedure/collective"
	"bihuan/procedure/deadline"
	"bihuan/procedure/hashchain"
	"bihuan/procedure/improvement"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/pool"
	"bihuan/procedure/service"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
)

// desked goes through what every case with a customer has: contacts, the levels, an end, coming back.
func desked[S any](x *sown[S]) *sown[S] {
	x.Helper()
	return x.do(people.Agent, machine.CmdContact, machine.Contacted{Channel: machine.Hotline, Said: said("说了")}).
		do(people.Complainant, machine.CmdWithdraw, machine.Reasoned{Reason: said("算了")}).
		do(people.Complainant, machine.CmdReopen, machine.Reasoned{Reason: said("又坏")})
}

// climbed goes up the levels by hand.
func climbed[S any](x *sown[S], id string) *sown[S] {
	x.Helper()
	return x.do(people.Agent, deadline.CmdRequestEscalation, deadline.RequestEscalation{Reason: said("难")}).
		do(people.Company, deadline.CmdDecideEscalation, deadline.DecideEscalation{
			Escalation: id, Decision: "approve", Reason: said("帮"), Deadline: x.now.Add(24 * time.Hour), Handler: "u-manager", HandlerName: said("孙"),
		})
}

var someone = machine.Customer{
	Community: "yuhu", Channel: machine.Hotline, Name: said("某"), Building: "3栋", Room: said("1202"), Phone: markPhone, Email: mark + "@example.com", Language: "en",
}

func (f *field) inquiries() {
	x := desked(sow(f, inquiry.Definition, people.Agent, inquiry.Register{Customer: someone, What: said("能吗"), Class: inquiry.AfterSale}))
	climbed(x, "E1").
		do(people.Agent, inquiry.CmdSort, inquiry.Sort{Class: inquiry.Suggestion, Reason: said("建议")}).
		do(people.Agent, inquiry.CmdForward, inquiry.Forward{Department: "engineering", Question: said("问")}).
		do(people.Handler, inquiry.CmdReport, inquiry.Report{Said: said("查了")}).
		do(people.Agent, inquiry.CmdTurn, inquiry.Turn{Into: "service", Category: "repair.other", Reason: said("转")}).
		do(people.System, machine.CmdLink, procedure.Answer{Refused: procedure.Invalid("unknown_category")}).
		do(people.Agent, inquiry.CmdReply, inquiry.Reply{Channel: machine.Hotline, Said: said("能")}).archived()
	sow(f, inquiry.Definition, people.Complainant, inquiry.Register{Customer: someone, What: said("能吗"), Class: inquiry.AfterSale}).
		do(people.Agent, inquiry.CmdTurn, inquiry.Turn{Into: "service", Category: "repair.other", Reason: said("转")}).
		do(people.System, machine.CmdLink, procedure.Answer{Result: encode(f.T, procedure.Opened{Number: said("号")})}).archived()
}

// asked is a request for a service of a category, with its form filled.
func (f *field) asked(category string) *sown[service.State] {
	c, _ := f.policy.Service.Category(category)
	var form []service.Filled
	for _, x := range c.Fields {
		value := map[string]string{"text": said("填"), "phone": markPhone2, "number": "1", "date": "2026-03-09"}[x.Type]
		if len(x.Choices) > 0 {
			value = x.Choices[0].ID
		}
		form = append(form, service.Filled{ID: x.ID, Value: value})
	}
	return sow(f, service.Definition, people.Agent, service.Register{Customer: someone, Category: category, What: said("锁坏了"), Form: form})
}

// tomorrow is when somebody can come: a working morning.
func (f *field) tomorrow() service.Window {
	day := f.now.AddDate(0, 0, 1)
	from := time.Date(day.Year(), day.Month(), day.Day(), 1, 0, 0, 0, time.UTC)
	return service.Window{From: from, To: from.Add(2 * time.Hour)}
}

func (f *field) requests() {
	x := desked(f.asked("repair.plumbing"))
	x.do(people.Agent, service.CmdAppoint, service.Appoint{Window: f.tomorrow(), Reason: said("改")}).
		do(people.Complainant, service.CmdAgree, service.Agree{Version: 1, Said: said("行")})
	x.do(people.Agent, service.CmdAssign, service.Assign{Department: "engineering"}).
		do(people.Handler, service.CmdHandBack, service.HandBack{Reason: said("没空")}).
		do(people.Agent, service.CmdAssign, service.Assign{Pool: "repairs"}).
		do(people.System, service.CmdTakeTurn, procedure.Answer{Result: encode(f.T, pool.Turn{Department: "engineering"})}).
		do(people.Handler, service.CmdTake, service.Take{})
	x.now = x.state.Visit.From
	x.do(people.Agent, service.CmdMiss, service.Miss{Version: 1, By: service.Customer, Reason: said("不在")})
	x.do(people.Agent, service.CmdAppoint, service.Appoint{Version: 1, Window: f.tomorrow(), Agreed: true, Reason: said("再来")})
	x.now = x.state.Visit.From
	x.do(people.Agent, service.CmdQuote, service.MakeQuote{Items: []service.Item{{Name: said("锁"), Quantity: 1, Price: 100}}, Note: said("贵")}).
		do(people.Complainant, service.CmdDeclineQuote, service.DeclineQuote{Version: 1, Reason: said("太贵"), GoOn: true}).
		do(people.Agent, service.CmdQuote, service.MakeQuote{Items: []service.Item{{Name: said("锁"), Quantity: 2, Price: 50}}, Note: said("便宜")}).
		do(people.Complainant, service.CmdAcceptQuote, service.Agree{Version: 2, Said: said("好")}).
		do(people.Handler, service.CmdArrive, service.Arrive{Note: said("到了")}).
		do(people.Handler, service.CmdRecord, service.Record{Note: said("看了"), Evidence: []string{said("照片")}}).
		do(people.Handler, service.CmdFinish, service.Finish{Result: said("好了"), Evidence: []string{said("照片")}, Parts: []string{said("锁芯")}}).
		do(people.Agent, service.CmdPay, service.Pay{Method: "cash", Amount: 50, Note: said("现金")}).
		do(people.Manager, service.CmdWaive, machine.Reasoned{Reason: said("免了")}).
		until(service.CmdAskRating).
		do(people.Complainant, service.CmdRate, service.Rate{Score: 2, Opinion: said("差")}).
		do(people.System, machine.CmdLink, procedure.Answer{Result: encode(f.T, procedure.Opened{Number: said("号")})}).
		do(people.Agent, machine.CmdContact, machine.Contacted{Channel: machine.Hotline, Said: said("说了")}).archived()

	y := climbed(f.asked("home.cleaning"), "E1")
	y.do(people.Agent, service.CmdConfirm, service.Confirm{Content: said("修锁"), Window: f.tomorrow(), Agreed: true, Department: "engineering"}).
		do(people.System, machine.CmdLink, procedure.Answer{Refused: procedure.Invalid("unknown_category")}).
		do(people.Agent, service.CmdReject, machine.Reasoned{Reason: said("不做")}).archived()
}

func (f *field) issues() {
	const member = "TS-20260302-2BYHS"
	text := func(what string) policy.Text { return policy.Text{Zh: said(what), En: mark} }
	f.count++
	x := sow(f, collective.Definition, people.Manager, collective.Register{Community: "yuhu", Category: "facility.leak", Subject: said("漏水"), Complaints: []string{member}})
	climbed(x, "E1").
		do(people.Agent, collective.CmdJoin, collective.Join{Complaints: []string{"TS-20260302-4QX22"}}).
		do(people.Agent, collective.CmdLeave, collective.Leave{Complaint: "TS-20260302-4QX22", Reason: said("另一件")}).
		do(people.Manager, collective.CmdConvene, collective.Convene{At: f.now.Add(24 * time.Hour), Place: said("会议室"), Agenda: text("议程")}).
		do(people.Manager, collective.CmdMinutes, collective.Minutes{HeldAt: f.now, Present: 3, Attended: []string{said("某")}, Text: said("谈了")}).
		do(people.Manager, collective.CmdAnnounce, collective.Announce{Title: policy.Text{Zh: "公告"}, Text: policy.Text{Zh: "修"}, Until: f.now.Add(72 * time.Hour)}).
		do(people.Manager, collective.CmdTakeDown, collective.TakeDown{Announcement: "A1", Reason: said("错了")}).
		do(people.Manager, collective.CmdConclude, collective.Conclude{Decision: text("决定")}).
		do(people.System, collective.CmdHearInformed, procedure.Answer{Result: encode(f.T, procedure.Sent{Unheard: []string{said("号")}})}).archived()
	y := sow(f, collective.Definition, people.Manager, collective.Register{Community: "yuhu", Category: "facility.leak", Subject: said("漏水")})
	y.do(people.System, collective.CmdHearMatter, procedure.Answer{Result: encode(f.T, collective.Holder{Number: x.number})}).archived()
	sow(f, collective.Definition, people.Manager, collective.Register{Community: "yuhu", Category: "facility.leak", Subject: said("漏水")}).
		do(people.Manager, collective.CmdDrop, machine.Reasoned{Reason: said("不是")}).archived()
}

func (f *field) measures() {
	owner := improvement.Owner{ID: "u-manager", Name: said("周")}
	plan := func() improvement.Plan {
		return improvement.Plan{
			Problem: said("慢"), Cause: said("人少"), Measure: said("加人"), Owner: owner, Due: f.now.Add(72 * time.Hour), Watch: analysis.Watch{Metric: "complaints"},
		}
	}
	feedback := improvement.Register{Community: "yuhu", Feedback: &improvement.Feedback{About: "other", Which: "C2", Text: said("夜间")}}
	x := sow(f, improvement.Definition, people.Agent, feedback)
	x.do(people.Manager, improvement.CmdAccept, improvement.Accept{Plan: plan(), Complaints: []string{"TS-20260302-2BYHS"}})
	climbed(x, "E1")
	measure := said("多加人")
	x.do(people.Manager, improvement.CmdChange, improvement.Change{Measure: measure, Problem: said("很慢"), Cause: said("没人"), Owner: &owner, Reason: said("不够")}).
		do(people.Manager, improvement.CmdName, improvement.Complaints{Complaints: []string{"TS-20260302-4QX22"}}).
		do(people.Manager, improvement.CmdStart, struct{}{}).
		do(people.Manager, improvement.CmdTrain, improvement.Training{Topic: said("礼貌"), Date: f.now.Format(time.DateOnly), Attended: []improvement.Owner{owner, {Name: said("钱")}}}).
		do(people.Manager, improvement.CmdFinish, improvement.Finish{Result: said("做了")}).
		until(improvement.CmdEvaluate).
		do(people.System, improvement.CmdFigures, procedure.Answer{Result: encode(f.T, improvement.Figures{})})
	later := f.now.Add(72 * time.Hour)
	x.do(people.Manager, improvement.CmdAssess, improvement.Assess{Reason: said("没用"), Cause: said("别的"), Measure: measure, Owner: &owner, Due: &later}).
		do(people.Manager, improvement.CmdDrop, machine.Reasoned{Reason: said("不做了")}).
		do(people.Manager, machine.CmdReopen, machine.Reasoned{Reason: said("还是做")}).
		do(people.Manager, improvement.CmdDrop, machine.Reasoned{Reason: said("不做了")}).archived()
	sow(f, improvement.Definition, people.Agent, feedback).
		do(people.Manager, improvement.CmdDecline, machine.Reasoned{Reason: said("不行")}).archived()
}

// surveys asks two households, of which one answers in words and with a name.
func (f *field) surveys() {
	homes(f.T, f.db, 12)
	question := policy.Question{ID: "why", Kind: policy.AskText, Ask: policy.Text{Zh: "为什么", En: "Why"}}
	plan := survey.Plan{Questionnaire: policy.Questionnaire{Title: policy.Text{Zh: "调查", En: "Survey"}, Questions: []policy.Question{question}}}
	x := sow(f, survey.Definition, people.Manager, survey.Register{Community: "yuhu", Plan: plan})
	x.do(people.Manager, survey.CmdRewrite, plan).do(people.Manager, survey.CmdLaunch, survey.Launch{}).
		do(people.System, survey.CmdDrawn, procedure.Answer{Refused: procedure.Conflict("empty_audience")}).
		do(people.Manager, survey.CmdLaunch, survey.Launch{})
	_, err := f.db.DrawHouseholds(f.Context(), x.number, survey.Draw{Community: "yuhu", Seed: x.state.Seed}, f.now)
	postgres.Must(f.T, err)
	x.do(people.System, survey.CmdDrawn, procedure.Answer{Result: encode(f.T, survey.Drawn{Households: 12, Population: 12})})
	households := drawn(f.T, f.db, x.number)
	households[0].Email = mark + "@example.org"
	postgres.Must(f.T, f.db.Invite(f.Context(), x.number, 9, survey.Invite{Title: plan.Title}, households[:1]))
	postgres.Must(f.T, f.db.AddAnswer(f.Context(), x.number, postgres.Response{
		Household: 1, Respondent: mark, Name: said("某"), Replies: []survey.Reply{{Question: "why", Text: said("因为")}},
	}))
	x.do(people.System, survey.CmdInvited, procedure.Answer{Result: encode(f.T, survey.Invited{Mails: 1})}).
		until(survey.CmdRemind).
		do(people.Manager, survey.CmdConclude, machine.Reasoned{Reason: said("够了")}).
		do(people.System, survey.CmdCounted, procedure.Answer{Result: encode(f.T, survey.CountAnswers(survey.Count{Questionnaire: plan.Questionnaire, Households: 12, Population: 12}, nil))}).archived()
}

// I5: of a case of any kind nothing is left in the whole database that names anybody or that anybody wrote; the
// figures of the months stay, and the chain is verified as before.
func TestErasureLeavesNoTraceOfAnyKind_I5(t *testing.T) {
	db := postgres.Fresh(t)
	db.Mail = true
	f := afield(t, db).peopled("engineering")
	f.inquiries()
	f.requests()
	f.issues()
	f.measures()
	f.surveys()
	for _, event := range slices.Concat(inquiry.Definition.Events, service.Events, collective.Definition.Events, improvement.Events, survey.Events) {
		if !f.seen[event] && !strings.HasPrefix(event, "deadline-") && !strings.HasPrefix(event, "escalation-") && event != deadline.EvCalendarMissing && event != policy.EvAdopted {
			t.Errorf("no planted case has the event %s: its texts are not tested", event)
		}
	}
	place := []statistics.Place{{Community: "yuhu", Zone: "Asia/Shanghai"}}
	months := statistics.Period{From: "2026-03-01", To: "2027-03-01"}
	before, err := f.db.Summary(t.Context(), months, place, statistics.Rules{})
	postgres.Must(t, err)
	postgres.Must(t, f.db.KeepSummary(t.Context(), "yuhu", "2026-03", f.now, before))
	if n := len(marked(t, f.db)); n < 150 {
		t.Fatalf("only %d rows are marked: the marks are not planted", n)
	}
	for _, n := range f.cases {
		postgres.Must(t, f.db.Erase(t.Context(), order(n)))
		postgres.Must(t, f.db.Erased(t.Context(), n))
		e, err := f.db.Evidence(t.Context(), n)
		postgres.Must(t, err)
		last := e.Events[len(e.Events)-1]
		r := audit.Record{
			Number: n, Events: e.Events, Proofs: e.Proofs, Policy: e.Policy, Facts: e.Facts, Witness: "filed history",
			Summary: &e.Case.Summary, State: e.Case.State, Anchors: []hashchain.Anchor{{Seq: last.Seq, Head: last.Hash}},
		}
		if err := audit.Verify(r); err != nil {
			t.Errorf("%s, erased: %v", n, err)
		}
	}
	for _, row := range marked(t, f.db) {
		t.Error("still there: " + row)
	}
	after, err := f.db.Summary(t.Context(), months, place, statistics.Rules{})
	if a, b := string(encode(t, after)), string(encode(t, before)); err != nil || a != b {
		t.Errorf("the figures were\n%s\nand are\n%s, %v", b, a, err)
	}
}
