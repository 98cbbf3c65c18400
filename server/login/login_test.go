package login_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/server/auth"
)

// N1: a password opens a session that says who calls; logging out ends it.
func TestLoggingInAndOut(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Agent)
	b := s.browser()
	b.get("/api/v1/me").is(http.StatusUnauthorized, "unauthorized")
	b.get("/api/v1/session").is(http.StatusOK, "").has(`"state":"none"`)
	a := b.logIn(id+"@EXAMPLE.com", password).is(http.StatusOK, "").has(`"state":"open"`, id)
	for _, c := range a.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure {
			t.Errorf("cookie %+v", c) // not Secure on plain-http localhost alone
		}
	}
	b.get("/api/v1/me").is(http.StatusOK, "").has(id)
	b.get("/api/v1/session").has(`"state":"open"`, b.csrf)
	stolen := s.browser()
	stolen.client.Jar.SetCookies(b.origin(), b.client.Jar.Cookies(b.origin()))
	stolen.get("/api/v1/me").is(http.StatusOK, "")
	b.json(http.MethodDelete, "/api/v1/session", "").is(http.StatusNoContent, "")
	stolen.get("/api/v1/me").is(http.StatusUnauthorized, "unauthorized")
	if strings.Contains(s.log.String(), password) || strings.Contains(s.log.String(), "bhs_") {
		t.Error("the log holds secrets")
	}
}

func (b *browser) origin() *url.URL {
	u, err := url.Parse(b.server.URL)
	must(b, err)
	return u
}

// N1: whoever is unknown, has no password, an expired one, is disabled or mistypes gets the same answer by the same
// work: one comparison against a hash of the same cost.
func TestUnknownAndWrongAreTheSame(t *testing.T) {
	s := newSite(t, nil)
	known, disabled := s.hire(people.Agent), s.hire(people.Agent)
	s.put(postgres.Staff{ID: disabled, Name: "x", Disabled: true})
	none := fmt.Sprintf("staff%d", counter.Add(1))
	s.put(postgres.Staff{ID: none, Name: "x"})
	expired := s.hire(people.Agent)
	past, hash := s.now.Add(-time.Second), s.hash(password)
	must(t, s.db.SetPassword(t.Context(), expired, hash, &past))
	var first string
	for _, account := range []string{known, disabled, none, expired, "nobody", "nobody@example.com", "a\x00b", "' OR 1=1 --"} {
		typed := password
		if account == known {
			typed = "wrong-wrong-wrong"
		}
		s.passwords.hashes = nil
		a := s.browser().logIn(account, typed).is(http.StatusUnauthorized, "bad_credentials")
		detail := a.field("detail")
		if first == "" {
			first = detail
		}
		if detail != first || len(s.passwords.hashes) != 1 || !strings.HasPrefix(s.passwords.hashes[0], hash[:len("$argon2id$v=19$m=64,t=1,p=1$")]) {
			t.Errorf("%s: %q after comparing with %v", account, detail, s.passwords.hashes)
		}
	}
}

func (s *site) hash(password string) string {
	s.Helper()
	hash, err := s.passwords.Hash(s.Context(), password)
	must(s, err)
	return hash
}

// N1: an idle session and one past its time end; one in use does not.
func TestSessionsRunOut(t *testing.T) {
	s := newSite(t, nil)
	b, id := s.browser(), s.hire(people.Agent)
	b.logIn(id, password).is(http.StatusOK, "")
	start := s.now
	for s.now.Sub(start) < 11*time.Hour {
		s.now = s.now.Add(29 * time.Minute)
		b.get("/api/v1/me").is(http.StatusOK, "")
	}
	s.now = s.now.Add(30 * time.Minute)
	b.get("/api/v1/me").is(http.StatusUnauthorized, "")
	b.logIn(id, password).is(http.StatusOK, "")
	start = s.now
	for s.now.Sub(start) < 12*time.Hour {
		s.now = s.now.Add(20 * time.Minute)
		if a := b.get("/api/v1/me"); s.now.Sub(start) < 12*time.Hour {
			a.is(http.StatusOK, "")
		} else {
			a.is(http.StatusUnauthorized, "")
		}
	}
}

// N1: disabling somebody ends their sessions and tokens within one refresh, and enabling them again brings no
// session back.
func TestDisablingEndsSessions(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Agent)
	b := s.browser()
	b.logIn(id, password).is(http.StatusOK, "")
	s.put(postgres.Staff{ID: id, Name: "x", Roles: []people.Role{people.Agent}, Disabled: true})
	b.get("/api/v1/me").is(http.StatusUnauthorized, "")
	s.put(postgres.Staff{ID: id, Name: "x", Roles: []people.Role{people.Agent}})
	b.get("/api/v1/me").is(http.StatusUnauthorized, "")
}

// A10, N1: while the database is down sessions go on, and nobody new gets in.
func TestSessionsOutliveTheDatabase(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Agent)
	b := s.browser()
	b.logIn(id, password).is(http.StatusOK, "")
	s.store.down = true
	if s.staff.Refresh(t.Context()) == nil {
		t.Error("a failed refresh is not told")
	}
	s.now = s.now.Add(20 * time.Minute)
	b.get("/api/v1/me").is(http.StatusOK, "")
	s.now = s.now.Add(20 * time.Minute)
	b.get("/api/v1/me").is(http.StatusOK, "")
	if a := s.browser().logIn(id, password).is(http.StatusServiceUnavailable, "database_down"); a.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

// N1: other sites cannot use a browser's session: what changes something needs its token and our origin.
func TestOtherSitesCannotUseASession(t *testing.T) {
	s := newSite(t, nil)
	b := s.browser()
	b.logIn(s.hire(people.Agent), password).is(http.StatusOK, "")
	token := b.csrf
	try := func(csrf, site string) answer {
		t.Helper()
		b.csrf, b.site2 = csrf, site
		return b.json(http.MethodPost, "/api/v1/tokens", `{"label":"x"}`)
	}
	for _, a := range []answer{try("", "same-origin"), try(token+"x", "same-origin"), try(token, "cross-site"), try(token, "same-site"), try(token, "")} {
		a.is(http.StatusForbidden, "cross_site")
	}
	try(token, "same-origin").is(http.StatusCreated, "")
	b.csrf, b.site2 = token, "cross-site"
	b.form("/account/logout", "csrf", token).is(http.StatusForbidden, "")
	b.site2 = "same-origin"
	b.form("/account/logout", "csrf", "wrong").is(http.StatusForbidden, "")
	b.get("/api/v1/me").is(http.StatusOK, "")
	stranger := s.browser()
	stranger.site2 = "cross-site" // logging a victim in as somebody else
	stranger.form("/login", "account", "x", "password", "y").is(http.StatusForbidden, "")
}

// N1: guessing gets slower and slower, for the account and for the address, and strangers never keep the owner out.
func TestGuessingGetsSlower(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Agent)
	owner := s.browser()
	owner.logIn(id, password).is(http.StatusOK, "")
	guesser := s.browser()
	guesser.address = "198.51.100.7"
	for range 6 {
		guesser.logIn(id, "wrong-wrong-wrong").is(http.StatusUnauthorized, "bad_credentials")
	}
	a := guesser.logIn(id, password).is(http.StatusTooManyRequests, "rate_limited")
	if a.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %s", a.Header.Get("Retry-After"))
	}
	s.now = s.now.Add(time.Second)
	guesser.logIn(id, "wrong-wrong-wrong").is(http.StatusUnauthorized, "bad_credentials")
	if a := guesser.logIn(id, password).is(http.StatusTooManyRequests, ""); a.Header.Get("Retry-After") != "2" {
		t.Errorf("Retry-After %s", a.Header.Get("Retry-After"))
	}
	other := s.browser()
	other.address = "198.51.100.8" // another address does not help
	other.logIn(id, password).is(http.StatusTooManyRequests, "rate_limited")
	owner.logIn(id, password).is(http.StatusOK, "") // at their own device
	s.now = s.now.Add(5 * time.Minute)
	other.logIn(id, password).is(http.StatusOK, "") // never for longer than that

	sprayer := s.browser()
	sprayer.address = "198.51.100.9"
	for i := range 31 {
		sprayer.logIn(fmt.Sprintf("guess%s-%d", id, i), password).is(http.StatusUnauthorized, "")
	}
	sprayer.logIn("one-more", password).is(http.StatusTooManyRequests, "rate_limited")
	again := newSite(t, nil) // a restart forgets nothing
	again.now = s.now
	late := again.browser()
	late.address = sprayer.address
	late.logIn("one-more", password).is(http.StatusTooManyRequests, "rate_limited")
}

// N1: a person changes their password, which ends their other sessions; weak ones are refused.
func TestChangingOnesPassword(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Agent)
	b, other := s.browser(), s.browser()
	b.logIn(id, password).is(http.StatusOK, "")
	other.logIn(id, password).is(http.StatusOK, "")
	change := func(current, next string) answer {
		t.Helper()
		return b.json(http.MethodPut, "/api/v1/account/password", fmt.Sprintf(`{"current":%q,"new":%q}`, current, next))
	}
	for _, weak := range []string{"short", "123456789012", "aaaaaaaaaaaaaaaa", id + "-and-more", "Password1234"} {
		change(password, weak).is(http.StatusBadRequest, "weak_password")
	}
	change(password, password).is(http.StatusBadRequest, "same_password")
	change("wrong-wrong-wrong", "ein-ganz-anderes").is(http.StatusUnauthorized, "bad_credentials")
	before := b.client.Jar.Cookies(b.origin())
	change(password, "ein-ganz-anderes").is(http.StatusOK, "")
	other.get("/api/v1/me").is(http.StatusUnauthorized, "")
	b.get("/api/v1/me").is(http.StatusOK, "")
	other.client.Jar.SetCookies(b.origin(), before) // the session was rotated
	other.get("/api/v1/me").is(http.StatusUnauthorized, "")
	other.logIn(id, password).is(http.StatusUnauthorized, "bad_credentials")
	other.logIn(id, "ein-ganz-anderes").is(http.StatusOK, "")
}

// N1: an admin gives a one-time password; it opens nothing until it is changed, and holds for three days.
func TestOneTimePasswords(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Agent)
	worker := s.browser()
	worker.logIn(id, password).is(http.StatusOK, "")
	admin := s.enrolled(s.hire(people.Admin))
	worker.json(http.MethodPost, "/api/v1/accounts/"+id+"/one-time-password", "").is(http.StatusForbidden, "forbidden")
	admin.json(http.MethodPost, "/api/v1/accounts/nobody/one-time-password", "").is(http.StatusNotFound, "not_found")
	once := admin.json(http.MethodPost, "/api/v1/accounts/"+id+"/one-time-password", "").is(http.StatusOK, "").field("password")
	worker.get("/api/v1/me").is(http.StatusUnauthorized, "")
	worker.logIn(id, once).is(http.StatusOK, "").has(`"state":"needs_password"`)
	worker.get("/api/v1/me").is(http.StatusForbidden, "password_change_needed")
	worker.get("/account").has("Change the password")
	worker.json(http.MethodPut, "/api/v1/account/password", fmt.Sprintf(`{"current":%q,"new":"ein-ganz-anderes"}`, once)).is(http.StatusOK, "").has(`"state":"open"`)
	worker.get("/api/v1/me").is(http.StatusOK, "")
	late := admin.json(http.MethodPost, "/api/v1/accounts/"+id+"/one-time-password", "").is(http.StatusOK, "").field("password")
	s.now = s.now.Add(72 * time.Hour)
	worker.logIn(id, late).is(http.StatusUnauthorized, "bad_credentials")
}

// enrolled gives a leader's browser with a second factor set up.
func (s *site) enrolled(id string) *browser {
	s.Helper()
	b := s.browser()
	b.logIn(id, password).is(http.StatusOK, "").has(`"state":"needs_enrollment"`)
	secret := b.json(http.MethodPost, "/api/v1/account/second-factor", "").is(http.StatusOK, "").field("secret")
	a := b.json(http.MethodPut, "/api/v1/account/second-factor", fmt.Sprintf(`{"code":%q}`, s.code(secret))).is(http.StatusOK, "")
	b.csrf = a.field("csrf_token")
	return b
}

// N1: a leader sets up a second factor at the first login, and without it gets nowhere. A code opens once; a
// recovery code too.
func TestLeadersNeedASecondFactor(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Manager)
	b := s.browser()
	b.logIn(id, password).is(http.StatusOK, "").has(`"state":"needs_enrollment"`)
	b.get("/api/v1/complaints").is(http.StatusForbidden, "second_factor_enrollment_needed")
	b.json(http.MethodPost, "/api/v1/tokens", `{"label":"x"}`).is(http.StatusForbidden, "second_factor_enrollment_needed")
	b.json(http.MethodPut, "/api/v1/account/second-factor", `{"code":"123456"}`).is(http.StatusConflict, "no_second_factor")
	offer := b.json(http.MethodPost, "/api/v1/account/second-factor", "").is(http.StatusOK, "").has("otpauth://totp/Bihuan:" + id)
	secret := offer.field("secret")
	confirm := func(code string) answer {
		t.Helper()
		return b.json(http.MethodPut, "/api/v1/account/second-factor", fmt.Sprintf(`{"code":%q}`, code))
	}
	confirm("000000").is(http.StatusUnauthorized, "bad_code")
	a := confirm(s.code(secret)).is(http.StatusOK, "").has(`"state":"open"`, "recovery_codes")
	b.csrf = a.field("csrf_token")
	b.get("/api/v1/me").is(http.StatusOK, "")
	recovery := strings.Trim(strings.Split(strings.Split(a.text, `"recovery_codes":[`)[1], ",")[0], `"`)

	prove := func(b *browser, code string) answer {
		t.Helper()
		return b.json(http.MethodPost, "/api/v1/session/second-factor", fmt.Sprintf(`{"code":%q}`, code))
	}
	next := s.browser()
	next.logIn(id, password).is(http.StatusOK, "").has(`"state":"needs_code"`)
	next.get("/api/v1/me").is(http.StatusForbidden, "second_factor_needed")
	next.json(http.MethodPost, "/api/v1/account/second-factor", "").is(http.StatusForbidden, "second_factor_needed")
	prove(next, s.code(secret)).is(http.StatusUnauthorized, "bad_code") // used to set it up
	s.now = s.now.Add(30 * time.Second)
	prove(next, s.code(secret)).is(http.StatusOK, "").has(`"state":"open"`)
	again := s.browser()
	again.logIn(id, password).is(http.StatusOK, "")
	prove(again, s.code(secret)).is(http.StatusUnauthorized, "bad_code") // the same code by somebody who looked on
	prove(again, recovery).is(http.StatusOK, "").has(`"state":"open"`)
	third := s.browser()
	third.logIn(id, password).is(http.StatusOK, "")
	prove(third, recovery).is(http.StatusUnauthorized, "bad_code")
	for range 10 {
		a = prove(third, "000000")
	}
	a.is(http.StatusTooManyRequests, "rate_limited")
	s.now = s.now.Add(10 * time.Minute) // a login that nobody finishes
	prove(third, s.code(secret)).is(http.StatusUnauthorized, "unauthorized")
	if account, err := s.db.Account(t.Context(), id); err != nil || strings.Contains(string(account.TOTPSecret), secret) {
		t.Errorf("the secret is kept in clear: %v", err)
	}
}

// N1: who becomes a leader in the middle of a session needs the second factor from the next request on.
func TestALeaderToBeNeedsASecondFactorAtOnce(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Agent)
	b := s.browser()
	b.logIn(id, password).is(http.StatusOK, "")
	b.get("/api/v1/me").is(http.StatusOK, "")
	s.put(postgres.Staff{ID: id, Name: "x", Roles: []people.Role{people.Agent, people.GM}, Communities: []string{"yuhu"}})
	b.get("/api/v1/me").is(http.StatusForbidden, "second_factor_enrollment_needed")
}

// N1, N3: a token opens what its scope says until it ends, and whatever is no live token of staff, a complainant's
// secret too, gets the same 401.
func TestTokensHaveAScopeAndAnEnd(t *testing.T) {
	s := newSite(t, nil)
	id := fmt.Sprintf("staff%d", counter.Add(1))
	s.put(postgres.Staff{ID: id, Name: "x", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu", "linjiang"}})
	must(t, s.db.SetPassword(t.Context(), id, s.hash(password), nil))
	b := s.browser()
	b.logIn(id, password).is(http.StatusOK, "")
	b.json(http.MethodPost, "/api/v1/tokens", `{"label":"x","community":"elsewhere"}`).is(http.StatusBadRequest, "unknown_community")
	b.json(http.MethodPost, "/api/v1/tokens", `{"label":"x","days":1000}`).is(http.StatusBadRequest, "bad_value")
	made := b.json(http.MethodPost, "/api/v1/tokens", `{"label":"报表","read_only":true,"community":"yuhu"}`).is(http.StatusCreated, "")
	full := b.json(http.MethodPost, "/api/v1/tokens", `{"label":"脚本"}`).is(http.StatusCreated, "")
	b.get("/api/v1/tokens").is(http.StatusOK, "").has("报表", "脚本")
	if text := b.get("/api/v1/tokens").text; strings.Contains(text, made.field("token")) {
		t.Error("a token is shown twice")
	}

	bearer := func(token string) *browser {
		caller := s.browser()
		caller.bearer, caller.site2 = token, "" // a program, not a browser
		return caller
	}
	reader := bearer(made.field("token"))
	if text := reader.get("/api/v1/me").is(http.StatusOK, "").text; strings.Contains(text, "linjiang") {
		t.Errorf("the token reaches further than its community: %s", text)
	}
	reader.json(http.MethodDelete, "/api/v1/tokens/"+made.field("id"), "").is(http.StatusForbidden, "read_only_token")
	reader.json(http.MethodPost, "/api/v1/directory/lookup", `{"phone":"13800000000"}`).is(http.StatusOK, "")
	writer := bearer(full.field("token"))
	writer.json(http.MethodPost, "/api/v1/tokens", `{"label":"x"}`).is(http.StatusForbidden, "session_needed")
	colleague := s.browser()
	colleague.logIn(s.hire(people.Agent), password).is(http.StatusOK, "")
	colleague.json(http.MethodDelete, "/api/v1/tokens/"+made.field("id"), "").is(http.StatusNotFound, "not_found")
	writer.json(http.MethodDelete, "/api/v1/tokens/"+made.field("id"), "").is(http.StatusNoContent, "")

	var cookie string
	for _, c := range b.client.Jar.Cookies(b.origin()) {
		if c.Name == "bihuan" {
			cookie = c.Value
		}
	}
	s.now = s.now.AddDate(0, 0, 91)
	texts := map[string]bool{}
	for name, token := range map[string]string{
		"revoked": made.field("token"), "expired": full.field("token"), "forged": auth.NewToken(), "a session": cookie,
		"of another audience": "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJlbHNld2hlcmUifQ.c2ln", "empty": " ",
		"a complainant's": "q83vEjRWeJq83vEjRWeJqw",
	} {
		a := bearer(token).get("/api/v1/me")
		if texts[a.field("detail")] = true; a.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.text)
		}
	}
	if len(texts) != 1 {
		t.Errorf("different texts: %v", texts)
	}
}

// N1: a person sees where they are logged in and ends one session, or all; nobody else's.
func TestEndingSessions(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Agent)
	b, phone, stranger := s.browser(), s.browser(), s.browser()
	b.logIn(id, password).is(http.StatusOK, "")
	s.now = s.now.Add(time.Second)
	phone.logIn(id, password).is(http.StatusOK, "")
	stranger.logIn(s.hire(people.Agent), password).is(http.StatusOK, "")
	list := phone.get("/api/v1/sessions").is(http.StatusOK, "")
	if strings.Count(list.text, `"id"`) != 2 {
		t.Fatalf("sessions %s", list.text)
	}
	who, ok := s.staff.Person(id)
	if !ok || len(who.Sessions) != 2 {
		t.Fatal("not two sessions")
	}
	stranger.json(http.MethodDelete, "/api/v1/sessions/"+who.Sessions[0].ID, "").is(http.StatusNotFound, "not_found")
	phone.json(http.MethodDelete, "/api/v1/sessions/"+who.Sessions[0].ID, "").is(http.StatusNoContent, "")
	b.get("/api/v1/me").is(http.StatusUnauthorized, "")
	b.logIn(id, password).is(http.StatusOK, "")
	phone.json(http.MethodDelete, "/api/v1/sessions", "").is(http.StatusNoContent, "")
	b.get("/api/v1/me").is(http.StatusUnauthorized, "")
	phone.get("/api/v1/me").is(http.StatusUnauthorized, "")
	stranger.get("/api/v1/me").is(http.StatusOK, "")
}

// N1: a session that one server began is known to another at once.
func TestServersShareSessions(t *testing.T) {
	one, two := newSite(t, nil), newSite(t, nil)
	b := one.browser()
	id := one.hire(people.Agent)
	b.logIn(id, password).is(http.StatusOK, "")
	there := two.browser()
	there.client.Jar.SetCookies(there.origin(), b.client.Jar.Cookies(b.origin()))
	there.get("/api/v1/me").is(http.StatusOK, "").has(id)
}
