package login

import (
	"errors"
	"net/http"
	"time"

	"bihuan/server/auth"
)

// The cookies. With Secure their names say so, and no other host or path can set them.
const (
	sessionCookie = "bihuan"
	deviceCookie  = "bihuan-device"
	flowCookie    = "bihuan-flow"
)

// deviceLasts is how long a browser stays known.
const deviceLasts = 365 * 24 * time.Hour

func (s *Service) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

// set writes a cookie; without a time it goes when the browser closes.
func (s *Service) set(w http.ResponseWriter, name, value string, lasts time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: int(lasts / time.Second),
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func (s *Service) drop(w http.ResponseWriter, name string) { s.set(w, name, "", -time.Second) }

func (s *Service) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// Keep gives the browser a session that has begun, and marks the browser once the session is open.
func (s *Service) Keep(w http.ResponseWriter, r *http.Request, o Opened) {
	s.set(w, sessionCookie, o.Secret, 0)
	if o.State == auth.Open && !s.knows(s.cookie(r, deviceCookie), o.Person.ID) {
		s.set(w, deviceCookie, s.device(o.Person.ID), deviceLasts)
	}
}

// Leave takes the session from the browser.
func (s *Service) Leave(w http.ResponseWriter) { s.drop(w, sessionCookie) }

// Secret gives the session's secret that a request came with; empty without.
func (s *Service) Secret(r *http.Request) string { return s.cookie(r, sessionCookie) }

// Who gives the person whose session a request came with.
func (s *Service) Who(r *http.Request) (auth.Person, error) {
	secret := s.Secret(r)
	p, err := s.Staff.WhoseSession(secret, s.Now())
	if errors.Is(err, auth.ErrUnknown) && secret != "" && s.Staff.LookAgain(r.Context()) {
		return s.Staff.WhoseSession(secret, s.Now())
	}
	return p, err
}

// CallerOf says where a request comes from; its address is the caller's business.
func (s *Service) CallerOf(r *http.Request, address string) Caller {
	return Caller{Address: address, Device: s.cookie(r, deviceCookie), Agent: r.UserAgent()}
}
