package api

import (
	"bytes"
	"cmp"
	"context"
	"reflect"

	"bihuan/procedure/statistics"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/failure"
	"bihuan/server/list"
	"bihuan/server/paper"
)

// GetSummary counts a period. I4
func (s *Server) GetSummary(ctx context.Context, r contract.GetSummaryRequestObject) (contract.GetSummaryResponseObject, error) {
	summary, err := s.reports.Summary(ctx, desk.CallOf(ctx).Actor, r.Params.Community, statistics.Period{From: r.Params.From, To: r.Params.To})
	return contract.GetSummary200JSONResponse(summary), err
}

// GetSummaryWorkbook writes it as a workbook. I3, I4
func (s *Server) GetSummaryWorkbook(ctx context.Context,
	r contract.GetSummaryWorkbookRequestObject) (contract.GetSummaryWorkbookResponseObject, error) {
	in, period := desk.CallOf(ctx), statistics.Period{From: r.Params.From, To: r.Params.To}
	summary, err := s.reports.Summary(ctx, in.Actor, r.Params.Community, period)
	if err != nil {
		return nil, err
	}
	doc, _, err := s.reports.SummaryPaper(ctx, cmp.Or(string(r.Params.Lang), in.Language), summary)
	if err != nil {
		return nil, err
	}
	book, err := workbook(doc, "summary-"+period.From+"-"+period.To)
	return contract.GetSummaryWorkbook200ApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse: book,
	}, err
}

// workbook is a document as a file to keep.
func workbook(doc paper.Document, name string) (contract.WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse, error) {
	raw, err := doc.Workbook()
	return contract.WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		Body: bytes.NewReader(raw), ContentLength: int64(len(raw)),
		Headers: contract.WorkbookResponseHeaders{ContentDisposition: `attachment; filename="` + name + `.xlsx"`},
	}, err
}

// ListMonthlySummaries lists what was made.
func (s *Server) ListMonthlySummaries(ctx context.Context,
	r contract.ListMonthlySummariesRequestObject) (contract.ListMonthlySummariesResponseObject, error) {
	communities := desk.CallOf(ctx).Communities
	if c := r.Params.Community; c != "" {
		if _, err := s.reports.Places(desk.CallOf(ctx).Actor, c); err != nil {
			return nil, err
		}
		communities = []string{c}
	}
	all, err := s.reports.Figures.MonthlySummaries(ctx, communities, cmp.Or(r.Params.Limit, desk.DefaultLimit))
	return contract.ListMonthlySummaries200JSONResponse{Items: list.Some(all)}, err
}

// GetMonthlySummary gives a month's summary as it was made, and says whether it would be another now.
func (s *Server) GetMonthlySummary(ctx context.Context,
	r contract.GetMonthlySummaryRequestObject) (contract.GetMonthlySummaryResponseObject, error) {
	monthly, err := s.monthly(ctx, r.Community, r.Month)
	return contract.GetMonthlySummary200JSONResponse(monthly), err
}

// MakeMonthlySummary counts a month that is over again, and keeps it where it has become another.
func (s *Server) MakeMonthlySummary(ctx context.Context,
	r contract.MakeMonthlySummaryRequestObject) (contract.MakeMonthlySummaryResponseObject, error) {
	period, err := statistics.Month(r.Month)
	if err != nil {
		return nil, failure.Invalid("bad_value").On("month").Because(err)
	}
	places, err := s.reports.Places(desk.CallOf(ctx).Actor, r.Community)
	if err != nil {
		return nil, err
	}
	if span, err := period.In(places[0]); err != nil || s.Now().Before(span.To) {
		return nil, failure.Conflict("month_not_over")
	}
	counted, err := s.reports.Figures.Summary(ctx, period, places, s.Settings.Rules())
	if err == nil {
		err = s.reports.Figures.KeepSummary(ctx, r.Community, r.Month, s.Now().UTC(), counted)
	}
	if err != nil {
		return nil, err
	}
	monthly, err := s.monthly(ctx, r.Community, r.Month)
	return contract.MakeMonthlySummary200JSONResponse(monthly), err
}

func (s *Server) monthly(ctx context.Context, community, month string) (contract.MonthlySummary, error) {
	places, err := s.reports.Places(desk.CallOf(ctx).Actor, community)
	if err != nil {
		return contract.MonthlySummary{}, err
	}
	kept, err := s.reports.Figures.MonthlySummary(ctx, community, month)
	if err != nil {
		return contract.MonthlySummary{}, err
	}
	now, err := s.reports.Figures.Summary(ctx, kept.Summary.Period, places, s.Settings.Rules())
	comparable := kept.Summary.Format == now.Format
	return contract.MonthlySummary{
		Community: kept.Community, Month: kept.Month, Version: kept.Version, ComputedAt: kept.ComputedAt,
		Summary: kept.Summary, OlderFormat: !comparable, Differs: comparable && !reflect.DeepEqual(kept.Summary, now),
	}, err
}
