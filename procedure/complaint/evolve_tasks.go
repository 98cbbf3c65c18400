package complaint

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
	"bihuan/procedure/pool"
)

func dispatched(s *State, e procedure.Event, p Dispatched) {
	s.Lead = p.Lead
	for _, t := range p.Tasks {
		s.Tasks = append(s.Tasks, t)
		if t.Status != TaskWaiting {
			s.start(StepAccept, t.ID, t.accepter(), e.At) // C2
		}
	}
}

// accepter is who sees to it that a task is accepted: its department, and the desk for one that nobody has
// yet. C1, C2
func (t Task) accepter() people.Role {
	if t.Department == "" {
		return people.Agent
	}
	return people.Handler
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
		s.Stop(deadline.Key(step, id))
	}
}

func taskReleased(s *State, e procedure.Event, p TaskRef) { // C3
	s.changeTask(p.Task, func(t *Task) {
		t.Status = t.begun()
		s.start(StepAccept, p.Task, t.accepter(), e.At)
	})
}

// begun is the status of a task that can begin. C1
func (t Task) begun() TaskStatus {
	if t.Turn && t.Department == "" {
		return TaskQueued
	}
	return TaskDispatched
}

// give hands a task to a department, with its contact; who has the first task coordinates unless somebody
// does. C1, C3
func (s *State) give(id, department string) {
	s.changeTask(id, func(t *Task) {
		dep, _ := s.Policy.Department(department)
		t.Department, t.Contact, t.Phone = department, dep.Contact, dep.Phone
	})
	if s.Lead == "" {
		s.Lead = department
	}
}

func taskTurned(s *State, e procedure.Event, p pool.Turn) { // C1
	s.give(p.Task, p.Department)
	s.setTask(p.Task, TaskDispatched)
	s.start(StepAccept, p.Task, people.Handler, e.At)
}

func taskDeclined(s *State, _ procedure.Event, p Return) { // C1
	s.changeTask(p.Task, func(t *Task) { t.Offer = t.Without(p.Department) })
}

// taskAccepted starts the work's own clock: the deadline that was set, else the category's time. C1
func taskAccepted(s *State, e procedure.Event, p AcceptTask) {
	s.stopTask(p.Task)
	if p.Department != "" {
		s.give(p.Task, p.Department)
	}
	var fixed *time.Time
	s.changeTask(p.Task, func(t *Task) {
		t.Status, fixed = TaskAccepted, t.Deadline
		if e.By.Role == people.Handler {
			by := e.By
			t.Assignee = &by
		}
	})
	s.start(StepWork, p.Task, people.Handler, e.At)
	if fixed != nil {
		s.Change(deadline.Key(StepWork, p.Task), func(c *deadline.Deadline) { s.terms().Fix(c, *fixed, e.At) })
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
		t.Offer = pool.Offer{}
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
	s.Change(deadline.Key(StepWork, p.Task), func(c *deadline.Deadline) { s.terms().Pause(c, p.Reason, e.At, p.Until) })
}

func taskResumed(s *State, e procedure.Event, p TaskRef) { // C6
	s.setTask(p.Task, TaskAccepted)
	s.Change(deadline.Key(StepWork, p.Task), func(c *deadline.Deadline) { s.terms().Unpause(c, e.At) })
}

// escalationDecided names who handles it from now on, and lets a paused task go on. H2, H4
func escalationDecided(s *State, e procedure.Event, p deadline.EscalationDecided) {
	if p.Decision == "approve" {
		s.appoint(p.Key, p.To(e.By))
	}
	if c, ok := s.Deadline(p.Key); ok && c.Paused != nil {
		s.setTask(c.Subject, TaskAccepted)
	}
	s.Set.Evolve(s.terms(), e)
}

// appoint names the handler of the complaint or of the task that a deadline belongs to. H4
func (s *State) appoint(key string, by people.By) {
	if c, ok := s.Deadline(key); ok && c.Subject != "" {
		s.changeTask(c.Subject, func(t *Task) { t.Assignee = &by })
		return
	}
	s.Handler = &by
}
