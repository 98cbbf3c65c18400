package api

import (
	"cmp"
	"context"
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/forms"
	"bihuan/server/paper"
)

// GetRecordForm fills the complaint record form. I3
func (s *Server) GetRecordForm(ctx context.Context, r contract.GetRecordFormRequestObject) (contract.GetRecordFormResponseObject, error) {
	doc, err := s.form(ctx, forms.Record, string(r.Params.Lang))
	if err != nil {
		return nil, err
	}
	book, err := workbook(doc, callOf(ctx).number+"-record")
	return contract.GetRecordForm200ApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse: book,
	}, err
}

// GetFollowUpForm fills the follow-up record form. I3
func (s *Server) GetFollowUpForm(ctx context.Context,
	r contract.GetFollowUpFormRequestObject) (contract.GetFollowUpFormResponseObject, error) {
	doc, err := s.form(ctx, forms.FollowUp, string(r.Params.Lang))
	if err != nil {
		return nil, err
	}
	book, err := workbook(doc, callOf(ctx).number+"-follow-up")
	return contract.GetFollowUpForm200ApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse: book,
	}, err
}

// form fills a form of the case that the call is about, as far as its caller may see it. N1
func (s *Server) form(ctx context.Context, fill func(forms.Desk, forms.Case) paper.Document, lang string) (paper.Document, error) {
	in := callOf(ctx)
	c, err := s.fresh(ctx, in.number)
	if err != nil {
		return paper.Document{}, err
	}
	state, ok := c.State().(complaint.State)
	if !ok { // a case of another kind has forms of its own
		return paper.Document{}, ErrNotFound
	}
	events, err := s.allEvents(ctx, in.number)
	if err != nil {
		return paper.Document{}, err
	}
	desk := s.desk(cmp.Or(lang, in.language), state.Record.Community)
	return fill(desk, seen(forms.Case{State: state, Events: events}, in.Actor)), nil
}

// allEvents reads a case's events to the end.
func (s *Server) allEvents(ctx context.Context, n string) (all []procedure.Event, err error) {
	for {
		page, err := s.Reader.Events(ctx, n, len(all), 0)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
	}
}

// seen leaves of a case what an actor may see of it, as the case and its timeline do. N1
func seen(c forms.Case, a people.Actor) forms.Case {
	shown := caseOf(c.State, a)
	c.State.Record, c.State.Judgement = shown.Record, shown.Judgement
	if complaint.Sees(c.State, a) != complaint.SeesAll {
		c.Events = slices.DeleteFunc(c.Events, func(e procedure.Event) bool { return !slices.Contains(departmental, e.Type) })
	}
	return c
}
