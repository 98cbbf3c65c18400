package api

import (
	"context"

	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/forms"
)

// GetRecordForm fills the complaint record form. I3
func (s *Server) GetRecordForm(ctx context.Context, r contract.GetRecordFormRequestObject) (contract.GetRecordFormResponseObject, error) {
	doc, err := s.reports.CaseForm(ctx, forms.Record, string(r.Params.Lang))
	if err != nil {
		return nil, err
	}
	book, err := workbook(doc, desk.CallOf(ctx).Number+"-record")
	return contract.GetRecordForm200ApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse: book,
	}, err
}

// GetFollowUpForm fills the follow-up record form. I3
func (s *Server) GetFollowUpForm(ctx context.Context,
	r contract.GetFollowUpFormRequestObject) (contract.GetFollowUpFormResponseObject, error) {
	doc, err := s.reports.CaseForm(ctx, forms.FollowUp, string(r.Params.Lang))
	if err != nil {
		return nil, err
	}
	book, err := workbook(doc, desk.CallOf(ctx).Number+"-follow-up")
	return contract.GetFollowUpForm200ApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse: book,
	}, err
}
