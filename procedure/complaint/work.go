package complaint

import (
	"fmt"
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/pool"
)

// dispatch hands tasks to departments. C1, C3
func (d *decision) dispatch(p Dispatch) error {
	if err := d.orderable(p.Tasks, "tasks"); err != nil {
		return err
	}
	lead, err := d.leadOf(p)
	if err != nil {
		return err
	}
	d.Emit(EvDispatched, Dispatched{Tasks: d.number(p.Tasks), Lead: lead})
	return nil
}

// leadOf gives the coordinating department: with several departments it must be named. C3
func (d *decision) leadOf(p Dispatch) (string, error) {
	var departments []string
	for _, t := range d.inRound() {
		departments = append(departments, t.Department)
	}
	for _, o := range p.Tasks {
		departments = append(departments, d.doers(o)...)
	}
	slices.Sort(departments)
	departments = slices.Compact(departments)
	lead := p.Lead
	if lead == "" {
		lead = d.Lead
	}
	if len(departments) == 1 {
		lead = departments[0]
	}
	if lead == "" && len(d.inRound())+len(p.Tasks) == 1 { // who takes it from the pool
		return "", nil
	}
	if !slices.Contains(departments, lead) {
		return "", procedure.Invalid("coordinator_needed")
	}
	return lead, nil
}

// doers are the departments that may do what is ordered. C1
func (d *decision) doers(o TaskOrder) []string {
	if o.Pool == "" {
		return []string{o.Department}
	}
	offer, _ := pool.Of(d.Policy, o.Pool)
	return offer.Offered
}

// doable wants either a department or a pool that is there. C1
func (d *decision) doable(o TaskOrder) error {
	if o.Pool == "" {
		if _, ok := d.Policy.Department(o.Department); !ok {
			return procedure.Invalid("unknown_department", "department", o.Department)
		}
		return nil
	}
	if o.Department != "" {
		return procedure.Invalid("department_or_pool")
	}
	_, err := pool.Of(d.Policy, o.Pool)
	return err
}

// orderable checks task orders before any of them is taken. C1, C3
func (d *decision) orderable(orders []TaskOrder, field string) error {
	if len(orders) == 0 {
		return machine.Missing(field)
	}
	for i, o := range orders {
		if err := d.doable(o); err != nil {
			return err
		}
		if machine.Blank(o.Content) {
			return machine.Missing(fmt.Sprintf("%s[%d].content", field, i))
		}
		if err := d.future(o.Deadline); err != nil {
			return err
		}
		for _, before := range o.After {
			if !d.numbered(before, i) {
				return procedure.Invalid("unknown_task", "task", before)
			}
		}
	}
	return nil
}

// numbered says whether a task exists or will by the time the i-th order is numbered, so that tasks
// can never wait for one another in a circle. C3
func (d *decision) numbered(id string, i int) bool {
	for n := 1; n <= len(d.Tasks)+i; n++ {
		if id == taskID(n) {
			return true
		}
	}
	return false
}

// future refuses a deadline that is not ahead, or out of sight.
func (d *decision) future(t *time.Time) error { return deadline.Ahead(t, d.Now) }

func taskID(n int) string { return fmt.Sprintf("T%d", n) }

// number turns orders into tasks of the current round, with the department's own contact where none
// is given. A task waits while one before it is not complete. C1, C3
func (d *decision) number(orders []TaskOrder) []Task {
	tasks := slices.Clone(d.Tasks)
	for _, o := range orders {
		if dep, _ := d.Policy.Department(o.Department); o.Contact == "" && o.Phone == "" {
			o.Contact, o.Phone = dep.Contact, dep.Phone
		}
		t := Task{
			ID: taskID(len(tasks) + 1), Round: d.Round, Department: o.Department, Content: o.Content,
			Contact: o.Contact, Phone: o.Phone, After: o.After, Deadline: o.Deadline,
		}
		if o.Pool != "" {
			t.Offer, _ = pool.Of(d.Policy, o.Pool)
		}
		t.Status = t.begun()
		if t.blocked(tasks) {
			t.Status = TaskWaiting
		}
		tasks = append(tasks, t)
	}
	return tasks[len(d.Tasks):]
}

// blocked says whether a task waits for another that is not complete. C3
func (t Task) blocked(tasks []Task) bool {
	return slices.ContainsFunc(tasks, func(o Task) bool {
		return o.Status != TaskCompleted && slices.Contains(t.After, o.ID)
	})
}

// taskIn gives a task that is in one of the statuses, or refuses.
func (d *decision) taskIn(id string, want ...TaskStatus) (Task, error) {
	t, _ := d.Task(id)
	if !slices.Contains(want, t.Status) {
		return t, procedure.Conflict("wrong_task_status", "task", id, "status", string(t.Status))
	}
	return t, nil
}

// accept takes a task on; of several departments to which it is on offer the first has it. C1, C2
func (d *decision) accept(p AcceptTask) error {
	t, err := d.taskIn(p.Task, TaskDispatched)
	if err != nil {
		return err
	}
	if p.Department, err = d.takes(t, p.Department); err != nil {
		return err
	}
	d.Emit(EvTaskAccepted, p)
	d.coordinated(p.Department)
	return nil
}

// coordinated lets whoever took work from a pool coordinate when it has gone past the department that was named: whoever
// coordinates has a task. C1, C3
func (d *decision) coordinated(taker string) {
	theirs := func(t Task) bool { return slices.Contains(t.departments(), d.Lead) }
	if taker != "" && !slices.ContainsFunc(d.inRound(), theirs) {
		d.Emit(EvCoordinator, Coordinator{Department: taker})
	}
}

// takes gives the department that takes or declines a task on offer: the actor's own, or the one that the
// desk names; nobody's for a task that is a department's already. C1
func (d *decision) takes(t Task, named string) (string, error) {
	if t.Department != "" {
		return "", nil
	}
	if d.By.Role == people.Handler {
		named = d.Command.Actor.Department
	}
	switch {
	case named == "":
		return "", machine.Missing("department")
	case !t.Has(named):
		return "", procedure.Invalid("unknown_department", "department", named)
	}
	return named, nil
}

// returnTask sends a task back to the desk; declined by one of several departments it is left to the
// others. C1, C2
func (d *decision) returnTask(p Return) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	t, err := d.taskIn(p.Task, TaskDispatched, TaskAccepted)
	if err != nil {
		return err
	}
	if p.Department, err = d.takes(t, p.Department); err != nil {
		return err
	}
	if p.Department != "" {
		d.Emit(EvTaskDeclined, p)
		if t, _ := d.Task(p.Task); len(t.Offered) > 0 {
			return nil
		}
	}
	d.Emit(EvTaskReturned, p)
	return nil
}

// takeTurn gives a task to the department whose turn it is. C1
func (d *decision) takeTurn(p procedure.Answer) error {
	turn, err := pool.Answered(p)
	if err != nil {
		return err
	}
	if _, err := d.taskIn(turn.Task, TaskQueued); err != nil {
		return err
	}
	d.Emit(EvTaskTurned, turn)
	d.coordinated(turn.Department)
	return nil
}

func (d *decision) reroute(p Reroute) error { // C2
	want := []TaskStatus{TaskReturned}
	if t, _ := d.Task(p.Task); t.Department == "" { // nobody of the pool has taken it. C1
		want = append(want, TaskQueued, TaskDispatched)
	}
	if _, err := d.taskIn(p.Task, want...); err != nil {
		return err
	}
	if _, ok := d.Policy.Department(p.Department); !ok {
		return procedure.Invalid("unknown_department", "department", p.Department)
	}
	if err := d.future(p.Deadline); err != nil {
		return err
	}
	d.Emit(EvTaskRerouted, p)
	return nil
}

func (d *decision) progress(p Progress) error { // C4
	if machine.Blank(p.Note) {
		return machine.Missing("note")
	}
	if _, err := d.taskIn(p.Task, TaskAccepted, TaskPaused); err != nil {
		return err
	}
	d.Emit(EvTaskProgressed, p)
	return nil
}

// complete ends a task and releases those that waited for it. C3, C5
func (d *decision) complete(p Complete) error {
	if machine.Blank(p.Result) {
		return machine.Missing("result")
	}
	if _, err := d.taskIn(p.Task, TaskAccepted); err != nil {
		return err
	}
	if c, _ := d.Policy.Category(d.Record.Category); c.Evidence && !slices.ContainsFunc(p.Evidence, func(e string) bool { return !machine.Blank(e) }) {
		return procedure.Conflict("evidence_needed", "task", p.Task)
	}
	d.Emit(EvTaskCompleted, p)
	for _, t := range d.Tasks {
		if t.Status == TaskWaiting && !t.blocked(d.Tasks) {
			d.Emit(EvTaskReleased, TaskRef{Task: t.ID})
		}
	}
	return nil
}

// pause stops a task's clock for a reason and until a date. C6
func (d *decision) pause(p PauseTask) error {
	if p.Reason != "complainant" && p.Reason != "parts" {
		return procedure.Invalid("unknown_pause_reason", "reason", p.Reason)
	}
	if err := d.future(&p.Until); err != nil {
		return err
	}
	if _, err := d.taskIn(p.Task, TaskAccepted); err != nil {
		return err
	}
	if c, ok := d.State.Deadline(deadline.Key(StepWork, p.Task)); ok && c.Breached {
		return procedure.Conflict("overdue_cannot_pause", "task", p.Task)
	}
	d.Emit(EvTaskPaused, p)
	return nil
}

// resume lets a task's clock run on with what was left, by hand or when the pause ends. C6
func (d *decision) resume(p TaskRef) error {
	if _, err := d.taskIn(p.Task, TaskPaused); err != nil {
		return err
	}
	c, _ := d.State.Deadline(deadline.Key(StepWork, p.Task))
	if d.By.Role == people.System && d.Now.Before(c.Paused.Until) {
		return procedure.Conflict("too_early", "until", c.Paused.Until.Format(time.RFC3339))
	}
	d.Emit(EvTaskResumed, p)
	return nil
}

func (d *decision) propose(p Propose) error { // D1, D2
	if machine.Blank(p.Text) {
		return machine.Missing("text")
	}
	if d.Nature == Invalid {
		return procedure.Conflict("wrong_stage", "stage", string(d.Stage), "command", CmdPropose)
	}
	version := 1
	if d.Plan != nil {
		version = d.Plan.Version + 1
	}
	d.Emit(EvPlanProposed, Plan{Version: version, Text: p.Text})
	return nil
}

// answer records the complainant's opinion; 'no answer' only after the reminder, which is
// the warning of the time to answer. D2, D3
func (d *decision) answer(p AnswerPlan) error {
	if !slices.Contains([]Answer{Agreed, Adjust, NoAnswer}, p.Answer) {
		return procedure.Invalid("unknown_answer", "answer", string(p.Answer))
	}
	if d.Plan.Answer != "" {
		return procedure.Conflict("answered_already")
	}
	if p.Answer == Adjust && machine.Blank(p.Opinion) {
		return machine.Missing("opinion")
	}
	if p.Answer == NoAnswer {
		if d.By.Role == people.Complainant {
			return procedure.Forbidden("forbidden", "command", CmdAnswer)
		}
		if c, ok := d.State.Deadline(deadline.Key(StepAnswer, "")); ok && !c.Warned && !c.Breached {
			return procedure.Conflict("too_early", "until", c.WarnAt.Format(time.RFC3339))
		}
	}
	d.Emit(EvPlanAnswered, p)
	return nil
}
