package audit

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"
)

// Export is a case's record for auditors outside: they can check it without access to the system.
type Export struct {
	Record
	// History is the workflow's own history as it was read.
	History json.RawMessage `json:"history,omitempty"`
	MadeAt  time.Time       `json:"made_at"`
}

// signed is the file: the export and a signature over its compact JSON.
type signed struct {
	Export    json.RawMessage `json:"export"`
	Key       string          `json:"key"`       // Ed25519 public key in hex, as the company publishes it
	Signature string          `json:"signature"` // Ed25519, in hex
}

// The faults of an export's signature.
var (
	ErrNotAnExport  = errors.New("this is not an export")
	ErrOtherKey     = errors.New("the export is signed with another key than the published one")
	ErrBadSignature = errors.New("the signature does not match: the export was altered")
)

// Sign writes an export with its signature.
func Sign(e Export, key ed25519.PrivateKey) ([]byte, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	return json.Marshal(signed{
		Export: body, Key: hex.EncodeToString(key.Public().(ed25519.PublicKey)),
		Signature: hex.EncodeToString(ed25519.Sign(key, body)),
	})
}

// Check reads an export, checks its signature against the published key, and verifies the record.
func Check(file []byte, published ed25519.PublicKey) (Export, error) {
	var s signed
	var e Export
	if err := json.Unmarshal(file, &s); err != nil || len(s.Export) == 0 {
		return e, ErrNotAnExport
	}
	if s.Key != hex.EncodeToString(published) {
		return e, ErrOtherKey
	}
	var body bytes.Buffer
	signature, err := hex.DecodeString(s.Signature)
	if err != nil || json.Compact(&body, s.Export) != nil || !ed25519.Verify(published, body.Bytes(), signature) {
		return e, ErrBadSignature
	}
	if err := json.Unmarshal(s.Export, &e); err != nil {
		return e, ErrNotAnExport
	}
	return e, Verify(e.Record)
}
