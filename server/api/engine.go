package api

import (
	"context"
	"encoding/json"
	"errors"

	"bihuan/engine"
	"bihuan/procedure"
	"bihuan/workflows"
)

// What the engine may answer instead.
var (
	// ErrNotFound means that there is no such case.
	ErrNotFound = errors.New("no such case")
	// ErrArchived means that the case has ended and takes nothing any more.
	ErrArchived = errors.New("the case is archived")
	// ErrStarted means that the number is taken.
	ErrStarted = errors.New("the number is taken")
	// ErrNoAnswer means that no worker answered in time; what was sent is safe.
	ErrNoAnswer = errors.New("no worker answered in time")
	// ErrEngineDown means that the workflow engine cannot be reached.
	ErrEngineDown = errors.New("the workflow engine cannot be reached")
)

// Engine runs the cases. It is all that registering and commands need. A10
type Engine interface {
	// Start begins a case, or gives ErrStarted when its number is taken.
	Start(ctx context.Context, o workflows.Opening) error
	// Origin tells how a case was started.
	Origin(ctx context.Context, number string) (workflows.Origin, error)
	// Signal hands a command to a case; once it returns nil the command is safe.
	Signal(ctx context.Context, number string, c procedure.Command) error
	// Outcome asks what became of a command.
	Outcome(ctx context.Context, number, command string) (workflows.Outcome, error)
	// State asks how a case stands.
	State(ctx context.Context, number string) (json.RawMessage, error)
	// History reads a case's own history, or gives ErrNotFound once the engine has dropped it. N2
	History(ctx context.Context, number string) (engine.History, error)
	// Steps tells a history, whichever copy of it. N2
	Steps(h engine.History) ([]engine.Step, error)
	// Move has open cases adopt other settings; one of the same ID that runs goes on. P1
	Move(ctx context.Context, id string, m workflows.Moving) error
	// Moving says how far a move is.
	Moving(ctx context.Context, id string) (workflows.Moving, error)
	// Ping says whether the engine can be reached.
	Ping(ctx context.Context) error
}
