package api

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"bihuan/postgres"
	"bihuan/server/contract"
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
func (s *Server) communityPages(e *echo.Echo) {
	e.GET("/communities/:community", s.showCommunity)
}

func (s *Server) showCommunity(c echo.Context) error {
	lang := languageAsked(c)
	id := c.Param("community")
	p := communityPage{Localizer: words.Localizer{Language: lang}, Path: "/communities/" + id, zone: time.UTC}
	known, ok := s.Settings.For(id)
	if !ok {
		p.Message = p.T("community.unknown")
		return renderCommunity(c, http.StatusNotFound, p)
	}
	p.Apply = withLanguage(p.Path+"/apply", lang)
	p.Name = s.Settings.Names(lang).Community(id)
	p.zone, _ = s.zones.of(known.Calendar.Zone) // checked when the settings were read
	items, err := s.announcements(c.Request().Context(), lang, id)
	if err != nil {
		f := failureOf(err)
		s.noteFailure(c, f)
		setRetry(c.Response().Header(), f)
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

// announcements lists what stands in a community now, in a language.
func (s *Server) announcements(ctx context.Context, lang words.Language, community string) ([]contract.PublicAnnouncement, error) {
	standing, err := s.Reader.Announcements(ctx, community, s.Now())
	return mapped(standing, func(a postgres.Announcement) contract.PublicAnnouncement {
		if lang == words.English && a.Title.En != "" && a.Text.En != "" { // whole, or in Chinese
			return contract.PublicAnnouncement{Title: a.Title.En, Text: a.Text.En, Language: words.English, From: a.From, Until: a.Until}
		}
		return contract.PublicAnnouncement{Title: a.Title.Zh, Text: a.Text.Zh, Language: words.Chinese, From: a.From, Until: a.Until}
	}), err
}

// CommunityAnnouncements tells what is announced in a community. J3
func (s *Server) CommunityAnnouncements(ctx context.Context,
	r contract.CommunityAnnouncementsRequestObject) (contract.CommunityAnnouncementsResponseObject, error) {
	if _, ok := s.Settings.For(r.Community); !ok {
		return nil, ErrNotFound
	}
	lang := callOf(ctx).language
	out := contract.CommunityAnnouncements200JSONResponse{Community: s.Settings.Names(lang).Community(r.Community), Items: []contract.PublicAnnouncement{}}
	items, err := s.announcements(ctx, lang, r.Community)
	if errors.Is(err, postgres.ErrDown) {
		out.Unavailable = true
		return out, nil
	}
	out.Items = items
	return out, err
}
