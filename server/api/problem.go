package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/violation"
	"bihuan/server/auth"
	"bihuan/words"
)

// failure is an answer that is not what was asked for: a status and a code for programs, what it is
// about for the sentence, the cause for the log.
type failure struct {
	status int
	code   string
	field  string
	args   map[string]string
	cause  error
	retry  int // seconds to wait; zero is the usual
}

func fail(status int, code string) *failure {
	return &failure{status: status, code: code, args: map[string]string{}}
}

func (f *failure) Error() string { return f.code }
func (f *failure) Unwrap() error { return f.cause }

// on says which field it is about.
func (f *failure) on(field string) *failure {
	f.field = field
	return f.with("field", field)
}

func (f *failure) with(name, value string) *failure {
	f.args[name] = value
	return f
}

func (f *failure) because(err error) *failure {
	f.cause = err
	return f
}

// statusOf gives the status of a refusal's class.
func statusOf(class procedure.RefusalClass) int {
	switch class {
	case procedure.ClassInvalid:
		return http.StatusBadRequest
	case procedure.ClassForbidden:
		return http.StatusForbidden
	}
	return http.StatusConflict
}

// failureOf gives every error its answer. What nobody foresaw is a 500 that tells nothing.
func failureOf(err error) *failure {
	var known *failure
	var refusal *procedure.Refusal
	var admission *auth.Refusal
	var routing *echo.HTTPError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &refusal):
		field := cmp.Or(refusal.Args["field"], refusal.Args["question"])
		return &failure{status: statusOf(refusal.Class), code: refusal.Code, field: field, args: refusal.Args, cause: err}
	case errors.As(err, &admission):
		return admissionFailure(admission, err)
	case errors.Is(err, ErrNotFound), errors.Is(err, postgres.ErrNotFound):
		return fail(http.StatusNotFound, "not_found").because(err)
	case errors.Is(err, ErrArchived):
		return fail(http.StatusConflict, "archived").because(err)
	case errors.Is(err, ErrEngineDown), errors.Is(err, ErrNoAnswer), errors.Is(err, context.Canceled):
		return fail(http.StatusServiceUnavailable, "engine_down").because(err)
	case errors.Is(err, postgres.ErrDown), errors.Is(err, auth.ErrNotLoaded):
		return fail(http.StatusServiceUnavailable, "database_down").because(err)
	case errors.Is(err, postgres.ErrBadCursor):
		return fail(http.StatusBadRequest, "bad_cursor").on("cursor")
	case errors.Is(err, auth.ErrUnknown):
		return fail(http.StatusUnauthorized, "unauthorized").because(err)
	case errors.As(err, &routing):
		return routingFailure(routing)
	}
	return fail(http.StatusInternalServerError, "internal").because(err)
}

// admissionFailure says why somebody is not let in, and when to try again.
func admissionFailure(r *auth.Refusal, err error) *failure {
	f := (&failure{status: r.Status, code: r.Code, args: map[string]string{}}).because(err)
	if r.Wait > 0 {
		f.retry = int(math.Ceil(r.Wait.Seconds()))
		f.args["seconds"] = strconv.Itoa(f.retry)
	}
	return f
}

// routingFailure gives Echo's own errors a code.
func routingFailure(e *echo.HTTPError) *failure {
	switch e.Code {
	case http.StatusNotFound:
		return fail(e.Code, "not_found")
	case http.StatusMethodNotAllowed:
		return fail(e.Code, "method_not_allowed")
	case http.StatusTooManyRequests:
		return fail(e.Code, "rate_limited")
	case http.StatusBadRequest:
		return fail(e.Code, "bad_value").on("request").because(e)
	}
	return fail(http.StatusInternalServerError, "internal").because(e)
}

// retryAfter is how many seconds a caller should wait before trying again.
const retryAfter = 5

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
	if f.status == http.StatusUnauthorized {
		h.Set(echo.HeaderWWWAuthenticate, "Bearer")
	}
	_ = c.Blob(f.status, "application/problem+json", body) // a caller that has gone hears nothing
}

func setRetry(h http.Header, f *failure) {
	if f.status == http.StatusServiceUnavailable || f.status == http.StatusTooManyRequests {
		h.Set(echo.HeaderRetryAfter, strconv.Itoa(cmp.Or(f.retry, retryAfter)))
	}
}

func (s *Server) describe(c echo.Context, f *failure) Problem {
	return Problem{
		Type: "urn:bihuan:problem:" + f.code, Title: http.StatusText(f.status), Status: f.status,
		Detail: words.Refusal(languageOf(c.Request()), f.code, f.args), Code: f.code, Field: f.field,
		Instance: "urn:bihuan:request:" + c.Response().Header().Get(echo.HeaderXRequestID),
		Faults:   sentences(languageOf(c.Request()), violation.Read(f.args["faults"])),
	}
}

func languageOf(r *http.Request) words.Language { return words.Pick(r.Header.Get("Accept-Language")) }
