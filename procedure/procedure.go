// Package procedure holds what every procedure of the handbook shares: the command that asks for
// something, the event that says what happened, the deadline that asks by itself, the notice that
// tells somebody, and the refusal that says why not.
//
// Everything below this folder is pure: it reads no clock, does no I/O, draws no random numbers and
// ranges over no map, because it runs inside durable workflows that are replayed.
package procedure

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"bihuan/procedure/people"
)

// Command asks a case to do something. It reaches the case as a signal named Name.
type Command struct {
	// ID makes the command safe to repeat: a second one with the same ID changes nothing.
	ID string `json:"id"`
	// Name is the signal's name and the last part of the API's path, e.g. "judge".
	Name string `json:"name"`
	// Actor is who asks. The procedure checks the role itself, whoever sent the signal.
	Actor people.Actor `json:"actor"`
	// At is when the command was safely taken in, in UTC; it may be applied later.
	At time.Time `json:"at"`
	// Payload is the command's own data as JSON.
	Payload json.RawMessage `json:"payload,omitempty"`
}

// Digest tells one command's content from another's: name and payload, whatever its spacing.
func (c Command) Digest() string {
	var compact, escaped bytes.Buffer
	if json.Compact(&compact, c.Payload) != nil {
		compact.Reset()
		compact.Write(c.Payload)
	}
	json.HTMLEscape(&escaped, compact.Bytes()) // as encoding/json does on the way
	sum := sha256.Sum256(append([]byte(c.Name+"\x00"), escaped.Bytes()...))
	return hex.EncodeToString(sum[:8])
}

// Event says what happened to a case. Events are never changed; a case is the fold of its events.
type Event struct {
	// Seq counts the case's events from 1 without a gap.
	Seq int `json:"seq"`
	// Type is the past-tense name, e.g. "judged".
	Type string `json:"type"`
	// At is when it happened, in UTC.
	At time.Time `json:"at"`
	// By is who made it happen, in the role that permitted it.
	By people.By `json:"by"`
	// Command is the ID of the command that it came from.
	Command string `json:"command"`
	// Data is the event's own data as JSON.
	Data json.RawMessage `json:"data,omitempty"`
	// Hash chains the event to the one before it (see package hashchain); in hex. N2
	Hash string `json:"hash,omitempty"`
}

// Deadline is a command that issues itself when nobody has made it pointless before.
type Deadline struct {
	// Key names what runs out, e.g. "judge" or "accept:T1".
	Key string `json:"key"`
	// At is when, in UTC.
	At time.Time `json:"at"`
	// Command is the name of the command issued then: "warn", "breach", "resume", "archive".
	Command string `json:"command"`
}

// Notice tells somebody about an event. Words are chosen where it is delivered.
type Notice struct {
	To Recipient `json:"to"`
	// Instead is who is told where the recipient is nobody: the first of these roles that somebody has. Q2
	Instead []people.Role `json:"instead,omitempty"`
	// Template names the words, e.g. "escalation-raised".
	Template string `json:"template"`
	// Urgent notices are called out (a ringing phone rather than a line in the inbox).
	Urgent bool `json:"urgent,omitempty"`
	// Args fill the template.
	Args map[string]string `json:"args,omitempty"`
}

// Recipient is exactly one of: the complainant, one member of staff, a department, a role.
// A department and a role mean all of its people in the case's community.
type Recipient struct {
	Complainant bool        `json:"complainant,omitempty"`
	Staff       string      `json:"staff,omitempty"`
	Department  string      `json:"department,omitempty"`
	Role        people.Role `json:"role,omitempty"`
}

// Instead lists who is told where the recipient is nobody: the escalation levels above them, for a department or
// somebody named all of them. The levels are the case's own (all where none are given). The complainant is always
// somebody. H2, Q2
func (r Recipient) Instead(levels []people.Role) []people.Role {
	if r.Complainant {
		return nil
	}
	return people.Above(levels, r.Role)
}
