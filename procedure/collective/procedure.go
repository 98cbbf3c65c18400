package collective

import (
	"slices"

	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// Stages lists every stage in the order of the procedure.
var Stages = []machine.Stage{
	machine.StageNew, StagePlanning, StageConvened, StageDeciding, StageInforming, machine.StageClosed, machine.StageArchived,
}

var (
	open     = []machine.Stage{StagePlanning, StageConvened, StageDeciding, StageInforming}
	atHand   = open[:3]
	standing = append(slices.Clone(open), machine.StageClosed) // an announcement may outlast the issue
	closed   = []machine.Stage{machine.StageClosed}
	deciding = []machine.Stage{StageDeciding}

	office = []people.Role{people.Agent, people.Assistant, people.Manager, people.GM}
	found  = append([]people.Role{people.System}, machine.Leaders...)
	// keepers may write down what was said at a forum.
	keepers = append([]people.Role{people.Assistant}, machine.Leaders...)
	joiners = append([]people.Role{people.System}, office...)
)

type (
	command = machine.Command[*decision]
	lines   = []machine.Line[*decision]
	event   = machine.Event[State]
	tells   = []machine.Tell[State]
)

// commands are the procedure: everything that may happen to a collective issue.
var commands = append([]command{
	{Name: machine.CmdRegister, Does: machine.Does((*decision).register), Lines: lines{
		{From: []machine.Stage{machine.StageNew}, May: found, To: []machine.Stage{StagePlanning}},
	}},
	{Name: CmdJoin, Does: machine.Does((*decision).join), Lines: lines{{From: open, May: joiners}}},
	{Name: CmdLeave, Does: machine.Does((*decision).leave), Lines: lines{{From: open, May: office}}},
	{Name: CmdDecline, Does: machine.Does((*decision).decline), Lines: lines{{From: open, May: machine.Time}}},
	{Name: CmdConvene, Does: machine.Does((*decision).convene), Lines: lines{
		{From: atHand, May: machine.Leaders, Named: true, To: []machine.Stage{StageConvened}},
	}},
	{Name: CmdMinutes, Does: machine.Does((*decision).minutes), Lines: lines{
		{From: []machine.Stage{StageConvened}, May: keepers, Named: true, To: deciding},
	}},
	{Name: CmdAnnounce, Does: machine.Does((*decision).announce), Lines: lines{
		{From: []machine.Stage{StagePlanning}, May: machine.Leaders, Named: true, To: deciding},
		{From: []machine.Stage{StageConvened, StageDeciding, StageInforming}, May: machine.Leaders, Named: true},
	}},
	{Name: CmdTakeDown, Does: machine.Does((*decision).takeDown), Lines: lines{{From: standing, May: machine.Leaders}}},
	{Name: CmdConclude, Does: machine.Does((*decision).conclude), Lines: lines{
		{From: deciding, May: machine.Leaders, Named: true, To: []machine.Stage{StageInforming, machine.StageClosed}},
	}},
	{Name: CmdDrop, Does: machine.Does((*decision).drop), Lines: lines{{From: atHand, May: machine.Leaders, To: closed}}},
	{Name: CmdHearMatter, Does: machine.Does((*decision).hearMatter), Lines: lines{{From: open, May: machine.Time, To: closed}}},
	{Name: CmdHearMembers, Does: machine.Does((*decision).hearMembers), Lines: lines{{From: open, May: machine.Time}}},
	{Name: CmdHearInformed, Does: machine.Does((*decision).hearInformed), Lines: lines{
		{From: []machine.Stage{StageInforming}, May: machine.Time, To: closed},
	}},
}, machine.SharedInternal[*decision](book, open)...)

var leaders = machine.To[State](people.Manager, people.GM)

// events are all that a collective issue is made of, beside what every case is. Members are told by their own complaints.
var events = []event{
	{Name: EvRegistered, Change: machine.Changes(opened), Effects: welcomed, Tells: tells{{Template: "issue-opened", To: leaders}}},
	{Name: EvJoined, Change: machine.Changes(joined), Effects: joining},
	{Name: EvLeft, Change: machine.Changes(left), Effects: leaving},
	{Name: EvConvened, Change: machine.Changes(convened), Meets: []deadline.Step{StepPlanning}, Effects: inviting},
	{Name: EvMinutes, Change: machine.Changes(held), Meets: []deadline.Step{StepMinutes}, Effects: recounting, Tells: tells{
		{Template: "your-turn", To: machine.To[State](people.Manager), Next: StageDeciding},
	}},
	{Name: EvAnnounced, Change: machine.Changes(announced), Meets: []deadline.Step{StepPlanning}, Effects: announcing},
	{Name: EvTakenDown, Change: machine.Changes(takenDown)},
	{Name: EvConcluded, Change: machine.Changes(concluded), Meets: []deadline.Step{StepPlanning, StepConclude}, Effects: answering},
	{Name: EvInformed, Change: machine.Remains[State, Informed](), Meets: []deadline.Step{StepTell}, Tells: tells{
		{Template: "issue-informed", To: leaders, Next: machine.StageClosed},
	}},
	{Name: EvSuperseded, Change: machine.Changes(superseded), Effects: superseding, Tells: tells{
		{Template: "issue-superseded", To: leaders, Next: machine.StageClosed},
	}},
	{Name: machine.EvEnded, Change: machine.Remains[State, machine.Ended](), Effects: releasing},
}

// book is what every case's part needs to know of the procedure.
var book = &machine.Book{
	Limits: func(p policy.Policy) policy.Limits { return p.Collective.Deadlines },
	Steps: []machine.StageStep{
		{Stage: StagePlanning, Step: StepPlanning}, {Stage: StageConvened, Step: StepMinutes}, {Stage: StageDeciding, Step: StepConclude},
		{Stage: StageInforming, Step: StepTell},
	},
	Again: StagePlanning,
}

// Definition is the procedure of collective issues whole.
var Definition = machine.Procedure[State, *decision]{
	Kind: "collective", Prefix: "JT", Stages: Stages, Steps: Steps, Commands: commands, Events: events, Book: book,
	Case:  func(s *State) *machine.Case { return &s.Case },
	Begin: func(s State, d *machine.Decision) *decision { return &decision{State: s, Decision: d} },
	State: func(d *decision) *State { return &d.State },
	Clone: (*State).cloned, Args: (*State).args, Summarize: Summarize,
}.Define()
