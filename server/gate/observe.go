package gate

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo-contrib/echoprometheus"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"bihuan/server/failure"
)

// number gives every request an ID of ours, which the log and the answer share.
func (g *Gate) number(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderXRequestID, uuid.NewString())
		return next(c)
	}
}

// newMetrics counts what the process itself needs, beside the requests.
func newMetrics() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// metered counts requests by route, never by what a person wrote.
func (g *Gate) metered() echo.MiddlewareFunc {
	return echoprometheus.NewMiddlewareWithConfig(echoprometheus.MiddlewareConfig{
		Registerer:                g.metrics,
		Subsystem:                 "bihuan",
		DoNotUseRequestPathFor404: true,
		Skipper:                   quiet,
		LabelFuncs:                map[string]echoprometheus.LabelValueFunc{"host": func(echo.Context, error) string { return "" }},
	})
}

// quiet requests are asked by machines every few seconds.
func quiet(c echo.Context) bool {
	return c.Path() == "/healthz" || c.Path() == "/readyz" || c.Path() == "/metrics"
}

// logged writes one line a request: the route, not the path, so that no number, secret or query is in it.
func (g *Gate) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if quiet(c) {
			return next(c)
		}
		start := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		g.Log.Info("request", "method", c.Request().Method, "route", c.Path(), "status", c.Response().Status,
			"ms", time.Since(start).Milliseconds(), "request", c.Response().Header().Get(echo.HeaderXRequestID))
		return nil
	}
}

// noteFailure logs the cause of what went wrong on our side. Refusals are no failures.
func (g *Gate) Failed(c echo.Context, f *failure.Failure) {
	if Status(f) < http.StatusInternalServerError {
		return
	}
	level := slog.LevelError
	if f.Class == failure.ClassUnavailable {
		level = slog.LevelWarn
	}
	g.Log.Log(c.Request().Context(), level, "failed", "code", f.Code, "cause", f.Cause, "route", c.Path(),
		"request", c.Response().Header().Get(echo.HeaderXRequestID))
}

// recovered turns a panic into a failure that says nothing about our insides.
func (g *Gate) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if r == http.ErrAbortHandler {
					panic(r)
				}
				g.Log.Error("panic", "route", c.Path(), "panic", r, "stack", string(debug.Stack()))
				err = failure.Internal("internal").Because(errors.New("panic"))
			}
		}()
		return next(c)
	}
}

// headers of every answer: nothing is guessed, framed, cached by others or told to other sites.
func headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set(echo.HeaderXContentTypeOptions, "nosniff")
		h.Set(echo.HeaderXFrameOptions, "DENY")
		h.Set(echo.HeaderReferrerPolicy, "no-referrer")
		h.Set(echo.HeaderCacheControl, "no-store")
		h.Set(echo.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		return next(c)
	}
}
