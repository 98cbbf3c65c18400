package api_test

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
	until := monday.Add(72 * time.Hour)
	d.reader.announced = []postgres.Announcement{
		{Title: policy.Text{Zh: "更换水泵", En: "New pumps"}, Text: policy.Text{Zh: "周一开工 <b>", En: "On Monday"}, From: monday, Until: until},
		{Title: policy.Text{Zh: "补种绿篱", En: "Hedges"}, Text: policy.Text{Zh: "周二开工"}, From: monday, Until: until},
	}
	page := func(path, language string) answer {
		return d.ask("", http.MethodGet, path, "", "Accept-Language", language)
	}
	a := page("/communities/yuhu", "zh-CN")
	if body := a.Body.String(); a.Code != http.StatusOK || !strings.Contains(body, "更换水泵") || !strings.Contains(body, "御湖花园") || strings.Contains(body, "<b>") {
		t.Errorf("%d %s", a.Code, body)
	}
	a = page("/communities/yuhu?lang=en", "zh-CN")
	for _, part := range []string{"New pumps", "On Monday", `lang="en"`, `<h2 lang="zh-CN">补种绿篱`, "周二开工", "In Chinese only"} {
		if body := a.Body.String(); !strings.Contains(body, part) {
			t.Errorf("in English there is no %s: %s", part, body)
		}
	}
	if strings.Contains(a.Body.String(), "Hedges") {
		t.Error("half of an announcement is in English")
	}
	if a = page("/communities/nowhere", "en"); a.Code != http.StatusNotFound {
		t.Errorf("a community that is none: %d", a.Code)
	}
	a = page("/api/v1/public/communities/yuhu/announcements", "en").is(http.StatusOK, "")
	if items := a.body["items"].([]any); len(items) != 2 || items[1].(map[string]any)["language"] != "zh-CN" || items[0].(map[string]any)["title"] != "New pumps" {
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
