package workflows

import (
	"encoding/json"
	"strings"

	"bihuan/procedure"
	"bihuan/procedure/policy"
)

// TaskQueue is where every workflow and activity of Bihuan runs.
const TaskQueue = "bihuan"

// TypeOf gives the workflow type of a kind of case; the workflow's ID is the case number. A signal is named
// after the command that it carries and its payload is a procedure.Command.
func TypeOf(kind string) string { return strings.ToUpper(kind[:1]) + kind[1:] }

// Registering is the first command of every case.
const Registering = "register"

// The queries.
const (
	// QueryState takes nothing and gives the procedure's whole state, e.g. complaint.State.
	QueryState = "state"
	// QueryOutcome takes a command's ID and gives an Outcome.
	QueryOutcome = "outcome"
)

// Start is what a case begins with.
type Start struct {
	Number string `json:"number"`
	// Policy is the settings that the case keeps. P1
	Policy policy.Policy `json:"policy"`
	// Register is the first command.
	Register procedure.Command `json:"register"`
	// Secret is random, in hex: it salts the commitments that the events are chained with. N2
	Secret string `json:"secret,omitempty"`
	// KeyHash and BodyHash are the memo's, for the database to remember. A10
	KeyHash  string `json:"key_hash,omitempty"`
	BodyHash string `json:"body_hash,omitempty"`
	// Version is the newest when the case began, or last continued as new.
	Version int `json:"version,omitempty"`
}

// Version counts the behaviours that a running case can tell apart: it is what a new case begins with. From the first
// release on, a change that makes a workflow do something else at a place that stored histories have passed (an effect
// more, an activity instead of a local one, a command decided otherwise) raises it by one and is guarded by
// run.start.Version, so that older histories replay; what concerns one place only may be guarded by workflow.GetVersion.
// replay_test.go holds the workflows to that.
const Version = 1

// Outcome says what became of a command, and how the case stands after it.
type Outcome struct {
	// Known is false for a command that the case has not seen, or refused long ago.
	Known   bool `json:"known"`
	Applied bool `json:"applied"`
	// Digest tells whether the command that was seen under this ID is the one that is asked about.
	Digest string `json:"digest,omitempty"`
	// Refusal says why the command was not applied.
	Refusal *procedure.Refusal `json:"refusal,omitempty"`
	// State is the case's state now, without its settings.
	State json.RawMessage `json:"state"`
}

// Result is what a case that has ended leaves behind.
type Result struct {
	Number  string `json:"number"`
	Outcome string `json:"outcome"`
	Events  int    `json:"events"` // how many there are
	Head    string `json:"head"`   // the hash of the last one. N2
}
