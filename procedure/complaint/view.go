package complaint

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

// Sight is how much of a complaint somebody may see. N1, N3
type Sight = people.Sight

// From nothing to everything.
const (
	SeesNothing  = people.SeesNothing
	SeesProgress = people.SeesProgress // the complainant: their own case, its stage and plan, no internal words
	SeesTasks    = people.SeesTasks    // a department: the case as far as its tasks need it
	SeesAll      = people.SeesAll
)

// Sees says how much of this complaint an actor may see. N1, N3
func Sees(s State, a people.Actor) Sight {
	works := slices.ContainsFunc(s.Tasks, func(t Task) bool { return t.of(a) })
	return machine.Sees(s.Number, s.Record.Community, a, deadline.Handles(s.Handler, a), works)
}

// of says whether a task is the actor's to see: by their department or by name, or because it is or was on
// offer to them. C1
func (t Task) of(a people.Actor) bool {
	return t.owned(a) || slices.Contains(a.Roles, people.Handler) && t.Has(a.Department)
}

// owned says whether a task is the actor's alone: not only on offer to them among others.
func (t Task) owned(a people.Actor) bool {
	return slices.Contains(a.Roles, people.Handler) && t.Department == a.Department || deadline.Handles(t.Assignee, a)
}

// ShowsContacts says whether an actor sees the complainant's name, room, phone and e-mail in clear:
// who talks to complainants, who is named to handle this one, and a department while a task of its
// own runs. C1, N1
func ShowsContacts(s State, a people.Actor) bool {
	permission, ok := people.Permits(people.ReadCase, a)
	switch {
	case !ok || Sees(s, a) == SeesNothing:
		return false
	case permission.Contacts == people.Clear || deadline.Handles(s.Handler, a):
		return true
	}
	return permission.Contacts == people.WhileWorking && slices.ContainsFunc(s.Tasks, func(t Task) bool { return t.owned(a) && t.running() })
}

// running says whether a department is at work on a task, or is about to be.
func (t Task) running() bool {
	return t.Status == TaskDispatched || t.Status == TaskAccepted || t.Status == TaskPaused
}

// MayEver says whether the table lets any of the actor's roles give a command in some stage.
func MayEver(command string, a people.Actor) bool { return machine.MayEver(Table, command, a) }

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
		d := &decision{State: s, Decision: &machine.Decision{Command: procedure.Command{Name: t.Command, Actor: a}, Line: t, By: people.By{Role: role}}}
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
		return d.MayDecide(d.Actor())
	case CmdPropose:
		return d.Nature != Invalid
	case CmdAnswer:
		return d.Plan.Answer == ""
	case CmdAccept, CmdReturn, CmdReroute, CmdProgress, CmdComplete, CmdPause, CmdResume:
		return slices.ContainsFunc(d.Tasks, func(x Task) bool { return d.mine(x) && slices.Contains(x.commands(), t.Command) })
	}
	return true
}

// commands lists the commands that a task takes as it stands.
func (t Task) commands() []string {
	switch t.Status {
	case TaskQueued:
		return []string{CmdReroute}
	case TaskDispatched:
		if t.Department == "" {
			return []string{CmdAccept, CmdReturn, CmdReroute}
		}
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
