package api

import (
	"bytes"
	"cmp"
	"context"
	"reflect"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/analysis"
	"bihuan/procedure/improvement"
	"bihuan/procedure/people"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
	"bihuan/server/contract"
	"bihuan/server/failure"
	"bihuan/server/forms"
	"bihuan/server/paper"
	"bihuan/words"
)

// Figures is what the server reads of the statistics. I4
type Figures interface {
	Summary(ctx context.Context, p statistics.Period, places []statistics.Place, rules statistics.Rules) (statistics.Summary, error)
	MonthlySummary(ctx context.Context, community, month string) (postgres.Stored, error)
	MonthlySummaries(ctx context.Context, communities []string, limit int) ([]postgres.Stored, error)
	KeepSummary(ctx context.Context, community, month string, at time.Time, s statistics.Summary) error
	Measures(ctx context.Context, s statistics.Span) ([]improvement.State, error)
	EndedSurveys(ctx context.Context, s statistics.Span) ([]survey.State, error)
	FirstDay(ctx context.Context, communities []string) ([]time.Time, error)
	Analyse(ctx context.Context, p statistics.Period, places []statistics.Place, rules analysis.Rules) ([]analysis.Finding, error)
}

// GetSummary counts a period. I4
func (s *Server) GetSummary(ctx context.Context, r contract.GetSummaryRequestObject) (contract.GetSummaryResponseObject, error) {
	summary, err := s.summary(ctx, callOf(ctx).Actor, r.Params.Community, statistics.Period{From: r.Params.From, To: r.Params.To})
	return contract.GetSummary200JSONResponse(summary), err
}

// GetSummaryWorkbook writes it as a workbook. I3, I4
func (s *Server) GetSummaryWorkbook(ctx context.Context,
	r contract.GetSummaryWorkbookRequestObject) (contract.GetSummaryWorkbookResponseObject, error) {
	in, period := callOf(ctx), statistics.Period{From: r.Params.From, To: r.Params.To}
	summary, err := s.summary(ctx, in.Actor, r.Params.Community, period)
	if err != nil {
		return nil, err
	}
	doc, _, err := s.summaryForm(ctx, cmp.Or(string(r.Params.Lang), in.language), summary)
	if err != nil {
		return nil, err
	}
	book, err := workbook(doc, "summary-"+period.From+"-"+period.To)
	return contract.GetSummaryWorkbook200ApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse: book,
	}, err
}

// summaryForm fills the summary, with what stands beside its figures. I4, M1-M3, M6
func (s *Server) summaryForm(ctx context.Context, lang words.Language, sum statistics.Summary) (paper.Document, forms.Desk, error) {
	d := s.desk(lang, sum.Communities...)
	d.Company = s.Settings.Names(d.Language).Company()
	in := callOf(ctx)
	d.Maker = words.Label(d.Language, "role", string(in.permission.Role)) + " " + cmp.Or(in.Name, in.ID)
	beside, err := s.beside(ctx, sum)
	return forms.Summary(d, sum, beside), d, err
}

// beside reads what a summary tells beside its figures.
func (s *Server) beside(ctx context.Context, sum statistics.Summary) (b forms.Beside, err error) {
	if b.Feedback, err = s.feedback(ctx, sum.Communities); err != nil {
		return b, err
	}
	for _, community := range sum.Communities {
		places, err := s.places(callOf(ctx).Actor, community)
		if err != nil {
			return b, err
		}
		span, err := sum.In(places[0])
		if err != nil {
			return b, err
		}
		measures, err := s.Figures.Measures(ctx, span)
		if err != nil {
			return b, err
		}
		surveys, err := s.Figures.EndedSurveys(ctx, span)
		if err != nil {
			return b, err
		}
		b.Measures, b.Surveys = append(b.Measures, measures...), append(b.Surveys, surveys...)
	}
	community := "" // all of the caller's
	if len(sum.Communities) == 1 {
		community = sum.Communities[0]
	}
	found, err := s.analysis(ctx, callOf(ctx).Actor, community, sum.Period, 0)
	b.Findings, b.Uncompared = found.Findings, found.Uncompared
	return b, err
}

// workbook is a document as a file to keep.
func workbook(doc paper.Document, name string) (contract.WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse, error) {
	raw, err := doc.Workbook()
	return contract.WorkbookApplicationVndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		Body: bytes.NewReader(raw), ContentLength: int64(len(raw)),
		Headers: contract.WorkbookResponseHeaders{ContentDisposition: `attachment; filename="` + name + `.xlsx"`},
	}, err
}

// desk is who fills a form here and now, on the clocks of the first of the communities.
func (s *Server) desk(lang words.Language, communities ...string) forms.Desk {
	d := forms.Desk{Localizer: words.Localizer{Language: words.Pick(lang)}, Names: s.Settings.Names(words.Pick(lang)), Zone: time.UTC, Now: s.Now()}
	for _, c := range communities {
		if p, ok := s.Settings.For(c); ok {
			if zone, err := s.zones.of(p.Calendar.Zone); err == nil {
				d.Zone = zone
				break
			}
		}
	}
	return d
}

// longest is how many days a summary may be about: ten years.
const longest = 3660

// summary counts a period in a community of the actor's, or in all of them.
func (s *Server) summary(ctx context.Context, a people.Actor, community string, p statistics.Period) (statistics.Summary, error) {
	places, err := s.period(a, community, p)
	if err != nil {
		return statistics.Summary{}, err
	}
	return s.Figures.Summary(ctx, p, places, s.Settings.Rules())
}

// period checks a period, and gives the communities to count in.
func (s *Server) period(a people.Actor, community string, p statistics.Period) ([]statistics.Place, error) {
	from, err := time.Parse(time.DateOnly, p.From)
	if err != nil {
		return nil, failure.Invalid("bad_value").On("from").Because(err)
	}
	to, err := time.Parse(time.DateOnly, p.To)
	if err != nil || !from.Before(to) || to.Sub(from) > longest*24*time.Hour {
		return nil, failure.Invalid("bad_value").On("to").Because(err)
	}
	return s.places(a, community)
}

// places gives the communities to count in; one that is not the actor's does not exist. N1
func (s *Server) places(a people.Actor, community string) ([]statistics.Place, error) {
	var places []statistics.Place
	for _, place := range s.Settings.Places() {
		if a.In(place.Community) && (community == "" || community == place.Community) {
			places = append(places, place)
		}
	}
	if len(places) == 0 {
		return nil, ErrNotFound
	}
	return places, nil
}

// ListMonthlySummaries lists what was made.
func (s *Server) ListMonthlySummaries(ctx context.Context,
	r contract.ListMonthlySummariesRequestObject) (contract.ListMonthlySummariesResponseObject, error) {
	communities := callOf(ctx).Communities
	if c := r.Params.Community; c != "" {
		if _, err := s.places(callOf(ctx).Actor, c); err != nil {
			return nil, err
		}
		communities = []string{c}
	}
	all, err := s.Figures.MonthlySummaries(ctx, communities, cmp.Or(r.Params.Limit, defaultLimit))
	return contract.ListMonthlySummaries200JSONResponse{Items: some(all)}, err
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
	places, err := s.places(callOf(ctx).Actor, r.Community)
	if err != nil {
		return nil, err
	}
	if span, err := period.In(places[0]); err != nil || s.Now().Before(span.To) {
		return nil, failure.Conflict("month_not_over")
	}
	counted, err := s.Figures.Summary(ctx, period, places, s.Settings.Rules())
	if err == nil {
		err = s.Figures.KeepSummary(ctx, r.Community, r.Month, s.Now().UTC(), counted)
	}
	if err != nil {
		return nil, err
	}
	monthly, err := s.monthly(ctx, r.Community, r.Month)
	return contract.MakeMonthlySummary200JSONResponse(monthly), err
}

func (s *Server) monthly(ctx context.Context, community, month string) (contract.MonthlySummary, error) {
	places, err := s.places(callOf(ctx).Actor, community)
	if err != nil {
		return contract.MonthlySummary{}, err
	}
	kept, err := s.Figures.MonthlySummary(ctx, community, month)
	if err != nil {
		return contract.MonthlySummary{}, err
	}
	now, err := s.Figures.Summary(ctx, kept.Summary.Period, places, s.Settings.Rules())
	comparable := kept.Summary.Format == now.Format
	return contract.MonthlySummary{
		Community: kept.Community, Month: kept.Month, Version: kept.Version, ComputedAt: kept.ComputedAt,
		Summary: kept.Summary, OlderFormat: !comparable, Differs: comparable && !reflect.DeepEqual(kept.Summary, now),
	}, err
}
