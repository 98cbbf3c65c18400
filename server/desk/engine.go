package desk

import (
	"context"
	"encoding/json"

	"bihuan/procedure"
	"bihuan/temporal"
	"bihuan/temporal/history"
	"bihuan/workflows"
)

// ErrNotFound means that there is nothing of that name.
var ErrNotFound error = temporal.ErrNotFound

// Engine runs the cases. It is all that registering and commands need; its errors are those of package temporal. A10
type Engine interface {
	// Start begins a case, or gives temporal.ErrStarted when its number is taken.
	Start(ctx context.Context, o temporal.NewCase) error
	// Origin tells how a case was started.
	Origin(ctx context.Context, number string) (temporal.Origin, error)
	// Signal hands a command to a case; once it returns nil the command is safe.
	Signal(ctx context.Context, number string, c procedure.Command) error
	// Outcome asks what became of a command.
	Outcome(ctx context.Context, number, command string) (workflows.Outcome, error)
	// State asks how a case stands.
	State(ctx context.Context, number string) (json.RawMessage, error)
	// History reads a case's own history, or gives temporal.ErrNotFound once the engine has dropped it. N2
	History(ctx context.Context, number string) (history.History, error)
	// Steps tells a history, whichever copy of it. N2
	Steps(h history.History) ([]history.Step, error)
	// Move has open cases adopt other settings; one of the same ID that runs goes on. P1
	Move(ctx context.Context, id string, m workflows.Moving) error
	// Moving says how far a move is.
	Moving(ctx context.Context, id string) (workflows.Moving, error)
	// Ping says whether the engine can be reached.
	Ping(ctx context.Context) error
}
