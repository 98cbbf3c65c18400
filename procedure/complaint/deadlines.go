package complaint

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

// Due lists what falls due when, the earliest first, and the command that is then issued. H1
// A paused deadline resumes; one that was neither warned of nor breached will be.
func Due(s State) []procedure.Deadline {
	var due []procedure.Deadline
	for _, c := range s.Clocks {
		switch {
		case c.Paused != nil:
			due = append(due, procedure.Deadline{Key: c.Key, At: c.Paused.Until, Command: CmdResume})
		case c.Step == StepReopen:
			due = append(due, procedure.Deadline{Key: c.Key, At: c.Due, Command: CmdArchive})
		case c.Breached:
		case c.Warned || !c.WarnAt.Before(c.Due):
			due = append(due, procedure.Deadline{Key: c.Key, At: c.Due, Command: CmdBreach})
		default:
			due = append(due, procedure.Deadline{Key: c.Key, At: c.WarnAt, Command: CmdWarn})
		}
	}
	slices.SortStableFunc(due, func(a, b procedure.Deadline) int { return a.At.Compare(b.At) })
	return due
}

// Issue gives the command that a deadline issues when it passes. Its ID is the same however often it
// is asked for, so that a deadline acts once. H7
func Issue(s State, d procedure.Deadline) procedure.Command {
	var payload any = TimeUp{Key: d.Key, At: d.At}
	if c, ok := s.Clock(d.Key); ok && d.Command == CmdResume {
		payload = TaskRef{Task: c.Subject}
	}
	return procedure.Command{
		ID:   d.Command + ":" + d.Key + ":" + d.At.UTC().Format(time.RFC3339Nano),
		Name: d.Command, Actor: people.TheSystem, At: d.At, Payload: encode(payload),
	}
}

// passed gives the clock that a deadline's command is about, or refuses a command that is too early
// or about a deadline that has been moved or met since.
func (d *decision) passed(p TimeUp, at func(Clock) time.Time) (Clock, error) {
	c, ok := d.State.Clock(p.Key)
	if !ok || c.Paused != nil || !at(c).Equal(p.At) {
		return c, procedure.Refuse("deadline_moved", "key", p.Key)
	}
	if d.now.Before(p.At) {
		return c, procedure.Refuse("too_early", "until", p.At.Format(time.RFC3339))
	}
	return c, nil
}

func whenDue(c Clock) time.Time  { return c.Due }
func whenWarn(c Clock) time.Time { return c.WarnAt }

func (c Clock) event() DeadlineEvent {
	return DeadlineEvent{Key: c.Key, Step: c.Step, Subject: c.Subject, Owner: c.Owner, Due: c.Due}
}

// warn tells the owner before a deadline. H1
func (d *decision) warn(p TimeUp) error {
	c, err := d.passed(p, whenWarn)
	if err != nil {
		return err
	}
	if c.Warned || c.Breached {
		return procedure.Refuse("deadline_moved", "key", p.Key)
	}
	d.emit(EvDeadlineWarned, c.event())
	return nil
}

// breach records a missed deadline and raises an escalation; a decision that is not made in time goes
// to the next rung, and at the top it is asked for again and again. H1, H2, H4
func (d *decision) breach(p TimeUp) error {
	c, err := d.passed(p, whenDue)
	if err != nil {
		return err
	}
	if c.Breached {
		return procedure.Refuse("deadline_moved", "key", p.Key)
	}
	if c.Step == StepDecision || c.Step == StepReminder {
		d.passUp(c)
		return nil
	}
	d.emit(EvDeadlineBreached, c.event()) // settle raises the escalation
	return nil
}

// archive ends a complaint whose time to reopen is over. G8
func (d *decision) archive(p TimeUp) error {
	if _, err := d.passed(p, whenDue); err != nil {
		return err
	}
	d.emit(EvArchived, struct{}{})
	return nil
}

// passUp moves an undecided escalation to the next rung, or reminds the top. H4
func (d *decision) passUp(c Clock) {
	e, _ := d.Escalation(c.Subject)
	if rung, ok := people.Above(e.Rung); ok {
		d.emit(EvEscalationPassed, EscalationMoved{Escalation: e.ID, Rung: rung})
		return
	}
	d.emit(EvEscalationReminded, EscalationMoved{Escalation: e.ID, Rung: e.Rung})
}

// escalated says whether a deadline is before a rung already.
func (d *decision) escalated(key string) bool {
	return slices.ContainsFunc(d.Escalated, func(e Escalation) bool {
		return e.Clock == key && e.Status == EscalationOpen
	})
}

// raise puts a deadline before the rung above its owner; head office itself is its own last rung. H2
func (d *decision) raise(key string, from people.Role, reason string) {
	rung, ok := people.Above(from)
	if !ok {
		rung = from
	}
	d.emit(EvEscalationRaised, EscalationRaised{
		Escalation: "E" + itoa(len(d.Escalated)+1), Key: key, Rung: rung, Reason: reason,
	})
}

// requestEscalation asks the rung above for help with the step at hand. H3, C4, H5
func (d *decision) requestEscalation(p RequestEscalation) error {
	if blank(p.Reason) {
		return missing("reason")
	}
	if t, ok := d.Task(p.Task); ok && d.by.Role == people.Handler && !d.mine(t) {
		return procedure.Refuse("not_your_task", "task", p.Task)
	}
	key, err := d.stepAtHand(p.Task)
	if err != nil {
		return err
	}
	if d.escalated(key) {
		return procedure.Refuse("escalated_already")
	}
	d.raise(key, d.by.Role, p.Reason)
	return nil
}

// stepAtHand gives the key of the deadline that a request is about: the named task's, else the stage's.
func (d *decision) stepAtHand(task string) (string, error) {
	if task != "" {
		t, ok := d.Task(task)
		if !ok {
			return "", procedure.Refuse("unknown_task", "task", task)
		}
		for _, c := range d.Clocks {
			if c.Subject == task {
				return c.Key, nil
			}
		}
		return "", procedure.Refuse("wrong_task_status", "task", task, "status", string(t.Status))
	}
	if step, ok := stageStep(d.Stage); ok {
		return key(step, ""), nil
	}
	for _, c := range d.Clocks {
		if slices.Contains(goingOn, c.Step) {
			return c.Key, nil
		}
	}
	return key(StepFollowUp, ""), nil
}

// decideEscalation is the rung's decision; either way the deadline is set anew. H4, H5
func (d *decision) decideEscalation(p DecideEscalation) error {
	e, ok := d.Escalation(p.Escalation)
	if !ok {
		return procedure.Refuse("unknown_escalation", "escalation", p.Escalation)
	}
	if e.Status != EscalationOpen {
		return procedure.Refuse("decided_already", "escalation", e.ID)
	}
	role, ok := d.command.Actor.As(people.FromRung(e.Rung))
	if !ok {
		return procedure.Refuse("not_your_rung", "role", string(e.Rung))
	}
	d.by.Role = role
	if err := d.decidable(p); err != nil {
		return err
	}
	d.emit(EvEscalationDecided, EscalationDecided{DecideEscalation: p, Key: e.Clock})
	return nil
}

// decidable checks a decision's record. H4, H5
func (d *decision) decidable(p DecideEscalation) error {
	switch {
	case p.Decision != "approve" && p.Decision != "decline":
		return procedure.Refuse("unknown_decision", "decision", p.Decision)
	case p.Decision == "decline" && blank(p.Reason):
		return missing("reason")
	case p.Deadline.IsZero():
		return missing("deadline")
	case p.ToCompany && (p.Decision != "approve" || d.by.Role != people.GM):
		return procedure.Refuse("gm_must_approve")
	case named(d.Record.Involved, people.Actor{ID: p.Handler, Name: p.HandlerName}):
		return procedure.Refuse("conflict_of_interest")
	}
	return d.future(&p.Deadline)
}
