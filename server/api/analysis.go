package api

import (
	"cmp"
	"context"

	"bihuan/procedure/analysis"
	"bihuan/procedure/statistics"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/forms"
	"bihuan/server/list"
	"bihuan/words"
)

// GetAnalysis says what stands out in a period. M2
func (s *Server) GetAnalysis(ctx context.Context, r contract.GetAnalysisRequestObject) (contract.GetAnalysisResponseObject, error) {
	in, p := desk.CallOf(ctx), r.Params
	a, err := s.reports.Analysis(ctx, in.Actor, p.Community, statistics.Period{From: p.From, To: p.To}, p.Limit)
	if err != nil {
		return nil, err
	}
	lang := words.Pick(cmp.Or(string(p.Lang), in.Language))
	out := contract.GetAnalysis200JSONResponse{
		From: a.From, To: a.To, BeforeFrom: a.Before.From, Communities: a.Communities, NoisePercent: a.Percent, More: a.More,
		Uncompared: a.Uncompared,
		Findings: list.Map(a.Findings, func(f analysis.Finding) contract.WordedFinding {
			return contract.WordedFinding{Finding: f, Sentence: words.Finding(lang, f, s.Settings.Names(lang))}
		}),
	}
	return out, nil
}

// GetAnalysisWorkbook writes it as a workbook. M2
func (s *Server) GetAnalysisWorkbook(ctx context.Context,
	r contract.GetAnalysisWorkbookRequestObject) (contract.GetAnalysisWorkbookResponseObject, error) {
	in, p := desk.CallOf(ctx), r.Params
	a, err := s.reports.Analysis(ctx, in.Actor, p.Community, statistics.Period{From: p.From, To: p.To}, p.Limit)
	if err != nil {
		return nil, err
	}
	doc := forms.Analysis(s.reports.Locale(cmp.Or(string(p.Lang), in.Language), a.Communities...), a)
	book, err := workbook(doc, "analysis-"+p.From+"-"+p.To)
	return contract.GetAnalysisWorkbook200ApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse: book,
	}, err
}
