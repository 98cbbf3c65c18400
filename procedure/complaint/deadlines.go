package complaint

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

// ends names the step whose time is no duty: it is how long a closed complaint can be reopened. G8
var ends = map[Step]string{StepReopen: CmdArchive}

// Due lists what falls due when, the earliest first, and the command that is then issued. H1
func Due(s State) []procedure.Deadline { return s.Set.Due(ends, CmdResume) }

// Issue gives the command that a deadline issues when it passes. Its ID is the same however often it
// is asked for, so that a deadline acts once. H7
func Issue(s State, d procedure.Deadline) procedure.Command {
	if c, ok := s.Deadline(d.Key); ok && d.Command == CmdResume {
		return deadline.Issue(d, TaskRef{Task: c.Subject})
	}
	return deadline.Issue(d, nil)
}

// warn tells the owner before a deadline. H1
func (d *decision) warn(p deadline.TimeUp) error { return d.Warn(d, p) }

// breach records a missed deadline; settling puts it before a level. H1, H2, H4
func (d *decision) breach(p deadline.TimeUp) error { return d.Breach(d, p) }

// archive ends a complaint whose time to reopen is over. G8
func (d *decision) archive(p deadline.TimeUp) error {
	if _, err := d.Passed(d, p, deadline.WhenDue); err != nil {
		return err
	}
	if d.Following != nil && d.Following.Open {
		d.mergeChecked()
		return nil
	}
	d.Emit(EvArchived, struct{}{})
	return nil
}

// requestEscalation asks the level above for help with the step at hand. H3, C4, H5
func (d *decision) requestEscalation(p deadline.RequestEscalation) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	if t, ok := d.Task(p.Task); ok && d.By.Role == people.Handler && !d.mine(t) {
		return procedure.Forbidden("not_your_task", "task", p.Task)
	}
	key, err := d.stepAtHand(p.Task)
	if err != nil {
		return err
	}
	return d.Request(d, key, p.Reason)
}

// stepAtHand gives the key of the deadline that a request is about: the named task's, else the stage's.
func (d *decision) stepAtHand(task string) (string, error) {
	if task != "" {
		t, ok := d.Task(task)
		if !ok {
			return "", procedure.Invalid("unknown_task", "task", task)
		}
		for _, c := range d.Deadlines {
			if c.Subject == task {
				return c.Key, nil
			}
		}
		return "", procedure.Conflict("wrong_task_status", "task", task, "status", string(t.Status))
	}
	if step, ok := stageStep(d.Stage); ok {
		return deadline.Key(step, ""), nil
	}
	for _, c := range d.Deadlines {
		if slices.Contains(goingOn, c.Step) {
			return c.Key, nil
		}
	}
	return deadline.Key(StepFollowUp, ""), nil
}

// decideEscalation is the level's decision; nobody named in the complaint becomes its handler. H4, H5, B9
func (d *decision) decideEscalation(p deadline.DecideEscalation) error {
	if named(d.involved(), people.Actor{ID: p.Handler, Name: p.HandlerName}) {
		return procedure.Conflict("conflict_of_interest")
	}
	return d.Decide(d, p)
}
