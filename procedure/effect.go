package procedure

import (
	"crypto/sha256"
	"encoding/json"
	"time"
)

// Effect is something that a case needs from outside itself: another case opened, other cases told,
// figures looked up. It is done once what it follows from is on record, however long that takes, and its
// answer comes back as a command. It is the only way in which one case touches another.
type Effect struct {
	// Name says what is to be done: one of the effects below, or one that a procedure names itself.
	Name string `json:"name"`
	// Payload is the effect's own data as JSON.
	Payload json.RawMessage `json:"payload,omitempty"`
	// Then is the command that takes the answer, given by the system; empty when nobody waits for it.
	Then string `json:"then,omitempty"`
}

// The effects that every procedure can send.
const (
	// EffectOpen opens another case; the payload is an Opening, the answer's result an Opened.
	EffectOpen = "open"
	// EffectSend gives a command to other cases; the payload is a Message, the answer's result a Sent.
	EffectSend = "send"
)

// Opening asks for another case. It is registered by the system, in the name of nobody.
type Opening struct {
	Kind      string          `json:"kind"` // e.g. "complaint"
	Community string          `json:"community"`
	Register  json.RawMessage `json:"register"` // the payload of its first command
}

// Opened is the answer to an Opening.
type Opened struct {
	Number string `json:"number"`
}

// Message is a command for other cases.
type Message struct {
	To      []string        `json:"to"`
	Command string          `json:"command"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// Sent is the answer to a Message: the cases that did not hear it, because they have ended or never were.
type Sent struct {
	Unheard []string `json:"unheard,omitempty"`
}

// Answer is the payload of the command that brings an effect's answer: a result, or why there is none.
type Answer struct {
	Effect  string          `json:"effect"` // its ID in the case
	Refused *Refusal        `json:"refused,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
}

// Asked is an effect under the ID that makes it safe to do twice.
type Asked struct {
	// ID is made from the hash of the event that the effect follows from.
	ID     string    `json:"id"`
	Number string    `json:"number"` // of the case that asks
	Seq    int       `json:"seq"`    // of the event
	At     time.Time `json:"at"`     // when it happened, in UTC
	Effect
}

// Hash tells one effect from another, whichever case asks.
func (a Asked) Hash() [sha256.Size]byte { return sha256.Sum256([]byte(a.Number + "\x00" + a.ID)) }
