package pages

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/policy"
	"bihuan/procedure/survey"
	"bihuan/server/desk"
	"bihuan/server/gate"
	"bihuan/server/list"
	"bihuan/server/view"
	"bihuan/words"
)

//go:embed poll
var pollFiles embed.FS

var pollTemplate = template.Must(template.New("page.html").ParseFS(pollFiles, "poll/page.html"))

// pollPage is what a household sees of a survey. Without questions it is only a message.
type pollPage struct {
	words.Localizer
	Path      string // of the page itself, the secret included
	Title     string
	Community string
	Until     string
	Message   string
	Bad       bool
	Drill     bool
	Questions []pollQuestion
	Name      string
}

// pollQuestion is one question with what was filled in.
type pollQuestion struct {
	policy.Question
	Ask     string
	Options []pollOption
	Text    string
	Wrong   bool
}

type pollOption struct {
	ID, Name string
	Chosen   bool
}

// Single says that one option is chosen, and Scored that the options are scores.
func (q pollQuestion) Single() bool { return q.Kind != policy.AskMultiple }

func (q pollQuestion) Scored() bool { _, _, ok := q.Scores(); return ok }

func (q pollQuestion) Worded() bool { return q.Kind == policy.AskText }

// filled is what was put into the form, by the names of its fields.
type filled map[string][]string

// field begins the names of the fields of questions.
const field = "q-"

// surveyPages serves the households' page. It works without JavaScript. M1
func (s *Site) surveyPages(e *echo.Echo) {
	e.GET("/survey/style.css", echo.StaticFileHandler("poll/style.css", pollFiles))
	e.GET("/survey/:number/:token", s.askHousehold)
	e.POST("/survey/:number/:token", s.limitedPage(s.takeAnswer, s.pollRefused))
}

// askedBy reads which survey and which household a link belongs to; a forged one leads nowhere.
func (s *Site) askedBy(c echo.Context) (survey.State, int, error) {
	household, ok := s.Tracking.Household(c.Param("number"), c.Param("token"))
	if !ok || view.Of(c.Param("number")).Name != "survey" {
		return survey.State{}, 0, desk.ErrNotFound
	}
	state, err := s.SurveyAt(c.Request().Context(), c.Param("number"))
	if err == nil && household > state.Households {
		err = desk.ErrNotFound
	}
	return state, household, err
}

func (s *Site) askHousehold(c echo.Context) error {
	state, household, err := s.askedBy(c)
	if err != nil {
		return s.pollRefused(c, err)
	}
	p := s.pollOf(c, state)
	answered, err := s.Polls.Respondents(c.Request().Context(), state.Number, []string{s.Tracking.Respondent(state.Number, household)})
	switch {
	case err != nil:
		return s.pollRefused(c, err)
	case len(answered) > 0:
		p.Message = p.T("survey.answered")
	case !state.Takes(s.Now()):
		p.Message = p.T("survey.over")
	default:
		p.Questions = questionsOf(p.Language, state, nil, "")
	}
	return s.poll(c, http.StatusOK, p)
}

// takeAnswer keeps what a household sent, before it is thanked.
func (s *Site) takeAnswer(c echo.Context) error {
	state, household, err := s.askedBy(c)
	if err != nil {
		return s.pollRefused(c, err)
	}
	sent, err := s.Form(c)
	if err != nil {
		return s.pollRefused(c, err)
	}
	p, form := s.pollOf(c, state), filled(sent)
	p.Name = strings.TrimSpace(sent.Get("name"))
	replies, err := form.replies(state.Questionnaire)
	if err == nil {
		err = s.KeepAnswer(c.Request().Context(), state, postgres.Response{Household: household, Name: shortened(p.Name), Replies: replies})
	}
	if err == nil {
		p.Message = p.T("survey.thanks")
		return s.poll(c, http.StatusOK, p)
	}
	f := desk.FailureOf(err)
	s.Failed(c, f)
	p.Message, p.Bad = words.Refusal(p.Language, f.Code, f.Args), true
	if f.Code != "survey_over" && f.Code != "already_answered" {
		p.Questions = questionsOf(p.Language, state, form, f.Args["question"])
	}
	gate.SetRetry(c.Response().Header(), f)
	return s.poll(c, gate.Status(f), p)
}

// longestText is how many characters a text may have, and longestName a name.
const (
	longestText = 4000
	longestName = 200
)

func shortened(name string) string {
	runes := []rune(name)
	return string(runes[:min(len(runes), longestName)])
}

// replies reads the form; fields of no question are not read.
func (f filled) replies(q policy.Questionnaire) ([]survey.Reply, error) {
	var all []survey.Reply
	for _, x := range q.Questions {
		given := slices.DeleteFunc(slices.Clone(f[field+x.ID]), func(v string) bool { return strings.TrimSpace(v) == "" })
		if len(given) == 0 {
			continue
		}
		r := survey.Reply{Question: x.ID}
		_, _, scored := x.Scores()
		switch {
		case scored:
			score, err := strconv.Atoi(given[0])
			if err != nil {
				return nil, procedure.Invalid("score_off_scale", "question", x.ID)
			}
			r.Score = &score
		case x.Chosen():
			r.Choices = given
		default:
			r.Text = strings.TrimSpace(given[0])
			if len([]rune(r.Text)) > longestText {
				return nil, procedure.Invalid("text_too_long", "question", x.ID)
			}
		}
		all = append(all, r)
	}
	return all, nil
}

// questionsOf draws the questions with what was filled in, and marks the one that is wrong.
func questionsOf(lang words.Language, s survey.State, f filled, wrong string) []pollQuestion {
	return list.Map(s.Questions, func(x policy.Question) pollQuestion {
		q := pollQuestion{Question: x, Ask: words.Text(lang, x.Ask), Wrong: x.ID == wrong}
		given := f[field+x.ID]
		if low, high, ok := x.Scores(); ok {
			for score := low; score <= high; score++ {
				id := strconv.Itoa(score)
				q.Options = append(q.Options, pollOption{id, id, slices.Contains(given, id)})
			}
		}
		for _, c := range x.Choices {
			q.Options = append(q.Options, pollOption{c.ID, words.Text(lang, c.Name), slices.Contains(given, c.ID)})
		}
		if x.Kind == policy.AskText && len(given) > 0 {
			q.Text = given[0]
		}
		return q
	})
}

func (s *Site) pollOf(c echo.Context, state survey.State) pollPage {
	lang := languageAsked(c)
	p := pollPage{
		Localizer: words.Localizer{Language: lang}, Path: "/survey/" + state.Number + "/" + c.Param("token") + "?lang=" + lang,
		Title: words.Text(lang, state.Title), Community: s.Settings.Names(lang).Community(state.Customer.Community), Drill: state.Customer.Drill,
	}
	if closes, ok := state.Closes(); ok {
		zone := s.reports.Locale(lang, state.Customer.Community).Zone
		p.Until = closes.In(zone).Format("2006-01-02 15:04")
	}
	return p
}

// pollRefused says on a page why there are no questions.
func (s *Site) pollRefused(c echo.Context, err error) error {
	f, lang := desk.FailureOf(err), languageAsked(c)
	s.Failed(c, f)
	gate.SetRetry(c.Response().Header(), f)
	p := pollPage{Localizer: words.Localizer{Language: lang}, Message: words.Refusal(lang, f.Code, f.Args), Bad: true}
	p.Title = p.T("survey.title")
	return s.poll(c, gate.Status(f), p)
}

func (s *Site) poll(c echo.Context, status int, p pollPage) error {
	var b bytes.Buffer
	if err := pollTemplate.Execute(&b, p); err != nil {
		return err
	}
	c.Response().Header().Set("X-Robots-Tag", "noindex")
	c.Response().Header().Set("Content-Language", p.Language)
	return c.HTMLBlob(status, b.Bytes())
}
