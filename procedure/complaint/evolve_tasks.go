package complaint

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

func dispatched(s *State, e procedure.Event, p Dispatched) {
	s.Lead = p.Lead
	for _, t := range p.Tasks {
		s.Tasks = append(s.Tasks, t)
		if t.Status == TaskDispatched {
			s.start(StepAccept, t.ID, people.Handler, e.At) // C2
		}
	}
}

// changeTask alters one task in place.
func (s *State) changeTask(id string, by func(*Task)) {
	for i := range s.Tasks {
		if s.Tasks[i].ID == id {
			by(&s.Tasks[i])
		}
	}
}

func (s *State) setTask(id string, status TaskStatus) {
	s.changeTask(id, func(t *Task) { t.Status = status })
}

func (s *State) stopTask(id string) {
	for _, step := range []Step{StepAccept, StepReroute, StepWork} {
		s.stop(key(step, id))
	}
}

func taskReleased(s *State, e procedure.Event, p TaskRef) { // C3
	s.setTask(p.Task, TaskDispatched)
	s.start(StepAccept, p.Task, people.Handler, e.At)
}

// taskAccepted starts the work's own clock: the deadline that was set, else the category's time. C1
func taskAccepted(s *State, e procedure.Event, p TaskRef) {
	s.stopTask(p.Task)
	var deadline *time.Time
	s.changeTask(p.Task, func(t *Task) {
		t.Status, deadline = TaskAccepted, t.Deadline
		if e.By.Role == people.Handler {
			by := e.By
			t.Assignee = &by
		}
	})
	s.start(StepWork, p.Task, people.Handler, e.At)
	if deadline != nil {
		s.change(key(StepWork, p.Task), func(c *Clock) { s.fix(c, *deadline, e.At) })
	}
}

func taskReturned(s *State, e procedure.Event, p Return) { // C2
	s.stopTask(p.Task)
	s.changeTask(p.Task, func(t *Task) { t.Status, t.Assignee = TaskReturned, nil })
	s.start(StepReroute, p.Task, s.Policy.Deadlines.Reroute.OwnerFor(s.Major()), e.At)
}

// taskRerouted gives a task to another department, with its contact; a deadline that has passed
// meanwhile gives way to the category's time. C2
func taskRerouted(s *State, e procedure.Event, p Reroute) {
	s.stopTask(p.Task)
	var from string
	s.changeTask(p.Task, func(t *Task) {
		from, t.Status, t.Department, t.Assignee = t.Department, TaskDispatched, p.Department, nil
		dep, _ := s.Policy.Department(p.Department)
		t.Contact, t.Phone = dep.Contact, dep.Phone
		if p.Content != "" {
			t.Content = p.Content
		}
		if p.Deadline != nil || t.Deadline != nil && !t.Deadline.After(e.At) {
			t.Deadline = p.Deadline
		}
	})
	if s.Lead == from && !slices.ContainsFunc(s.inRound(), func(t Task) bool { return t.Department == from }) {
		s.Lead = p.Department // C3: whoever coordinates has a task
	}
	s.start(StepAccept, p.Task, people.Handler, e.At)
}

func taskCompleted(s *State, _ procedure.Event, p Complete) { // C5
	s.stopTask(p.Task)
	s.setTask(p.Task, TaskCompleted)
}

func taskPaused(s *State, e procedure.Event, p PauseTask) { // C6
	s.setTask(p.Task, TaskPaused)
	s.change(key(StepWork, p.Task), func(c *Clock) { s.pause(c, p.Reason, e.At, p.Until) })
}

func taskResumed(s *State, e procedure.Event, p TaskRef) { // C6
	s.setTask(p.Task, TaskAccepted)
	s.change(key(StepWork, p.Task), func(c *Clock) { s.unpause(c, e.At) })
}

func deadlineWarned(s *State, _ procedure.Event, p DeadlineEvent) { // H1
	s.change(p.Key, func(c *Clock) { c.Warned = true })
}

func deadlineBreached(s *State, _ procedure.Event, p DeadlineEvent) { // H1
	s.change(p.Key, func(c *Clock) { c.Breached = true })
}

func escalationRaised(s *State, e procedure.Event, p EscalationRaised) { // H2, H3
	s.Escalated = append(s.Escalated, Escalation{
		ID: p.Escalation, Clock: p.Key, Reason: p.Reason, By: e.By, Rung: p.Rung, At: e.At, Status: EscalationOpen,
	})
	s.start(StepDecision, p.Escalation, p.Rung, e.At)
}

func (s *State) changeEscalation(id string, by func(*Escalation)) {
	for i := range s.Escalated {
		if s.Escalated[i].ID == id {
			by(&s.Escalated[i])
		}
	}
}

func escalationPassed(s *State, e procedure.Event, p EscalationMoved) { // H4
	s.changeEscalation(p.Escalation, func(x *Escalation) { x.Rung = p.Rung })
	s.start(StepDecision, p.Escalation, p.Rung, e.At)
}

func escalationReminded(s *State, e procedure.Event, p EscalationMoved) { // H4
	s.stop(key(StepDecision, p.Escalation))
	s.start(StepReminder, p.Escalation, p.Rung, e.At)
}

func (s *State) endEscalation(id string, status EscalationStatus) {
	s.changeEscalation(id, func(x *Escalation) { x.Status = status })
	s.stop(key(StepDecision, id))
	s.stop(key(StepReminder, id))
}

func escalationSettled(s *State, _ procedure.Event, p EscalationMoved) {
	s.endEscalation(p.Escalation, EscalationSettled)
}

// escalationDecided sets the deadline anew; approving names who handles it from now on, and who takes
// it owns the deadline: missed again, it goes to the rung above them. H2, H4
func escalationDecided(s *State, e procedure.Event, p EscalationDecided) {
	status := EscalationDeclined
	if p.Decision == "approve" {
		status = EscalationApproved
		s.appoint(p.Key, p.handler(e.By))
	}
	s.endEscalation(p.Escalation, status)
	s.change(p.Key, func(c *Clock) {
		if c.Paused != nil {
			s.setTask(c.Subject, TaskAccepted)
		}
		if by := p.handler(e.By); status == EscalationApproved && by.Role != "" {
			c.Owner = by.Role
		}
		s.fix(c, p.Deadline, e.At)
	})
}

// handler gives whom an approval names: somebody, head office, or the one who approves. H4, H5
func (p DecideEscalation) handler(by people.By) people.By {
	switch {
	case p.ToCompany:
		return headOffice
	case p.Handler != "":
		return people.By{ID: p.Handler, Name: p.HandlerName}
	}
	return by
}

// appoint names the handler of the complaint or of the task that a deadline belongs to. H4
func (s *State) appoint(key string, by people.By) {
	if c, ok := s.Clock(key); ok && c.Subject != "" {
		s.changeTask(c.Subject, func(t *Task) { t.Assignee = &by })
		return
	}
	s.Handler = &by
}
