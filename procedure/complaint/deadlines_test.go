package complaint_test

import (
	"slices"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/calendar"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

func approve(d *desk, level people.Role, key string) deadline.DecideEscalation {
	d.t.Helper()
	return deadline.DecideEscalation{Escalation: d.before(level, key), Decision: "approve", Deadline: *in(d, day)}
}

func TestAWarningBeforeABreach_H1(t *testing.T) {
	d := registered(t).hush().until("2026-03-02 10:29").happened(EvDeadlineWarned, 0).
		until("2026-03-02 10:30").happened(EvDeadlineWarned, 1).happened(EvDeadlineBreached, 0).
		told(procedure.Recipient{Role: people.Agent}, "warning").
		until("2026-03-02 11:00").happened(EvDeadlineBreached, 1).
		told(procedure.Recipient{Role: people.Agent}, "breach")
	if p := last[deadline.DeadlineEvent](d, EvDeadlineBreached); p.Key != "judge" || !p.Due.Equal(shanghai("2026-03-02 11:00")) {
		t.Errorf("%+v", p)
	}
	if !Summarize(d.state).Overdue {
		t.Error("not overdue")
	}
}

// H2, H4: weeks of silence climb the whole levels, and the top is reminded again and again.
func TestSilenceClimbsTheWholeLadder_H2_H4(t *testing.T) {
	d := registered(t).hush().wait(60 * day).in(StageRegistered)
	d.before(people.Company, "judge")
	for _, level := range []people.Role{people.Assistant, people.Manager, people.GM, people.Company} {
		d.told(procedure.Recipient{Role: level}, "escalation")
	}
	first := map[people.Role]time.Time{}
	for _, e := range d.events {
		if p := (deadline.EscalationRaised{}); e.Type == EvEscalationRaised || e.Type == EvEscalationPassed {
			decode(t, e.Data, &p)
			if p.Escalation == "E1" {
				first[p.Level] = e.At
			}
		}
	}
	for level, want := range map[people.Role]string{ // each level has four working hours
		people.Assistant: "2026-03-02 11:00", people.Manager: "2026-03-02 16:30", people.GM: "2026-03-03 11:00", people.Company: "2026-03-03 16:30",
	} {
		if !first[level].Equal(shanghai(want)) {
			t.Errorf("before the %s at %s, want %s", level, first[level], want)
		}
	}
	if n := d.count(EvEscalationReminded); n < 100 { // judge, plan and follow-up, daily
		t.Errorf("the top was reminded %d times", n)
	}
	// One command settles what it was about.
	d.do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "at last"}).happened(EvEscalationSettled, 1).stopped("reminder:E1").folds()
}

// H2: from a department it goes to the desk first.
func TestADepartmentsBreachGoesToTheDesk_H2(t *testing.T) {
	d := registered(t).toWorking().wait(30 * time.Minute)
	d.told(procedure.Recipient{Department: "security"}, "breach").before(people.Agent, "accept:T1")
}

func TestAskingForAnEscalation_H3(t *testing.T) {
	d := registered(t).refused("missing_field", agent, CmdRequestEscalation, deadline.RequestEscalation{}).
		refused("forbidden", auditor, CmdRequestEscalation, deadline.RequestEscalation{Reason: "r"}).
		do(agent, CmdRequestEscalation, deadline.RequestEscalation{Reason: "beyond me"})
	d.before(people.Assistant, "judge")
	d.refused("escalated_already", manager, CmdRequestEscalation, deadline.RequestEscalation{Reason: "me too"}).
		wait(3*time.Hour).happened(EvDeadlineBreached, 1).happened(EvEscalationRaised, 1) // one question before one level
	// In every stage there is something to ask about.
	for stage, d := range oneOfEach(t) {
		if d.state.Open() {
			d.do(gm, CmdRequestEscalation, deadline.RequestEscalation{Reason: string(stage)}).happened(EvEscalationRaised, d.count(EvEscalationRaised))
		}
	}
	// While work waits to be accepted, that is what is at hand.
	d = registered(t).toWorking().agreed().do(guard, CmdRequestEscalation, deadline.RequestEscalation{Reason: "too much for us"})
	d.before(people.Agent, "accept:T1")
	registered(t).toWorking().refused("forbidden", engineer, CmdRequestEscalation, deadline.RequestEscalation{Reason: "not my case"}) // N1
}

// H4: approving takes it or names a handler, and sets a new deadline.
func TestApproving_H4(t *testing.T) {
	late := func() *desk { return registered(t).wait(2 * time.Hour) }
	d := late()
	p := approve(d, people.Assistant, "judge")
	d.refused("not_your_level", agent, CmdDecideEscalation, p).
		refused("forbidden", guard, CmdDecideEscalation, p).
		do(assistant, CmdDecideEscalation, p).due("judge", people.Assistant, "2026-03-03 11:00").stopped("decision:E1").
		refused("decided_already", assistant, CmdDecideEscalation, p)
	// Missed again, it goes to the level above the one who took it.
	d.wait(day).before(people.Manager, "judge")

	for name, test := range map[string]struct {
		code   string
		change func(*deadline.DecideEscalation)
	}{
		"which?":        {"unknown_escalation", func(p *deadline.DecideEscalation) { p.Escalation = "E7" }},
		"what?":         {"unknown_decision", func(p *deadline.DecideEscalation) { p.Decision = "hm" }},
		"no deadline":   {"missing_field", func(p *deadline.DecideEscalation) { p.Deadline = time.Time{} }},
		"past deadline": {"deadline_in_past", func(p *deadline.DecideEscalation) { p.Deadline = monday }},
		"no reason":     {"missing_field", func(p *deadline.DecideEscalation) { p.Decision = "decline" }},
	} {
		t.Run(name, func(t *testing.T) {
			d := late()
			p := approve(d, people.Assistant, "judge")
			test.change(&p)
			d.refused(test.code, manager, CmdDecideEscalation, p)
		})
	}
}

// H4: who takes it, or is named, can really do it.
func TestWhoIsNamedCanAct_H4(t *testing.T) {
	d := registered(t).wait(2 * time.Hour).hush()
	p := approve(d, people.Assistant, "judge")
	p.Handler, p.HandlerName = "receptionist", receptionist.Name
	d.do(gm, CmdDecideEscalation, p).told(procedure.Recipient{Staff: "receptionist"}, "escalation-decided").
		do(receptionist, CmdJudge, Judge{Nature: Valid, Grounds: "ours"})

	d = registered(t).toWorking().wait(time.Hour)
	p = approve(d, people.Agent, "accept:T1")
	d.do(manager, CmdDecideEscalation, p).do(manager, CmdAccept, AcceptTask{Task: "T1"}).
		do(manager, CmdComplete, Complete{Task: "T1", Result: "spoke with them"})

	d = registered(t).toWorking().wait(time.Hour)
	p = approve(d, people.Agent, "accept:T1")
	p.Handler = "engineer"
	d.refused("forbidden", engineer, CmdAccept, AcceptTask{Task: "T1"}).
		do(agent, CmdDecideEscalation, p).do(engineer, CmdAccept, AcceptTask{Task: "T1"})
	if Sees(d.state, engineer) != SeesTasks {
		t.Error("whoever has the task does not see it")
	}
}

func TestDeclining_H4(t *testing.T) {
	d := registered(t).wait(2 * time.Hour)
	p := approve(d, people.Assistant, "judge")
	p.Decision, p.Reason = "decline", "there is time"
	d.do(assistant, CmdDecideEscalation, p).due("judge", people.Agent, "2026-03-03 11:00").happened(EvDeadlineWarned, d.count(EvDeadlineWarned)).
		wait(day).happened(EvDeadlineBreached, 3) // judge, judge again, follow-up
	d.before(people.Assistant, "judge")
}

// H4: no decision in time goes to the next level: 4 working hours, in an emergency 30 minutes.
func TestNoDecisionGoesUp_H4(t *testing.T) {
	d := registered(t, of("trapped")).until("2026-03-02 09:10")
	d.before(people.Agent, "accept:T1")
	d.until("2026-03-02 09:40").before(people.Assistant, "accept:T1")
	d.until("2026-03-02 10:10").before(people.Manager, "accept:T1")
	d.until("2026-03-02 10:40").before(people.GM, "accept:T1")
	d.until("2026-03-02 11:10").before(people.Company, "accept:T1")
	d.refused("not_your_level", gm, CmdDecideEscalation, approve(d, people.Company, "accept:T1")).
		do(company, CmdDecideEscalation, approve(d, people.Company, "accept:T1"))
}

// H4: a decision about a paused task wakes it with the new deadline.
func TestDecidingAboutAPausedTask_H4(t *testing.T) {
	d := registered(t).toWorking().do(guard, CmdAccept, AcceptTask{Task: "T1"}).
		do(guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: shanghai("2026-03-20 10:00")}).
		do(guard, CmdRequestEscalation, deadline.RequestEscalation{Task: "T1", Reason: "the parts never come"})
	d.do(agent, CmdDecideEscalation, approve(d, people.Agent, "work:T1")).due("work:T1", people.Agent, "2026-03-03 09:00").
		do(guard, CmdComplete, Complete{Task: "T1", Result: "done without"})
}

// H5: what the office cannot handle goes to the company, on the GM's approval.
func TestToTheCompany_H5(t *testing.T) {
	d := registered(t).judged(Valid).do(manager, CmdRequestEscalation, deadline.RequestEscalation{Reason: "needs money"})
	p := approve(d, people.GM, "dispatch")
	p.ToCompany = true
	q := p
	q.Decision, q.Reason = "decline", "r"
	d.refused("gm_must_approve", gm, CmdDecideEscalation, q).
		refused("gm_must_approve", company, CmdDecideEscalation, p).
		refused("forbidden", company, CmdDispatch, orders(task("vendor"))).
		hush().do(gm, CmdDecideEscalation, p).
		due("dispatch", people.Company, "2026-03-03 09:00").
		told(procedure.Recipient{Role: people.Company}, "escalation-decided").
		do(company, CmdDispatch, orders(task("vendor"))).in(StageWorking).
		do(company, CmdContact, Contacted{Channel: Hotline, Said: "head office cares"}).
		do(company, CmdPropose, Propose{Text: "a new lift"})
}

// H6: working calendar for the rest, wall clock for majors and emergencies.
func TestWallAndWorkingTime_H6(t *testing.T) {
	friday := shanghai("2026-03-06 17:30")
	registeredAt(t, friday).due("judge", people.Agent, "2026-03-09 10:00")
	registeredAt(t, friday, of("trapped")).due("judge", people.Agent, "2026-03-06 19:30")
	// Statutory holidays, and the Saturday worked for them.
	registeredAt(t, shanghai("2026-09-30 17:30")).due("judge", people.Agent, "2026-10-08 10:00")
	registeredAt(t, shanghai("2026-10-09 17:30")).due("judge", people.Agent, "2026-10-10 10:00")
}

// H6: what becomes an emergency or major is counted again, from the same start.
func TestRetiming_H6(t *testing.T) {
	registeredAt(t, shanghai("2026-03-06 17:45")).wait(time.Hour).
		do(agent, CmdClassify, Classify{Urgency: Emergency, Reason: "smoke"}).due("judge", people.Agent, "2026-03-06 19:45").
		due("accept:T1", people.Handler, "2026-03-06 18:55").
		do(agent, CmdClassify, Classify{Urgency: Normal, Reason: "burnt toast"}).due("judge", people.Agent, "2026-03-09 10:15")
	// Major: the owner changes with the clock.
	registered(t).do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "g"}).do(manager, CmdReview, Review{Nature: Major, Grounds: "g"}).
		due("dispatch", people.Manager, "2026-03-02 09:30").due("follow_up", people.Agent, "2026-03-02 21:00")
}

// A7, H6: a category's own time counts for its own urgency; raised above it, the shorter.
func TestWorkInAnEmergency_H6(t *testing.T) {
	registered(t, of("trapped")).do(mechanic, CmdAccept, AcceptTask{Task: "T1"}).due("work:T1", people.Handler, "2026-03-02 13:00")
	registered(t, func(p *Register) { p.Urgency = Emergency }).do(guard, CmdAccept, AcceptTask{Task: "T1"}).due("work:T1", people.Handler, "2026-03-02 15:00")
}

// H6: a year without calendar data is counted on wall clock, and said; never silent.
func TestAYearWithoutCalendar_H6(t *testing.T) {
	d := registeredAt(t, shanghai("2028-01-05 17:30")).due("judge", people.Agent, "2028-01-05 19:30").
		happened(EvCalendarMissing, 1).told(procedure.Recipient{Role: people.Admin}, "calendar-missing")
	if p := last[deadline.CalendarMissing](d, EvCalendarMissing); p.Year != 2028 {
		t.Errorf("year %d", p.Year)
	}
	d.toWorking().happened(EvCalendarMissing, 1).wait(30*time.Minute).before(people.Agent, "accept:T1")
	// Only whoever needs the missing year falls back.
	registeredAt(t, shanghai("2027-12-31 09:00")).happened(EvCalendarMissing, 0).due("judge", people.Agent, "2027-12-31 11:00")
	registeredAt(t, shanghai("2027-12-31 17:30")).happened(EvCalendarMissing, 1).due("judge", people.Agent, "2027-12-31 19:30")
	// C6: a pause is measured without the calendar too.
	d = newDesk(t)
	d.state.Policy.Calendar.Years = []calendar.Year{}
	d.do(agent, CmdRegister, record(monday)).toWorking().do(guard, CmdAccept, AcceptTask{Task: "T1"}).wait(time.Hour).
		do(guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: shanghai("2026-03-04 10:00")}).
		until("2026-03-04 10:00").due("work:T1", people.Handler, "2026-03-04 17:00")
}

// H7: a deadline acts once, however often its command is given, and only when its time has come.
func TestDeadlinesActOnce_H7(t *testing.T) {
	d := registered(t)
	warning := Issue(d.state, Due(d.state)[0])
	if code(d.give(warning)) != "too_early" {
		t.Error("a warning ahead of its time")
	}
	d.wait(90*time.Minute).happened(EvDeadlineWarned, 1)
	breach := Issue(d.state, Due(d.state)[0])
	if code(d.give(warning)) != "deadline_moved" || code(d.give(breach)) != "too_early" {
		t.Error("a second warning, or an early breach")
	}
	d.wait(30*time.Minute).happened(EvDeadlineBreached, 1)
	if code(d.give(breach)) != "deadline_moved" {
		t.Error("breached twice")
	}
	d = registered(t)
	breach = procedure.Command{ID: "b", Name: CmdBreach, Actor: people.TheSystem, Payload: []byte(jsonOf(t, deadline.TimeUp{Key: "judge", At: shanghai("2026-03-02 11:00")}))}
	d.do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "g"}).wait(day)
	if code(d.give(breach)) != "deadline_moved" {
		t.Error("a met deadline was breached")
	}
	closed := registered(t).toRevisiting().satisfied()
	archive := Issue(closed.state, Due(closed.state)[0])
	if code(closed.give(archive)) != "too_early" {
		t.Error("archived ahead of its time")
	}
	if issued := Issue(d.state, Due(d.state)[0]); issued.ID != Issue(d.state, Due(d.state)[0]).ID {
		t.Error("one deadline, two commands")
	}
}

// H1: only time issues what time issues.
func TestNobodyPlaysTime_H1(t *testing.T) {
	for _, a := range everyone {
		if a.ID == people.TheSystem.ID {
			continue
		}
		d := registered(t)
		for _, command := range []string{CmdWarn, CmdBreach} {
			d.refused("forbidden", a, command, deadline.TimeUp{Key: "judge", At: shanghai("2026-03-02 11:00")})
		}
	}
}

func TestTemplatesAreListedOnce_E3(t *testing.T) {
	all := Templates()
	for i, name := range all {
		if name == "" || slices.Index(all, name) != i {
			t.Errorf("template %q", name)
		}
	}
	d := registered(t).toRevisiting().unsatisfied("security").wait(60 * day)
	for _, n := range d.notices {
		if !slices.Contains(all, n.Template) || n.Args["number"] != number {
			t.Errorf("%+v", n)
		}
		to := n.To
		if one := []bool{to.Complainant, to.Staff != "", to.Department != "", to.Role != ""}; len(slices.DeleteFunc(one, func(b bool) bool { return !b })) != 1 {
			t.Errorf("%s goes to %+v", n.Template, to)
		}
	}
}

func TestSummary_N1(t *testing.T) {
	d := registered(t).toWorking().do(guard, CmdAccept, AcceptTask{Task: "T1"}).
		do(guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: shanghai("2026-03-20 10:00")})
	s := Summarize(d.state)
	if s.Stage != "working" || !s.Open || s.Overdue || s.PolicyVersion != "test" || len(s.Tasks) != 1 || s.Tasks[0].Status != "paused" {
		t.Errorf("%+v", s)
	}
	if !s.NextDue.Equal(shanghai("2026-03-03 09:00")) { // the follow-up; a paused deadline is not next
		t.Errorf("next due %s", s.NextDue)
	}
	d.do(resident, CmdWithdraw, Reasoned{Reason: "r"})
	if s = Summarize(d.state); s.Open || s.Outcome != "withdrawn" || s.NextDue != nil || !s.ClosedAt.Equal(monday) {
		t.Errorf("%+v", s)
	}
	if p := d.state.WithoutPolicy().Policy; p.Version != "test" || jsonOf(t, p) != jsonOf(t, policy.Policy{Version: "test"}) {
		t.Errorf("%+v", p)
	}
}
