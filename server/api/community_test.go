package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/policy"
)

// J3: anybody reads what is announced, in their language; without the database the page says so.
func TestTheCommunitysPage_J3(t *testing.T) {
	d := newDesk(t)
	d.reader.announced = []postgres.Announcement{{
		Title: policy.Text{Zh: "更换水泵", En: "New pumps"}, Text: policy.Text{Zh: "周一开工 <b>"}, From: monday, Until: monday.Add(72 * time.Hour),
	}}
	page := func(path, language string) answer {
		return d.ask("", http.MethodGet, path, "", "Accept-Language", language)
	}
	a := page("/communities/yuhu", "zh-CN")
	if body := a.Body.String(); a.Code != http.StatusOK || !strings.Contains(body, "更换水泵") || !strings.Contains(body, "御湖花园") || strings.Contains(body, "<b>") {
		t.Errorf("%d %s", a.Code, body)
	}
	a = page("/communities/yuhu?lang=en", "zh-CN")
	if body := a.Body.String(); !strings.Contains(body, "New pumps") || !strings.Contains(body, "周一开工") || !strings.Contains(body, `lang="en"`) {
		t.Errorf("in English: %s", body)
	}
	if a = page("/communities/nowhere", "en"); a.Code != http.StatusNotFound {
		t.Errorf("a community that is none: %d", a.Code)
	}
	a = page("/api/v1/public/communities/yuhu/announcements", "en").is(http.StatusOK, "")
	if items := a.body["items"].([]any); len(items) != 1 || items[0].(map[string]any)["title"] != "New pumps" {
		t.Errorf("%s", a.Body)
	}
	page("/api/v1/public/communities/nowhere/announcements", "en").is(http.StatusNotFound, "not_found")
	d.reader.down = true
	if a = page("/communities/yuhu", "en"); a.Code != http.StatusServiceUnavailable || !strings.Contains(a.Body.String(), "cannot be shown") {
		t.Errorf("without the database: %d %s", a.Code, a.Body)
	}
	if a = page("/api/v1/public/communities/yuhu/announcements", "en").is(http.StatusOK, ""); a.body["unavailable"] != true {
		t.Errorf("without the database: %s", a.Body)
	}
}
