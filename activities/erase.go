package activities

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"go.temporal.io/sdk/temporal"

	"bihuan/procedure/erasure"
)

// Eraser is the database as erasure needs it.
type Eraser interface {
	DueErasures(ctx context.Context, closed time.Time, after string, limit int) ([]erasure.Due, error)
	Erase(ctx context.Context, o erasure.Order) error
	// Erased marks that nothing of an erased case is left outside the database either.
	Erased(ctx context.Context, number string) error
	// EraseOwners takes people out of the directory whom no home and no case needs since a moment.
	EraseOwners(ctx context.Context, since time.Time) (int, error)
	// PruneAccess takes out of the access log what is older.
	PruneAccess(ctx context.Context, before time.Time) error
	Filing(ctx context.Context, number, kind string) (json.RawMessage, error)
}

// Executions is Temporal as erasure needs it.
type Executions interface {
	Running(ctx context.Context, workflowID string) (bool, error)
	// Redact gives what may stay of a case's history, made of what was filed (nil when nothing was) and of what Temporal
	// has; nil when there is neither. runs are those that Temporal has, the oldest first.
	Redact(ctx context.Context, workflowID string, filed json.RawMessage) (kept json.RawMessage, runs []string, err error)
	Delete(ctx context.Context, workflowID, run string) error
}

// Erasure holds the activities that erase what is past its time. I5
type Erasure struct {
	Store      Eraser
	Executions Executions
	Fold       erasure.Fold
	// Retention gives how long records are kept after closing, and fails where that is not known for certain.
	Retention func(ctx context.Context) (time.Duration, error)
	Log       *slog.Logger
}

// DuePage is a part of what is due.
type DuePage struct {
	Cases []erasure.Due `json:"cases"`
	// Closed is when a case must have been closed at the latest.
	Closed time.Time `json:"closed"`
}

// EraseRequest asks for one case; see erasure.Order.
type EraseRequest struct {
	Number string    `json:"number"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	Closed time.Time `json:"closed"`
}

// What becomes of a request to erase a case. The others are the database's codes of what must stay.
const (
	CaseErased  = "erased"
	CaseHeld    = "on_hold"
	CaseNotDue  = "not_due"
	CaseRunning = "still_running"
)

// Closing gives the moment before which a case must have been closed to be due now.
func (e *Erasure) Closing(ctx context.Context) (time.Time, error) {
	kept, err := e.Retention(ctx)
	return time.Now().UTC().Add(-kept), err
}

// ListDueErasures lists what is due, a page after a number.
func (e *Erasure) ListDueErasures(ctx context.Context, after string) (DuePage, error) {
	closed, err := e.Closing(ctx)
	if err != nil {
		return DuePage{}, e.failure("list due erasures", "", err)
	}
	page := DuePage{Closed: closed}
	page.Cases, err = e.Store.DueErasures(ctx, page.Closed, after, 0)
	return page, e.failure("list due erasures", "", err)
}

// EraseCase erases one case, first in the database, which keeps the heads of its chain, then in Temporal.
// It says what became of it; interrupted anywhere, it goes on when it is asked again.
func (e *Erasure) EraseCase(ctx context.Context, r EraseRequest) (string, error) {
	outcome, err := e.erase(ctx, r)
	switch c := code(err); {
	case err == nil:
		return outcome, nil
	case c == CaseHeld, c == CaseNotDue:
		return c, nil
	case c == "chain_broken", c == "history_not_redacted":
		return "", temporal.NewNonRetryableApplicationError("erase case failed: "+c, c, nil)
	}
	return "", e.failure("erase case", r.Number, err)
}

func (e *Erasure) erase(ctx context.Context, r EraseRequest) (string, error) {
	if running, err := e.Executions.Running(ctx, r.Number); err != nil || running {
		return CaseRunning, err
	}
	filed, err := e.Store.Filing(ctx, r.Number, "history")
	if err != nil && code(err) != "not_found" {
		return "", err
	}
	kept, runs, err := e.Executions.Redact(ctx, r.Number, filed)
	if err != nil {
		return "", err
	}
	if err := e.Store.Erase(ctx, erasure.Order{
		Number: r.Number, By: r.By, Reason: r.Reason, Closed: r.Closed, History: kept, Fold: e.Fold,
	}); err != nil {
		return "", err
	}
	for _, run := range runs { // the oldest first: the newest leads to them
		if err := e.Executions.Delete(ctx, r.Number, run); err != nil {
			return "", err
		}
	}
	return CaseErased, e.Store.Erased(ctx, r.Number)
}

// EraseDirectory erases who moved out everywhere so long ago, and how many they were; and what the access log holds of
// that time.
func (e *Erasure) EraseDirectory(ctx context.Context) (int, error) {
	closed, err := e.Closing(ctx)
	if err == nil {
		err = e.Store.PruneAccess(ctx, closed)
	}
	if err != nil {
		return 0, e.failure("erase directory", "", err)
	}
	n, err := e.Store.EraseOwners(ctx, closed)
	return n, e.failure("erase directory", "", err)
}

func (e *Erasure) failure(activity, number string, err error) error {
	return (&Activities{Log: e.Log}).failure(activity, number, err)
}
