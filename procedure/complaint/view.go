package complaint

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

// Sight is how much of a complaint somebody may see. N1, N3
type Sight int

// From nothing to everything.
const (
	SeesNothing  Sight = iota
	SeesProgress       // the complainant: their own case, its stage and plan, no internal words
	SeesTasks          // a department: the case as far as its tasks need it
	SeesAll
)

// Sees says how much of this complaint an actor may see. N1, N3
func Sees(s State, a people.Actor) Sight {
	if slices.Contains(a.Roles, people.Complainant) {
		if a.ID == s.Number {
			return SeesProgress
		}
		return SeesNothing
	}
	if !a.In(s.Record.Community) {
		return SeesNothing
	}
	if _, ok := a.As([]people.Role{people.Agent, people.Receptionist, people.Assistant, people.Manager, people.GM, people.Company, people.Auditor}); ok || handles(s.Handler, a) {
		return SeesAll
	}
	handler := slices.Contains(a.Roles, people.Handler)
	if slices.ContainsFunc(s.Tasks, func(t Task) bool { return handler && t.Department == a.Department || handles(t.Assignee, a) }) {
		return SeesTasks
	}
	return SeesNothing
}

// Allowed lists the commands that an actor may give now, in the order of the table, as far as can be
// known before the payload is.
func Allowed(s State, a people.Actor) []string {
	if Sees(s, a) == SeesNothing {
		return nil
	}
	var names []string
	for _, t := range Table {
		if !slices.Contains(t.From, s.Stage) || slices.Contains(names, t.Command) {
			continue
		}
		role, err := permit(s, t, a)
		if err != nil || role == people.System {
			continue
		}
		d := &decision{State: s, command: procedure.Command{Name: t.Command, Actor: a}, line: t, by: people.By{Role: role}}
		if d.ready(t) {
			names = append(names, t.Command)
		}
	}
	return names
}

// ready checks the needs that do not depend on a payload, and that there is something to act on.
func (d *decision) ready(t Transition) bool {
	for _, need := range t.Needs {
		if needs[need](d, nil) != nil {
			return false
		}
	}
	switch t.Command {
	case CmdDecideEscalation:
		return slices.ContainsFunc(d.Escalated, d.mayDecide)
	case CmdPropose:
		return d.Nature != Invalid
	case CmdAnswer:
		return d.Plan.Answer == ""
	case CmdAccept, CmdReturn, CmdReroute, CmdProgress, CmdComplete, CmdPause, CmdResume:
		return slices.ContainsFunc(d.Tasks, func(x Task) bool { return d.mine(x) && slices.Contains(taskCommands(x.Status), t.Command) })
	}
	return true
}

func (d *decision) mayDecide(e Escalation) bool {
	_, ok := d.command.Actor.As(people.FromRung(e.Rung))
	return ok && e.Status == EscalationOpen
}

// taskCommands lists the commands that a task in a status takes.
func taskCommands(status TaskStatus) []string {
	switch status {
	case TaskDispatched:
		return []string{CmdAccept, CmdReturn}
	case TaskReturned:
		return []string{CmdReroute}
	case TaskAccepted:
		return []string{CmdReturn, CmdProgress, CmdComplete, CmdPause}
	case TaskPaused:
		return []string{CmdProgress, CmdResume}
	}
	return nil
}

// NextDue gives the earliest running deadline still to be met, and false when there is none.
func (s State) NextDue() (time.Time, bool) {
	var next time.Time
	for _, c := range s.Clocks {
		if !c.Breached && c.Paused == nil && (next.IsZero() || c.Due.Before(next)) {
			next = c.Due
		}
	}
	return next, !next.IsZero()
}
