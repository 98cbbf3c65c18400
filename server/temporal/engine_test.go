package temporal

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"go.temporal.io/api/serviceerror"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"bihuan/server/api"
)

// Temporal's errors reach the API under its own names, and none of them is mistaken for a fault of ours.
func TestErrorsAreTranslated(t *testing.T) {
	for name, c := range map[string]struct {
		translate func(error) error
		err, want error
	}{
		"started":            {translate, serviceerror.NewWorkflowExecutionAlreadyStarted("", "", ""), api.ErrStarted},
		"not found":          {translate, serviceerror.NewNotFound(""), api.ErrNotFound},
		"down":               {translate, serviceerror.NewUnavailable(""), api.ErrEngineDown},
		"down for gRPC":      {translate, status.Error(codes.Unavailable, ""), api.ErrEngineDown},
		"too slow":           {translate, fmt.Errorf("call: %w", context.DeadlineExceeded), api.ErrEngineDown},
		"going down":         {translate, serviceerror.NewCanceled("context canceled"), api.ErrEngineDown},
		"too much to do":     {translate, serviceerror.NewResourceExhausted(0, ""), api.ErrEngineDown},
		"no namespace":       {translate, serviceerror.NewNamespaceNotFound("default"), api.ErrEngineDown},
		"too many wait":      {translateSignal, serviceerror.NewInvalidArgument("exceeded workflow execution limit for signal events"), api.ErrEngineDown},
		"nobody answers":     {translateQuery, serviceerror.NewDeadlineExceeded(""), api.ErrNoAnswer},
		"no worker lately":   {translateQuery, serviceerror.NewFailedPrecondition(""), api.ErrNoAnswer},
		"query failed":       {translateQuery, serviceerror.NewQueryFailed(""), api.ErrNoAnswer},
		"query of nothing":   {translateQuery, serviceerror.NewNotFound(""), api.ErrNotFound},
		"query, engine down": {translateQuery, serviceerror.NewUnavailable(""), api.ErrEngineDown},
	} {
		if got := c.translate(c.err); !errors.Is(got, c.want) || !errors.Is(got, c.err) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	if translate(nil) != nil {
		t.Error("nil is no error")
	}
}
