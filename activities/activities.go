// Package activities holds the side effects of the workflows: recording, delivering notices, filing.
// Everything here may run twice; errors that reach Temporal carry codes and no personal data.
package activities

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"go.temporal.io/sdk/temporal"

	"bihuan/procedure"
)

// Recorder writes down what one turn of a case left and says how many of its notices wait for a
// channel outside the console.
type Recorder interface {
	Record(ctx context.Context, batch procedure.Batch) (pending int, err error)
	// Events lists a case's events after a place in their order.
	Events(ctx context.Context, number string, after, limit int) ([]procedure.Event, error)
}

// Outbox keeps the notices that wait for a channel outside the console.
type Outbox interface {
	// Claim takes some of a case's waiting notices, the least tried first, and counts the attempt.
	Claim(ctx context.Context, number string) ([]procedure.Delivery, error)
	Sent(ctx context.Context, id string) error
	// Failed keeps why an attempt failed; gaveUp says that there will be no other.
	Failed(ctx context.Context, id, code string, gaveUp bool) error
	Pending(ctx context.Context, number string) (int, error)
}

// Filer keeps the workflow's own history.
type Filer interface {
	FileHistory(ctx context.Context, number string, history json.RawMessage) error
}

// Histories reads what Temporal keeps of a case.
type Histories interface {
	// HistoryToFile gives a case's own history, every run, as it is filed.
	HistoryToFile(ctx context.Context, number string) (json.RawMessage, error)
}

// Channel carries a notice to one address. An error may have Code() string, which names it without
// data, and Permanent() bool, which says that trying again is pointless.
type Channel interface {
	Send(ctx context.Context, id, to, subject, body string) error
}

// Renderer puts a notice into words.
type Renderer interface {
	Render(lang, template string, args map[string]string, number string) (subject, body string)
}

// Activities are what the workflows ask for.
type Activities struct {
	Recorder  Recorder
	Outbox    Outbox
	Filer     Filer
	Histories Histories
	Channels  map[string]Channel
	// Cases opens cases and gives them commands; Effects does what procedures ask for beside that, by name.
	Cases   Cases
	Effects map[string]Effect
	Words   Renderer
	// Link gives the tracking link of a case, for its complainant alone.
	Link func(number string) string
	// HouseholdLink gives the link by which a household answers a survey. M1
	HouseholdLink func(number string, household int) string
	// MaxAttempts to deliver a notice are made before it is shown as failed; 0 means 30. Q2
	MaxAttempts int
	Log         *slog.Logger

	// unmarked remembers notices that left but could not be marked, so that they do not leave again.
	unmarked sync.Map
}

// Recorded is what the workflow needs to know after recording.
type Recorded struct {
	// Pending notices of the case wait to be delivered.
	Pending int `json:"pending,omitempty"`
	// Seq and Head are the last event written and its hash: through this answer the workflow's own history
	// holds what the database must hold. N2
	Seq  int    `json:"seq,omitempty"`
	Head string `json:"head,omitempty"`
	// Instead lists what is on record where the batch should go, when that is something else: what an
	// earlier attempt at the same turn left. Nothing was written then.
	Instead []Placed `json:"instead,omitempty"`
}

// Placed says of a recorded event which command made it, and when: enough to decide it again.
type Placed struct {
	Command string    `json:"command"`
	At      time.Time `json:"at"`
	Hash    string    `json:"hash"`
}

// conflict is the code of an error that says that other events are on record in a batch's place.
const conflict = "event_conflict"

// Record writes down what one turn of a case left. H7
func (a *Activities) Record(ctx context.Context, batch procedure.Batch) (Recorded, error) {
	pending, err := a.Recorder.Record(ctx, batch)
	if err != nil && code(err) == conflict {
		return a.instead(ctx, batch)
	}
	recorded := Recorded{Pending: pending}
	if n := len(batch.Events); n > 0 {
		recorded.Seq, recorded.Head = batch.Events[n-1].Seq, batch.Events[n-1].Hash
	}
	return recorded, a.failure("record", batch.Number, err)
}

// instead tells what is on record in a batch's place, so that the case can follow it.
func (a *Activities) instead(ctx context.Context, batch procedure.Batch) (recorded Recorded, err error) {
	for after := batch.Events[0].Seq - 1; ; after = recorded.Seq {
		events, err := a.Recorder.Events(ctx, batch.Number, after, 0)
		if err != nil || len(events) == 0 {
			return recorded, a.failure("record", batch.Number, err)
		}
		for _, e := range events {
			recorded.Instead = append(recorded.Instead, Placed{Command: e.Command, At: e.At, Hash: e.Hash})
			recorded.Seq, recorded.Head = e.Seq, e.Hash
		}
	}
}

// failure logs a cause and gives Temporal its code alone: causes may quote personal data.
func (a *Activities) failure(activity, number string, err error) error {
	if err == nil {
		return nil
	}
	code := code(err)
	a.logger().Warn("activity failed", "activity", activity, "number", number, "code", code)
	return temporal.NewApplicationError(activity+" failed: "+code, code)
}

func (a *Activities) logger() *slog.Logger {
	if a.Log == nil {
		return slog.Default()
	}
	return a.Log
}

// code names an error without any data.
func code(err error) string {
	var coded interface{ Code() string }
	switch {
	case errors.As(err, &coded):
		return coded.Code()
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(err, context.Canceled):
		return "canceled"
	}
	return "unexpected"
}
