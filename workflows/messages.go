package workflows

import (
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/policy"
)

// TaskQueue is where every workflow and activity of Bihuan runs.
const TaskQueue = "bihuan"

// ComplaintType is the workflow type of a complaint; its ID is the case number. A signal is named
// after the command that it carries and its payload is a procedure.Command.
const ComplaintType = "Complaint"

// The queries.
const (
	// QueryState takes nothing and gives the procedure's whole state, e.g. complaint.State.
	QueryState = "state"
	// QueryOutcome takes a command's ID and gives an Outcome.
	QueryOutcome = "outcome"
)

// The memo's keys: hashes only, no personal data. A10
const (
	MemoKey  = "key"  // SHA-256 of the idempotency key and its owner, in hex
	MemoBody = "body" // SHA-256 of the request's body, in hex
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
}

// Outcome says what became of a command, and how the case stands after it.
type Outcome[S any] struct {
	// Known is false for a command that the case has not seen, or has forgotten.
	Known   bool `json:"known"`
	Applied bool `json:"applied"`
	// Digest tells whether the command that was seen under this ID is the one that is asked about.
	Digest string `json:"digest,omitempty"`
	// Refusal says why the command was not applied.
	Refusal *procedure.Refusal `json:"refusal,omitempty"`
	// State is the case's state now, without its settings.
	State S `json:"state"`
}

// ComplaintOutcome is the answer of the query "outcome" of a complaint.
type ComplaintOutcome = Outcome[complaint.State]

// Result is what a case that has ended leaves behind.
type Result struct {
	Number  string `json:"number"`
	Outcome string `json:"outcome"`
	Events  int    `json:"events"` // how many there are
	Head    string `json:"head"`   // the hash of the last one. N2
}
