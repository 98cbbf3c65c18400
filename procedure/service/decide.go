package service

import (
	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

// handlers holds what each command beside the desk's does once the table lets it pass.
var handlers = map[string]func(*decision, machine.Transition) error{
	machine.CmdRegister: handle((*decision).register),
	CmdConfirm:          handle((*decision).confirm),
	CmdAppoint:          handle((*decision).appoint),
	CmdAgree:            handle((*decision).agree),
	CmdMiss:             handle((*decision).miss),
	CmdAssign:           handle((*decision).assign),
	CmdTakeTurn:         handle((*decision).takeTurn),
	CmdTake:             handle((*decision).take),
	CmdHandBack:         handle((*decision).handBack),
	CmdArrive:           handle((*decision).arrive),
	CmdQuote:            handle((*decision).quote),
	CmdAcceptQuote:      handle((*decision).acceptQuote),
	CmdDeclineQuote:     handle((*decision).declineQuote),
	CmdRecord:           handle((*decision).record),
	CmdFinish:           handle((*decision).finish),
	CmdPay:              handle((*decision).pay),
	CmdWaive:            handle((*decision).waive),
	CmdRate:             handle((*decision).rate),
	CmdAskRating:        handle((*decision).askRating),
	CmdCloseUnrated:     handle((*decision).closeUnrated),
	CmdReject:           handle((*decision).reject),
}

// decision is one command being decided over a copy of the state.
type decision struct {
	State
	*machine.Decision
}

var rules = machine.RulesOf(Table, handlers, book, file,
	func(s State, t *machine.Decision) *decision { return &decision{State: s, Decision: t} }).Permitting(permit)

// handle reads a command's payload, checks the needs that the table names, and runs the command.
func handle[P any](run func(*decision, P) error) func(*decision, machine.Transition) error {
	return machine.Handle(needs, run)
}

// Follow and Finish are the decision as the kit asks for it.
func (d *decision) Follow(e procedure.Event) { d.State = Evolve(d.State, e) }
func (d *decision) Finish()                  { d.Settle(d) }

// needs holds the check behind each need of the table. A nil payload asks what holds before any payload
// is known (see Allowed).
var needs = map[machine.Need]func(*decision, any) error{
	NeedOtherSide: needOtherSide,
	NeedTaken:     needTaken,
	NeedQuote:     needQuote,
	NeedQuoted:    needQuoted,
	NeedUnrated:   needUnrated,
}

// needOtherSide keeps a side from agreeing to its own proposal; the desk records for the customer. L3
func needOtherSide(d *decision, _ any) error {
	if d.Visit == nil {
		return procedure.Conflict("appointment_first")
	}
	_, records := d.Actor().As(machine.Desks)
	if d.Visit.By == sideOf(d.Role()) && !records {
		return procedure.Conflict("own_proposal")
	}
	return nil
}

func needTaken(d *decision, _ any) error { // C2
	if d.Job == nil || d.Job.Status != JobAccepted {
		return procedure.Conflict("take_first")
	}
	return nil
}

func needQuote(d *decision, _ any) error {
	if d.Quote == nil || d.Quote.Answer != "" {
		return procedure.Conflict("no_quote")
	}
	return nil
}

func needQuoted(d *decision, _ any) error {
	if !d.quoted() {
		return procedure.Conflict("quote_first")
	}
	return nil
}

func needUnrated(d *decision, _ any) error { // L4
	switch {
	case d.Rating != nil:
		return procedure.Conflict("rated_already")
	case !d.Done:
		return procedure.Conflict("nothing_to_rate")
	}
	return nil
}

// permit gives the role in which the actor may give a line's command: by the desk's rules, and what is on
// offer to several departments by any of them. The one that comes too late is told. C1
func permit(s State, t machine.Transition, a people.Actor) (people.Role, error) {
	_, handler := a.As([]people.Role{people.Handler})
	offers := t.Command == CmdTake || t.Command == CmdHandBack
	if !offers || !handler || s.Job == nil || !s.Job.Has(a.Department) || !a.In(s.Customer.Community) || s.Department == a.Department {
		return machine.Permit(&s.Case, t, a)
	}
	if s.Department != "" {
		return "", procedure.Conflict("taken_already")
	}
	return people.Handler, nil
}

// Sees says how much of the request an actor may see. Work on offer is seen by all to whom it is, also
// by those who came too late. N1, N3
func (s State) Sees(a people.Actor) people.Sight {
	theirs := a.Department != "" && s.Department == a.Department || s.Job != nil && s.Job.Has(a.Department)
	return machine.Sees(s.Number, s.Customer.Community, a, deadline.Handles(s.Handler, a), theirs)
}

// Allowed lists the commands that an actor may give now, in the order of the table, as far as can be
// known before the payload is.
func Allowed(s State, a people.Actor) []string {
	var names []string
	if s.Sees(a) == people.SeesNothing {
		return nil
	}
	for _, name := range machine.Commands(Table) {
		t, ok := machine.Find(Table, name, s.Stage)
		if !ok {
			continue
		}
		role, err := permit(s, t, a)
		d := &decision{State: s, Decision: &machine.Decision{Command: procedure.Command{Name: name, Actor: a}, Line: t, By: people.By{Role: role}}}
		if err == nil && role != people.System && d.ready(t) {
			names = append(names, name)
		}
	}
	return names
}

// ready checks the needs that do not depend on a payload, and that there is something to act on.
func (d *decision) ready(t machine.Transition) bool {
	for _, n := range t.Needs {
		if needs[n](d, nil) != nil {
			return false
		}
	}
	switch t.Command {
	case deadline.CmdDecideEscalation:
		return d.MayDecide(d.Actor())
	case CmdTake:
		return d.Job != nil && d.Job.Status == JobDispatched
	case CmdHandBack:
		return d.Job != nil && (d.Job.Status == JobDispatched || d.Job.Status == JobAccepted)
	case CmdArrive:
		return d.expected()
	case CmdPay:
		return d.ToPay() > 0
	}
	return true
}
