package complaint

import (
	"slices"
	"strings"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

// needs holds the check behind each need of the table. A nil payload asks what holds before any
// payload is known (see Allowed).
var needs = map[Need]func(d *decision, payload any) error{
	NeedClear:          needClear,
	NeedNotNamed:       needNotNamed,
	NeedEmergencyEarly: needEmergencyEarly,
	NeedNoEmergency:    needNoEmergency,
	NeedOtherReviewer:  needOtherReviewer,
	NeedExplainersTurn: needExplainersTurn,
	NeedAppealable:     needAppealable,
	NeedMajor:          needMajor,
	NeedTask:           needTask,
	NeedPlanProposed:   needPlanProposed,
	NeedNoRequest:      needNoRequest,
}

func needClear(d *decision, _ any) error { // A3
	if len(d.Unclear) > 0 {
		return procedure.Conflict("not_clear", "fields", strings.Join(d.Unclear, ", "))
	}
	return nil
}

// needNotNamed keeps staff away from complaints about themselves. The complainant and time may always act. B9
func needNotNamed(d *decision, _ any) error {
	if d.By.Role == people.Complainant || d.By.Role == people.System {
		return nil
	}
	if named(d.involved(), d.Command.Actor) {
		return procedure.Conflict("conflict_of_interest")
	}
	return nil
}

// named says whether the complaint is about this person.
func named(involved []Involved, a people.Actor) bool {
	return slices.ContainsFunc(involved, func(i Involved) bool {
		return (i.Staff != "" && i.Staff == a.ID) || (!machine.Blank(i.Name) && strings.TrimSpace(i.Name) == strings.TrimSpace(a.Name))
	})
}

func needEmergencyEarly(d *decision, _ any) error { // A8
	if !d.Emergency() {
		return procedure.Conflict("judge_first")
	}
	return nil
}

// needNoRequest keeps people from settling what a service request settles by itself when it ends. B6
func needNoRequest(d *decision, _ any) error {
	if d.By.Role != people.System && d.Service != "" {
		return procedure.Conflict("request_settles", "request", d.Service)
	}
	return nil
}

func needNoEmergency(d *decision, _ any) error { // C6
	if d.Emergency() {
		return procedure.Conflict("no_pause_in_emergency")
	}
	return nil
}

func needOtherReviewer(d *decision, _ any) error { // B4
	if last := d.Judgement[len(d.Judgement)-1]; last.By.ID == d.Command.Actor.ID {
		return procedure.Conflict("reviewer_is_judge")
	}
	return nil
}

func needExplainersTurn(d *decision, _ any) error { // B5
	if _, ok := d.Command.Actor.As(people.FromLevel(d.Explainer)); !ok {
		return procedure.Forbidden("not_your_turn", "role", string(d.Explainer))
	}
	return nil
}

func needAppealable(d *decision, _ any) error { // B10
	if d.Appealed {
		return procedure.Conflict("appealed_already")
	}
	if d.Nature != Invalid || (d.Closing != nil && d.Closing.Outcome != Explained) {
		return procedure.Conflict("nothing_to_appeal")
	}
	return nil
}

func needMajor(d *decision, _ any) error { // B7
	if !d.Major() {
		return procedure.Conflict("not_major")
	}
	return nil
}

func needPlanProposed(d *decision, _ any) error { // D2
	if d.Plan == nil {
		return procedure.Conflict("no_plan")
	}
	return nil
}

// onTask is a payload that is about one task.
type onTask interface{ taskID() string }

func (p TaskRef) taskID() string    { return p.Task }
func (p AcceptTask) taskID() string { return p.Task }
func (p Return) taskID() string     { return p.Task }
func (p Reroute) taskID() string    { return p.Task }
func (p Progress) taskID() string   { return p.Task }
func (p Complete) taskID() string   { return p.Task }
func (p PauseTask) taskID() string  { return p.Task }

// needTask wants an existing task and, of a department's people, one of their own. C2, N1
func needTask(d *decision, payload any) error {
	p, given := payload.(onTask)
	if !given {
		if !slices.ContainsFunc(d.Tasks, d.mine) {
			return procedure.Invalid("unknown_task")
		}
		return nil
	}
	t, ok := d.Task(p.taskID())
	if !ok {
		return procedure.Invalid("unknown_task", "task", p.taskID())
	}
	if !d.mine(t) {
		if t.Department != "" && t.Has(d.Command.Actor.Department) { // another was first. C1
			return procedure.Conflict("taken_already")
		}
		return procedure.Forbidden("not_your_task", "task", t.ID)
	}
	return nil
}

// mine says whether the actor may act on a task: on any in a role of the desk or as the complaint's
// handler; else on their department's, and on one that was given to them.
func (d *decision) mine(t Task) bool {
	a := d.Command.Actor
	desk := slices.DeleteFunc(slices.Clone(may(d.Line, d.State)), func(r people.Role) bool { return r == people.Handler })
	if _, ok := a.As(desk); ok || deadline.Handles(d.Handler, a) || deadline.Handles(t.Assignee, a) {
		return true
	}
	return slices.Contains(a.Roles, people.Handler) && (t.Department == a.Department || t.Department == "" && t.Has(a.Department))
}
