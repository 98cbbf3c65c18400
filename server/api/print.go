package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/labstack/echo/v4"

	"bihuan/postgres"
	"bihuan/procedure/statistics"
	"bihuan/server/auth"
	"bihuan/server/forms"
	"bihuan/server/gate"
	"bihuan/server/handbook"
	"bihuan/server/paper"
	"bihuan/words"
)

// printed are the pages of the papers, each let in and remembered as the operation of the contract that
// gives the same as a workbook. I3
var printed = map[string]string{
	"GET /handbook":                           "/api/v1/handbook",
	"GET /print/summary":                      "/api/v1/summaries.xlsx",
	"GET /print/surveys/:number/results":      "/api/v1/surveys/:number/results.xlsx",
	"GET /print/analysis":                     "/api/v1/analysis.xlsx",
	"GET /print/complaints/:number/record":    "/api/v1/cases/:number/forms/record.xlsx",
	"GET /print/complaints/:number/follow-up": "/api/v1/cases/:number/forms/follow-up.xlsx",
}

// printPages serves the papers for a browser to print.
func (s *Server) printPages(e *echo.Echo) {
	e.GET("/handbook/style.css", echo.StaticFileHandler("page/style.css", handbook.Files))
	e.GET("/handbook", s.paged(s.handbookPage))
	e.GET("/print/style.css", echo.StaticFileHandler("page/style.css", paper.Files))
	e.GET("/print/summary", s.print(s.summaryPaper))
	e.GET("/print/surveys/:number/results", s.print(s.surveyPaper))
	e.GET("/print/analysis", s.print(s.analysisPaper))
	e.GET("/print/complaints/:number/record", s.print(s.formPaper(forms.Record)))
	e.GET("/print/complaints/:number/follow-up", s.print(s.formPaper(forms.FollowUp)))
}

// print lets a request in as the contract's operation, takes who is not logged in to the login page, and
// draws what it is answered with.
func (s *Server) print(fill func(echo.Context, words.Language) (paper.Document, error)) echo.HandlerFunc {
	return s.paged(func(c echo.Context, lang words.Language) error {
		doc, err := fill(c, lang)
		if err != nil {
			return err
		}
		if err := s.noteReading(c.Request().Context(), nil, nil); err != nil {
			return err
		}
		return s.draw(c, http.StatusOK, doc)
	})
}

// paged serves a page of an operation of the contract, in the language that is asked for.
func (s *Server) paged(serve func(echo.Context, words.Language) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		lang := languageOf(c.Request())
		if asked := c.QueryParam("lang"); asked != "" {
			lang = words.Pick(asked)
		}
		op := s.operations["GET "+printed["GET "+c.Path()]]
		err := s.gateAs(op, func(c echo.Context) error { return serve(c, lang) })(c)
		if err == nil || c.Response().Committed {
			return err
		}
		if errors.Is(err, auth.ErrUnknown) && s.Login != nil && c.Request().Header.Get(echo.HeaderAuthorization) == "" {
			return c.Redirect(http.StatusSeeOther, "/login?"+url.Values{"next": {c.Request().URL.RequestURI()}}.Encode())
		}
		return s.printRefused(c, lang, err)
	}
}

// printRefused says on a page why there is no paper.
func (s *Server) printRefused(c echo.Context, lang words.Language, err error) error {
	f := failureOf(err)
	s.noteFailure(c, f)
	setRetry(c.Response().Header(), f)
	return s.draw(c, gate.Status(f), paper.Document{Language: lang, Title: words.Refusal(lang, f.Code, f.Args)})
}

func (s *Server) draw(c echo.Context, status int, doc paper.Document) error {
	page, err := doc.HTML()
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Language", doc.Language)
	return c.HTMLBlob(status, page)
}

func (s *Server) summaryPaper(c echo.Context, lang words.Language) (paper.Document, error) {
	ctx, period := c.Request().Context(), statistics.Period{From: c.QueryParam("from"), To: c.QueryParam("to")}
	summary, err := s.summary(ctx, callOf(ctx).Actor, c.QueryParam("community"), period)
	if err != nil {
		return paper.Document{}, err
	}
	doc, desk, err := s.summaryForm(ctx, lang, summary)
	if err != nil {
		return paper.Document{}, err
	}
	doc.Elsewhere = elsewhere(c, desk)
	changed, err := s.changed(ctx, summary)
	if changed {
		doc.Notes = append(doc.Notes, desk.T("forms.changed"))
	}
	return doc, err
}

// changed says whether a month's summary was made before with other figures. I4
func (s *Server) changed(ctx context.Context, now statistics.Summary) (bool, error) {
	months := now.Months()
	if len(months) != 1 || len(now.Communities) != 1 {
		return false, nil
	}
	kept, err := s.Figures.MonthlySummary(ctx, now.Communities[0], months[0])
	if errors.Is(err, postgres.ErrNotFound) || kept.Summary.Period != now.Period {
		return false, nil
	}
	return kept.Summary.Format == now.Format && !reflect.DeepEqual(kept.Summary, now), err
}

func (s *Server) formPaper(fill func(forms.Desk, forms.Case) paper.Document) func(echo.Context, words.Language) (paper.Document, error) {
	return func(c echo.Context, lang words.Language) (paper.Document, error) {
		ctx := c.Request().Context()
		doc, err := s.form(ctx, fill, lang)
		doc.Elsewhere = elsewhere(c, s.desk(lang))
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

// noteReading remembers a reading that must be, before the answer leaves. N2
func (s *Server) noteReading(ctx context.Context, request, answer any) error {
	in := callOf(ctx)
	if !in.permission.Logged && !byPhone(request) {
		return nil
	}
	return s.Readings.NoteReading(ctx, s.readingOf(in, request, answer))
}
