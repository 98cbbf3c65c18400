package login_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/people"
)

// through logs in through the provider as somebody.
func (b *browser) through(p *provider, t *testing.T, s subject) answer {
	t.Helper()
	p.names(t, s)
	return b.get("/login/oidc?next=/account")
}

// N1: through a provider people log in by what it says of them, and only who is admitted.
func TestLoggingInThroughAProvider(t *testing.T) {
	p := startProvider(t)
	s := newSite(t, p.as())

	known := s.hire(people.Agent)
	b := s.browser()
	wang := uniqueSubject(subject{"email": known + "@example.com"})
	b.through(p, t, wang).is(http.StatusOK, "").has(known, "Log out")
	b.get("/api/v1/me").is(http.StatusOK, "").has(`"roles":["agent"]`) // the directory's own
	b.get("/api/v1/sessions").has(`"method":"oidc"`)
	wang["email"] = "renamed@example.com" // bound by now
	s.browser().through(p, t, wang).is(http.StatusOK, "").has(known)

	for what, claims := range map[string]subject{
		"an unverified address": {"email": known + "@example.com", "email_verified": false},
		"nobody here":           {},
		"no role of ours":       {"groups": []string{"engineering"}},
		"a taken ID":            {"preferred_username": known, "groups": []string{"desk"}},
		"an unfit ID":           {"preferred_username": "../x", "groups": []string{"desk"}},
		"the system":            {"preferred_username": "system", "groups": []string{"desk"}},
		"a crew of nowhere":     {"groups": []string{"crew"}},
	} {
		t.Run(what, func(t *testing.T) {
			a := s.browser().through(p, t, uniqueSubject(claims))
			if a.StatusCode != http.StatusForbidden || !strings.Contains(a.text, "not admitted") {
				t.Errorf("%d %s", a.StatusCode, a.text)
			}
		})
	}

	s.put(postgres.Staff{ID: known, Name: "x", Email: known + "@example.com", Disabled: true})
	s.browser().through(p, t, wang).is(http.StatusForbidden, "")
	b.get("/api/v1/me").is(http.StatusUnauthorized, "")
}

// N1: whom the provider gives a role is created with it, follows it, and loses it there too.
func TestRolesFollowTheProvider(t *testing.T) {
	p := startProvider(t)
	s := newSite(t, p.as())
	li := uniqueSubject(subject{"name": "李娜", "groups": []string{"desk", "other"}, "communities": []string{"yuhu", "canteen"}})
	id := li["preferred_username"].(string)
	b := s.browser()
	b.through(p, t, li).is(http.StatusOK, "").has("李娜")
	b.get("/api/v1/me").has(id, `"roles":["agent"]`, `"communities":["yuhu"]`)
	li["groups"], li["communities"] = []string{"crew"}, []string{"linjiang"}
	li["department"] = "engineering"
	s.browser().through(p, t, li).is(http.StatusOK, "")
	b.get("/api/v1/me").has(`"roles":["handler"]`, `"communities":["linjiang"]`, `"department":"engineering"`)
	li["groups"] = []string{}
	s.browser().through(p, t, li).is(http.StatusForbidden, "")
	b.get("/api/v1/me").is(http.StatusUnauthorized, "")
	if who, _ := s.staff.Person(id); len(who.Roles) != 0 {
		t.Errorf("roles %v", who.Roles)
	}
	p2 := p.as()
	p2.Settings.Unknown = "refuse"
	strict := newSite(t, p2)
	strict.browser().through(p, t, uniqueSubject(subject{"groups": []string{"desk"}})).is(http.StatusForbidden, "")
}

// N1: a leader proves a second factor here, unless the provider says that it asked for one.
func TestLeadersThroughAProvider(t *testing.T) {
	p := startProvider(t)
	s := newSite(t, p.as())
	boss := uniqueSubject(subject{"groups": []string{"leaders"}})
	b := s.browser()
	b.through(p, t, boss).is(http.StatusOK, "").has("Your role needs a second factor")
	b.get("/api/v1/me").is(http.StatusForbidden, "second_factor_enrollment_needed")
	boss["amr"] = []string{"pwd", "mfa"}
	b.through(p, t, boss).is(http.StatusOK, "").has("Log out")
	b.get("/api/v1/me").is(http.StatusOK, "")
}

// N1: what the provider did not send to this browser, for this attempt, opens nothing.
func TestForgedCallbacks(t *testing.T) {
	p := startProvider(t)
	s := newSite(t, p.as())
	id := s.hire(people.Agent)
	claims := uniqueSubject(subject{"email": id + "@example.com"})

	still := func() *browser { // stops before going back to us
		b := s.browser()
		b.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			if r.URL.Path == "/login/oidc/callback" {
				return http.ErrUseLastResponse
			}
			return nil
		}
		return b
	}
	victim, attacker := still(), still()
	stolen, err := url.Parse(victim.through(p, t, claims).Header.Get("Location"))
	must(t, err)
	own, err := url.Parse(attacker.through(p, t, uniqueSubject(subject{})).Header.Get("Location"))
	must(t, err)
	callback := func(b *browser, q url.Values) answer {
		t.Helper()
		return b.get("/login/oidc/callback?" + q.Encode())
	}
	sent := func(of *url.URL, state string) url.Values {
		return url.Values{"code": {of.Query().Get("code")}, "state": {state}}
	}
	begin := func() *browser {
		b := still()
		b.client.Jar.SetCookies(b.origin(), attacker.client.Jar.Cookies(b.origin()))
		return b
	}
	callback(s.browser(), stolen.Query()).is(http.StatusBadRequest, "")                        // no flow of its own
	callback(begin(), stolen.Query()).is(http.StatusBadRequest, "")                            // another's state
	callback(begin(), sent(stolen, own.Query().Get("state"))).is(http.StatusBadRequest, "")    // another's code: PKCE and nonce
	callback(begin(), url.Values{"state": own.Query()["state"]}).is(http.StatusBadRequest, "") // no code
	callback(begin(), url.Values{"error": {"access_denied"}}).is(http.StatusBadRequest, "")    // refused there
	late := begin()
	s.now = s.now.Add(11 * time.Minute)
	callback(late, own.Query()).is(http.StatusBadRequest, "")
	s.now = s.now.Add(-11 * time.Minute)

	fresh := still()
	good, err := url.Parse(fresh.through(p, t, claims).Header.Get("Location"))
	must(t, err)
	callback(fresh, good.Query()).is(http.StatusOK, "").has(id, "Log out")
	callback(fresh, good.Query()).is(http.StatusBadRequest, "") // once
	begun := s.browser()
	begun.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	to, err := url.Parse(begun.get("/login/oidc").Header.Get("Location"))
	must(t, err)
	if q := to.Query(); q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || q.Get("state") == "" || q.Get("response_type") != "code" {
		t.Errorf("the provider is asked by %s", to)
	}
}

// N1: the server starts without the provider, says that it is down, and takes it up when it comes.
func TestTheProviderMayBeDown(t *testing.T) {
	p := startProvider(t)
	s, known := newSite(t, p.as()), newSite(t, p.as())
	known.browser().through(p, t, uniqueSubject(subject{"groups": []string{"desk"}})).is(http.StatusOK, "")
	must(t, p.cmd.Process.Signal(os.Interrupt))
	_ = p.cmd.Wait()
	s.browser().get("/login/oidc").is(http.StatusServiceUnavailable, "").has("not available")
	known.browser().get("/login/oidc").is(http.StatusServiceUnavailable, "").has("not available") // nor is anybody sent to it
	s.browser().logIn(s.hire(people.Agent), password).is(http.StatusOK, "")                       // by password all the same
}
