package desk

import (
	"cmp"
	"context"
	"errors"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/server/auth"
	"bihuan/server/failure"
	"bihuan/temporal"
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

// FailureOf gives every error its answer. What nobody foresaw is a 500 that tells nothing.
func FailureOf(err error) *failure.Failure {
	var known *failure.Failure
	var refusal *procedure.Refusal
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
	}
	return failure.Internal("internal").Because(err)
}
