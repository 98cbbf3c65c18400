// Package toy is the smallest kind of case that there can be: a wish that is granted or not. It is in no registry but
// that of the tests which show that a kind needs nothing beside its own values.
package toy

import (
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

const (
	StageWished machine.Stage = "wished"

	CmdGrant = "grant"

	EvWished  = "wish-made"
	EvGranted = "wish-granted"

	Granted = "granted"

	StepGrant deadline.Step = "grant"
)

// State is everything that a wish remembers.
type State struct {
	machine.Case
	What string `json:"what"`
}

// Register makes a wish.
type Register struct {
	machine.Customer
	What string `json:"what" api:"required,max=200"`
}

// Grant fulfils it.
type Grant struct {
	With  string `json:"with" tell:"with" api:"required,max=200"`
	Worth int    `json:"worth,omitempty" api:"min=0,max=100"` // in yuan
}

type decision struct {
	State
	*machine.Decision
}

var book = &machine.Book{
	Limits: func(policy.Policy) policy.Limits {
		return policy.Limits{
			string(StepGrant):             {Within: policy.Duration(time.Hour), Clock: policy.Wall, Owner: people.Agent},
			string(deadline.StepDecision): {Within: policy.Duration(time.Hour), Clock: policy.Wall},
			string(deadline.StepReminder): {Within: policy.Duration(time.Hour), Clock: policy.Wall},
			string(machine.StepReopen):    {Within: policy.Duration(time.Hour), Clock: policy.Wall},
		}
	},
	Steps: []machine.StageStep{{Stage: StageWished, Step: StepGrant}},
	Again: StageWished,
}

var (
	open     = []machine.Stage{StageWished}
	everyone = append([]people.Role{people.Complainant, people.System}, people.Workers...)
)

// Procedure is the procedure whole.
var Procedure = machine.Procedure[State, *decision]{
	Kind: "wish", Prefix: "YW", Path: "wishes", Book: book,
	Stages: []machine.Stage{machine.StageNew, StageWished, machine.StageClosed, machine.StageArchived},
	Steps:  []deadline.Step{StepGrant, deadline.StepDecision, deadline.StepReminder, machine.StepReopen},
	Commands: append([]machine.Command[*decision]{
		{Name: machine.CmdRegister, Does: machine.Does((*decision).register), Lines: []machine.Line[*decision]{
			{From: []machine.Stage{machine.StageNew}, May: everyone, To: open},
		}},
		{Name: CmdGrant, Does: machine.Does((*decision).grant), Lines: []machine.Line[*decision]{
			{From: open, May: machine.Desks, To: []machine.Stage{machine.StageClosed}},
		}},
	}, machine.Shared[*decision](book, open)...),
	Events: []machine.Event[State]{
		{Name: EvWished, Change: machine.Changes(func(s *State, e procedure.Event, p Register) {
			s.What = p.What
			s.Register(book, p.Customer, e)
		})},
		{Name: EvGranted, Change: machine.Remains[State, Grant](), Meets: []deadline.Step{StepGrant}},
	},
	Case:      func(s *State) *machine.Case { return &s.Case },
	Begin:     func(s State, d *machine.Decision) *decision { return &decision{State: s, Decision: d} },
	State:     func(d *decision) *State { return &d.State },
	Summarize: func(s State) procedure.Summary { return s.Summary(s.What) },
}

// Definition is the definition that Procedure makes.
var Definition = Procedure.Define()

func (d *decision) register(p Register) error {
	if err := machine.Checked(p.Customer, d.Actor(), d.Role()); err != nil {
		return err
	}
	if machine.Blank(p.What) {
		return machine.Missing("what")
	}
	d.Emit(EvWished, p)
	machine.Enter(d, StageWished)
	return nil
}

func (d *decision) grant(p Grant) error {
	if machine.Blank(p.With) {
		return machine.Missing("with")
	}
	d.Emit(EvGranted, p)
	machine.End(d, Granted, "")
	return nil
}
