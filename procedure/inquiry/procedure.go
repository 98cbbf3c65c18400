package inquiry

import (
	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// Stages lists every stage in the order of the procedure.
var Stages = []machine.Stage{machine.StageNew, StageAnswering, StageForwarded, StageTurning, machine.StageClosed, machine.StageArchived}

var (
	open     = []machine.Stage{StageAnswering, StageForwarded, StageTurning}
	atHand   = []machine.Stage{StageAnswering, StageForwarded}
	everyone = append([]people.Role{people.Complainant, people.System}, people.Workers...)
)

type (
	command = machine.Command[*decision]
	lines   = []machine.Line[*decision]
	event   = machine.Event[State]
	tells   = []machine.Tell[State]
)

// commands are the procedure: everything that may happen to an inquiry.
var commands = append([]command{
	{Name: machine.CmdRegister, Does: machine.Does((*decision).register), Lines: lines{
		{From: []machine.Stage{machine.StageNew}, May: everyone, To: []machine.Stage{StageAnswering}},
	}},
	{Name: CmdSort, Does: machine.Does((*decision).sort), Lines: lines{{From: atHand, May: machine.Desks}}},
	{Name: CmdForward, Does: machine.Does((*decision).forward), Lines: lines{
		{From: atHand, May: machine.Desks, To: []machine.Stage{StageForwarded}},
	}},
	{Name: CmdReport, Does: machine.Does((*decision).report), Lines: lines{
		{From: []machine.Stage{StageForwarded}, May: append([]people.Role{people.Handler}, machine.Desks...), Named: true, To: []machine.Stage{StageAnswering}},
	}},
	{Name: CmdReply, Does: machine.Does((*decision).reply), Ready: (*decision).answerable, Lines: lines{
		{From: atHand, May: machine.Desks, Named: true, To: []machine.Stage{machine.StageClosed}},
	}},
	{Name: CmdTurn, Does: machine.Does((*decision).turn), Lines: lines{{From: atHand, May: machine.Desks, To: []machine.Stage{StageTurning}}}},
	{Name: machine.CmdLink, Does: machine.Does((*decision).link), Lines: lines{
		{From: []machine.Stage{StageTurning}, May: machine.Time, To: []machine.Stage{machine.StageClosed, StageAnswering}},
	}},
}, machine.Shared[*decision](book, open)...)

// events are all that an inquiry is made of, beside what every case is.
var events = []event{
	{Name: EvRegistered, Change: machine.Changes(registered), Tells: tells{
		{Template: "inquiry-acknowledged", To: machine.ToCustomer[State]}, {Template: "inquiry-new", To: machine.To[State](people.Agent)},
	}},
	{Name: EvSorted, Change: machine.Changes(func(s *State, _ procedure.Event, p Sort) { s.Class = p.Class })},
	{Name: EvForwarded, Change: machine.Changes(forwarded), Tells: tells{
		{Template: "inquiry-forwarded", To: machine.Of(shared, machine.ToDepartment)}, {Template: "inquiry-spared", To: spared}, // K2
	}},
	{Name: EvReported, Change: machine.Changes(reported), Meets: []deadline.Step{StepForward}, Tells: tells{
		{Template: "inquiry-reported", To: machine.To[State](people.Agent), Next: StageAnswering},
	}},
	{Name: EvReplied, Change: machine.Changes(replied), Meets: []deadline.Step{StepReply}, Tells: tells{{Template: "inquiry-replied", To: machine.ToCustomer[State]}}},
	{Name: EvTurned, Change: machine.Changes(func(s *State, _ procedure.Event, p Turn) { s.Into = p.Into }), Effects: turning},
	{Name: machine.EvLinked, Change: machine.Remains[State, machine.Linked](), Meets: []deadline.Step{StepTurn}, Tells: tells{
		{Template: "inquiry-turned", To: machine.ToCustomer[State]},
	}},
	{Name: machine.EvLinkFailed, Change: machine.Remains[State, machine.LinkFailed](), Tells: tells{
		{Template: "your-turn", To: machine.To[State](people.Agent), Next: StageAnswering},
	}},
	{Name: machine.EvEnded, Change: machine.Changes(func(s *State, _ procedure.Event, _ machine.Ended) { s.ask("") }), Tells: tells{
		{Template: "inquiry-withdrawn", To: whoWithdrew}, {Template: "inquiry-spared", To: spared},
	}},
	{Name: machine.EvReopened, Change: machine.Remains[State, machine.Reasoned](), Tells: tells{
		{Template: "reopened", To: machine.To[State](people.Agent), Next: StageAnswering},
	}},
}

// book is what every case's part needs to know of the procedure.
var book = &machine.Book{
	Limits: func(p policy.Policy) policy.Limits { return p.Inquiry.Deadlines },
	Steps:  []machine.StageStep{{Stage: StageAnswering, Step: StepReply}, {Stage: StageForwarded, Step: StepForward}, {Stage: StageTurning, Step: StepTurn}},
	Again:  StageAnswering,
}

// Definition is the inquiry procedure whole.
var Definition = machine.Procedure[State, *decision]{
	Kind: "inquiry", Prefix: number.Inquiry, Path: "inquiries", Stages: Stages, Steps: Steps, Commands: commands, Events: events, Book: book,
	Case:  shared,
	Begin: func(s State, d *machine.Decision) *decision { return &decision{State: s, Decision: d} },
	State: func(d *decision) *State { return &d.State },
	Args:  (*State).args, Summarize: Summarize,
}.Define()

func shared(s *State) *machine.Case { return &s.Case }

// Summarize gives the inquiry as lists and searches need it.
func Summarize(s State) procedure.Summary {
	sum := s.Summary(s.What)
	sum.Nature = string(s.Class)
	return sum
}
