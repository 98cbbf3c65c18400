package complaint_test

import (
	"testing"
	"time"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/people"
)

// A1-I1: from the call to the satisfied revisit.
func TestTheWholeHappyPath(t *testing.T) {
	d := registered(t).
		do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "ours"}).in(StageReview).
		do(manager, CmdReview, Review{Nature: Valid, Grounds: "confirmed"}).in(StageDispatching).
		do(agent, CmdDispatch, orders(task("security"))).in(StageWorking).
		do(guard, CmdAccept, AcceptTask{Task: "T1"}).
		do(agent, CmdPropose, Propose{Text: "a patrol every night"}).
		do(resident, CmdAnswer, AnswerPlan{Answer: Agreed}).
		do(guard, CmdProgress, Progress{Task: "T1", Note: "on my way"}).
		do(guard, CmdComplete, Complete{Task: "T1", Result: "quiet"}).in(StageVerifying).
		do(assistant, CmdVerify, Verify{Passed: true, Note: "asked the neighbours"}).in(StageRevisiting).
		do(assistant, CmdRevisit, Revisit{Method: ByPhone, Reached: true, Satisfied: true, Outcome: 5, Handling: 4}).in(StageClosed).
		wait(7*day-time.Second).in(StageClosed).
		wait(time.Second).in(StageArchived).
		refused("wrong_stage", resident, CmdReopen, Reasoned{Reason: "too late"}).wait(365 * day)
	d.happened(EvDeadlineBreached, 0).happened(EvEscalationRaised, 0).happened(EvClosed, 1).happened(EvArchived, 1)
	d.folds()
}

// B7, F1, G2, G3: a major complaint, to the revisit at the door.
func TestMajorAtTheDoor_G3(t *testing.T) {
	d := registered(t).judged(Major).dispatched("security").agreed().worked().
		refused("forbidden", assistant, CmdVerify, Verify{Passed: true, Note: "n"}).
		due("verify", people.Manager, "2026-03-03 09:00").verified().
		due("revisit", people.Manager, "2026-03-03 09:00"). // G1: one day
		refused("forbidden", assistant, CmdRevisit, Revisit{Method: AtDoor})
	for _, m := range []Method{ByPhone, Other} {
		d.refused("revisit_must_be_at_door", manager, CmdRevisit, Revisit{Method: m, Reached: true, Satisfied: true, Outcome: 5, Handling: 5}).
			refused("revisit_must_be_at_door", manager, CmdRevisit, Revisit{Method: m})
	}
	d.hush().satisfied().in(StageClosed).told(procedure.Recipient{Role: people.GM}, "closed-major")
}

func TestVerificationWithin24Hours_F1(t *testing.T) {
	d := registered(t).toVerifying().due("verify", people.Assistant, "2026-03-03 09:00").
		refused("forbidden", agent, CmdVerify, Verify{Passed: true, Note: "n"}).
		refused("missing_field", assistant, CmdVerify, Verify{Passed: true}).
		refused("rectification_needed", assistant, CmdVerify, Verify{Note: "still loud"}).
		refused("rectification_needs_deadline", assistant, CmdVerify, Verify{Note: "still loud", Rectify: []TaskOrder{task("security")}})
	d.do(assistant, CmdVerify, Verify{Note: "still loud", Rectify: d.rectification("engineering")}).in(StageWorking)
	if d.state.Round != 1 || d.state.Lead != "engineering" {
		t.Errorf("round %d, lead %s", d.state.Round, d.state.Lead)
	}
	d.worked().in(StageVerifying)
}

func TestARevisitIsMandatoryWithinThreeDays_G1_G2(t *testing.T) {
	ok := Revisit{Method: ByPhone, Reached: true, Satisfied: true, Outcome: 4, Handling: 4}
	registered(t).toRevisiting().due("revisit", people.Assistant, "2026-03-05 09:00").
		refused("forbidden", agent, CmdRevisit, ok).refused("forbidden", guard, CmdRevisit, ok).
		do(receptionist, CmdRevisit, ok).in(StageClosed)
}

func TestARevisitRecordsTwoSatisfactions_G6(t *testing.T) {
	d := registered(t).toRevisiting()
	for name, test := range map[string]struct {
		code string
		p    Revisit
	}{
		"no method":                   {"unknown_method", Revisit{Reached: true, Satisfied: true, Outcome: 5, Handling: 5}},
		"no outcome":                  {"score_out_of_range", Revisit{Method: ByPhone, Reached: true, Satisfied: true, Handling: 5}},
		"handling too good":           {"score_out_of_range", Revisit{Method: ByPhone, Reached: true, Satisfied: true, Outcome: 5, Handling: 6}},
		"satisfied, and two points":   {"score_contradicts", Revisit{Method: ByPhone, Reached: true, Satisfied: true, Outcome: 2, Handling: 5}},
		"satisfied, and not there":    {"not_reached_not_satisfied", Revisit{Method: ByPhone, Satisfied: true, Outcome: 5, Handling: 5}},
		"not satisfied, no more work": {"rectification_needed", Revisit{Method: ByPhone, Reached: true, Outcome: 2, Handling: 5}},
	} {
		t.Run(name, func(t *testing.T) { d.refused(test.code, assistant, CmdRevisit, test.p) })
	}
	d.satisfied()
	if r := d.state.Revisit; r.Outcome != 5 || r.Handling != 4 || r.By.ID != "assistant" {
		t.Errorf("%+v", r)
	}
}

// G4: as many rounds as it takes, each verified and revisited again.
func TestTenRoundsOfRectification_G4(t *testing.T) {
	d := registered(t).toRevisiting()
	for range 10 {
		d.unsatisfied("security").in(StageWorking).wait(time.Hour).worked().verified()
	}
	d.satisfied().in(StageClosed).happened(EvRevisited, 11).happened(EvVerified, 11)
	if d.state.Round != 10 || len(d.state.Tasks) != 11 {
		t.Errorf("round %d, %d tasks", d.state.Round, len(d.state.Tasks))
	}
	d.folds()
}

// G4: the rectification's own deadline counts.
func TestRectificationHasItsDeadline_G4(t *testing.T) {
	d := registered(t).toRevisiting().unsatisfied("security")
	d.do(guard, CmdAccept, AcceptTask{Task: "T2"}).due("work:T2", people.Handler, "2026-03-04 09:00")
}

// G5: three attempts on different days, in the community's own time zone.
func TestNotReachedOnDifferentDays_G5(t *testing.T) {
	d := registered(t).toRevisiting()
	try := func(times ...string) {
		for _, at := range times {
			d.until(at).do(assistant, CmdRevisit, Revisit{Method: ByPhone})
		}
	}
	try("2026-03-02 10:00", "2026-03-02 15:00", "2026-03-02 23:59")
	d.in(StageRevisiting)
	try("2026-03-03 00:01") // another day here, the same in UTC
	d.in(StageRevisiting).refused("wrong_stage", manager, CmdDecideUnreached, DecideUnreached{Decision: "close", Reason: "r"})
	try("2026-03-04 09:00")
	d.in(StageUnreached).due("unreached", people.Manager, "2026-03-05 09:00").
		refused("forbidden", assistant, CmdDecideUnreached, DecideUnreached{Decision: "close", Reason: "r"}).
		refused("missing_field", manager, CmdDecideUnreached, DecideUnreached{Decision: "close"}).
		refused("unknown_decision", manager, CmdDecideUnreached, DecideUnreached{Decision: "maybe", Reason: "r"}).
		do(manager, CmdDecideUnreached, DecideUnreached{Decision: "keep_trying", Reason: "on holiday"}).in(StageRevisiting)
	try("2026-03-05 09:00", "2026-03-06 09:00")
	d.in(StageRevisiting) // the count starts anew
	try("2026-03-07 09:00")
	d.in(StageUnreached).do(manager, CmdDecideUnreached, DecideUnreached{Decision: "close", Reason: "moved away"}).in(StageClosed)
	if p := last[Closed](d, EvClosed); p.Outcome != NotReached {
		t.Errorf("closed as %s", p.Outcome)
	}
}

// G8: the loop goes on where it stopped, with its record.
func TestReopeningEveryOutcome_G8(t *testing.T) {
	again := Reasoned{Reason: "it is back"}
	for name, test := range map[string]struct {
		closed func(*desk) *desk
		stage  Stage
		round  int
	}{
		"satisfied": {func(d *desk) *desk { return d.toRevisiting().satisfied() }, StageDispatching, 1},
		"not reached": {func(d *desk) *desk {
			return d.toRevisiting().unreached(3).do(manager, CmdDecideUnreached, DecideUnreached{Decision: "close", Reason: "r"})
		}, StageDispatching, 1},
		"explained":                  {func(d *desk) *desk { return d.explainedAway() }, StageReferred, 0},
		"withdrawn while registered": {func(d *desk) *desk { return d.do(resident, CmdWithdraw, again) }, StageRegistered, 0},
		"withdrawn while explained":  {func(d *desk) *desk { return d.judged(Invalid).do(agent, CmdWithdraw, again) }, StageExplaining, 0},
		"withdrawn while worked on":  {func(d *desk) *desk { return d.toWorking().do(agent, CmdWithdraw, again) }, StageWorking, 0},
		"withdrawn while verified":   {func(d *desk) *desk { return d.toVerifying().do(agent, CmdWithdraw, again) }, StageVerifying, 0},
		"withdrawn while revisited":  {func(d *desk) *desk { return d.toRevisiting().unreached(2).do(agent, CmdWithdraw, again) }, StageRevisiting, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := test.closed(registered(t)).in(StageClosed)
			tasks := len(d.state.Tasks)
			d.refused("missing_field", resident, CmdReopen, Reasoned{}).
				refused("forbidden", guard, CmdReopen, again).
				wait(7*day-time.Second).hush().do(resident, CmdReopen, again).in(test.stage).
				told(procedure.Recipient{Role: people.Agent}, "reopened").stopped("reopen")
			if d.state.Round != test.round || len(d.state.Tasks) != tasks {
				t.Errorf("round %d, tasks %v", d.state.Round, d.state.Tasks)
			}
			d.wait(60 * day).in(test.stage).folds()
		})
	}
}

// G8: an emergency that is reopened is dispatched at once again. A8
func TestAReopenedEmergencyIsDispatched_G8(t *testing.T) {
	registered(t, of("trapped")).judged(Valid).agreed().worked().verified().satisfied().
		do(resident, CmdReopen, Reasoned{Reason: "again"}).in(StageWorking).happened(EvDispatched, 2)
}

// G8, C6: closing stops a task's deadline, and a reopening lets it go on with what was left.
func TestDeadlinesSurviveAClosing_G8(t *testing.T) {
	reopened := func(d *desk) *desk {
		return d.do(resident, CmdWithdraw, Reasoned{Reason: "r"}).wait(2*day).do(resident, CmdReopen, Reasoned{Reason: "r"}).in(StageWorking)
	}
	accepted := func() *desk {
		return registered(t).toWorking().do(guard, CmdAccept, AcceptTask{Task: "T1"}).wait(2 * time.Hour)
	}
	reopened(accepted()).due("work:T1", people.Handler, "2026-03-05 09:00").due("plan", people.Agent, "2026-03-06 09:00")

	// A pause that lasts longer than the closing goes on, and ends on its date.
	d := reopened(accepted().do(guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: shanghai("2026-03-06 10:00")}))
	d.refused("wrong_task_status", guard, CmdComplete, Complete{Task: "T1", Result: "r"}).
		until("2026-03-06 10:00").happened(EvTaskResumed, 1).due("work:T1", people.Handler, "2026-03-06 17:30")

	// One whose date has come meanwhile ends at once.
	d = reopened(accepted().do(guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: shanghai("2026-03-03 10:00")}))
	d.wait(0).happened(EvTaskResumed, 1).do(guard, CmdComplete, Complete{Task: "T1", Result: "r"})
}

// G8, H2: a deadline that was missed before the closing is before a level again.
func TestMissedDeadlinesAreNotForgotten_G8(t *testing.T) {
	d := registered(t).toWorking().wait(time.Hour).happened(EvDeadlineBreached, 1).
		do(resident, CmdWithdraw, Reasoned{Reason: "r"}).happened(EvEscalationSettled, 1).wait(day).
		do(resident, CmdReopen, Reasoned{Reason: "r"}).happened(EvDeadlineBreached, 1).happened(EvEscalationRaised, 2)
	d.before(people.Agent, "accept:T1")
}

func TestTheOnlyEnds_I1(t *testing.T) {
	registered(t).refused("missing_field", resident, CmdWithdraw, Reasoned{}).
		refused("missing_field", agent, CmdMerge, Merge{Reason: "r"}).
		refused("missing_field", agent, CmdMerge, Merge{Into: other}).
		refused("merge_into_itself", agent, CmdMerge, Merge{Into: number, Reason: "r"}).
		refused("forbidden", resident, CmdMerge, Merge{Into: other, Reason: "r"}).
		refused("unknown_command", gm, "close", nil).in(StageRegistered)
	d := registered(t).do(assistant, CmdMerge, Merge{Into: other, Reason: "the same noise"}).in(StageClosed)
	if d.state.Closing.Into != other {
		t.Errorf("%+v", d.state.Closing)
	}
}

func TestAComplainantActsOnTheirOwnCaseOnly_N3(t *testing.T) {
	neighbour := resident
	neighbour.ID = "TS-20260302-OTHER"
	registered(t).refused("forbidden", neighbour, CmdWithdraw, Reasoned{Reason: "r"}).
		do(resident, CmdWithdraw, Reasoned{Reason: "r"}).refused("forbidden", neighbour, CmdReopen, Reasoned{Reason: "r"})
}
