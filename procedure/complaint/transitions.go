package complaint

import (
	"slices"

	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/pool"
)

// The commands. Each is the name of a signal and the last part of an API path.
const (
	CmdRegister          = "register"
	CmdClarify           = "clarify"
	CmdClassify          = "classify"
	CmdJudge             = "judge"
	CmdReview            = "review"
	CmdExplain           = "explain"
	CmdAppeal            = "appeal"
	CmdSettleService     = "settle-service"
	CmdContain           = "contain"
	CmdReceive           = "receive"
	CmdContact           = machine.CmdContact
	CmdNameHandler       = "name-handler"
	CmdDispatch          = "dispatch"
	CmdAccept            = "accept"
	CmdReturn            = "return"
	CmdReroute           = "reroute"
	CmdProgress          = "progress"
	CmdComplete          = "complete"
	CmdTakeTurn          = pool.CmdTakeTurn
	CmdPause             = "pause"
	CmdResume            = "resume"
	CmdPropose           = "propose"
	CmdAnswer            = "answer"
	CmdRequestEscalation = deadline.CmdRequestEscalation
	CmdDecideEscalation  = deadline.CmdDecideEscalation
	CmdVerify            = "verify"
	CmdRevisit           = "revisit"
	CmdDecideUnreached   = "decide-unreached"
	CmdWithdraw          = machine.CmdWithdraw
	CmdMerge             = "merge"
	CmdReopen            = machine.CmdReopen
	CmdWarn              = deadline.CmdWarn
	CmdBreach            = deadline.CmdBreach
	CmdArchive           = machine.CmdArchive
	CmdAdopt             = policy.CmdAdopt
	// What complaints about one matter tell one another. A11
	CmdTakeIn    = "take-in"
	CmdPart      = "part"
	CmdFollow    = "follow"
	CmdHearMerge = "hear-merge"
	CmdUndoMerge = "undo-merge"
	// What a collective issue tells its members. J1, J2
	CmdJoinIssue  = "join-issue"
	CmdLeaveIssue = "leave-issue"
	CmdInform     = "inform"
)

// Need is something that must hold before a command is taken; each is checked in needs.go.
type Need = machine.Need

// The needs. Each is checked in needs.go.
const (
	NeedClear          Need = "clear"           // nothing is missing or vague. A3
	NeedNotNamed       Need = "not_named"       // the actor is not named in the complaint. B9
	NeedEmergencyEarly Need = "emergency_early" // before judgement only emergencies are dispatched. A8
	NeedNoEmergency    Need = "no_emergency"    // not for emergencies. C6
	NeedOtherReviewer  Need = "other_reviewer"  // whoever judged does not review. B4
	NeedExplainersTurn Need = "explainers_turn" // B5
	NeedAppealable     Need = "appealable"      // judged invalid, and not appealed before. B10
	NeedMajor          Need = "major"           // only for major complaints. B7
	NeedTask           Need = "task"            // the task exists and is the department's own. C2
	NeedPlanProposed   Need = "plan_proposed"   // D2
	NeedNoRequest      Need = "no_request"      // no service request brings the outcome by itself. B6
)

// Transition is one line of the table.
type Transition = machine.Transition

var (
	judging  = []Stage{StageRegistered, StageReferred, StageReview}
	handling = []Stage{StageDispatching, StageWorking}
	open     = Stages[1 : len(Stages)-2]
	all      = Stages[1 : len(Stages)-1]

	atDesk    = []people.Role{people.Agent, people.Assistant, people.Manager}
	leaders   = []people.Role{people.Manager, people.GM, people.Company}
	onTasks   = []people.Role{people.Handler, people.Agent}
	onBehalf  = []people.Role{people.Complainant, people.Agent, people.Assistant}
	everybody = people.Workers
	byTime    = []people.Role{people.System}
)

// afterJudgement is where a judgement can lead when no review is asked for.
var afterJudgement = []Stage{StageExplaining, StageService, StageDispatching, StageWorking, StageVerifying}

// Table is the procedure: everything that may happen to a complaint. The permission check, the API,
// the lifecycle diagram and the staff handbook are read from it.
var Table = []Transition{
	{Command: CmdRegister, From: []Stage{StageNew}, May: append([]people.Role{people.Complainant, people.System}, everybody...), To: []Stage{StageRegistered, StageClosed}},

	{Command: CmdClarify, From: open, May: append([]people.Role{people.Receptionist}, atDesk...), Needs: []Need{NeedNotNamed}},
	{Command: CmdClassify, From: open, May: append([]people.Role{people.GM}, atDesk...), Needs: []Need{NeedNotNamed}, To: []Stage{StageWorking}},
	{Command: CmdContain, From: open, May: everybody},
	{Command: CmdReceive, From: open, May: leaders},
	{Command: CmdContact, From: all, May: everybody},
	{Command: CmdNameHandler, From: open, May: []people.Role{people.GM, people.Company}, Needs: []Need{NeedMajor, NeedNotNamed}},

	{Command: CmdJudge, From: []Stage{StageRegistered}, May: atDesk, Named: true, Needs: []Need{NeedClear, NeedNotNamed}, To: []Stage{StageReferred, StageReview, StageExplaining, StageService, StageDispatching, StageWorking}},
	{Command: CmdJudge, From: []Stage{StageReferred}, May: leaders, Named: true, Needs: []Need{NeedClear, NeedNotNamed}, To: append([]Stage{StageReview}, afterJudgement...)},
	{Command: CmdReview, From: []Stage{StageReview}, May: append([]people.Role{people.Assistant}, leaders...), Needs: []Need{NeedNotNamed, NeedOtherReviewer}, To: afterJudgement},
	{Command: CmdExplain, From: []Stage{StageExplaining}, May: append([]people.Role{people.Agent}, leaders...), Needs: []Need{NeedNotNamed, NeedExplainersTurn}, To: []Stage{StageClosed}},
	{Command: CmdAppeal, From: []Stage{StageExplaining, StageClosed}, May: onBehalf, Needs: []Need{NeedAppealable}, To: []Stage{StageReferred}},
	{Command: CmdSettleService, From: []Stage{StageService}, May: append([]people.Role{people.System}, atDesk...), Named: true, Needs: []Need{NeedNotNamed, NeedNoRequest}, To: []Stage{StageDispatching, StageWorking, StageVerifying}},

	{Command: CmdDispatch, From: judging, May: atDesk, Named: true, Needs: []Need{NeedEmergencyEarly, NeedNotNamed}},
	{Command: CmdDispatch, From: handling, May: atDesk, MayMajor: leaders, Named: true, Needs: []Need{NeedNotNamed}, To: []Stage{StageWorking}},
	{Command: CmdTakeTurn, From: open, May: byTime},
	{Command: CmdAccept, From: open, May: onTasks, Named: true, Needs: []Need{NeedTask, NeedNotNamed}},
	{Command: CmdReturn, From: open, May: onTasks, Named: true, Needs: []Need{NeedTask, NeedNotNamed}},
	{Command: CmdReroute, From: open, May: atDesk, MayMajor: append([]people.Role{people.Agent, people.Assistant}, leaders...), Named: true, Needs: []Need{NeedTask, NeedNotNamed}},
	{Command: CmdProgress, From: open, May: onTasks, Named: true, Needs: []Need{NeedTask, NeedNotNamed}},
	{Command: CmdComplete, From: open, May: onTasks, Named: true, Needs: []Need{NeedTask, NeedNotNamed}, To: []Stage{StageVerifying}},
	{Command: CmdPause, From: open, May: onTasks, Named: true, Needs: []Need{NeedTask, NeedNotNamed, NeedNoEmergency}},
	{Command: CmdResume, From: open, May: append([]people.Role{people.System}, onTasks...), Named: true, Needs: []Need{NeedTask, NeedNotNamed}},
	{Command: CmdPropose, From: append([]Stage{StageReview}, handling...), May: atDesk, MayMajor: append([]people.Role{people.Agent, people.Assistant}, leaders...), Named: true, Needs: []Need{NeedNotNamed}},
	{Command: CmdAnswer, From: append([]Stage{StageReview}, handling...), May: append([]people.Role{people.Complainant, people.Agent, people.Assistant}, leaders...), Needs: []Need{NeedPlanProposed, NeedNotNamed}, To: []Stage{StageVerifying}},

	{Command: CmdVerify, From: []Stage{StageVerifying}, May: append([]people.Role{people.Assistant}, leaders...), MayMajor: leaders, Needs: []Need{NeedNotNamed}, To: []Stage{StageRevisiting, StageWorking}},
	{Command: CmdRevisit, From: []Stage{StageRevisiting}, May: append([]people.Role{people.Assistant, people.Receptionist}, leaders...), MayMajor: leaders, Needs: []Need{NeedNotNamed}, To: []Stage{StageClosed, StageWorking, StageUnreached}},
	{Command: CmdDecideUnreached, From: []Stage{StageUnreached}, May: leaders, Needs: []Need{NeedNotNamed}, To: []Stage{StageClosed, StageRevisiting}},

	{Command: CmdRequestEscalation, From: open, May: everybody},
	{Command: CmdDecideEscalation, From: open, May: people.Levels, Needs: []Need{NeedNotNamed}},

	{Command: CmdWithdraw, From: open, May: onBehalf, Needs: []Need{NeedNotNamed}, To: []Stage{StageClosed}},
	{Command: CmdMerge, From: open, May: atDesk, Needs: []Need{NeedNotNamed}, To: []Stage{StageClosed}},
	{Command: CmdReopen, From: []Stage{StageClosed}, May: onBehalf, To: open},

	{Command: CmdTakeIn, From: all, May: byTime},
	{Command: CmdPart, From: open, May: byTime, To: []Stage{StageRevisiting, StageClosed}},
	{Command: CmdPart, From: []Stage{StageClosed}, May: byTime},
	{Command: CmdFollow, From: all, May: byTime},
	{Command: CmdHearMerge, From: []Stage{StageClosed}, May: byTime, To: open},
	{Command: CmdUndoMerge, From: []Stage{StageClosed}, May: byTime, To: open},
	{Command: CmdNoteMeasure, From: all, May: byTime},

	{Command: CmdJoinIssue, From: all, May: byTime},
	{Command: CmdLeaveIssue, From: all, May: byTime},
	{Command: CmdInform, From: all, May: byTime},

	{Command: CmdAdopt, From: open, May: leaders},

	{Command: machine.CmdLink, From: all, May: byTime},
	{Command: CmdWarn, From: open, May: byTime},
	{Command: CmdBreach, From: open, May: byTime},
	{Command: CmdArchive, From: []Stage{StageClosed}, May: byTime, To: []Stage{StageArchived}},
}

// Commands lists every command once, in the order of the table.
func Commands() []string { return machine.Commands(Table) }

// may gives the roles that may give a line's command to this complaint.
func may(t Transition, s State) []people.Role {
	if s.Major() && t.MayMajor != nil {
		return t.MayMajor
	}
	return t.May
}

// namedFor says whether the actor was named to handle the complaint or, for a command on a task, one of
// its tasks. B7, H4, H5
func namedFor(t Transition, s State, a people.Actor) bool {
	if !t.Named {
		return false
	}
	return deadline.Handles(s.Handler, a) || slices.Contains(t.Needs, NeedTask) && slices.ContainsFunc(s.Tasks, func(x Task) bool { return deadline.Handles(x.Assignee, a) })
}
