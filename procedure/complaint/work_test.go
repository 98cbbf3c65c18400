package complaint_test

import (
	"testing"
	"time"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
)

func task(department string, after ...string) TaskOrder {
	return TaskOrder{Department: department, Content: "see to it", After: after}
}

func orders(tasks ...TaskOrder) Dispatch { return Dispatch{Tasks: tasks} }

func TestATaskHasContentDeadlineAndContact_C1(t *testing.T) {
	d := registered(t).judged(Valid).hush().
		refused("missing_field", agent, CmdDispatch, Dispatch{}).
		refused("missing_field", agent, CmdDispatch, orders(TaskOrder{Department: "security", Content: " "})).
		refused("unknown_department", agent, CmdDispatch, orders(task("circus"))).
		refused("deadline_in_past", agent, CmdDispatch, orders(TaskOrder{Department: "security", Content: "c", Deadline: &monday})).
		do(agent, CmdDispatch, orders(TaskOrder{Department: "vendor", Content: "mend it", Contact: "Wang", Phone: "123"})).in(StageWorking).
		told(procedure.Recipient{Department: "vendor"}, "task").stopped("dispatch").
		do(agent, CmdDispatch, Dispatch{Lead: "vendor", Tasks: []TaskOrder{task("security")}})
	if x := d.state.Tasks[0]; x.Contact != "Wang" || x.Phone != "123" || x.Content != "mend it" {
		t.Errorf("%+v", x)
	}
	if x := d.state.Tasks[1]; x.Contact != "Control room" || x.Phone != "0002" {
		t.Errorf("without a contact the department's own counts: %+v", x)
	}
}

func TestADeadlineOfATaskBeatsTheCategorys_C1(t *testing.T) {
	d := registered(t).judged(Valid)
	deadline := shanghai("2026-03-05 20:00")
	d.do(agent, CmdDispatch, orders(TaskOrder{Department: "security", Content: "c", Deadline: &deadline})).
		do(guard, CmdAccept, AcceptTask{Task: "T1"}).due("work:T1", people.Handler, "2026-03-05 20:00")
	registered(t).toWorking().do(guard, CmdAccept, AcceptTask{Task: "T1"}).due("work:T1", people.Handler, "2026-03-03 09:00")
}

// A date a thousand years ahead would be silence.
func TestNoDeadlineBeyondTheHorizon_H1(t *testing.T) {
	far := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	registered(t).toWorking().do(guard, CmdAccept, AcceptTask{Task: "T1"}).
		refused("deadline_too_far", guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: far}).
		refused("deadline_too_far", agent, CmdDispatch, orders(TaskOrder{Department: "security", Content: "c", Deadline: &far}))
}

func TestADepartmentAcceptsInTime_C2(t *testing.T) {
	registered(t).toWorking().due("accept:T1", people.Handler, "2026-03-02 09:30").
		refused("not_your_task", engineer2(), CmdAccept, AcceptTask{Task: "T1"}).
		refused("unknown_task", guard, CmdAccept, AcceptTask{Task: "T9"}).
		do(guard, CmdAccept, AcceptTask{Task: "T1"}).stopped("accept:T1").
		refused("wrong_task_status", guard, CmdAccept, AcceptTask{Task: "T1"})
	registered(t, of("trapped")).due("accept:T1", people.Handler, "2026-03-02 09:10")
}

// engineer2 is an engineer who sees the complaint by another role, but whose task it is not.
func engineer2() people.Actor {
	e := staff("engineer2", "engineering", people.Handler, people.Receptionist)
	return e
}

func TestAReturnedTaskIsRerouted_C2(t *testing.T) {
	d := registered(t).toWorking().hush().
		refused("missing_field", guard, CmdReturn, Return{Task: "T1"}).
		do(guard, CmdReturn, Return{Task: "T1", Reason: "it is a pipe"}).
		told(procedure.Recipient{Role: people.Agent}, "task-returned").
		due("reroute:T1", people.Agent, "2026-03-02 09:30").stopped("accept:T1").
		refused("wrong_task_status", guard, CmdReturn, Return{Task: "T1", Reason: "again"}).
		refused("deadline_in_past", agent, CmdReroute, Reroute{Task: "T1", Department: "engineering", Deadline: &monday}).
		refused("forbidden", guard, CmdReroute, Reroute{Task: "T1", Department: "engineering"}).
		refused("unknown_department", agent, CmdReroute, Reroute{Task: "T1", Department: "circus"}).
		do(agent, CmdReroute, Reroute{Task: "T1", Department: "engineering", Content: "mend the pipe"}).
		told(procedure.Recipient{Department: "engineering"}, "task").
		due("accept:T1", people.Handler, "2026-03-02 09:30").
		refused("wrong_task_status", agent, CmdReroute, Reroute{Task: "T1", Department: "security"}).
		do(engineer, CmdAccept, AcceptTask{Task: "T1"})
	if x := d.state.Tasks[0]; x.Department != "engineering" || x.Contact != "Duty engineer" || x.Content != "mend the pipe" || d.state.Lead != "engineering" {
		t.Errorf("lead %s, task %+v", d.state.Lead, x)
	}
}

func TestReroutingDropsADeadlineThatHasPassed_C2(t *testing.T) {
	d := registered(t).judged(Valid)
	d.do(agent, CmdDispatch, orders(TaskOrder{Department: "security", Content: "c", Deadline: in(d, time.Hour)})).
		do(guard, CmdAccept, AcceptTask{Task: "T1"}).wait(2*time.Hour).
		do(guard, CmdReturn, Return{Task: "T1", Reason: "not ours"}).
		do(agent, CmdReroute, Reroute{Task: "T1", Department: "engineering"}).
		do(engineer, CmdAccept, AcceptTask{Task: "T1"}).due("work:T1", people.Handler, "2026-03-03 11:00").wait(3 * day)
}

func TestSeveralDepartmentsNeedACoordinator_C3(t *testing.T) {
	d := registered(t).judged(Valid)
	both := orders(task("engineering"), task("security"))
	d.refused("coordinator_needed", agent, CmdDispatch, both)
	both.Lead = "vendor"
	d.refused("coordinator_needed", agent, CmdDispatch, both)
	both.Lead = "security"
	d.do(agent, CmdDispatch, both).agreed().worked().verified()
	if d.state.Lead != "security" {
		t.Errorf("lead %s", d.state.Lead)
	}
	// G4: the coordinator stays, when they take part in the next round.
	d.do(assistant, CmdRevisit, Revisit{Method: ByPhone, Reached: true, Outcome: 1, Handling: 1,
		Rectify: append(d.rectification("engineering"), d.rectification("security")...)})
	if d.state.Lead != "security" {
		t.Errorf("lead %s after an unsatisfied revisit", d.state.Lead)
	}
}

// C3: survey, then repair, then the desk's follow-up.
func TestTasksWaitForOneAnother_C3(t *testing.T) {
	d := registered(t).judged(Valid)
	chain := orders(task("engineering"), task("vendor", "T1"), task("security", "T1", "T2"))
	chain.Lead = "engineering"
	d.refused("unknown_task", agent, CmdDispatch, orders(task("engineering", "T1"))). // itself
												refused("unknown_task", agent, CmdDispatch, orders(task("engineering", "T2"), task("engineering")))
	d.do(agent, CmdDispatch, chain).hush().stopped("accept:T2").
		refused("forbidden", auditor, CmdAccept, AcceptTask{Task: "T2"}).
		refused("wrong_task_status", mechanic, CmdAccept, AcceptTask{Task: "T2"}).
		refused("wrong_task_status", mechanic, CmdRequestEscalation, deadline.RequestEscalation{Task: "T2", Reason: "it waits"}).
		refused("not_your_task", mechanic, CmdRequestEscalation, deadline.RequestEscalation{Task: "T1", Reason: "not mine"}).
		do(engineer, CmdAccept, AcceptTask{Task: "T1"}).wait(time.Hour).
		do(engineer, CmdComplete, Complete{Task: "T1", Result: "a cracked pipe"}).
		told(procedure.Recipient{Department: "vendor"}, "task").
		due("accept:T2", people.Handler, "2026-03-02 10:30").stopped("accept:T3").
		do(mechanic, CmdAccept, AcceptTask{Task: "T2"}).do(mechanic, CmdComplete, Complete{Task: "T2", Result: "replaced"}).
		agreed().in(StageWorking).worked().in(StageVerifying)
}

func TestProgressAndEscalationByTheHandler_C4(t *testing.T) {
	d := registered(t).toWorking().
		refused("wrong_task_status", guard, CmdProgress, Progress{Task: "T1", Note: "n"}).
		do(guard, CmdAccept, AcceptTask{Task: "T1"}).
		refused("missing_field", guard, CmdProgress, Progress{Task: "T1"}).
		do(guard, CmdProgress, Progress{Task: "T1", Note: "spoke with the neighbour"}).
		refused("missing_field", guard, CmdRequestEscalation, deadline.RequestEscalation{Task: "T1"}).
		refused("unknown_task", guard, CmdRequestEscalation, deadline.RequestEscalation{Task: "E1", Reason: "r"}).
		do(guard, CmdRequestEscalation, deadline.RequestEscalation{Task: "T1", Reason: "needs the police"}).
		refused("escalated_already", guard, CmdRequestEscalation, deadline.RequestEscalation{Task: "T1", Reason: "again"})
	d.before(people.Agent, "work:T1")
	// It settles itself when the work is done. H4
	d.do(guard, CmdComplete, Complete{Task: "T1", Result: "quiet"}).happened(EvEscalationSettled, 1).stopped("decision:E1")
}

func TestCompletingNeedsResultAndEvidence_C5(t *testing.T) {
	done := Complete{Task: "T1", Result: "dry again"}
	d := registered(t, of("leak")).judged(Valid).dispatched("engineering").
		refused("wrong_task_status", engineer, CmdComplete, done).
		do(engineer, CmdAccept, AcceptTask{Task: "T1"}).
		refused("missing_field", engineer, CmdComplete, Complete{Task: "T1", Evidence: []string{"photo"}}).
		refused("evidence_needed", engineer, CmdComplete, done)
	done.Evidence = []string{" "}
	d.refused("evidence_needed", engineer, CmdComplete, done)
	done.Evidence = []string{"photo of the wall"}
	d.do(engineer, CmdComplete, done)
}

// C6: the clock stops with what is left and goes on with it, over a holiday too.
func TestAPausedTaskGoesOnWithWhatWasLeft_C6(t *testing.T) {
	d := registeredAt(t, shanghai("2026-09-30 09:00")).toWorking().do(guard, CmdAccept, AcceptTask{Task: "T1"}).
		due("work:T1", people.Handler, "2026-10-08 09:00"). // 8 h: all of today, and 09:00 is half an hour into the next working day
		until("2026-09-30 15:00").                          // 4.5 h are used up
		refused("unknown_pause_reason", guard, CmdPause, PauseTask{Task: "T1", Reason: "tea", Until: shanghai("2026-10-09 10:00")}).
		refused("deadline_in_past", guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: monday}).
		do(guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: shanghai("2026-10-09 10:00")}).
		until("2026-10-09 09:59").happened(EvTaskResumed, 0).happened(EvDeadlineBreached, countBreaches)
	d.until("2026-10-09 10:00").happened(EvTaskResumed, 1).due("work:T1", people.Handler, "2026-10-09 15:00")
	// Reclassified later, the time of the pause still does not count.
	d.do(agent, CmdClassify, Classify{Urgency: Urgent, Reason: "a baby lives there"}).due("work:T1", people.Handler, "2026-10-09 15:00")
}

// countBreaches are those of the other steps over the holiday: follow-up and plan.
const countBreaches = 2

func TestResumingByHand_C6(t *testing.T) {
	registered(t).toWorking().do(guard, CmdAccept, AcceptTask{Task: "T1"}).wait(time.Hour).
		do(guard, CmdPause, PauseTask{Task: "T1", Reason: "complainant", Until: shanghai("2026-03-09 10:00")}).
		refused("wrong_task_status", guard, CmdComplete, Complete{Task: "T1", Result: "r"}).
		refused("wrong_task_status", guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: shanghai("2026-03-09 10:00")}).
		do(guard, CmdProgress, Progress{Task: "T1", Note: "still away"}).
		refused("too_early", people.TheSystem, CmdResume, TaskRef{Task: "T1"}). // an old alarm does not wake it
		do(agent, CmdResume, TaskRef{Task: "T1"}).
		due("work:T1", people.Handler, "2026-03-03 09:00").
		refused("wrong_task_status", agent, CmdResume, TaskRef{Task: "T1"})
}

func TestNoPauseInAnEmergency_C6(t *testing.T) {
	until := shanghai("2026-03-09 10:00")
	registered(t, of("trapped")).do(mechanic, CmdAccept, AcceptTask{Task: "T1"}).
		refused("no_pause_in_emergency", mechanic, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: until})
	// What becomes an emergency goes on at once, within an emergency's time.
	registered(t).toWorking().do(guard, CmdAccept, AcceptTask{Task: "T1"}).
		do(guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: until}).wait(time.Hour).
		do(agent, CmdClassify, Classify{Urgency: Emergency, Reason: "smoke"}).
		happened(EvTaskResumed, 1).due("work:T1", people.Handler, "2026-03-02 16:00")
}

func TestAnOverdueTaskCannotPause_C6(t *testing.T) {
	registered(t).toWorking().do(guard, CmdAccept, AcceptTask{Task: "T1"}).wait(2*day).
		refused("overdue_cannot_pause", guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: shanghai("2026-03-09 10:00")})
}

func TestAPlanWithin48Hours_D1(t *testing.T) {
	d := registered(t).due("plan", people.Agent, "2026-03-04 09:00").wait(time.Hour).judged(Valid).dispatched("security").
		due("plan", people.Agent, "2026-03-04 09:00"). // from registration, whatever happened since
		refused("missing_field", agent, CmdPropose, Propose{}).
		hush().do(agent, CmdPropose, Propose{Text: "a patrol"}).stopped("plan").
		told(procedure.Recipient{Complainant: true}, "plan")
	d.wait(time.Hour).worked().in(StageWorking) // the work alone is not the end: the opinion is asked. D2
	registered(t).do(agent, CmdJudge, Judge{Nature: Invalid, Grounds: "g"}).refused("wrong_stage", agent, CmdPropose, Propose{Text: "p"})
}

func TestTheOpinionIsAskedUntilThePlanFits_D2(t *testing.T) {
	d := registered(t).toWorking().
		refused("no_plan", resident, CmdAnswer, AnswerPlan{Answer: Agreed}).
		do(agent, CmdPropose, Propose{Text: "a letter"}).
		refused("unknown_answer", resident, CmdAnswer, AnswerPlan{Answer: "perhaps"}).
		refused("missing_field", resident, CmdAnswer, AnswerPlan{Answer: Adjust}).
		hush().do(resident, CmdAnswer, AnswerPlan{Answer: Adjust, Opinion: "a letter is not enough"}).
		told(procedure.Recipient{Role: people.Agent}, "plan-answered").
		due("plan", people.Agent, "2026-03-04 09:00").
		refused("answered_already", resident, CmdAnswer, AnswerPlan{Answer: Agreed}).worked().in(StageWorking).
		do(agent, CmdPropose, Propose{Text: "a patrol"})
	if d.state.Plan.Version != 2 {
		t.Errorf("plan %+v", d.state.Plan)
	}
	d.do(resident, CmdAnswer, AnswerPlan{Answer: Agreed}).in(StageVerifying)
}

// D3: the complainant answers through the link, or an agent records it; without an answer the agent
// is reminded after 72 h and only then may go on without.
func TestNoAnswer_D3(t *testing.T) {
	d := registered(t).toWorking().do(agent, CmdPropose, Propose{Text: "p"}).
		due("answer", people.Agent, "2026-03-06 09:00").
		refused("too_early", agent, CmdAnswer, AnswerPlan{Answer: NoAnswer}).worked().
		until("2026-03-05 08:59").refused("too_early", agent, CmdAnswer, AnswerPlan{Answer: NoAnswer}).hush().
		until("2026-03-05 09:00").told(procedure.Recipient{Role: people.Agent}, "warning").
		refused("forbidden", resident, CmdAnswer, AnswerPlan{Answer: NoAnswer}).in(StageWorking)
	contact := d.state.Contact
	d.do(agent, CmdAnswer, AnswerPlan{Answer: NoAnswer}).in(StageVerifying)
	if *d.state.Contact != *contact {
		t.Error("silence counts as a contact")
	}
	registered(t).toWorking().do(agent, CmdPropose, Propose{Text: "p"}).wait(5*day).do(gm, CmdAnswer, AnswerPlan{Answer: NoAnswer})
}

// D3: a plan that was still unanswered when the case left the work is asked about again.
func TestAPlanIsAskedAboutAgain_D3(t *testing.T) {
	registered(t).toWorking().do(agent, CmdPropose, Propose{Text: "p"}).wait(day).
		do(resident, CmdWithdraw, Reasoned{Reason: "r"}).wait(day).
		do(resident, CmdReopen, Reasoned{Reason: "r"}).in(StageWorking).due("answer", people.Agent, "2026-03-07 09:00")
}

func TestAFollowUpEveryDay_E1_E2(t *testing.T) {
	d := registered(t).due("follow_up", people.Agent, "2026-03-03 09:00").wait(time.Hour).
		refused("missing_field", agent, CmdContact, Contacted{Channel: Hotline}).
		refused("unknown_channel", agent, CmdContact, Contacted{Channel: "smoke", Said: "s"}).
		do(agent, CmdContact, Contacted{Channel: Hotline, Said: "we are on it"}).due("follow_up", people.Agent, "2026-03-03 10:00")
	d.do(agent, CmdJudge, Judge{Nature: Major, Grounds: "in the papers"}).due("follow_up", people.Agent, "2026-03-02 22:00")
	// Missed, it is before the assistant until somebody has told the complainant something.
	d.wait(13 * time.Hour)
	d.before(people.Assistant, "follow_up")
	d.do(receptionist, CmdContact, Contacted{Channel: Desk, Said: "came by"}).happened(EvEscalationSettled, 1)
}

func TestReachingAStageTellsTheComplainant_E3(t *testing.T) {
	d := registered(t).hush().do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "g"})
	d.told(procedure.Recipient{Complainant: true}, "stage")
	d.do(manager, CmdReview, Review{Nature: Valid, Grounds: "g"}).dispatched("security").agreed().worked().hush().verified().
		told(procedure.Recipient{Complainant: true}, "stage").told(procedure.Recipient{Role: people.Assistant}, "your-turn").
		hush().satisfied().told(procedure.Recipient{Complainant: true}, "closed")
}
