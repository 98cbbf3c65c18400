package view

import (
	"time"

	"bihuan/procedure/analysis"
	"bihuan/procedure/improvement"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/server/list"
)

// Improvement is a measure, or feedback, as staff see it. M3, M6
type Improvement struct {
	Case
	Feedback    *improvement.Feedback    `json:"feedback,omitempty"`
	Plan        *improvement.Plan        `json:"plan,omitempty"`
	Complaints  []string                 `json:"complaints"`
	Finding     *improvement.Finding     `json:"finding,omitempty"`
	Trainings   []improvement.Training   `json:"trainings"`
	Began       *time.Time               `json:"began,omitempty"`
	Done        *time.Time               `json:"done,omitempty"`
	Round       int                      `json:"round,omitempty"`
	Evaluations []improvement.Evaluation `json:"evaluations"`
	Verdict     analysis.Verdict         `json:"verdict,omitempty"`
}

func improvementOf(s improvement.State, a people.Actor) Improvement {
	return Improvement{
		Case:     caseOf("improvement", s.Case, a, machine.Allowed(improvement.Table, &s.Case, a)),
		Feedback: s.Feedback, Plan: s.Plan, Complaints: list.Some(s.Complaints), Finding: s.Finding, Trainings: list.Some(s.Trainings),
		Began: s.Began, Done: s.Done, Round: s.Round, Evaluations: list.Some(s.Evaluated), Verdict: s.Verdict,
	}
}
