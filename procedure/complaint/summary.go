package complaint

import (
	"strings"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/policy"
)

// Summarize gives the complaint as lists, searches and notices need it.
func Summarize(s State) procedure.Summary {
	r := s.Record
	sum := procedure.Summary{
		Seq: s.Seq, Community: r.Community, Building: r.Building, Room: r.Room, Category: r.Category,
		Channel: string(r.Channel), Stage: string(s.Stage), Nature: string(s.Nature), Urgency: string(s.Urgency),
		Round: s.Round, Open: s.Open(), Overdue: s.Overdue(), Drill: r.Drill, PolicyVersion: s.Policy.Version, RegisteredAt: s.TakenAt,
		Name: r.Name, Phone: r.Phone, Email: r.Email, Language: r.Language,
		Place: r.Place, What: r.What,
		Text: strings.Join([]string{s.Number, r.Name, r.Phone, r.Building, r.Room, r.Place, r.What, r.Remedy}, "\n"),
	}
	if s.Closing != nil {
		sum.Outcome, sum.ClosedAt = string(s.Closing.Outcome), &s.Closing.At
	}
	if s.Membership != nil {
		sum.Issue = s.Membership.Number
	}
	if due, ok := s.NextDue(); ok && s.Open() {
		sum.NextDue = &due
	}
	for _, t := range s.Tasks {
		for _, department := range t.departments() {
			sum.Tasks = append(sum.Tasks, procedure.TaskRow{ID: t.ID, Department: department, Status: string(t.Status)})
		}
	}
	sum.Deadlines, sum.Escalated = s.Rows(func(c deadline.Deadline) string {
		t, _ := s.Task(c.Subject)
		return t.Department
	})
	return sum
}

// departments are those that a task is with, or on offer to. C1
func (t Task) departments() []string {
	if t.Department == "" {
		return t.Offered
	}
	return []string{t.Department}
}

// WithoutPolicy gives the state as the database keeps it: the settings are stored once by version.
func (s State) WithoutPolicy() State {
	s.Policy = policy.Policy{Version: s.Policy.Version}
	return s
}
