package deadline

import "bihuan/procedure"

// Rows gives the running deadlines and the open escalations as lists show them; department names whose
// task a deadline belongs to.
func (s Set) Rows(department func(Deadline) string) (deadlines []procedure.DeadlineRow, escalated []procedure.EscalationRow) {
	for _, c := range s.Deadlines {
		deadlines = append(deadlines, procedure.DeadlineRow{
			Key: c.Key, Step: string(c.Step), Owner: c.Owner, Department: department(c), Due: c.Due.Truncate(Tick),
			Warned: c.Warned, Breached: c.Breached, Paused: c.Paused != nil,
		})
	}
	for _, e := range s.Escalated {
		if e.Status == EscalationOpen {
			escalated = append(escalated, procedure.EscalationRow{ID: e.ID, Key: e.Deadline, Level: e.Level, At: e.At})
		}
	}
	return deadlines, escalated
}
