package gate

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"bihuan/procedure/violation"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/failure"
	"bihuan/server/list"
	"bihuan/words"
)

// FailureOf gives every error its answer, those of the routing too.
func FailureOf(err error) *failure.Failure {
	e := (*echo.HTTPError)(nil)
	if known := (*failure.Failure)(nil); errors.As(err, &known) || !errors.As(err, &e) {
		return desk.FailureOf(err)
	}
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
func (g *Gate) problem(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	f := FailureOf(err)
	g.Failed(c, f)
	body, _ := json.Marshal(g.describe(c, f)) // plain strings always marshal
	h := c.Response().Header()
	SetRetry(h, f)
	if f.Class == failure.ClassUnauthorized {
		h.Set(echo.HeaderWWWAuthenticate, "Bearer")
	}
	_ = c.Blob(Status(f), "application/problem+json", body) // a caller that has gone hears nothing
}

func SetRetry(h http.Header, f *failure.Failure) {
	if f.Class == failure.ClassUnavailable || f.Class == failure.ClassTooMany {
		h.Set(echo.HeaderRetryAfter, cmp.Or(f.Args["seconds"], retryAfter))
	}
}

func (g *Gate) describe(c echo.Context, f *failure.Failure) contract.Problem {
	return contract.Problem{
		Type: "urn:bihuan:problem:" + f.Code, Title: http.StatusText(Status(f)), Status: Status(f),
		Detail: words.Refusal(LanguageOf(c.Request()), f.Code, f.Args), Code: f.Code, Field: f.Field,
		Instance: "urn:bihuan:request:" + c.Response().Header().Get(echo.HeaderXRequestID),
		Faults:   Sentences(LanguageOf(c.Request()), violation.Read(f.Args["faults"])),
	}
}

func LanguageOf(r *http.Request) words.Language { return words.Pick(r.Header.Get("Accept-Language")) }

func Sentences(lang words.Language, faults violation.List) []contract.SettingsFault {
	return list.Map(faults, func(f violation.Violation) contract.SettingsFault {
		return contract.SettingsFault{Path: f.Path, Code: f.Code, Message: words.Fault(lang, f)}
	})
}
