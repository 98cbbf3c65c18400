package pages

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"bihuan/server/auth"
	"bihuan/server/desk"
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
func (s *Site) printPages(e *echo.Echo) {
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
func (s *Site) print(fill func(echo.Context, words.Language) (paper.Document, error)) echo.HandlerFunc {
	return s.paged(func(c echo.Context, lang words.Language) error {
		doc, err := fill(c, lang)
		if err != nil {
			return err
		}
		if err := s.Note(c.Request().Context()); err != nil {
			return err
		}
		return s.draw(c, http.StatusOK, doc)
	})
}

// paged serves a page of an operation of the contract, in the language that is asked for.
func (s *Site) paged(serve func(echo.Context, words.Language) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		lang := gate.LanguageOf(c.Request())
		if asked := c.QueryParam("lang"); asked != "" {
			lang = words.Pick(asked)
		}
		op := s.Operations["GET "+printed["GET "+c.Path()]]
		err := s.LetAs(op, func(c echo.Context) error { return serve(c, lang) })(c)
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
func (s *Site) printRefused(c echo.Context, lang words.Language, err error) error {
	f := desk.FailureOf(err)
	s.Failed(c, f)
	gate.SetRetry(c.Response().Header(), f)
	return s.draw(c, gate.Status(f), paper.Document{Language: lang, Title: words.Refusal(lang, f.Code, f.Args)})
}

func (s *Site) draw(c echo.Context, status int, doc paper.Document) error {
	page, err := doc.HTML()
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Language", doc.Language)
	return c.HTMLBlob(status, page)
}
