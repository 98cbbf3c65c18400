package pages

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/gate"
	"bihuan/words"
)

//go:embed community/page.html
var communityFiles embed.FS

var communityTemplate = template.Must(template.New("page.html").ParseFS(communityFiles, "community/page.html"))

// communityPage is what stands on the public page of a community. J3
type communityPage struct {
	words.Localizer
	Path    string
	Name    string
	Apply   string // where residents bring what they want
	Notices []contract.PublicAnnouncement
	Message string
	zone    *time.Location
}

// Day writes a date in the community's zone.
func (p communityPage) Day(t time.Time) string { return t.In(p.zone).Format(p.T("community.day")) }

// Stamp writes an instant for machines.
func (p communityPage) Stamp(t time.Time) string { return t.In(p.zone).Format(time.RFC3339) }

// communityPages serves the public page of each community. J3
func (s *Site) communityPages(e *echo.Echo) {
	e.GET("/communities/:community", s.showCommunity)
}

func (s *Site) showCommunity(c echo.Context) error {
	lang := languageAsked(c)
	id := c.Param("community")
	p := communityPage{Localizer: words.Localizer{Language: lang}, Path: "/communities/" + id, zone: time.UTC}
	_, ok := s.Settings.For(id)
	if !ok {
		p.Message = p.T("community.unknown")
		return renderCommunity(c, http.StatusNotFound, p)
	}
	p.Apply = withLanguage(p.Path+"/apply", lang)
	p.Name = s.Settings.Names(lang).Community(id)
	p.zone = s.ZoneOf(id)
	items, err := s.Announcements(c.Request().Context(), lang, id)
	if err != nil {
		f := desk.FailureOf(err)
		s.Failed(c, f)
		gate.SetRetry(c.Response().Header(), f)
		p.Message = p.T("community.unavailable")
		return renderCommunity(c, gate.Status(f), p)
	}
	p.Notices = items
	return renderCommunity(c, http.StatusOK, p)
}

func renderCommunity(c echo.Context, status int, p communityPage) error {
	var b bytes.Buffer
	if err := communityTemplate.Execute(&b, p); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Language", p.Language)
	return c.HTMLBlob(status, b.Bytes())
}
