package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"time"

	"bihuan/activities"
	"bihuan/notify"
	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
	"bihuan/sim/town"
)

// respondents names households as the links of a server do.
var respondents = notify.Tracking{Secret: []byte("a year of three communities")}

// response is what the office remembers of a household's answer.
type response struct {
	phone   bool
	replies []survey.Reply
}

// polling does for surveys what a worker does. M1
func (o *office) polling() *activities.Surveys {
	return &activities.Surveys{
		Polls: o.db, Cases: otherCases{o}, Respondent: respondents.Respondent, Mail: true, Now: func() time.Time { return o.now },
		Errors: &activities.Activities{Log: slog.New(slog.NewTextHandler(io.Discard, nil))},
		KeyHash: func(asked procedure.Asked) string {
			hash := sha256.Sum256([]byte(keyOf(asked)))
			return hex.EncodeToString(hash[:])
		},
		Planned: func() (string, []int, []statistics.Place) {
			return o.settings.Surveys.Template, o.settings.Surveys.Months, o.settings.Places()
		},
	}
}

// takeAnswer keeps what a household says as the server does, and remembers what was kept. M1
func (o *office) takeAnswer(ctx context.Context, c town.Command) error {
	var body struct {
		Building, Room string
		Replies        []survey.Reply
	}
	raw, err := json.Marshal(c.Body)
	if err == nil {
		err = json.Unmarshal(raw, &body)
	}
	if err != nil {
		return err
	}
	o.recorder.drain()
	var asking survey.State
	if err := json.Unmarshal(o.cases[c.Number].last.State, &asking); err != nil {
		return err
	}
	if !asking.Takes(o.now) {
		return &town.Refusal{Code: "survey_over"}
	}
	if err := survey.Check(asking.Questionnaire, body.Replies); err != nil {
		return err
	}
	home := postgres.Place{Community: asking.Customer.Community, Building: body.Building, Room: body.Room}
	household, err := o.db.HouseholdIn(ctx, c.Number, home)
	if err != nil {
		return err
	}
	phone := c.Who.Role != town.TheCustomer
	err = o.db.AddAnswer(ctx, c.Number, postgres.Response{
		Household: household, Respondent: respondents.Respondent(c.Number, household), Phone: phone, Replies: body.Replies,
	})
	if errors.Is(err, postgres.ErrAnswered) {
		return &town.Refusal{Code: "already_answered"}
	}
	if err == nil {
		if o.answered[c.Number] == nil {
			o.answered[c.Number] = map[int]response{}
		}
		o.answered[c.Number][household] = response{phone, body.Replies}
	}
	return err
}
