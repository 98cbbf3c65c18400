package login_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"bihuan/procedure/people"
)

// N1: a leader logs in by the pages alone, without JavaScript: password, second factor, recovery codes, account.
func TestThePagesLetALeaderIn(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Manager)
	b := s.browser()
	b.get("/account?x=1").has(`name="password"`) // sent to log in
	b.form("/login", "account", id, "password", "wrong").is(http.StatusUnauthorized, "").has(`role="alert"`, `value="`+id+`"`)
	start := b.form("/login", "account", id, "password", password).is(http.StatusOK, "").has("second factor")
	b.form("/login/totp/start").is(http.StatusForbidden, "") // without the form's token
	csrf := start.hidden("csrf")
	offer := b.form("/login/totp/start", "csrf", csrf).is(http.StatusOK, "").has("data:image/png;base64,", `href="otpauth://totp/Bihuan:`+id)
	secret := secretOn(offer)
	b.form("/login/totp", "csrf", csrf, "code", "000000").is(http.StatusUnauthorized, "").has(secret[:4], secret[28:]) // the same offer
	codes := b.form("/login/totp", "csrf", csrf, "code", s.code(secret)).is(http.StatusOK, "")
	if n := strings.Count(codes.text, "<code>"); n != 10 {
		t.Errorf("%d recovery codes", n)
	}
	home := b.get("/account").is(http.StatusOK, "").has(id, "Log out", "Personal tokens", "Where I am logged in", "manager")
	csrf = home.hidden("csrf")
	made := b.form("/account/tokens", "csrf", csrf, "label", "<b>report", "days", "30", "read_only", "yes").is(http.StatusOK, "").has("bh_", "&lt;b&gt;report")
	end := regexp.MustCompile(`/account/tokens/[^"]+/end`).FindString(made.text)
	b.form(end, "csrf", csrf).is(http.StatusOK, "").has("None yet")
	b.form("/account/tokens", "csrf", csrf, "label", "x", "days", "many").is(http.StatusBadRequest, "")
	b.form("/account/logout", "csrf", csrf).is(http.StatusOK, "").has("You are logged out", `name="password"`)
	b.get("/account").has(`name="password"`)

	s.now = s.now.Add(time.Minute)
	next := s.browser().form("/login", "account", id, "password", password, "next", "/api/v1/me").has("recovery code")
	if got := next.hidden("next"); got != "/api/v1/me" {
		t.Errorf("next %s", got)
	}
}

// secretOn reads the secret that a page offers, as somebody who types it.
func secretOn(offer answer) string {
	var secret strings.Builder
	for _, group := range regexp.MustCompile(`<span>([A-Z2-7]{4})</span>`).FindAllStringSubmatch(offer.text, -1) {
		secret.WriteString(group[1])
	}
	return secret.String()
}

// People know their devices by names, not by what browsers say of themselves.
func TestDevicesHaveNames(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Agent)
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0": "Edge · Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50":           "WeChat · iPhone",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36":              "Chrome · Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":        "Safari · macOS",
		"<b>curl</b>/8": "Another device",
	} {
		b := s.browser()
		b.agent = agent
		b.form("/login", "account", id, "password", password).is(http.StatusOK, "").has("<span>" + want + " <small>")
	}
}

// N1: after logging in nobody is sent to another site.
func TestNobodyIsSentElsewhere(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Agent)
	for next, want := range map[string]string{
		"": "/account", "/api/v1/me?x=1": "/api/v1/me?x=1", "//evil.example": "/account", "https://evil.example/": "/account",
		`/\evil.example`: "/account", "javascript:alert(1)": "/account", "/\t/evil.example": "/account", "/login": "/account",
	} {
		b := s.browser()
		b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		if got := b.form("/login", "account", id, "password", password, "next", next).Header.Get("Location"); got != want {
			t.Errorf("next %q leads to %q", next, got)
		}
	}
}

// The pages are Chinese first and English for who asks, and nothing of them needs a script.
func TestThePagesSpeakBothLanguages(t *testing.T) {
	s := newSite(t, nil)
	b := s.browser()
	en := b.get("/login").is(http.StatusOK, "").has(`lang="en"`, "Log in", `for="account"`, `for="password"`)
	if strings.Contains(en.text, "<script") || en.Header.Get("Referrer-Policy") != "same-origin" || en.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("page %v", en.Header)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.server.URL+"/login", nil)
	must(t, err)
	response, err := http.DefaultClient.Do(r)
	must(t, err)
	defer response.Body.Close()
	if response.Header.Get("Content-Language") != "zh-CN" {
		t.Error("not Chinese first")
	}
	b.get("/login/style.css").is(http.StatusOK, "").has("input")
	b.form("/login", "account", strings.Repeat("x", 20<<10), "password", "x").is(http.StatusBadRequest, "")
	b.send(http.MethodPost, "/login", "application/x-www-form-urlencoded", fmt.Sprintf("account=%%zz&password=%s", "x")).is(http.StatusBadRequest, "")
}
