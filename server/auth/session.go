package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"bihuan/procedure/people"
)

// sessionPrefix keeps a session's secret from being taken for a token, and the other way round.
const sessionPrefix = "bhs_"

// Session is one live session of a person.
type Session struct {
	ID      string
	Hash    Hash
	Method  string // password or oidc
	Second  bool   // a second factor was proved
	Agent   string
	Created time.Time
	Seen    time.Time
	Expires time.Time
}

// Rules are the settings of sessions.
type Rules struct {
	Idle     time.Duration // unused for so long it ends
	Absolute time.Duration // after so long it ends, used or not
	// Second lists the roles that need a second factor.
	Second []people.Role
}

// DefaultRules hold where the settings say nothing else.
var DefaultRules = Rules{
	Idle: 30 * time.Minute, Absolute: 12 * time.Hour,
	Second: []people.Role{people.Manager, people.GM, people.Company, people.Admin},
}

// Unfinished is how long somebody has to finish logging in.
const Unfinished = 10 * time.Minute

// Touch keeps when sessions were last used, by ID.
type Touch func(context.Context, map[string]time.Time) error

// WithSessions sets the rules of sessions and where their use is kept.
func (d *Directory) WithSessions(r Rules, t Touch) *Directory {
	d.rules, d.touch = r, t
	return d
}

// Rules gives the rules of sessions.
func (d *Directory) Rules() Rules { return d.rules }

// State says how far a session has come.
type State string

// The states of a session. Only an open one opens anything but the way to the next.
const (
	Open           State = "open"
	NeedsCode      State = "needs_code"       // prove the second factor
	NeedsPassword  State = "needs_password"   // change a password that somebody else set
	NeedsEnrolment State = "needs_enrollment" // set up a second factor
)

// StateOf says how far a session of a person has come. It follows from what is known now: who becomes a
// leader in the middle of a session has to set up a second factor before the next request.
func (d *Directory) StateOf(p Person) State {
	_, required := p.As(d.rules.Second)
	switch s := p.Session; {
	case s == nil:
		return Open
	case p.HasSecond && !s.Second:
		return NeedsCode
	case p.MustChange && s.Method == "password":
		return NeedsPassword
	case required && !s.Second:
		return NeedsEnrolment
	}
	return Open
}

// NewSessionSecret draws the secret of a session.
func NewSessionSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return sessionPrefix + base64.RawURLEncoding.EncodeToString(b[:])
}

// noted is how much later than the database knows a use has to be before it is written.
const noted = time.Minute

// WhoseSession gives the person whose session has a secret, and notes that it is in use.
func (d *Directory) WhoseSession(secret string, now time.Time) (Person, error) {
	if !strings.HasPrefix(secret, sessionPrefix) {
		return Person{}, ErrUnknown
	}
	k := d.known.Load()
	if k == nil {
		return Person{}, ErrNotLoaded
	}
	e, ok := k.sessions[HashOf(secret)]
	if !ok {
		return Person{}, ErrUnknown
	}
	seen := e.session.Seen
	if at, ok := d.seen.Load(e.session.ID); ok && at.(time.Time).After(seen) {
		seen = at.(time.Time)
	}
	if !now.Before(e.session.Expires) || now.Sub(seen) >= d.rules.Idle {
		return Person{}, ErrUnknown
	}
	p := *e.person
	p.Session = e.session
	if d.StateOf(p) != Open && now.Sub(e.session.Created) >= Unfinished {
		return Person{}, ErrUnknown
	}
	d.seen.Store(e.session.ID, now)
	return p, nil
}

// noteSeen writes which sessions were used since the database last heard of it.
func (d *Directory) noteSeen(ctx context.Context) error {
	k := d.known.Load()
	if k == nil || d.touch == nil {
		return nil
	}
	news := map[string]time.Time{}
	for _, e := range k.sessions {
		if at, ok := d.seen.Load(e.session.ID); ok && at.(time.Time).Sub(e.session.Seen) >= noted {
			news[e.session.ID] = at.(time.Time)
		}
	}
	if len(news) == 0 {
		return nil
	}
	return d.touch(ctx, news)
}

// forgetEnded lets go of the use of sessions that are no more.
func (d *Directory) forgetEnded(k *known) {
	live := make(map[string]bool, len(k.sessions))
	for _, e := range k.sessions {
		live[e.session.ID] = true
	}
	d.seen.Range(func(id, _ any) bool {
		if !live[id.(string)] {
			d.seen.Delete(id)
		}
		return true
	})
}

// CSRF gives the token that a request which changes something has to bring along with a session's cookie.
// It is derived from the session's secret, so it ends with it, and other sites cannot know it.
func CSRF(secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("csrf"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// ValidCSRF compares in constant time.
func ValidCSRF(secret, token string) bool {
	return hmac.Equal([]byte(CSRF(secret)), []byte(token))
}

// SameOrigin says whether a browser sends a request from our own pages. One that says neither whence it
// comes nor how it is meant is not believed.
func SameOrigin(r *http.Request) bool {
	if Safe(r.Method) {
		return true
	}
	told := r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != ""
	return told && r.Header.Get("Sec-Fetch-Site") != "none" && http.NewCrossOriginProtection().Check(r) == nil
}

// Safe says that a method only looks.
func Safe(method string) bool {
	return slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, method)
}

// Live gives those of a person's sessions that have not run out, with when they were last used.
func (d *Directory) Live(p Person, now time.Time) []Session {
	var live []Session
	for _, s := range p.Sessions {
		if at, ok := d.seen.Load(s.ID); ok && at.(time.Time).After(s.Seen) {
			s.Seen = at.(time.Time)
		}
		if now.Before(s.Expires) && now.Sub(s.Seen) < d.rules.Idle {
			live = append(live, s)
		}
	}
	return live
}
