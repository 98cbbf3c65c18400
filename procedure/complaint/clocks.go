package complaint

import (
	"time"

	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
)

// stageSteps gives each stage the deadline that runs while the complaint is in it. The work itself
// has deadlines by task and by plan. H1
var stageSteps = []struct {
	stage Stage
	step  Step
}{
	{StageRegistered, StepJudge},
	{StageReferred, StepRefer},
	{StageReview, StepReview},
	{StageExplaining, StepExplain},
	{StageService, StepService},
	{StageDispatching, StepDispatch},
	{StageVerifying, StepVerify},
	{StageRevisiting, StepRevisit},
	{StageUnreached, StepUnreached},
	{StageClosed, StepReopen},
}

func stageStep(stage Stage) (Step, bool) {
	for _, s := range stageSteps {
		if s.stage == stage {
			return s.step, true
		}
	}
	return "", false
}

// terms are what the complaint's deadlines run by.
func (s State) terms() deadline.Terms { return deadline.TermsOf(s.Policy, s.rule) }

// rule gives how long a step may take, on which clock, and who must act. H6
func (s State) rule(step Step) deadline.Rule {
	r := deadline.RuleOf(s.Policy.Deadlines.Of(string(step)), s.Emergency(), s.Major())
	if step == StepWork {
		// A category names the time for its own urgency; in another it counts only when it is shorter. A7
		if c, ok := s.Policy.Category(s.Record.Category); ok && c.Work > 0 && (Urgency(c.Urgency) == s.Urgency || time.Duration(c.Work) < r.Within) {
			r.Within = time.Duration(c.Work)
		}
	}
	return r
}

// start lets a step's clock run from an instant; one with the same key starts anew.
func (s *State) start(step Step, subject string, owner people.Role, from time.Time) {
	s.Start(s.terms(), step, subject, owner, from)
}

// startOwned starts a step whose owner the settings name.
func (s *State) startOwned(step Step, from time.Time) { s.start(step, "", "", from) }

// retime counts the running deadlines again: the complaint has become more, or less, urgent. H6
func (s *State) retime() { s.Retime(s.terms()) }
