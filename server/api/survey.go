package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/survey"
	"bihuan/server/contract"
	"bihuan/server/failure"
	"bihuan/server/forms"
	"bihuan/server/paper"
	"bihuan/words"
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

// Survey is a survey as staff see it: nothing in it is anybody's answer. M1
type Survey struct {
	DeskCase
	survey.Plan
	Template   string      `json:"template,omitempty"`
	Seed       string      `json:"seed,omitempty"`
	Population int         `json:"population,omitempty"`
	Households int         `json:"households,omitempty"`
	Reminders  []time.Time `json:"reminders,omitempty"`
	Mails      int         `json:"mails,omitempty"`
}

func surveyOf(s survey.State, a people.Actor) Survey {
	return Survey{
		DeskCase: deskOf("survey", s.Case, a, machine.Allowed(survey.Table, &s.Case, a)), Plan: s.Plan, Template: s.Template,
		Seed: s.Seed, Population: s.Population, Households: s.Households, Reminders: s.Reminders, Mails: s.Mails,
	}
}

// surveyAt reads the survey that a number belongs to.
func (s *Server) surveyAt(ctx context.Context, n string) (survey.State, error) {
	c, err := s.fresh(ctx, n)
	if err != nil {
		return survey.State{}, err
	}
	state, ok := c.State().(survey.State)
	if !ok {
		return state, ErrNotFound
	}
	return state, nil
}

// GetSurveyResults shows how the answers add up. M1
func (s *Server) GetSurveyResults(ctx context.Context,
	_ contract.GetSurveyResultsRequestObject) (contract.GetSurveyResultsResponseObject, error) {
	report, err := s.report(ctx)
	return contract.GetSurveyResults200JSONResponse(report), err
}

// GetSurveyResultsWorkbook writes the same as a workbook. M1
func (s *Server) GetSurveyResultsWorkbook(ctx context.Context,
	r contract.GetSurveyResultsWorkbookRequestObject) (contract.GetSurveyResultsWorkbookResponseObject, error) {
	report, err := s.report(ctx)
	if err != nil {
		return nil, err
	}
	lang := cmp.Or(string(r.Params.Lang), callOf(ctx).language)
	book, err := workbook(forms.Survey(s.desk(lang, report.Community), report), report.Number+"-results")
	return contract.GetSurveyResultsWorkbook200ApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse: book,
	}, err
}

func (s *Server) surveyPaper(c echo.Context, lang words.Language) (paper.Document, error) {
	report, err := s.report(c.Request().Context())
	if err != nil {
		return paper.Document{}, err
	}
	d := s.desk(lang, report.Community)
	doc := forms.Survey(d, report)
	doc.Elsewhere = elsewhere(c, d)
	return doc, nil
}

// seriesKept is how many earlier surveys a report compares with.
const seriesKept = 40

// report makes the report of the survey that the call is about.
func (s *Server) report(ctx context.Context) (survey.Report, error) {
	in := callOf(ctx)
	state, err := s.surveyAt(ctx, in.number)
	if err != nil {
		return survey.Report{}, err
	}
	responses, err := s.Polls.Responses(ctx, in.number)
	report := survey.ReportOf(state, responses)
	if err != nil || !report.Final {
		return report, err
	}
	texts, err := s.Polls.Texts(ctx, in.number, 0)
	if err != nil {
		return report, err
	}
	report.Texts = some(texts)
	if report.Template == "" {
		return report, nil
	}
	series, err := s.Polls.Series(ctx, in.Communities, report.Template, seriesKept)
	report.Series = mapped(series, survey.PointOf)
	return report, err
}

// householdsAtOnce is how many households are read at a time.
const householdsAtOnce = 500

// GetSurveyHouseholds writes every household with its link, to be put into letters and text messages. M1
func (s *Server) GetSurveyHouseholds(ctx context.Context,
	r contract.GetSurveyHouseholdsRequestObject) (contract.GetSurveyHouseholdsResponseObject, error) {
	in := callOf(ctx)
	state, err := s.surveyAt(ctx, in.number)
	if err != nil {
		return nil, err
	}
	d := s.desk(cmp.Or(string(r.Params.Lang), in.language), state.Customer.Community)
	rows := [][]string{forms.HouseholdColumns(d)}
	for after := 0; ; {
		page, err := s.Polls.Households(ctx, in.number, after, householdsAtOnce)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].Household
		for _, h := range page {
			rows = append(rows, []string{strconv.Itoa(h.Household), h.Building, h.Room, h.Name, h.Phone, h.Email, s.Tracking.HouseholdLink(in.number, h.Household)})
		}
	}
	raw, err := paper.List(in.number, rows)
	return contract.GetSurveyHouseholds200ApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse: contract.WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
			Body: bytes.NewReader(raw), ContentLength: int64(len(raw)),
			Headers: contract.WorkbookResponseHeaders{ContentDisposition: `attachment; filename="` + in.number + `-households.xlsx"`},
		},
	}, err
}

// ListUnanswered lists the households that can still be called. M1
func (s *Server) ListUnanswered(ctx context.Context,
	r contract.ListUnansweredRequestObject) (contract.ListUnansweredResponseObject, error) {
	in, limit := callOf(ctx), cmp.Or(r.Params.Limit, defaultLimit)
	answer := contract.ListUnanswered200JSONResponse{Items: []survey.Household{}}
	if _, err := s.surveyAt(ctx, in.number); err != nil {
		return nil, err
	}
	page, err := s.Polls.Households(ctx, in.number, r.Params.After, limit)
	if err != nil || len(page) == 0 {
		return answer, err
	}
	if len(page) == limit {
		answer.Next = page[limit-1].Household
	}
	answered, err := s.Polls.Respondents(ctx, in.number, mapped(page, func(h survey.Household) string {
		return s.Tracking.Respondent(in.number, h.Household)
	}))
	for _, h := range page {
		if !slices.Contains(answered, s.Tracking.Respondent(in.number, h.Household)) {
			answer.Items = append(answer.Items, h)
		}
	}
	return answer, err
}

// RecordAnswer keeps what a household told an agent on the phone. M1
func (s *Server) RecordAnswer(ctx context.Context, r contract.RecordAnswerRequestObject) (contract.RecordAnswerResponseObject, error) {
	in := callOf(ctx)
	state, err := s.surveyAt(ctx, in.number)
	if err != nil {
		return nil, err
	}
	household, err := s.Polls.HouseholdIn(ctx, in.number, postgres.Place{Community: state.Customer.Community, Building: r.Body.Building, Room: r.Body.Room})
	if errors.Is(err, postgres.ErrNotFound) {
		return nil, failure.Invalid("unknown_household").On("room")
	}
	if err != nil {
		return nil, err
	}
	if err := s.keepAnswer(ctx, state, postgres.Response{Household: household, Name: r.Body.Name, Phone: true, Replies: r.Body.Replies}); err != nil {
		return nil, err
	}
	n, err := s.Polls.Responses(ctx, in.number)
	return contract.RecordAnswer201JSONResponse{Responses: n}, err
}

// keepAnswer keeps an answer while the survey asks; what it says fits the questions. M1
func (s *Server) keepAnswer(ctx context.Context, state survey.State, r postgres.Response) error {
	if !state.Takes(s.Now()) {
		return procedure.Conflict("survey_over")
	}
	if err := survey.Check(state.Questionnaire, r.Replies); err != nil {
		return err
	}
	r.Replies = slices.DeleteFunc(slices.Clone(r.Replies), survey.Reply.Blank)
	r.Respondent = s.Tracking.Respondent(state.Number, r.Household)
	err := s.Polls.AddAnswer(ctx, state.Number, r)
	switch {
	case errors.Is(err, postgres.ErrAnswered):
		return procedure.Conflict("already_answered")
	case errors.Is(err, postgres.ErrNotAsked):
		return procedure.Conflict("survey_over")
	}
	return err
}
