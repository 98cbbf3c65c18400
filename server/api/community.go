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
	"bihuan/procedure/policy"
	"bihuan/words"
)

//go:embed community/page.html
var communityFiles embed.FS

var communityTemplate = template.Must(template.New("page.html").ParseFS(communityFiles, "community/page.html"))

// communityPage is what stands on the public page of a community. J3
type communityPage struct {
	Language words.Language
	T        map[string]string
	Path     string
	Name     string
	Apply    string // where residents bring what they want
	Notices  []PublicAnnouncement
	Message  string
	zone     *time.Location
}

// Day writes a date in the community's zone.
func (p communityPage) Day(t time.Time) string { return t.In(p.zone).Format(p.T["day"]) }

// Stamp writes an instant for machines.
func (p communityPage) Stamp(t time.Time) string { return t.In(p.zone).Format(time.RFC3339) }

// Other is the language that the page is not in.
func (p communityPage) Other() words.Language { return otherThan(p.Language) }

// communityWords are the words of the page.
var communityWords = map[words.Language]map[string]string{
	words.Chinese: {
		"brand": "物业服务中心", "title": "小区公告", "none": "目前没有公告。", "posted": "发布", "until": "公示至", "day": "2006年1月2日", "other": "English",
		"unavailable": "公告暂时无法显示，请稍后再来。", "unknown": "没有这个小区。", "only": "仅有中文", "apply": "报修、服务申请、投诉与咨询",
	},
	words.English: {
		"brand": "Property service centre", "title": "Announcements", "none": "Nothing is announced at present.", "posted": "Posted", "until": "Until", "day": "2 January 2006", "other": "中文",
		"unavailable": "The announcements cannot be shown right now. Please come again shortly.", "unknown": "There is no such community.", "only": "In Chinese only", "apply": "Repairs, services, complaints and questions",
	},
}

// communityPages serves the public page of each community. J3
func (s *Server) communityPages(e *echo.Echo) {
	e.GET("/communities/:community", s.showCommunity)
}

func (s *Server) showCommunity(c echo.Context) error {
	lang := languageAsked(c)
	id := c.Param("community")
	p := communityPage{Language: lang, T: communityWords[lang], Path: "/communities/" + id, zone: time.UTC}
	known, ok := s.Settings.For(id)
	if !ok {
		p.Message = p.T["unknown"]
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
		p.Message = p.T["unavailable"]
		return renderCommunity(c, f.status, p)
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
func (s *Server) announcements(ctx context.Context, lang words.Language, community string) ([]PublicAnnouncement, error) {
	standing, err := s.Reader.Announcements(ctx, community, s.Now())
	return mapped(standing, func(a postgres.Announcement) PublicAnnouncement {
		if lang == words.English && a.Title.En != "" && a.Text.En != "" { // whole, or in Chinese
			return PublicAnnouncement{Title: a.Title.En, Text: a.Text.En, Language: words.English, From: a.From, Until: a.Until}
		}
		return PublicAnnouncement{Title: a.Title.Zh, Text: a.Text.Zh, Language: words.Chinese, From: a.From, Until: a.Until}
	}), err
}

// inLanguage picks a text; without an English one the Chinese stands for both.
func inLanguage(lang words.Language, t policy.Text) string {
	if lang == words.English && t.En != "" {
		return t.En
	}
	return t.Zh
}

// CommunityAnnouncements tells what is announced in a community. J3
func (s *Server) CommunityAnnouncements(ctx context.Context, r CommunityAnnouncementsRequestObject) (CommunityAnnouncementsResponseObject, error) {
	if _, ok := s.Settings.For(r.Community); !ok {
		return nil, ErrNotFound
	}
	lang := callOf(ctx).language
	out := CommunityAnnouncements200JSONResponse{Community: s.Settings.Names(lang).Community(r.Community), Items: []PublicAnnouncement{}}
	items, err := s.announcements(ctx, lang, r.Community)
	if errors.Is(err, postgres.ErrDown) {
		out.Unavailable = true
		return out, nil
	}
	out.Items = items
	return out, err
}
