package reports

import (
	"context"

	"bihuan/procedure/survey"
	"bihuan/server/desk"
	"bihuan/server/list"
)

// seriesKept is how many earlier surveys a report compares with.
const seriesKept = 40

// Survey makes the report of the survey that the call is about.
func (r *Reports) Survey(ctx context.Context) (survey.Report, error) {
	in := desk.CallOf(ctx)
	state, err := r.SurveyAt(ctx, in.Number)
	if err != nil {
		return survey.Report{}, err
	}
	responses, err := r.Polls.Responses(ctx, in.Number)
	report := survey.ReportOf(state, responses)
	if err != nil || !report.Final {
		return report, err
	}
	texts, err := r.Polls.Texts(ctx, in.Number, 0)
	if err != nil {
		return report, err
	}
	report.Texts = list.Some(texts)
	if report.Template == "" {
		return report, nil
	}
	series, err := r.Polls.Series(ctx, in.Communities, report.Template, seriesKept)
	report.Series = list.Map(series, survey.PointOf)
	return report, err
}
