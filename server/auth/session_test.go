package auth

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"bihuan/procedure/people"
)

// N1: how far a session has come follows from what is known now.
func TestStatesOfASession(t *testing.T) {
	d := NewDirectory(nil)
	agent, boss := people.Actor{Roles: []people.Role{people.Agent}}, people.Actor{Roles: []people.Role{people.Agent, people.Manager}}
	for name, c := range map[string]struct {
		p    Person
		want State
	}{
		"a token":                        {Person{Actor: boss}, Open},
		"an agent":                       {Person{Actor: agent, Session: &Session{Method: "password"}}, Open},
		"a leader":                       {Person{Actor: boss, Session: &Session{Method: "password"}}, NeedsEnrolment},
		"a leader who has one":           {Person{Actor: boss, HasSecond: true, Session: &Session{Method: "password"}}, NeedsCode},
		"an agent who has one":           {Person{Actor: agent, HasSecond: true, Session: &Session{Method: "password"}}, NeedsCode},
		"code first, then password":      {Person{Actor: boss, HasSecond: true, MustChange: true, Session: &Session{Method: "password"}}, NeedsCode},
		"password first, then enrolment": {Person{Actor: boss, MustChange: true, Session: &Session{Method: "password"}}, NeedsPassword},
		"a provider's, not our password": {Person{Actor: agent, MustChange: true, Session: &Session{Method: "oidc"}}, Open},
		"all done":                       {Person{Actor: boss, HasSecond: true, Session: &Session{Method: "password", Second: true}}, Open},
	} {
		if got := d.StateOf(c.p); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// A10, N1: a session in use goes on while the database is down, and the database hears of it afterwards.
func TestUseIsWrittenDown(t *testing.T) {
	secret, heard := NewSessionSecret(), map[string]time.Time{}
	session := Session{ID: "s1", Hash: HashOf(secret), Created: now, Seen: now, Expires: now.Add(12 * time.Hour)}
	var down error
	d := NewDirectory(func(context.Context) ([]Person, error) {
		return []Person{{Actor: people.Actor{ID: "wang"}, Sessions: []Session{session}}}, down
	}).WithSessions(DefaultRules, func(_ context.Context, seen map[string]time.Time) error {
		heard = seen
		return down
	})
	if err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	down = context.DeadlineExceeded
	for i := range 4 {
		at := now.Add(time.Duration(i) * 20 * time.Minute)
		if p, err := d.WhoseSession(secret, at); err != nil || p.ID != "wang" || p.Session.ID != "s1" {
			t.Fatalf("at %v: %v", at, err)
		}
		if d.Refresh(t.Context()) == nil {
			t.Error("a failed refresh is not told")
		}
	}
	down = nil
	if err := d.Refresh(t.Context()); err != nil || !heard["s1"].Equal(now.Add(time.Hour)) {
		t.Errorf("heard %v, %v", heard, err)
	}
	for _, wrong := range []string{"", NewSessionSecret(), NewToken(), strings.TrimPrefix(secret, sessionPrefix)} {
		if _, err := d.WhoseSession(wrong, now); err != ErrUnknown {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// N1: RFC 6238, appendix B, of which our codes are the last six digits.
func TestCodesOfTheRFC(t *testing.T) {
	secret := base32Plain.EncodeToString([]byte("12345678901234567890"))
	for at, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if step, ok := StepOf(secret, code, time.Unix(at, 0)); !ok || step != at/30 {
			t.Errorf("%s at %d: %d %v", code, at, step, ok)
		}
		if _, ok := StepOf(secret, code, time.Unix(at+60, 0)); ok {
			t.Errorf("%s holds two steps later", code)
		}
	}
	if _, ok := StepOf(secret, "287 082", time.Unix(59, 0)); !ok {
		t.Error("a space is not forgiven")
	}
	for _, wrong := range []string{"", "28708", "2870820", "９７"} {
		if _, ok := StepOf(secret, wrong, time.Unix(59, 0)); ok {
			t.Errorf("%q is taken", wrong)
		}
	}
}

// Recovery codes are known by their hash, however they are written.
func TestRecoveryCodes(t *testing.T) {
	codes, hashes := NewRecovery()
	if len(codes) != 10 || string(RecoveryHash(strings.ToUpper(codes[3])+" ")) != string(hashes[3]) || string(hashes[3]) == string(hashes[4]) {
		t.Errorf("codes %v", codes)
	}
}

// N1: what one may use as a password.
func TestPasswordRules(t *testing.T) {
	for password, good := range map[string]bool{
		"korrekte-Pferde": true, "雨后的御湖花园里有三只白鹭": true, "short": false, "elevenchars": false, "administrator1": false,
		"PASSWORD1234": false, "password1234x": false, "aaaaaaaaaaaaa": false, "wangfang-is-me": false, "wf-korrekte-Pferde": true,
		strings.Repeat("ab1-xyz", 20): false, "bad\xffbad\xffbad12": false,
	} {
		if err := CheckPassword(password, "wangfang", "wf"); (err == nil) != good {
			t.Errorf("%q: %v", password, err)
		}
	}
	if CheckPassword(NewOneTime()) != nil {
		t.Error("a drawn password is weak")
	}
}

// N1: passwords wait their turn, so that a flood of logins cannot take all memory.
func TestFewHashAtOnce(t *testing.T) {
	h, err := NewHasher(argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		t.Fatal(err)
	}
	hash, err := h.Hash(t.Context(), "x")
	if ok, _ := h.Matches(t.Context(), "x", hash); !ok || err != nil {
		t.Error(err)
	}
	for range atOnce {
		h.turn <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := h.Matches(ctx, "x", hash); err == nil || err.Error() != "rate_limited" {
		t.Errorf("got %v", err)
	}
}

// What was sealed opens by the same key, for the same purpose.
func TestSealing(t *testing.T) {
	s, err := NewSealer(strings.Repeat("5a", 32))
	other, _ := NewSealer(strings.Repeat("5b", 32))
	if err != nil {
		t.Fatal(err)
	}
	sealed := s.Seal("a", "text")
	if text, err := s.Unseal("a", sealed); err != nil || text != "text" || strings.Contains(string(sealed), "text") {
		t.Errorf("%q %v", text, err)
	}
	sealed[len(sealed)-1] ^= 1
	for _, try := range []func() (string, error){
		func() (string, error) { return s.Unseal("a", sealed) },
		func() (string, error) { return s.Unseal("b", s.Seal("a", "text")) },
		func() (string, error) { return other.Unseal("a", s.Seal("a", "text")) },
		func() (string, error) { return s.Unseal("a", nil) },
	} {
		if _, err := try(); err == nil {
			t.Error("opened")
		}
	}
	if !s.Signed("a", "x", s.Sign("a", "x")) || s.Signed("b", "x", s.Sign("a", "x")) || other.Signed("a", "x", s.Sign("a", "x")) {
		t.Error("signatures")
	}
	for _, key := range []string{"", "zz", "5a5a"} {
		if _, err := NewSealer(key); err == nil {
			t.Errorf("key %q is taken", key)
		}
	}
}

// N1: a browser has to say that a form is ours.
func TestSameOrigin(t *testing.T) {
	for _, c := range []struct {
		method, site, origin string
		want                 bool
	}{
		{http.MethodGet, "cross-site", "https://evil.example", true},
		{http.MethodPost, "same-origin", "", true},
		{http.MethodPost, "same-origin", "null", true},
		{http.MethodPost, "", "http://bihuan.example", true},
		{http.MethodPost, "", "", false},
		{http.MethodPost, "none", "", false},
		{http.MethodPost, "cross-site", "", false},
		{http.MethodPost, "same-site", "", false},
		{http.MethodPost, "", "https://evil.example", false},
		{http.MethodPost, "", "null", false},
	} {
		r := httptest.NewRequest(c.method, "http://bihuan.example/login", nil)
		for name, value := range map[string]string{"Sec-Fetch-Site": c.site, "Origin": c.origin} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		if got := SameOrigin(r); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
