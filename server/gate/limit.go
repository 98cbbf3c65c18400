package gate

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

// Limited bounds what somebody without a token may change.
func (g *Gate) Limited(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if may, err := g.shares.Allow(g.countedBy(c)); err != nil || !may {
			return failure.TooMany("rate_limited").Because(err)
		}
		return next(c)
	}
}

// countedBy names whom a request counts for: whoever holds the link that it shows, so that a whole building
// behind one address can answer a survey on one evening; without a link, or with a forged one, its network.
func (g *Gate) countedBy(c echo.Context) string {
	written := c.Param("number")
	secret := cmp.Or(c.Param("secret"), c.Request().Header.Get(HeaderSecret))
	if n, ok := number.Parse(written); ok && secret != "" && g.Tracking.Valid(n, secret) {
		return "case " + n
	}
	if token := c.Param("token"); token != "" {
		if _, ok := g.Tracking.Household(written, token); ok {
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

// Form reads the form of a page.
func (g *Gate) Form(c echo.Context) (url.Values, error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, g.BodyLimit)
	err := r.ParseForm()
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, failure.TooLarge("body_too_large").With("limit", fmt.Sprint(g.BodyLimit))
	}
	if err != nil {
		return nil, failure.Invalid("bad_payload").Because(err)
	}
	return r.PostForm, nil
}
