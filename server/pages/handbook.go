package pages

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"bihuan/procedure/statistics"
	"bihuan/server/desk"
	"bihuan/server/forms"
	"bihuan/server/handbook"
	"bihuan/server/paper"
	"bihuan/words"
)

// analysisPaper draws it for a browser to print.
func (s *Site) analysisPaper(c echo.Context, lang words.Language) (paper.Document, error) {
	ctx, period := c.Request().Context(), statistics.Period{From: c.QueryParam("from"), To: c.QueryParam("to")}
	a, err := s.reports.Analysis(ctx, desk.CallOf(ctx).Actor, c.QueryParam("community"), period, 0)
	if err != nil {
		return paper.Document{}, err
	}
	desk := s.reports.Locale(lang, a.Communities...)
	doc := forms.Analysis(desk, a)
	doc.Elsewhere = elsewhere(c, desk)
	return doc, nil
}

// handbookPage serves the handbook to a browser.
func (s *Site) handbookPage(c echo.Context, lang words.Language) error {
	in := desk.CallOf(c.Request().Context())
	h, err := s.Handbook(in, c.QueryParam("community"), lang)
	if err != nil {
		return err
	}
	page := handbook.Page{Handbook: h}
	for _, id := range s.HandbookCommunities(in) {
		page.Communities = append(page.Communities, handbook.Choice{ID: id, Name: s.Settings.Names(lang).Community(id)})
	}
	body, err := page.HTML()
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Language", lang)
	return c.HTMLBlob(http.StatusOK, body)
}

// limitedPage says on a page, too, that it was too much.
func (s *Site) limitedPage(next echo.HandlerFunc, refused func(echo.Context, error) error) echo.HandlerFunc {
	serve := s.Limited(next)
	return func(c echo.Context) error {
		if err := serve(c); err != nil {
			return refused(c, err)
		}
		return nil
	}
}

func (s *Site) summaryPaper(c echo.Context, lang words.Language) (paper.Document, error) {
	ctx, period := c.Request().Context(), statistics.Period{From: c.QueryParam("from"), To: c.QueryParam("to")}
	summary, err := s.reports.Summary(ctx, desk.CallOf(ctx).Actor, c.QueryParam("community"), period)
	if err != nil {
		return paper.Document{}, err
	}
	doc, desk, err := s.reports.SummaryPaper(ctx, lang, summary)
	if err != nil {
		return paper.Document{}, err
	}
	doc.Elsewhere = elsewhere(c, desk)
	changed, err := s.reports.Changed(ctx, summary)
	if changed {
		doc.Notes = append(doc.Notes, desk.T("forms.changed"))
	}
	return doc, err
}

func (s *Site) formPaper(fill func(forms.Desk, forms.Case) paper.Document) func(echo.Context, words.Language) (paper.Document, error) {
	return func(c echo.Context, lang words.Language) (paper.Document, error) {
		ctx := c.Request().Context()
		doc, err := s.reports.CaseForm(ctx, fill, lang)
		doc.Elsewhere = elsewhere(c, s.reports.Locale(lang))
		return doc, err
	}
}

// elsewhere leads to the same as a workbook, and in the other language.
func elsewhere(c echo.Context, d forms.Desk) []paper.Link {
	path := printed["GET "+c.Path()]
	if n := c.Param("number"); n != "" {
		path = strings.Replace(strings.Replace(path, "/cases/", "/complaints/", 1), ":number", url.PathEscape(n), 1)
	}
	query, other := c.QueryParams(), url.Values{}
	for name, values := range query {
		other[name] = values
	}
	query.Set("lang", d.Language)
	links := []paper.Link{{Name: d.T("forms.workbook"), To: path + "?" + query.Encode()}}
	for _, lang := range words.Languages {
		if lang != d.Language {
			other.Set("lang", lang)
			links = append(links, paper.Link{Name: words.Label(lang, "language", lang), To: c.Request().URL.Path + "?" + other.Encode()})
		}
	}
	return links
}

func (s *Site) surveyPaper(c echo.Context, lang words.Language) (paper.Document, error) {
	report, err := s.reports.Survey(c.Request().Context())
	if err != nil {
		return paper.Document{}, err
	}
	d := s.reports.Locale(lang, report.Community)
	doc := forms.Survey(d, report)
	doc.Elsewhere = elsewhere(c, d)
	return doc, nil
}
