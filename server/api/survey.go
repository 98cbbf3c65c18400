package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"bihuan/postgres"
	"bihuan/procedure/survey"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/failure"
	"bihuan/server/forms"
	"bihuan/server/list"
	"bihuan/server/paper"
)

// GetSurveyResults shows how the answers add up. M1
func (s *Server) GetSurveyResults(ctx context.Context,
	_ contract.GetSurveyResultsRequestObject) (contract.GetSurveyResultsResponseObject, error) {
	report, err := s.reports.Survey(ctx)
	return contract.GetSurveyResults200JSONResponse(report), err
}

// GetSurveyResultsWorkbook writes the same as a workbook. M1
func (s *Server) GetSurveyResultsWorkbook(ctx context.Context,
	r contract.GetSurveyResultsWorkbookRequestObject) (contract.GetSurveyResultsWorkbookResponseObject, error) {
	report, err := s.reports.Survey(ctx)
	if err != nil {
		return nil, err
	}
	lang := cmp.Or(string(r.Params.Lang), desk.CallOf(ctx).Language)
	book, err := workbook(forms.Survey(s.reports.Locale(lang, report.Community), report), report.Number+"-results")
	return contract.GetSurveyResultsWorkbook200ApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse: book,
	}, err
}

// householdsAtOnce is how many households are read at a time.
const householdsAtOnce = 500

// GetSurveyHouseholds writes every household with its link, to be put into letters and text messages. M1
func (s *Server) GetSurveyHouseholds(ctx context.Context,
	r contract.GetSurveyHouseholdsRequestObject) (contract.GetSurveyHouseholdsResponseObject, error) {
	in := desk.CallOf(ctx)
	state, err := s.SurveyAt(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	d := s.reports.Locale(cmp.Or(string(r.Params.Lang), in.Language), state.Customer.Community)
	rows := [][]string{forms.HouseholdColumns(d)}
	for after := 0; ; {
		page, err := s.Polls.Households(ctx, in.Number, after, householdsAtOnce)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].Household
		for _, h := range page {
			rows = append(rows, []string{strconv.Itoa(h.Household), h.Building, h.Room, h.Name, h.Phone, h.Email, s.Tracking.HouseholdLink(in.Number, h.Household)})
		}
	}
	raw, err := paper.List(in.Number, rows)
	return contract.GetSurveyHouseholds200ApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse: contract.WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
			Body: bytes.NewReader(raw), ContentLength: int64(len(raw)),
			Headers: contract.WorkbookResponseHeaders{ContentDisposition: `attachment; filename="` + in.Number + `-households.xlsx"`},
		},
	}, err
}

// ListUnanswered lists the households that can still be called. M1
func (s *Server) ListUnanswered(ctx context.Context,
	r contract.ListUnansweredRequestObject) (contract.ListUnansweredResponseObject, error) {
	in, limit := desk.CallOf(ctx), cmp.Or(r.Params.Limit, desk.DefaultLimit)
	answer := contract.ListUnanswered200JSONResponse{Items: []survey.Household{}}
	if _, err := s.SurveyAt(ctx, in.Number); err != nil {
		return nil, err
	}
	page, err := s.Polls.Households(ctx, in.Number, r.Params.After, limit)
	if err != nil || len(page) == 0 {
		return answer, err
	}
	if len(page) == limit {
		answer.Next = page[limit-1].Household
	}
	answered, err := s.Polls.Respondents(ctx, in.Number, list.Map(page, func(h survey.Household) string {
		return s.Tracking.Respondent(in.Number, h.Household)
	}))
	for _, h := range page {
		if !slices.Contains(answered, s.Tracking.Respondent(in.Number, h.Household)) {
			answer.Items = append(answer.Items, h)
		}
	}
	return answer, err
}

// RecordAnswer keeps what a household told an agent on the phone. M1
func (s *Server) RecordAnswer(ctx context.Context, r contract.RecordAnswerRequestObject) (contract.RecordAnswerResponseObject, error) {
	in := desk.CallOf(ctx)
	state, err := s.SurveyAt(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	household, err := s.Polls.HouseholdIn(ctx, in.Number, postgres.Place{Community: state.Customer.Community, Building: r.Body.Building, Room: r.Body.Room})
	if errors.Is(err, postgres.ErrNotFound) {
		return nil, failure.Invalid("unknown_household").On("room")
	}
	if err != nil {
		return nil, err
	}
	if err := s.KeepAnswer(ctx, state, postgres.Response{Household: household, Name: r.Body.Name, Phone: true, Replies: r.Body.Replies}); err != nil {
		return nil, err
	}
	n, err := s.Polls.Responses(ctx, in.Number)
	return contract.RecordAnswer201JSONResponse{Responses: n}, err
}
