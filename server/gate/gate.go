// Package gate is the part of HTTP that the API and the pages share: it lets requests in and bounds them, and gives
// failures their status.
package gate

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo-contrib/echoprometheus"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"bihuan/postgres"
	"bihuan/server/auth"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/login"
)

// Options is what the gate is made of.
type Options struct {
	Staff *auth.Directory
	// Login lets people in; nil where there are only tokens.
	Login *login.Service
	Log   *slog.Logger
	// BodyLimit is the largest request body in bytes.
	BodyLimit int64
	// PublicPerMinute is how many requests the holder of a link, or one address without any, may send to change
	// something without a token.
	PublicPerMinute int
	// IPExtractor tells a caller's address; it must not believe headers that anybody can send.
	IPExtractor echo.IPExtractor
}

// Defaults of the options.
const (
	DefaultBodyLimit       = 64 << 10
	DefaultPublicPerMinute = 30
)

// Gate lets requests in.
type Gate struct {
	*desk.Desk
	Options
	Operations contract.Operations
	shares     middleware.RateLimiterStore // of who has no token
	metrics    *prometheus.Registry
}

// New gives the gate of a desk. It fails where contract and tables differ.
func New(ctx context.Context, d *desk.Desk, o Options) (*Gate, error) {
	operations, err := contract.Load(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkTable(operations); err != nil {
		return nil, err
	}
	return &Gate{Desk: d, Options: o, Operations: operations, shares: shares(o.PublicPerMinute), metrics: newMetrics()}, nil
}

// Echo gives the server on which routes are put, with what every request goes through and the routes that say how
// it is.
func (g *Gate) Echo() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor, e.SchemeExtractor = g.IPExtractor, echo.ExtractSchemeDirect()
	e.HTTPErrorHandler = g.problem
	e.Use(g.number, g.metered(), g.logged, headers, g.recovered)
	e.GET("/healthz", func(c echo.Context) error { return c.JSON(http.StatusOK, map[string]string{"status": "alive"}) })
	e.GET("/readyz", g.ready)
	e.GET("/metrics", echoprometheus.NewHandlerWithConfig(echoprometheus.HandlerConfig{Gatherer: g.metrics}))
	return e
}

// The headers of the contract.
const (
	HeaderKey    = "Idempotency-Key"
	HeaderReplay = "Idempotent-Replay"
	HeaderSecret = "Tracking-Secret"
)

// Visit is the request that a call came by, for what sets cookies or counts tries by where they come from.
type Visit struct {
	*http.Request
	Caller login.Caller
}

type visitKey struct{}

// VisitOf gives the request of a call.
func VisitOf(ctx context.Context) Visit { return ctx.Value(visitKey{}).(Visit) }

// Let lets a request of the contract in: who calls, what they may, how often, and whether it is what the
// contract says.
func (g *Gate) Let(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error { return g.LetAs(g.Operations[c.Request().Method+" "+c.Path()], next)(c) }
}

// LetAs lets a request in as one for an operation.
func (g *Gate) LetAs(op *contract.Operation, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		in := &desk.Call{Operation: op, Language: LanguageOf(c.Request())}
		from := Visit{Request: c.Request()}
		if g.Login != nil {
			from.Caller = g.Login.CallerOf(c.Request(), c.RealIP())
		}
		if !op.Public {
			who, err := g.who(c.Request(), op)
			if err != nil {
				return err
			}
			in.Person = who
		}
		if op.Login && g.Login == nil {
			return desk.ErrNotFound
		}
		if err := g.Permit(c.Request().Context(), in, c.Param("number")); err != nil {
			return err
		}
		body, err := op.Check(c, g.BodyLimit)
		if err != nil {
			return err
		}
		in.Body = body
		r := c.Request()
		ctx := context.WithValue(desk.With(r.Context(), in), visitKey{}, from)
		if !op.Public {
			ctx = postgres.By(ctx, login.DoerOf(in.Person))
		}
		c.SetRequest(r.WithContext(ctx))
		if op.Public && op.Command != "" {
			return g.Limited(next)(c)
		}
		return next(c)
	}
}

// ready says whether cases can be registered: the engine must be there, the database need not. A10
func (g *Gate) ready(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	status, state := http.StatusOK, map[string]string{"engine": "up", "database": "up"}
	if g.Reader.Ping(ctx) != nil {
		state["database"] = "down"
	}
	if g.Engine.Ping(ctx) != nil {
		status, state["engine"] = http.StatusServiceUnavailable, "down"
	}
	return c.JSON(status, state)
}
