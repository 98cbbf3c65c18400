package temporal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.temporal.io/api/serviceerror"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Error is what Temporal may answer instead; its code names it for programs.
type Error struct{ code, text string }

func (e *Error) Error() string { return e.text }

// Code names the error for programs.
func (e *Error) Code() string { return e.code }

// What Temporal may answer instead. Every method of Client gives its errors these names, and keeps the cause within; any
// other error is a fault of ours.
var (
	// ErrNotFound means that there is no such workflow, or none any more.
	ErrNotFound = &Error{"not_found", "no such case"}
	// ErrEnded means that the case has ended and takes nothing any more.
	ErrEnded = &Error{"archived", "the case is archived"}
	// ErrStarted means that the number is taken.
	ErrStarted = &Error{"number_taken", "the number is taken"}
	// ErrNoAnswer means that no worker answered in time; what was sent is safe.
	ErrNoAnswer = &Error{"no_worker", "no worker answered in time"}
	// ErrDown means that Temporal cannot be reached, or has too much to do.
	ErrDown = &Error{"engine_down", "the workflow engine cannot be reached"}
)

// mapped gives Temporal's errors our names.
func mapped(err error) error {
	var started *serviceerror.WorkflowExecutionAlreadyStarted
	var notFound *serviceerror.NotFound
	switch {
	case err == nil:
		return nil
	case errors.As(err, &started):
		return named(ErrStarted, err)
	case errors.As(err, &notFound):
		return named(ErrNotFound, err)
	case timedOut(err), down(err):
		return named(ErrDown, err)
	}
	return err
}

// mappedQuery knows that an answer which does not come in time means that no worker gives one.
func mappedQuery(err error) error {
	var failed *serviceerror.QueryFailed
	var notReady *serviceerror.WorkflowNotReady
	var nobody *serviceerror.FailedPrecondition // no worker has been seen lately
	switch {
	case errors.As(err, &failed), errors.As(err, &notReady), errors.As(err, &nobody), timedOut(err):
		return named(ErrNoAnswer, err)
	}
	return mapped(err)
}

// mappedSignal knows that a signal can be invalid in one way only: so many wait for the case already that Temporal
// takes no more of them, until a worker has caught up.
func mappedSignal(err error) error {
	if full := (*serviceerror.InvalidArgument)(nil); errors.As(err, &full) {
		return named(ErrDown, err)
	}
	return mapped(err)
}

func named(name *Error, cause error) error { return fmt.Errorf("%w: %w", name, cause) }

func timedOut(err error) bool {
	var late *serviceerror.DeadlineExceeded
	return errors.As(err, &late) || errors.Is(err, context.DeadlineExceeded) || status.Code(err) == codes.DeadlineExceeded
}

// down says whether Temporal is not there, not ready, going down in the middle of a call, or has too much to do.
func down(err error) bool {
	var unavailable *serviceerror.Unavailable
	var cut *serviceerror.Canceled
	var exhausted *serviceerror.ResourceExhausted
	var namespace *serviceerror.NamespaceNotFound
	return errors.As(err, &unavailable) || errors.As(err, &cut) || errors.As(err, &exhausted) || errors.As(err, &namespace) ||
		slices.Contains([]codes.Code{codes.Unavailable, codes.Canceled, codes.ResourceExhausted}, status.Code(err))
}
