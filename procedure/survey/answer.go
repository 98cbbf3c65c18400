package survey

import (
	"slices"
	"strconv"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/policy"
)

// Reply answers one question: with a score, with choices, or with a text.
type Reply struct {
	Question string   `json:"question"`
	Score    *int     `json:"score,omitempty"`
	Choices  []string `json:"choices,omitempty"`
	Text     string   `json:"text,omitempty"`
}

// Household is one that a survey asks, and who can be reached there.
type Household struct {
	Household int    `json:"household"` // its number by lot
	Building  string `json:"building"`
	Room      string `json:"room"`
	Name      string `json:"name,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Email     string `json:"email,omitempty"`
	Language  string `json:"language,omitempty"`
}

// Blank says that a reply says nothing.
func (r Reply) Blank() bool { return r.Score == nil && len(r.Choices) == 0 && machine.Blank(r.Text) }

// Answer is what one household answered. Nothing in it says which.
type Answer struct {
	Building string  `json:"building,omitempty"` // empty where too few households are asked there
	Phone    bool    `json:"phone,omitempty"`    // told to an agent
	Replies  []Reply `json:"replies"`
}

// Check says what is wrong with an answer to a questionnaire: a *procedure.Refusal with the question, or nil.
func Check(q policy.Questionnaire, replies []Reply) error {
	for i, r := range replies {
		at := slices.IndexFunc(q.Questions, func(x policy.Question) bool { return x.ID == r.Question })
		if at < 0 {
			return procedure.Invalid("unknown_question", "question", r.Question)
		}
		if slices.ContainsFunc(replies[:i], func(o Reply) bool { return o.Question == r.Question }) {
			return procedure.Invalid("question_twice", "question", r.Question)
		}
		if err := check(q.Questions[at], r); err != nil {
			return err
		}
	}
	said := func(x policy.Question) bool {
		return slices.ContainsFunc(replies, func(r Reply) bool { return r.Question == x.ID && !r.Blank() })
	}
	for _, x := range q.Questions {
		if x.Required && !said(x) {
			return procedure.Invalid("question_open", "question", x.ID)
		}
	}
	if !slices.ContainsFunc(q.Questions, said) {
		return procedure.Invalid("nothing_answered")
	}
	return nil
}

func check(x policy.Question, r Reply) error {
	low, high, scored := x.Scores()
	switch {
	case r.Score != nil && (!scored || *r.Score < low || *r.Score > high):
		return procedure.Invalid("score_off_scale", "question", x.ID, "from", strconv.Itoa(low), "to", strconv.Itoa(high))
	case len(r.Choices) > 0 && !x.Chosen(), len(r.Choices) > 1 && x.Kind == policy.AskSingle:
		return procedure.Invalid("bad_choice", "question", x.ID)
	case r.Text != "" && x.Kind != policy.AskText:
		return procedure.Invalid("no_text_wanted", "question", x.ID)
	}
	for i, c := range r.Choices {
		known := slices.ContainsFunc(x.Choices, func(o policy.Choice) bool { return o.ID == c })
		if !known || slices.Contains(r.Choices[:i], c) {
			return procedure.Invalid("bad_choice", "question", x.ID)
		}
	}
	return nil
}
