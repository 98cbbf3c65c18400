package login_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/people"
)

// noted writes what the access log holds about a person, the oldest first.
func (s *site) noted(person string) []string {
	s.Helper()
	found, err := s.db.AccessLog(s.Context(), postgres.AccessFilter{Communities: []string{people.AllCommunities}, Person: person})
	must(s, err)
	var out []string
	for _, a := range slices.Backward(found.Items) {
		if a.Entity != "staff" {
			out = append(out, strings.Join(strings.Fields(fmt.Sprint(a.By, " ", a.Via, " ", a.What, " ", a.Entity, " ", a.Refused, " ", a.Address)), " "))
		}
	}
	return out
}

// N2: who comes in, who is refused and why, and who leaves is on record, with the address; who guesses at names that
// nobody has leaves no name, for people type passwords there.
func TestLoginsAreNoted_N2(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Manager)
	b := s.browser()
	b.address = "192.0.2.77"
	b.logIn(id, "a wrong one altogether").is(http.StatusUnauthorized, "bad_credentials")
	b.logIn("my-secret-password", "x").is(http.StatusUnauthorized, "bad_credentials")
	start := b.form("/login", "account", id, "password", password).is(http.StatusOK, "")
	csrf := start.hidden("csrf")
	secret := secretOn(b.form("/login/totp/start", "csrf", csrf).is(http.StatusOK, ""))
	b.form("/login/totp", "csrf", csrf, "code", s.code(secret)).is(http.StatusOK, "")
	csrf = b.get("/account").is(http.StatusOK, "").hidden("csrf")
	b.form("/account/tokens", "csrf", csrf, "label", "x", "days", "9").is(http.StatusOK, "")
	b.form("/login/password", "csrf", csrf, "current", "not this one", "new", "quite-another-one", "again", "quite-another-one").is(http.StatusUnauthorized, "")
	b.form("/account/logout", "csrf", csrf).is(http.StatusOK, "")
	code := b.form("/login", "account", id, "password", password)
	b.form("/login/totp", "csrf", code.hidden("csrf"), "code", "000000").is(http.StatusUnauthorized, "")
	s.now = s.now.Add(time.Minute)
	b.form("/login/totp", "csrf", code.hidden("csrf"), "code", s.code(secret)).is(http.StatusOK, "")
	want := []string{
		"program add accounts",
		"password log_in bad_credentials 192.0.2.77",
		id + " password log_in 192.0.2.77",
		id + " session change accounts", // the second factor is set up
		id + " session add tokens",
		"session change accounts bad_credentials 192.0.2.77",
		id + " session log_out",
		id + " password log_in 192.0.2.77",
		"session second_factor bad_code 192.0.2.77",
		id + " session second_factor 192.0.2.77",
	}
	if got := s.noted(id); !slices.Equal(got, want) {
		t.Errorf("noted\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := s.noted(""); slices.ContainsFunc(got, func(l string) bool { return strings.Contains(l, "my-secret") }) {
		t.Errorf("noted %v", got)
	}
}

// N2: whom it cannot be noted of, the server does not let in.
func TestNobodyComesInUnnoted_N2(t *testing.T) {
	s := newSite(t, nil)
	id := s.hire(people.Agent)
	s.store.forgetful = true
	b := s.browser()
	b.logIn(id, password).is(http.StatusServiceUnavailable, "")
	b.get("/api/v1/me").is(http.StatusUnauthorized, "")
	s.store.forgetful = false
	b.logIn(id, password).is(http.StatusOK, "")
}

// N2: what the provider's claims change of a person, and whom it sends that is refused, is on record as its doing.
func TestTheProvidersChangesAreNoted_N2(t *testing.T) {
	p := startProvider(t)
	s := newSite(t, p.as())
	li := uniqueSubject(subject{"groups": []string{"desk"}, "communities": []string{"yuhu"}})
	id := li["preferred_username"].(string)
	s.browser().through(p, t, li).is(http.StatusOK, "")
	li["groups"] = []string{}
	s.browser().through(p, t, li).is(http.StatusForbidden, "")
	found, err := s.db.AccessLog(t.Context(), postgres.AccessFilter{Communities: []string{people.AllCommunities}, Person: id})
	must(t, err)
	var got []string
	for _, a := range slices.Backward(found.Items) {
		got = append(got, strings.Join(strings.Fields(fmt.Sprint(a.Via, " ", a.What, " ", a.Entity, " ", a.Refused)), " "))
	}
	want := []string{
		"provider add staff", "provider add identities", "provider log_in", "provider change staff", "provider end_sessions", "provider log_in login_refused",
	}
	if !slices.Equal(got, want) {
		t.Errorf("noted %q, want %q", got, want)
	}
}
