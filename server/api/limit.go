package api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"

	"bihuan/procedure/number"
	"bihuan/server/failure"
)

// shares remembers how much each has sent lately.
func shares(perMinute int) middleware.RateLimiterStore {
	return middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{
		Rate: rate.Limit(float64(perMinute) / 60), Burst: perMinute, ExpiresIn: 5 * time.Minute,
	})
}

// limited bounds what somebody without a token may change.
func (s *Server) limited(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if may, err := s.shares.Allow(s.countedBy(c)); err != nil || !may {
			return failure.TooMany("rate_limited").Because(err)
		}
		return next(c)
	}
}

// limitedPage says on a page, too, that it was too much.
func (s *Server) limitedPage(next echo.HandlerFunc, refused func(echo.Context, error) error) echo.HandlerFunc {
	serve := s.limited(next)
	return func(c echo.Context) error {
		if err := serve(c); err != nil {
			return refused(c, err)
		}
		return nil
	}
}

// countedBy names whom a request counts for: whoever holds the link that it shows, so that a whole building
// behind one address can answer a survey on one evening; without a link, or with a forged one, its network.
func (s *Server) countedBy(c echo.Context) string {
	written := c.Param("number")
	secret := cmp.Or(c.Param("secret"), c.Request().Header.Get(headerSecret))
	if n, ok := number.Parse(written); ok && secret != "" && s.Tracking.Valid(n, secret) {
		return "case " + n
	}
	if token := c.Param("token"); token != "" {
		if _, ok := s.Tracking.Household(written, token); ok {
			return "household " + written + "/" + token
		}
	}
	return network(c.RealIP())
}

// usual is how many bits of an address of version 6 name a network: within it everybody has as many addresses
// as they like.
const usual = 64

func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || !a.Is6() || a.Is4In6() {
		return address
	}
	return netip.PrefixFrom(a.WithZone(""), usual).Masked().String()
}

// formOf reads the form of a page.
func (s *Server) formOf(c echo.Context) (url.Values, error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, s.BodyLimit)
	err := r.ParseForm()
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, failure.TooLarge("body_too_large").With("limit", fmt.Sprint(s.BodyLimit))
	}
	if err != nil {
		return nil, failure.Invalid("bad_payload").Because(err)
	}
	return r.PostForm, nil
}
