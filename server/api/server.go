// Package api serves the contract in openapi.yaml: it starts cases, hands them commands, asks what
// became of them, and reads what Postgres holds. It decides nothing.
package api

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo-contrib/echoprometheus"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/server/auth"
	"bihuan/server/contract"
	"bihuan/server/login"
	"bihuan/settings"
	"bihuan/words"
)

// Tracking makes and checks the secrets of tracking links. A4, N3
type Tracking interface {
	Link(number string) string
	Valid(number, secret string) bool
	Households
}

// Households makes and checks the links by which households answer surveys. M1
type Households interface {
	HouseholdLink(number string, household int) string
	Household(number, token string) (household int, ok bool)
	// Respondent gives the name under which a household's answer is kept.
	Respondent(number string, household int) string
}

// Options is what the server is made of.
type Options struct {
	Engine Engine
	Reader Reader
	// Figures counts. I4
	Figures Figures
	// Polls keeps whom surveys ask and what was answered. M1
	Polls Polls
	// People keeps the directory. N4
	People   People
	Readings ReadingLog
	Access   AccessLog
	Staff    *auth.Directory
	// Login lets people in; nil where there are only tokens.
	Login    *login.Service
	Settings *settings.Current
	Tracking Tracking
	Log      *slog.Logger
	// Now is the clock.
	Now func() time.Time
	// Wait is how long a command's outcome is waited for before it is answered with 202.
	Wait time.Duration
	// BodyLimit is the largest request body in bytes.
	BodyLimit int64
	// PublicPerMinute is how many requests the holder of a link, or one address without any, may send to change
	// something without a token.
	PublicPerMinute int
	// IPExtractor tells a caller's address; it must not believe headers that anybody can send.
	IPExtractor echo.IPExtractor
	// ExportKey verifies exports; nil where none is published. The key that signs them is not the server's. N2
	ExportKey ed25519.PublicKey
}

// Defaults of the options.
const (
	DefaultWait            = 3 * time.Second
	DefaultBodyLimit       = 64 << 10
	DefaultPublicPerMinute = 30
)

// Server answers requests.
type Server struct {
	Options
	operations  contract.Operations
	communities *recent[string]             // of cases, by number
	sentences   *recent[string]             // of events, by what they are made of
	shares      middleware.RateLimiterStore // of who has no token
	metrics     *prometheus.Registry
	zones       zones
	database    breaker
}

// New builds the server and its routes.
func New(ctx context.Context, o Options) (*echo.Echo, error) {
	operations, err := contract.Load(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkTable(operations); err != nil {
		return nil, err
	}
	s := &Server{Options: o, operations: operations, communities: newRecent[string](50_000), sentences: newRecent[string](sentencesKept), metrics: newMetrics(), shares: shares(o.PublicPerMinute)}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor, e.SchemeExtractor = o.IPExtractor, echo.ExtractSchemeDirect()
	e.HTTPErrorHandler = s.problem
	e.Pre(below)
	e.Use(s.number, s.metered(), s.logged, headers, s.recovered)
	s.routes(e)
	return e, nil
}

func (s *Server) routes(e *echo.Echo) {
	e.GET("/healthz", func(c echo.Context) error { return c.JSON(http.StatusOK, map[string]string{"status": "alive"}) })
	e.GET("/readyz", s.ready)
	e.GET("/metrics", echoprometheus.NewHandlerWithConfig(echoprometheus.HandlerConfig{Gatherer: s.metrics}))
	contract.Documentation(e)
	s.trackingPages(e)
	s.communityPages(e)
	s.applyPages(e)
	s.surveyPages(e)
	s.printPages(e)
	if s.Login != nil {
		s.Login.Pages(e)
	}
	for _, op := range s.operations {
		switch {
		case op.Command != "":
			e.Add(op.Method, op.Path, s.gate(s.handlerOf(op)))
		case op.Shows:
			e.Add(op.Method, op.Path, s.gate(s.showing(op)))
		}
	}
	for _, k := range kinds {
		e.POST("/api/v1/"+contract.Segment(k.Name)+"/:number/:command", unknownCommand)
	}
	gates := map[string][]echo.MiddlewareFunc{}
	for _, op := range s.operations {
		gates[op.ID] = []echo.MiddlewareFunc{s.gate}
	}
	contract.RegisterHandlersWithOptions(e, contract.NewStrictHandler(s, []contract.StrictMiddlewareFunc{s.remembered}), contract.RegisterHandlersOptions{OperationMiddlewares: gates})
}

// handlerOf gives the handler of an operation that takes a command.
func (s *Server) handlerOf(op *contract.Operation) echo.HandlerFunc {
	switch {
	case op.Registers() && op.Public:
		return s.submit
	case op.Registers():
		return s.register
	case op.Public:
		return s.publicCommand(op)
	case op.Command == policy.CmdAdopt:
		return s.adopt
	}
	return s.command(op)
}

// showing gives the handler of an operation about a case of any kind.
func (s *Server) showing(op *contract.Operation) echo.HandlerFunc {
	if op.ID == "get-command" {
		return s.tellCommand
	}
	return s.showCase
}

// call is what is known about a request once it has passed the gate.
type call struct {
	auth.Person
	op         *contract.Operation
	permission people.Permission
	number     string // of the case it is about, in its normal form
	language   words.Language
	body       []byte
	request    *http.Request
	caller     login.Caller
}

type callKey struct{}

func callOf(ctx context.Context) *call { return ctx.Value(callKey{}).(*call) }

// gate lets a request of the contract in: who calls, what they may, how often, and whether it is what the
// contract says.
func (s *Server) gate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error { return s.gateAs(s.operations[c.Request().Method+" "+c.Path()], next)(c) }
}

// gateAs lets a request in as one for an operation.
func (s *Server) gateAs(op *contract.Operation, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		in := &call{op: op, language: languageOf(c.Request()), request: c.Request()}
		if s.Login != nil {
			in.caller = s.Login.CallerOf(c.Request(), c.RealIP())
		}
		if !op.Public {
			who, err := s.who(c.Request(), op)
			if err != nil {
				return err
			}
			in.Person = who
		}
		if op.Login && s.Login == nil {
			return ErrNotFound
		}
		if err := s.permit(c, in); err != nil {
			return err
		}
		body, err := op.Check(c, s.BodyLimit)
		if err != nil {
			return err
		}
		in.body = body
		r := c.Request()
		ctx := context.WithValue(r.Context(), callKey{}, in)
		if !op.Public {
			ctx = postgres.By(ctx, login.DoerOf(in.Person))
		}
		c.SetRequest(r.WithContext(ctx))
		if op.Public && op.Command != "" {
			return s.limited(next)(c)
		}
		return next(c)
	}
}

// ready says whether cases can be registered: the engine must be there, the database need not. A10
func (s *Server) ready(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	status, state := http.StatusOK, map[string]string{"engine": "up", "database": "up"}
	if s.Reader.Ping(ctx) != nil {
		state["database"] = "down"
	}
	if s.Engine.Ping(ctx) != nil {
		status, state["engine"] = http.StatusServiceUnavailable, "down"
	}
	return c.JSON(status, state)
}
