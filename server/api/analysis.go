package api

import (
	"cmp"
	"context"

	"github.com/labstack/echo/v4"

	"bihuan/procedure/analysis"
	"bihuan/procedure/people"
	"bihuan/procedure/statistics"
	"bihuan/server/contract"
	"bihuan/server/failure"
	"bihuan/server/forms"
	"bihuan/server/paper"
	"bihuan/words"
)

// GetAnalysis says what stands out in a period. M2
func (s *Server) GetAnalysis(ctx context.Context, r contract.GetAnalysisRequestObject) (contract.GetAnalysisResponseObject, error) {
	in, p := callOf(ctx), r.Params
	a, err := s.analysis(ctx, in.Actor, p.Community, statistics.Period{From: p.From, To: p.To}, p.Limit)
	if err != nil {
		return nil, err
	}
	lang := words.Pick(cmp.Or(string(p.Lang), in.language))
	out := contract.GetAnalysis200JSONResponse{
		From: a.From, To: a.To, BeforeFrom: a.Before.From, Communities: a.Communities, NoisePercent: a.Percent, More: a.More,
		Uncompared: a.Uncompared,
		Findings: mapped(a.Findings, func(f analysis.Finding) contract.WordedFinding {
			return contract.WordedFinding{Finding: f, Sentence: words.Finding(lang, f, s.Settings.Names(lang))}
		}),
	}
	return out, nil
}

// GetAnalysisWorkbook writes it as a workbook. M2
func (s *Server) GetAnalysisWorkbook(ctx context.Context,
	r contract.GetAnalysisWorkbookRequestObject) (contract.GetAnalysisWorkbookResponseObject, error) {
	in, p := callOf(ctx), r.Params
	a, err := s.analysis(ctx, in.Actor, p.Community, statistics.Period{From: p.From, To: p.To}, p.Limit)
	if err != nil {
		return nil, err
	}
	doc := forms.Analysis(s.desk(cmp.Or(string(p.Lang), in.language), a.Communities...), a)
	book, err := workbook(doc, "analysis-"+p.From+"-"+p.To)
	return contract.GetAnalysisWorkbook200ApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse: book,
	}, err
}

// analysisPaper draws it for a browser to print.
func (s *Server) analysisPaper(c echo.Context, lang words.Language) (paper.Document, error) {
	ctx, period := c.Request().Context(), statistics.Period{From: c.QueryParam("from"), To: c.QueryParam("to")}
	a, err := s.analysis(ctx, callOf(ctx).Actor, c.QueryParam("community"), period, 0)
	if err != nil {
		return paper.Document{}, err
	}
	desk := s.desk(lang, a.Communities...)
	doc := forms.Analysis(desk, a)
	doc.Elsewhere = elsewhere(c, desk)
	return doc, nil
}

// analysis looks at a period in a community of the actor's, or in all of them. Rooms are masked: who must
// know opens the household's complaints. N1
func (s *Server) analysis(ctx context.Context, a people.Actor, community string, p statistics.Period, limit int) (forms.Analysed, error) {
	places, err := s.period(a, community, p)
	if err != nil {
		return forms.Analysed{}, err
	}
	before, err := p.Before()
	if err != nil {
		return forms.Analysed{}, failure.Invalid("bad_value").On("to").Because(err)
	}
	rules := s.Settings.Analysis()
	found, err := s.Figures.Analyse(ctx, p, places, rules)
	if err != nil {
		return forms.Analysed{}, err
	}
	out := forms.Analysed{Period: p, Before: before, Percent: rules.Percent}
	for _, place := range places {
		out.Communities = append(out.Communities, place.Community)
	}
	if out.Uncompared, err = s.uncompared(ctx, before, places, out.Communities); err != nil {
		return out, err
	}
	shown := min(len(found), cmp.Or(limit, defaultLimit))
	out.Findings, out.More = found[:shown], len(found)-shown
	for i := range out.Findings {
		out.Findings[i].Watch.Room = people.MaskRoom(out.Findings[i].Watch.Room)
	}
	return out, err
}

// uncompared names the communities whose records begin after the period to compare with did: there everything would
// seem to have become more. M2
func (s *Server) uncompared(ctx context.Context,
	before statistics.Period, places []statistics.Place, communities []string) (found []string, err error) {
	first, err := s.Figures.FirstDay(ctx, communities)
	if err != nil {
		return nil, err
	}
	for i, place := range places {
		span, err := before.In(place)
		if err != nil {
			return nil, err
		}
		if first[i].After(span.From.AddDate(0, 0, quietDays)) {
			found = append(found, place.Community)
		}
	}
	return found, nil
}

// quietDays is how many days nobody may have complained before records are taken to have begun later.
const quietDays = 7
