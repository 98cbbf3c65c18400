package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/calendar"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
)

// Polls is what the database does for surveys.
type Polls interface {
	DrawHouseholds(ctx context.Context, number string, d survey.Draw, day time.Time) (survey.Drawn, error)
	// Households lists those of a survey after a number.
	Households(ctx context.Context, number string, after, limit int) ([]survey.Household, error)
	// Respondents tells which of some have answered.
	Respondents(ctx context.Context, number string, of []string) ([]string, error)
	// Invite has mails wait for households, each once a wave.
	Invite(ctx context.Context, number string, seq int, i survey.Invite, to []survey.Household) error
	Answers(ctx context.Context, number, after string, limit int) ([]survey.Answer, string, error)
	// NumberByKey finds the case that a request made.
	NumberByKey(ctx context.Context, keyHash string) (number, bodyHash string, found bool, err error)
}

// Surveys does what surveys ask for, and opens those that are due. M1
type Surveys struct {
	Polls Polls
	Cases Cases
	// Respondent gives the name under which a household's answer is kept.
	Respondent func(number string, household int) string
	// Mail says that there is a mail channel.
	Mail bool
	// Planned gives the schedule of the settings in force, and the communities.
	Planned func() (template string, months []int, places []statistics.Place)
	// KeyHash gives the hash under which the case that an effect opened is remembered.
	KeyHash func(procedure.Asked) string
	Now     func() time.Time
	Errors  *Activities
}

// atOnce is how many households or answers are read at a time.
const atOnce = 500

// SurveyEffects lists what surveys ask for, by name. It is no method: those are activities.
func SurveyEffects(s *Surveys) map[string]Effect {
	return map[string]Effect{survey.EffectDraw: s.draw, survey.EffectInvite: s.invite, survey.EffectCount: s.count}
}

func (s *Surveys) draw(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	var d survey.Draw
	if err := json.Unmarshal(asked.Payload, &d); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	drawn, err := s.Polls.DrawHouseholds(ctx, asked.Number, d, asked.At)
	if err != nil {
		return nil, err
	}
	return json.Marshal(drawn)
}

// invite has mails wait for every household that has an address and has not answered.
func (s *Surveys) invite(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	var i survey.Invite
	if err := json.Unmarshal(asked.Payload, &i); err != nil {
		return nil, fmt.Errorf("invite: %w", err)
	}
	invited := survey.Invited{Wave: i.Wave}
	for after := 0; s.Mail; {
		page, err := s.Polls.Households(ctx, asked.Number, after, atOnce)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].Household
		to, err := s.silent(ctx, asked.Number, page)
		if err != nil {
			return nil, err
		}
		to = slices.DeleteFunc(to, func(h survey.Household) bool { return h.Email == "" })
		if err := s.Polls.Invite(ctx, asked.Number, asked.Seq, i, to); err != nil {
			return nil, err
		}
		invited.Mails += len(to)
		alive(ctx)
	}
	return json.Marshal(invited)
}

// silent leaves those who have not answered.
func (s *Surveys) silent(ctx context.Context, number string, page []survey.Household) ([]survey.Household, error) {
	names := make([]string, len(page))
	for i, h := range page {
		names[i] = s.Respondent(number, h.Household)
	}
	answered, err := s.Polls.Respondents(ctx, number, names)
	if err != nil {
		return nil, err
	}
	var silent []survey.Household
	for i, h := range page {
		if !slices.Contains(answered, names[i]) {
			silent = append(silent, h)
		}
	}
	return silent, nil
}

func (s *Surveys) count(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	var c survey.Count
	if err := json.Unmarshal(asked.Payload, &c); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	var all []survey.Answer
	for after := ""; ; {
		page, last, err := s.Polls.Answers(ctx, asked.Number, after, atOnce)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return json.Marshal(survey.CountAnswers(c, all))
		}
		all, after = append(all, page...), last
		alive(ctx)
	}
}

// DueSurvey is one that the schedule opens.
type DueSurvey struct {
	Community string    `json:"community"`
	Template  string    `json:"template"`
	Month     string    `json:"month"` // 2026-12
	At        time.Time `json:"at"`
}

// effect is what opens it, under an ID that is the same however often.
func (d DueSurvey) effect() procedure.Asked {
	return procedure.Asked{Number: "surveys/" + d.Community, ID: d.Template + "/" + d.Month, At: d.At}
}

// ListDueSurveys lists what the schedule opens in this month and has not opened yet; a zero time is now. M1
func (s *Surveys) ListDueSurveys(ctx context.Context, at time.Time) ([]DueSurvey, error) {
	if at.IsZero() {
		at = s.Now()
	}
	template, months, places := s.Planned()
	var due []DueSurvey
	for _, place := range places {
		zone, err := calendar.Location(place.Zone)
		if err != nil {
			return nil, s.failure("list due surveys", err)
		}
		local := at.In(zone)
		if !slices.Contains(months, int(local.Month())) {
			continue
		}
		d := DueSurvey{Community: place.Community, Template: template, Month: local.Format("2006-01"), At: at.UTC()}
		_, _, opened, err := s.Polls.NumberByKey(ctx, s.KeyHash(d.effect()))
		if err != nil {
			return nil, s.failure("list due surveys", err)
		}
		if !opened {
			due = append(due, d)
		}
	}
	return due, nil
}

// OpenSurvey opens one that is due, once however often it is asked, and gives its number.
func (s *Surveys) OpenSurvey(ctx context.Context, d DueSurvey) (string, error) {
	register, err := json.Marshal(map[string]any{"community": d.Community, "template": d.Template, "launch": true})
	if err != nil {
		return "", err
	}
	number, err := s.Cases.Open(ctx, d.effect(), procedure.Opening{Kind: survey.Definition.Kind, Community: d.Community, Register: register})
	return number, s.failure("open survey", err)
}

func (s *Surveys) failure(activity string, err error) error {
	return s.Errors.failure(activity, "", err)
}
