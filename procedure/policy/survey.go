package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bihuan/procedure/violation"
)

// Survey is the settings of surveys. M1
type Survey struct {
	Deadlines Limits `json:"deadlines,omitempty" yaml:"deadlines"`
	// RemindAfter says how long after the invitations those who have not answered are reminded, each time.
	RemindAfter []Duration `json:"remind_after,omitempty" yaml:"remind_after"`
	// Templates are questionnaires that are used again, so that their results can be compared.
	Templates []Template     `json:"templates,omitempty" yaml:"templates"`
	Schedule  SurveySchedule `json:"schedule,omitzero" yaml:"schedule"`
}

// SurveySchedule opens a survey in every community by itself, on the first day of some months; in no months, never.
type SurveySchedule struct {
	Template string `json:"template,omitempty" yaml:"template"`
	Months   []int  `json:"months,omitempty" yaml:"months"`
}

// Template is a questionnaire with a name, and how many households are asked.
type Template struct {
	ID            string `json:"id" yaml:"id"`
	Questionnaire `yaml:",inline"`
	// Sample is how many households are drawn; all of them without.
	Sample int `json:"sample,omitempty" yaml:"sample"`
}

// Questionnaire is what households are asked.
type Questionnaire struct {
	Title     Text       `json:"title" yaml:"title"`
	Questions []Question `json:"questions" yaml:"questions"`
}

// The kinds of questions.
const (
	AskScore5   = "score5"   // 1 to 5
	AskScore10  = "score10"  // 0 to 10
	AskSingle   = "single"   // one of the choices
	AskMultiple = "multiple" // any of the choices
	AskText     = "text"
)

// QuestionKinds lists them.
var QuestionKinds = []string{AskScore5, AskScore10, AskSingle, AskMultiple, AskText}

// Question is one question.
type Question struct {
	ID       string   `json:"id" yaml:"id"`
	Kind     string   `json:"kind" yaml:"kind"`
	Ask      Text     `json:"ask" yaml:"ask"`
	Required bool     `json:"required,omitempty" yaml:"required"`
	Choices  []Choice `json:"choices,omitempty" yaml:"choices"`
}

// Scores gives the lowest and the highest score of a question; false for one without scores.
func (q Question) Scores() (low, high int, ok bool) {
	switch q.Kind {
	case AskScore5:
		return 1, 5, true
	case AskScore10:
		return 0, 10, true
	}
	return 0, 0, false
}

// Chosen says whether a question is answered with choices.
func (q Question) Chosen() bool { return q.Kind == AskSingle || q.Kind == AskMultiple }

// Template finds a questionnaire by its ID.
func (s Survey) Template(id string) (Template, bool) {
	i := slices.IndexFunc(s.Templates, func(t Template) bool { return t.ID == id })
	if i < 0 {
		return Template{}, false
	}
	return s.Templates[i], true
}

// The most that a questionnaire may have.
const (
	MostQuestions = 50
	MostChoices   = 20
)

// Validate names everything about a questionnaire that cannot stand.
func (q Questionnaire) Validate() violation.List {
	var v violation.List
	q.Title.inEachLanguage(&v, "title")
	switch n := len(q.Questions); {
	case n == 0:
		v.Add("questions", "none")
	case n > MostQuestions:
		v.Add("questions", "out_of_range", "from", "1", "to", strconv.Itoa(MostQuestions))
	}
	for i, x := range q.Questions {
		if !goodID(x.ID) {
			v.Add(fmt.Sprintf("questions[%d].id", i), "bad_id")
			continue
		}
		path := "questions[" + x.ID + "]"
		if slices.IndexFunc(q.Questions, func(o Question) bool { return o.ID == x.ID }) < i {
			v.Add(path, "twice")
		}
		x.validate(&v, path)
	}
	return v
}

func (q Question) validate(v *violation.List, path string) {
	q.Ask.inEachLanguage(v, path+".ask")
	if !slices.Contains(QuestionKinds, q.Kind) {
		v.Add(path+".kind", "not_one_of", "choices", strings.Join(QuestionKinds, ", "))
	}
	switch n := len(q.Choices); {
	case q.Chosen() && (n < 2 || n > MostChoices):
		v.Add(path+".choices", "out_of_range", "from", "2", "to", strconv.Itoa(MostChoices))
	case !q.Chosen() && n > 0:
		v.Add(path+".choices", "out_of_range", "from", "0", "to", "0")
	}
	for i, c := range q.Choices {
		if !goodID(c.ID) {
			v.Add(fmt.Sprintf("%s.choices[%d].id", path, i), "bad_id")
			continue
		}
		at := path + ".choices[" + c.ID + "]"
		if slices.IndexFunc(q.Choices, func(o Choice) bool { return o.ID == c.ID }) < i {
			v.Add(at, "twice")
		}
		c.Name.inEachLanguage(v, at+".name")
	}
}

func (t Text) inEachLanguage(v *violation.List, path string) {
	if strings.TrimSpace(t.Zh) == "" || strings.TrimSpace(t.En) == "" {
		v.Add(path, "each_language")
	}
}

// Validate names everything about the settings of surveys that cannot stand, but the deadlines.
func (s Survey) Validate() violation.List {
	var v violation.List
	for i, d := range s.RemindAfter {
		path := fmt.Sprintf("remind_after[%s]", d)
		switch {
		case d <= 0:
			v.Add(path, "nothing")
		case d >= s.Deadlines["asking"].Within:
			v.Add(path, "too_long", "longest", s.Deadlines["asking"].Within.String())
		case i > 0 && d <= s.RemindAfter[i-1]:
			v.Add(path, "shorter_than", "other", s.RemindAfter[i-1].String())
		}
	}
	for i, t := range s.Templates {
		if !goodID(t.ID) {
			v.Add(fmt.Sprintf("templates[%d].id", i), "bad_id")
			continue
		}
		path := "templates[" + t.ID + "]"
		if slices.IndexFunc(s.Templates, func(o Template) bool { return o.ID == t.ID }) < i {
			v.Add(path, "twice")
		}
		if t.Sample < 0 {
			v.Add(path+".sample", "negative")
		}
		v.Below(path, t.Questionnaire.Validate())
	}
	s.Schedule.validate(&v, s)
	return v
}

func (c SurveySchedule) validate(v *violation.List, s Survey) {
	if len(c.Months) == 0 {
		return
	}
	if _, ok := s.Template(c.Template); !ok {
		v.Add("schedule.template", "unknown", "id", c.Template)
	}
	for i, m := range c.Months {
		if m < 1 || m > 12 {
			v.Add(fmt.Sprintf("schedule.months[%d]", i), "out_of_range", "from", "1", "to", "12")
		}
	}
}
