package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/violation"
	"bihuan/server/auth"
	"bihuan/server/contract"
	"bihuan/server/failure"
	"bihuan/server/gate"
	"bihuan/temporal"
	"bihuan/words"
)

// classOf gives the class of a refusal by the procedure; one recorded without a class is a conflict.
func classOf(class procedure.RefusalClass) failure.Class {
	switch class {
	case procedure.ClassInvalid:
		return failure.ClassInvalid
	case procedure.ClassForbidden:
		return failure.ClassForbidden
	}
	return failure.ClassConflict
}

// failureOf gives every error its answer. What nobody foresaw is a 500 that tells nothing.
func failureOf(err error) *failure.Failure {
	var known *failure.Failure
	var refusal *procedure.Refusal
	var routing *echo.HTTPError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &refusal):
		return &failure.Failure{
			Class: classOf(refusal.Class), Code: refusal.Code, Field: cmp.Or(refusal.Args["field"], refusal.Args["question"]),
			Args: refusal.Args, Cause: err,
		}
	case errors.Is(err, ErrNotFound), errors.Is(err, postgres.ErrNotFound):
		return failure.NotFound("not_found").Because(err)
	case errors.Is(err, temporal.ErrEnded):
		return failure.Conflict("archived").Because(err)
	case errors.Is(err, temporal.ErrDown), errors.Is(err, temporal.ErrNoAnswer), errors.Is(err, context.Canceled):
		return failure.Unavailable("engine_down").Because(err)
	case errors.Is(err, postgres.ErrDown), errors.Is(err, auth.ErrNotLoaded):
		return failure.Unavailable("database_down").Because(err)
	case errors.Is(err, postgres.ErrBadCursor):
		return failure.Invalid("bad_cursor").On("cursor")
	case errors.Is(err, auth.ErrUnknown):
		return failure.Unauthorized("unauthorized").Because(err)
	case errors.As(err, &routing):
		return routingFailure(routing)
	}
	return failure.Internal("internal").Because(err)
}

// routingFailure gives Echo's own errors a code.
func routingFailure(e *echo.HTTPError) *failure.Failure {
	switch e.Code {
	case http.StatusNotFound:
		return failure.NotFound("not_found")
	case http.StatusMethodNotAllowed:
		return failure.NotAllowed("method_not_allowed")
	case http.StatusTooManyRequests:
		return failure.TooMany("rate_limited")
	case http.StatusBadRequest:
		return failure.Invalid("bad_value").On("request").Because(e)
	}
	return failure.Internal("internal").Because(e)
}

// retryAfter is how many seconds a caller should wait before trying again.
const retryAfter = "5"

// problem answers with an RFC 9457 problem in the caller's language.
func (s *Server) problem(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	f := failureOf(err)
	s.noteFailure(c, f)
	body, _ := json.Marshal(s.describe(c, f)) // plain strings always marshal
	h := c.Response().Header()
	setRetry(h, f)
	if f.Class == failure.ClassUnauthorized {
		h.Set(echo.HeaderWWWAuthenticate, "Bearer")
	}
	_ = c.Blob(gate.Status(f), "application/problem+json", body) // a caller that has gone hears nothing
}

func setRetry(h http.Header, f *failure.Failure) {
	if f.Class == failure.ClassUnavailable || f.Class == failure.ClassTooMany {
		h.Set(echo.HeaderRetryAfter, cmp.Or(f.Args["seconds"], retryAfter))
	}
}

func (s *Server) describe(c echo.Context, f *failure.Failure) contract.Problem {
	return contract.Problem{
		Type: "urn:bihuan:problem:" + f.Code, Title: http.StatusText(gate.Status(f)), Status: gate.Status(f),
		Detail: words.Refusal(languageOf(c.Request()), f.Code, f.Args), Code: f.Code, Field: f.Field,
		Instance: "urn:bihuan:request:" + c.Response().Header().Get(echo.HeaderXRequestID),
		Faults:   sentences(languageOf(c.Request()), violation.Read(f.Args["faults"])),
	}
}

func languageOf(r *http.Request) words.Language { return words.Pick(r.Header.Get("Accept-Language")) }
