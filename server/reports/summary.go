// Package reports counts and fills papers of what there is: summaries, analyses, results of surveys, a complaint's
// record. The API writes them as JSON and as workbooks, the pages print them.
package reports

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/analysis"
	"bihuan/procedure/improvement"
	"bihuan/procedure/people"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
	"bihuan/server/desk"
	"bihuan/server/failure"
	"bihuan/server/forms"
	"bihuan/server/paper"
	"bihuan/words"
)

// Reports makes reports.
type Reports struct {
	*desk.Desk
	// Figures counts. I4
	Figures Figures
}

// feedback gives what staff said of the procedure and nobody has answered yet. M6
func (r *Reports) feedback(ctx context.Context, communities []string) (open []improvement.State, err error) {
	practice := false
	found, err := r.Reader.Cases(ctx, postgres.Filter{
		Kind: improvement.Definition.Kind, Stage: string(improvement.StageSuggested), Communities: communities, Drill: &practice, Limit: maxFeedback,
	})
	for _, row := range found.Items {
		c, err := r.Stored(ctx, row.Number)
		if err != nil {
			return nil, err
		}
		open = append(open, c.State().(improvement.State))
	}
	return open, err
}

// maxFeedback is how much of what staff said a summary lists.
const maxFeedback = 50

// Changed says whether a month's summary was made before with other figures. I4
func (r *Reports) Changed(ctx context.Context, now statistics.Summary) (bool, error) {
	months := now.Months()
	if len(months) != 1 || len(now.Communities) != 1 {
		return false, nil
	}
	kept, err := r.Figures.MonthlySummary(ctx, now.Communities[0], months[0])
	if errors.Is(err, postgres.ErrNotFound) || kept.Summary.Period != now.Period {
		return false, nil
	}
	return kept.Summary.Format == now.Format && !reflect.DeepEqual(kept.Summary, now), err
}

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

// SummaryPaper fills the summary, with what stands beside its figures. I4, M1-M3, M6
func (r *Reports) SummaryPaper(ctx context.Context, lang words.Language, sum statistics.Summary) (paper.Document, forms.Desk, error) {
	d := r.Locale(lang, sum.Communities...)
	d.Company = r.Settings.Names(d.Language).Company()
	in := desk.CallOf(ctx)
	d.Maker = words.Label(d.Language, "role", string(in.Permission.Role)) + " " + cmp.Or(in.Name, in.ID)
	beside, err := r.beside(ctx, sum)
	return forms.Summary(d, sum, beside), d, err
}

// beside reads what a summary tells beside its figures.
func (r *Reports) beside(ctx context.Context, sum statistics.Summary) (b forms.Beside, err error) {
	if b.Feedback, err = r.feedback(ctx, sum.Communities); err != nil {
		return b, err
	}
	for _, community := range sum.Communities {
		places, err := r.Places(desk.CallOf(ctx).Actor, community)
		if err != nil {
			return b, err
		}
		span, err := sum.In(places[0])
		if err != nil {
			return b, err
		}
		measures, err := r.Figures.Measures(ctx, span)
		if err != nil {
			return b, err
		}
		surveys, err := r.Figures.EndedSurveys(ctx, span)
		if err != nil {
			return b, err
		}
		b.Measures, b.Surveys = append(b.Measures, measures...), append(b.Surveys, surveys...)
	}
	community := "" // all of the caller's
	if len(sum.Communities) == 1 {
		community = sum.Communities[0]
	}
	found, err := r.Analysis(ctx, desk.CallOf(ctx).Actor, community, sum.Period, 0)
	b.Findings, b.Uncompared = found.Findings, found.Uncompared
	return b, err
}

// Locale is who fills a form here and now, on the clocks of the first of the communities.
func (r *Reports) Locale(lang words.Language, communities ...string) forms.Desk {
	lang = words.Pick(lang)
	d := forms.Desk{Localizer: words.Localizer{Language: lang}, Names: r.Settings.Names(lang), Zone: time.UTC, Now: r.Now()}
	for _, c := range communities {
		if _, ok := r.Settings.For(c); ok {
			d.Zone = r.ZoneOf(c)
			break
		}
	}
	return d
}

// longest is how many days a summary may be about: ten years.
const longest = 3660

// Summary counts a period in a community of the actor's, or in all of them.
func (r *Reports) Summary(ctx context.Context, a people.Actor, community string, p statistics.Period) (statistics.Summary, error) {
	places, err := r.period(a, community, p)
	if err != nil {
		return statistics.Summary{}, err
	}
	return r.Figures.Summary(ctx, p, places, r.Settings.Rules())
}

// period checks a period, and gives the communities to count in.
func (r *Reports) period(a people.Actor, community string, p statistics.Period) ([]statistics.Place, error) {
	from, err := time.Parse(time.DateOnly, p.From)
	if err != nil {
		return nil, failure.Invalid("bad_value").On("from").Because(err)
	}
	to, err := time.Parse(time.DateOnly, p.To)
	if err != nil || !from.Before(to) || to.Sub(from) > longest*24*time.Hour {
		return nil, failure.Invalid("bad_value").On("to").Because(err)
	}
	return r.Places(a, community)
}

// Places gives the communities to count in; one that is not the actor's does not exist. N1
func (r *Reports) Places(a people.Actor, community string) ([]statistics.Place, error) {
	var places []statistics.Place
	for _, place := range r.Settings.Places() {
		if a.In(place.Community) && (community == "" || community == place.Community) {
			places = append(places, place)
		}
	}
	if len(places) == 0 {
		return nil, desk.ErrNotFound
	}
	return places, nil
}
