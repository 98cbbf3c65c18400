package desk

import (
	"context"
	"errors"
	"slices"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/survey"
)

// Polls is what the server keeps and reads of surveys beside their cases. M1
type Polls interface {
	Households(ctx context.Context, number string, after, limit int) ([]survey.Household, error)
	HouseholdIn(ctx context.Context, number string, p postgres.Place) (household int, err error)
	Respondents(ctx context.Context, number string, of []string) ([]string, error)
	Responses(ctx context.Context, number string) (int, error)
	AddAnswer(ctx context.Context, number string, r postgres.Response) error
	Texts(ctx context.Context, number string, limit int) ([]survey.Said, error)
	Series(ctx context.Context, communities []string, template string, limit int) ([]survey.State, error)
}

// SurveyAt reads the survey that a number belongs to.
func (d *Desk) SurveyAt(ctx context.Context, n string) (survey.State, error) {
	c, err := d.Fresh(ctx, n)
	if err != nil {
		return survey.State{}, err
	}
	state, ok := c.State().(survey.State)
	if !ok {
		return state, ErrNotFound
	}
	return state, nil
}

// KeepAnswer keeps an answer while the survey asks; what it says fits the questions. M1
func (d *Desk) KeepAnswer(ctx context.Context, state survey.State, r postgres.Response) error {
	if !state.Takes(d.Now()) {
		return procedure.Conflict("survey_over")
	}
	if err := survey.Check(state.Questionnaire, r.Replies); err != nil {
		return err
	}
	r.Replies = slices.DeleteFunc(slices.Clone(r.Replies), survey.Reply.Blank)
	r.Respondent = d.Tracking.Respondent(state.Number, r.Household)
	err := d.Polls.AddAnswer(ctx, state.Number, r)
	switch {
	case errors.Is(err, postgres.ErrAnswered):
		return procedure.Conflict("already_answered")
	case errors.Is(err, postgres.ErrNotAsked):
		return procedure.Conflict("survey_over")
	}
	return err
}
