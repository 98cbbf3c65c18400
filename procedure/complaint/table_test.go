package complaint_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/people"
)

// oneOfEach gives a complaint in each stage, with a task where there is one.
func oneOfEach(t tester) map[Stage]*desk {
	t.Helper()
	return map[Stage]*desk{
		StageNew:         newDesk(t),
		StageRegistered:  registered(t, of("trapped")),
		StageReferred:    registered(t).do(agent, CmdJudge, Judge{Nature: Undetermined, Grounds: "g"}),
		StageReview:      registered(t).do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "g"}),
		StageExplaining:  registered(t).judged(Invalid),
		StageService:     registered(t).do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "g", Special: true}).do(manager, CmdReview, Review{Nature: Valid, Grounds: "g"}),
		StageDispatching: registered(t).judged(Valid),
		StageWorking:     registered(t).judged(Major).dispatched("security"),
		StageVerifying:   registered(t).toVerifying(),
		StageRevisiting:  registered(t).toRevisiting(),
		StageUnreached:   registered(t).toRevisiting().unreached(3),
		StageClosed:      registered(t).toRevisiting().satisfied(),
		StageArchived:    registered(t).toRevisiting().satisfied().wait(8 * day),
	}
}

func TestOneOfEachStage(t *testing.T) {
	desks := oneOfEach(t)
	for _, stage := range Stages {
		d, ok := desks[stage]
		if !ok {
			t.Fatalf("no complaint in stage %q", stage)
		}
		d.in(stage)
	}
}

func has(t Transition, n Need) bool { return slices.Contains(t.Needs, n) }

// earlier says whether a code is the refusal of a need that stands before NeedNotNamed in a line, or
// of the payload, which is read first.
func earlier(line Transition, refusal string) bool {
	codes := map[Need]string{
		NeedClear: "not_clear", NeedTask: "unknown_task", NeedEmergencyEarly: "judge_first", NeedMajor: "not_major",
		NeedPlanProposed: "no_plan",
	}
	for _, n := range line.Needs {
		if n == NeedNotNamed {
			return false
		}
		if codes[n] == refusal {
			return true
		}
	}
	return false
}

// fits says whether a line lets an actor give its command, going by roles, tasks and communities alone.
func fits(line Transition, s State, a people.Actor) bool {
	if !slices.Contains(line.From, s.Stage) {
		return false
	}
	may := slices.ContainsFunc(a.Roles, func(r people.Role) bool { return slices.Contains(MayGive(line, s), string(r)) })
	system := slices.Contains(a.Roles, people.System)
	return may && (system || s.Stage == StageNew || Sees(s, a) != SeesNothing)
}

func code(err error) string {
	var r *procedure.Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return ""
}

func TestTheTableIsWhole(t *testing.T) {
	for _, c := range Commands() {
		if !Handled(c) {
			t.Errorf("%s has no handler", c)
		}
	}
	if HandlerCount() != len(Commands()) {
		t.Errorf("%d handlers for %d commands", HandlerCount(), len(Commands()))
	}
	needs := map[Need]bool{}
	for _, line := range Table {
		if len(line.From) == 0 || len(line.May) == 0 {
			t.Errorf("%s has a line without stages or roles", line.Command)
		}
		for _, n := range line.Needs {
			needs[n] = true
			if !Checked(n) {
				t.Errorf("%s needs %s, which nothing checks", line.Command, n)
			}
		}
	}
	if NeedCount() != len(needs) {
		t.Errorf("%d checks for %d needs", NeedCount(), len(needs))
	}
	for _, e := range Events {
		if !Evolved()[e] {
			t.Errorf("%s changes nothing, not even by saying so", e)
		}
	}
	if len(Evolved()) != len(Events) {
		t.Errorf("%d evolvers for %d events", len(Evolved()), len(Events))
	}
}

func TestNoTwoLinesForOneCommandInOneStage(t *testing.T) {
	for i, a := range Table {
		for _, b := range Table[i+1:] {
			for _, stage := range a.From {
				if a.Command == b.Command && slices.Contains(b.From, stage) {
					t.Errorf("two lines for %s in %s", a.Command, stage)
				}
			}
		}
	}
}

func TestEveryStageHasADeadline_H1(t *testing.T) {
	for _, stage := range Stages {
		never := stage == StageNew || stage == StageArchived || stage == StageWorking // the work's are its tasks' and its plan's
		if HasDeadline(stage) == never {
			t.Errorf("stage %q: deadline %v", stage, HasDeadline(stage))
		}
	}
}

// N1, N3: for every role, stage and command, forbidden is exactly what the table forbids.
func TestPermissionsAreTheTables_N1(t *testing.T) {
	strangers := slices.Clone(everyone)
	for i := range strangers {
		if strangers[i].ID == number {
			strangers[i].ID = "TS-20260302-OTHER"
		} else if strangers[i].ID != people.TheSystem.ID {
			strangers[i].Communities = []string{"linjiang"}
		}
	}
	for stage, d := range oneOfEach(t) {
		for _, a := range slices.Concat(everyone, strangers) {
			allowed := Allowed(d.state, a)
			for _, command := range Commands() {
				line, ok := lineOf(command, stage)
				want := ok && fits(line, d.state, a)
				_, err := Decide(d.state, d.command(a, command, nil), d.now)
				switch {
				case !ok && code(err) != "wrong_stage":
					t.Errorf("%s in %q by %s %v: %s", command, stage, a.ID, a.Communities, sentence(err))
				case ok && want == (code(err) == "forbidden"):
					t.Errorf("%s in %q by %s %v: %s, the table says %v", command, stage, a.ID, a.Communities, sentence(err), want)
				case !want && slices.Contains(allowed, command):
					t.Errorf("%s in %q is offered to %s %v", command, stage, a.ID, a.Communities)
				}
			}
		}
	}
}

func TestWhoSeesWhat_N1_N3(t *testing.T) {
	d := registered(t).toWorking()
	stranger := staff("other", "", people.Manager)
	stranger.Communities = []string{"linjiang"}
	everywhere := staff("ceo", "", people.Company)
	everywhere.Communities = []string{people.AllCommunities}
	neighbour := people.Actor{ID: "TS-20260302-OTHER", Roles: []people.Role{people.Complainant}, Communities: []string{people.AllCommunities}}
	for _, test := range []struct {
		who  people.Actor
		want Sight
	}{
		{agent, SeesAll}, {receptionist, SeesAll}, {assistant, SeesAll}, {manager, SeesAll}, {gm, SeesAll},
		{company, SeesAll}, {auditor, SeesAll}, {everywhere, SeesAll}, // N2
		{guard, SeesTasks}, {engineer, SeesNothing}, {admin, SeesNothing}, {stranger, SeesNothing},
		{resident, SeesProgress}, {neighbour, SeesNothing}, // N3
	} {
		if got := Sees(d.state, test.who); got != test.want {
			t.Errorf("%s sees %d, want %d", test.who.ID, got, test.want)
		}
	}
	if got := Allowed(d.state, auditor); len(got) > 0 {
		t.Errorf("an auditor may %v", got)
	}
}

// N1: what is offered is what can be done now.
func TestAllowed_N1(t *testing.T) {
	d := registered(t).toWorking()
	offered := func(a people.Actor, want bool, commands ...string) {
		t.Helper()
		for _, c := range commands {
			if slices.Contains(Allowed(d.state, a), c) != want {
				t.Errorf("%s offered to %s: %v", c, a.ID, !want)
			}
		}
	}
	offered(guard, true, CmdAccept, CmdReturn, CmdContact, CmdRequestEscalation)
	offered(guard, false, CmdComplete, CmdPause, CmdResume, CmdReroute, CmdJudge, CmdVerify, CmdDecideEscalation)
	offered(resident, true, CmdWithdraw)
	offered(resident, false, CmdAnswer, CmdReopen, CmdContact)
	offered(agent, true, CmdDispatch, CmdPropose, CmdMerge)
	d.do(guard, CmdAccept, AcceptTask{Task: "T1"}).do(agent, CmdPropose, Propose{Text: "p"})
	offered(guard, true, CmdComplete, CmdPause)
	offered(guard, false, CmdAccept, CmdResume)
	offered(resident, true, CmdAnswer)
	// Another department's task is not one's own.
	d.do(agent, CmdDispatch, Dispatch{Lead: "security", Tasks: []TaskOrder{{Department: "engineering", Content: "c"}}})
	offered(engineer, true, CmdAccept)
	offered(engineer, false, CmdComplete)
	d.wait(time.Hour) // engineering has not accepted in time
	offered(agent, true, CmdDecideEscalation)
	offered(guard, false, CmdDecideEscalation)
}
