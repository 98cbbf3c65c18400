package temporal

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"go.temporal.io/api/serviceerror"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Temporal's errors have our names, and none of them is mistaken for a fault of ours.
func TestErrorsAreMapped(t *testing.T) {
	for name, c := range map[string]struct {
		mapped    func(error) error
		err, want error
	}{
		"started":            {mapped, serviceerror.NewWorkflowExecutionAlreadyStarted("", "", ""), ErrStarted},
		"not found":          {mapped, serviceerror.NewNotFound(""), ErrNotFound},
		"down":               {mapped, serviceerror.NewUnavailable(""), ErrDown},
		"down for gRPC":      {mapped, status.Error(codes.Unavailable, ""), ErrDown},
		"too slow":           {mapped, fmt.Errorf("call: %w", context.DeadlineExceeded), ErrDown},
		"going down":         {mapped, serviceerror.NewCanceled("context canceled"), ErrDown},
		"too much to do":     {mapped, serviceerror.NewResourceExhausted(0, ""), ErrDown},
		"no namespace":       {mapped, serviceerror.NewNamespaceNotFound("default"), ErrDown},
		"too many wait":      {mappedSignal, serviceerror.NewInvalidArgument("exceeded workflow execution limit for signal events"), ErrDown},
		"nobody answers":     {mappedQuery, serviceerror.NewDeadlineExceeded(""), ErrNoAnswer},
		"no worker lately":   {mappedQuery, serviceerror.NewFailedPrecondition(""), ErrNoAnswer},
		"query failed":       {mappedQuery, serviceerror.NewQueryFailed(""), ErrNoAnswer},
		"query of nothing":   {mappedQuery, serviceerror.NewNotFound(""), ErrNotFound},
		"query, engine down": {mappedQuery, serviceerror.NewUnavailable(""), ErrDown},
	} {
		if got := c.mapped(c.err); !errors.Is(got, c.want) || !errors.Is(got, c.err) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	if mapped(nil) != nil {
		t.Error("nil is no error")
	}
}
