package complaint_test

import (
	"testing"
	"time"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
)

func TestTheAgentJudgesWithinTwoWorkingHours_B1(t *testing.T) {
	registered(t).due("judge", people.Agent, "2026-03-02 11:00")
	registeredAt(t, shanghai("2026-03-06 17:30")).due("judge", people.Agent, "2026-03-09 10:00") // over the weekend
	registered(t).
		refused("missing_field", agent, CmdJudge, Judge{Nature: Valid, Grounds: " "}).
		refused("unknown_nature", agent, CmdJudge, Judge{Nature: "odd", Grounds: "g"}).
		refused("forbidden", engineer, CmdJudge, Judge{Nature: Valid, Grounds: "g"}).
		do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "ours"}).stopped("judge")
}

// B3: undetermined goes to the manager, who cannot pass it on.
func TestWhoCannotJudgeRefersToTheManagerWhoMust_B3(t *testing.T) {
	registered(t).
		do(agent, CmdJudge, Judge{Nature: Undetermined, Grounds: "not clear whose wall it is"}).in(StageReferred).
		due("refer", people.Manager, "2026-03-02 14:30").
		refused("forbidden", agent, CmdJudge, Judge{Nature: Valid, Grounds: "g"}).
		refused("manager_must_judge", manager, CmdJudge, Judge{Nature: Undetermined, Grounds: "me neither"}).
		do(manager, CmdJudge, Judge{Nature: Valid, Grounds: "our wall"}).in(StageReview)
}

func TestThePanelConfirmsOrChangesTheNature_B4(t *testing.T) {
	judged := func() *desk {
		return registered(t).do(manager, CmdJudge, Judge{Nature: Valid, Grounds: "ours"}).in(StageReview)
	}
	judged().due("review", people.Manager, "2026-03-03 09:00").
		refused("reviewer_is_judge", manager, CmdReview, Review{Nature: Valid, Grounds: "I agree with myself"}).
		refused("forbidden", agent, CmdReview, Review{Nature: Valid, Grounds: "g"}).
		refused("missing_field", gm, CmdReview, Review{Nature: Valid}).
		refused("unknown_nature", gm, CmdReview, Review{Nature: Undetermined, Grounds: "g"}).
		do(gm, CmdReview, Review{Nature: Valid, Grounds: "confirmed"}).in(StageDispatching)
	judged().do(gm, CmdReview, Review{Nature: Invalid, Grounds: "not our street"}).in(StageExplaining)
	d := judged().do(gm, CmdReview, Review{Nature: Major, Grounds: "it is in the papers"}).in(StageDispatching)
	if !d.state.Major() || len(d.state.Judgement) != 2 || !d.state.Judgement[1].Review {
		t.Errorf("judgements: %+v", d.state.Judgement)
	}
}

func TestTheSettingSaysWhatIsReviewed_B4(t *testing.T) {
	d := newDesk(t)
	d.state.Policy.Review = []string{"major"}
	d.do(agent, CmdRegister, record(monday)).do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "ours"}).in(StageDispatching)
}

// B5: the agent explains, then the manager, then the GM; then it closes with the recourse stated.
func TestAnInvalidComplaintIsExplainedUpTheLadder_B5(t *testing.T) {
	no := Explain{Said: "the street is the city's"}
	d := registered(t).judged(Invalid).in(StageExplaining).due("explain", people.Agent, "2026-03-03 09:00").
		refused("missing_field", agent, CmdExplain, Explain{}).
		do(agent, CmdExplain, no).wait(time.Hour).hush().
		refused("not_your_turn", agent, CmdExplain, no).
		do(manager, CmdExplain, no).due("explain", people.GM, "2026-03-03 10:00").
		told(procedure.Recipient{Role: people.GM}, "your-turn").
		refused("not_your_turn", manager, CmdExplain, no).
		do(gm, CmdExplain, no).in(StageClosed).
		told(procedure.Recipient{Complainant: true}, "closed")
	if p := last[Closed](d, EvClosed); p.Outcome != Explained || p.Recourse.En != "Call 12345" {
		t.Errorf("closed as %+v", p)
	}
	registered(t).judged(Invalid).do(agent, CmdExplain, Explain{Said: "so it is", Accepted: true}).in(StageClosed)
}

func TestSpecialServiceWaitsForItsRequest_B6(t *testing.T) {
	special := func() *desk {
		return registered(t).
			refused("special_service_is_valid", agent, CmdJudge, Judge{Nature: Invalid, Grounds: "g", Special: true}).
			do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "wants a paid repair", Special: true}).
			do(manager, CmdReview, Review{Nature: Valid, Grounds: "yes"}).in(StageService)
	}
	special().due("service", people.Assistant, "2026-03-09 09:00").
		refused("missing_field", agent, CmdSettleService, SettleService{}).
		do(agent, CmdSettleService, SettleService{Request: "FW-1", Outcome: "repaired", Done: true}).verified().satisfied().in(StageClosed)
	special().do(people.TheSystem, CmdSettleService, SettleService{Request: "FW-1", Outcome: "refused the price"}).in(StageDispatching)
}

// B6, F1: an emergency's tasks must be complete too before anything is verified.
func TestSpecialServiceDoesNotOvertakeItsTasks_F1(t *testing.T) {
	registered(t, of("trapped")).
		do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "and a paid repair", Special: true}).
		do(manager, CmdReview, Review{Nature: Valid, Grounds: "yes"}).in(StageService).
		do(agent, CmdSettleService, SettleService{Request: "FW-1", Outcome: "repaired", Done: true}).in(StageWorking).
		worked().agreed().in(StageVerifying)
}

// B2, B7: a major complaint goes to manager and GM at once, who handle it or name who does.
func TestAMajorComplaintIsTheGMs_B7(t *testing.T) {
	d := registered(t).hush().do(agent, CmdJudge, Judge{Nature: Major, Grounds: "taken to the mayor"}).
		told(procedure.Recipient{Role: people.Manager}, "major").told(procedure.Recipient{Role: people.GM}, "major").
		do(manager, CmdReview, Review{Nature: Major, Grounds: "indeed"}).
		due("dispatch", people.Manager, "2026-03-02 09:30") // H6: on wall clock
	order := Dispatch{Tasks: []TaskOrder{{Department: "security", Content: "patrol"}}}
	d.refused("forbidden", agent, CmdDispatch, order).
		refused("forbidden", manager, CmdNameHandler, NameHandler{Staff: "receptionist"}).
		do(gm, CmdNameHandler, NameHandler{Staff: "receptionist", Name: receptionist.Name}).
		told(procedure.Recipient{Staff: "receptionist"}, "handler-named").
		do(receptionist, CmdDispatch, order).in(StageWorking).
		do(receptionist, CmdPropose, Propose{Text: "a patrol every night"}).
		do(resident, CmdAnswer, AnswerPlan{Answer: Agreed}).worked().
		refused("forbidden", receptionist, CmdVerify, Verify{Passed: true, Note: "n"})
	registered(t).refused("not_major", gm, CmdNameHandler, NameHandler{Staff: "agent"})
}

// N1: whoever is named must still belong to the community, and an auditor changes nothing.
func TestNamingDoesNotOpenAnotherCommunity_N1(t *testing.T) {
	stranger := staff("stranger", "", people.Agent)
	stranger.Communities = []string{"linjiang"}
	order := Dispatch{Tasks: []TaskOrder{{Department: "security", Content: "patrol"}}}
	registered(t).judged(Major).
		do(gm, CmdNameHandler, NameHandler{Staff: "stranger"}).refused("forbidden", stranger, CmdDispatch, order).
		do(gm, CmdNameHandler, NameHandler{Staff: "auditor"}).refused("forbidden", auditor, CmdDispatch, order).
		do(gm, CmdNameHandler, NameHandler{Staff: number}).refused("forbidden", resident, CmdDispatch, order)
}

func TestEveryJudgementIsOnTheRecord_B8(t *testing.T) {
	d := registered(t).
		do(agent, CmdJudge, Judge{Nature: Undetermined, Grounds: "not sure"}).
		do(manager, CmdJudge, Judge{Nature: Invalid, Grounds: "not ours"}).
		do(gm, CmdReview, Review{Nature: Valid, Grounds: "it is"})
	want := []Judgement{
		{Nature: Undetermined, Grounds: "not sure", By: people.By{ID: "agent", Name: agent.Name, Role: people.Agent}, At: monday},
		{Nature: Invalid, Grounds: "not ours", By: people.By{ID: "manager", Name: manager.Name, Role: people.Manager}, At: monday},
		{Nature: Valid, Grounds: "it is", By: people.By{ID: "gm", Name: gm.Name, Role: people.GM}, At: monday, Review: true},
	}
	if jsonOf(t, d.state.Judgement) != jsonOf(t, want) {
		t.Errorf("got %+v", d.state.Judgement)
	}
}

// B10: an invalid judgement can be appealed once, and the manager judges anew.
func TestOneAppeal_B10(t *testing.T) {
	appeal := Reasoned{Reason: "the street is yours"}
	registered(t).judged(Valid).refused("wrong_stage", resident, CmdAppeal, appeal)
	d := registered(t).judged(Invalid).
		refused("missing_field", resident, CmdAppeal, Reasoned{}).
		hush().do(resident, CmdAppeal, appeal).in(StageReferred).
		told(procedure.Recipient{Role: people.Manager}, "appealed").
		refused("forbidden", agent, CmdJudge, Judge{Nature: Valid, Grounds: "g"}).
		do(manager, CmdJudge, Judge{Nature: Invalid, Grounds: "still not"}).
		do(gm, CmdReview, Review{Nature: Invalid, Grounds: "no"}).in(StageExplaining).
		refused("appealed_already", resident, CmdAppeal, appeal)
	d.do(agent, CmdExplain, Explain{Said: "sorry", Accepted: true}).refused("appealed_already", resident, CmdAppeal, appeal)
}

func TestAnExplainedComplaintCanBeAppealedToo_B10(t *testing.T) {
	registered(t).explainedAway().wait(day).
		do(assistant, CmdAppeal, Reasoned{Reason: "called and insists"}).in(StageReferred).
		stopped("reopen").due("follow_up", people.Agent, "2026-03-04 12:00")
	registered(t).do(resident, CmdWithdraw, Reasoned{Reason: "never mind"}).
		refused("nothing_to_appeal", resident, CmdAppeal, Reasoned{Reason: "r"})
}

// B10, A8: the tasks of an emergency go on with their deadlines after an appeal.
func TestAnAppealKeepsTheDeadlinesOfTasks_B10(t *testing.T) {
	registered(t, of("trapped")).do(mechanic, CmdAccept, AcceptTask{Task: "T1"}).
		judged(Invalid).do(agent, CmdExplain, Explain{Said: "not our lift", Accepted: true}).in(StageClosed).wait(day).
		do(resident, CmdAppeal, Reasoned{Reason: "it is"}).due("work:T1", people.Handler, "2026-03-03 13:00")
}

// B9: nobody named in the complaint acts on it, by staff ID or by name.
func TestNobodyNamedActs_B9(t *testing.T) {
	for _, who := range []Involved{{Staff: "agent"}, {Name: " name of agent "}} {
		d := registered(t, about(who))
		d.refused("conflict_of_interest", agent, CmdJudge, Judge{Nature: Invalid, Grounds: "I did nothing"}).
			refused("conflict_of_interest", agent, CmdWithdraw, Reasoned{Reason: "they changed their mind"}).
			refused("conflict_of_interest", agent, CmdMerge, Merge{Into: other, Reason: "the same"}).
			do(assistant, CmdJudge, Judge{Nature: Valid, Grounds: "it happened"})
	}
	// Named later, by a clarification.
	registered(t).toWorking().do(assistant, CmdClarify, Clarify{Involved: []Involved{{Staff: "guard"}}}).
		refused("conflict_of_interest", guard, CmdAccept, AcceptTask{Task: "T1"})
	// Nor can they be named to handle it.
	d := registered(t, about(Involved{Staff: "receptionist"})).judged(Major).
		refused("conflict_of_interest", gm, CmdNameHandler, NameHandler{Staff: "receptionist"}).wait(2 * time.Hour)
	d.refused("conflict_of_interest", gm, CmdDecideEscalation, deadline.DecideEscalation{
		Escalation: d.before(people.GM, "dispatch"), Decision: "approve", Deadline: *in(d, day), Handler: "receptionist"})
}

// B9: every command of the table that has the need refuses, in every stage, whoever it is.
func TestTheNeedHoldsForEveryCommand_B9(t *testing.T) {
	for stage, d := range oneOfEach(t) {
		for _, a := range everyone {
			if a.ID == people.TheSystem.ID || a.ID == number || stage == StageNew {
				continue
			}
			s := d.state
			s.Record.Involved = []Involved{{Staff: a.ID}}
			for _, line := range Table {
				if !has(line, NeedNotNamed) || !fits(line, s, a) {
					continue
				}
				_, err := Decide(s, d.command(a, line.Command, nil), d.now)
				if code(err) != "conflict_of_interest" && earlier(line, code(err)) == false {
					t.Errorf("%s in %s by %s: %s", line.Command, stage, a.ID, sentence(err))
				}
			}
		}
	}
}

// B9: time is nobody, and the complainant may always act.
func TestTimeAndTheComplainantAreNeverNamed_B9(t *testing.T) {
	d := registered(t, about(Involved{Staff: "system"}, Involved{Staff: number})).toWorking().
		do(guard, CmdAccept, AcceptTask{Task: "T1"}).
		do(guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: shanghai("2026-03-03 09:00")}).
		wait(day).happened(EvTaskResumed, 1)
	d.do(agent, CmdPropose, Propose{Text: "p"}).do(resident, CmdAnswer, AnswerPlan{Answer: Agreed})
}
