// Package encryption keeps what Temporal stores unreadable to who has no key: every payload is encrypted with
// AES-256-GCM before it leaves the process. ISO 10002's confidentiality, N3
package encryption

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"sync"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

// What an encrypted payload says of itself in clear.
const (
	Encoding = "binary/encrypted" // the value of converter.MetadataEncoding
	KeyID    = "key-id"
	// Workflow is the ID of the workflow that a payload was encrypted for, where that is known.
	Workflow = "workflow"
)

// The first byte of the plaintext says how the rest is written.
const (
	asItIs   byte = 0
	deflated byte = 1
)

// largest is how long a payload may become when it is unpacked, in bytes; Temporal takes 2 MB.
const largest = 64 << 20

// UnreadableError says that a payload is not what was encrypted with its key.
type UnreadableError struct{ ID, Reason string }

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("payload encrypted with key %q cannot be read: %s", e.ID, e.Reason)
}

// Code names the error for programs.
func (e *UnreadableError) Code() string { return "payload_unreadable" }

// Codec encrypts and decrypts payloads.
type Codec struct {
	keys     *Keys
	workflow string
}

var _ converter.PayloadCodecWithSerializationContext = (*Codec)(nil)

// New makes a codec of keys.
func New(keys *Keys) *Codec { return &Codec{keys: keys} }

// WithSerializationContext gives the codec that names a workflow in what it encrypts.
func (c *Codec) WithSerializationContext(ctx converter.SerializationContext) converter.PayloadCodec {
	switch ctx := ctx.(type) {
	case converter.WorkflowSerializationContext:
		return &Codec{c.keys, ctx.WorkflowID}
	case converter.ActivitySerializationContext:
		return &Codec{c.keys, ctx.WorkflowID}
	}
	return c
}

// Encode encrypts payloads with the current key.
func (c *Codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return each(payloads, c.encrypt)
}

// Decode decrypts payloads; plain ones, sent by hand, stay as they are.
func (c *Codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return each(payloads, c.decrypt)
}

func each(payloads []*commonpb.Payload, turn func(*commonpb.Payload) (*commonpb.Payload, error)) ([]*commonpb.Payload, error) {
	turned := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		var err error
		if turned[i], err = turn(p); err != nil {
			return payloads, err
		}
	}
	return turned, nil
}

// Encrypted says whether a payload is one of ours, for which workflow and with which key, as it claims.
func Encrypted(p *commonpb.Payload) (workflow, key string, ok bool) {
	m := p.GetMetadata()
	return string(m[Workflow]), string(m[KeyID]), string(m[converter.MetadataEncoding]) == Encoding
}

// bound is the additional data of the AEAD: what is not secret and yet must not be changed, the key's ID, which has no NUL, and the workflow's.
func bound(id, workflow string) []byte { return []byte("bihuan/1\x00" + id + "\x00" + workflow) }

func (c *Codec) encrypt(p *commonpb.Payload) (*commonpb.Payload, error) {
	id := c.keys.current
	plain, err := proto.Marshal(p)
	if err != nil {
		return nil, err
	}
	metadata := map[string][]byte{converter.MetadataEncoding: []byte(Encoding), KeyID: []byte(id)}
	if c.workflow != "" {
		metadata[Workflow] = []byte(c.workflow)
	}
	data := c.keys.ciphers[id].Seal(nil, nil, pack(plain), bound(id, c.workflow))
	return &commonpb.Payload{Metadata: metadata, Data: data}, nil
}

func (c *Codec) decrypt(p *commonpb.Payload) (*commonpb.Payload, error) {
	workflow, id, encrypted := Encrypted(p)
	if !encrypted {
		return p, nil
	}
	key, err := c.keys.cipher(id)
	if err != nil {
		return nil, err
	}
	packed, err := key.Open(nil, nil, p.Data, bound(id, workflow))
	if err != nil {
		return nil, &UnreadableError{id, "it was changed, or encrypted with another key"}
	}
	plain, err := unpack(packed)
	decrypted := new(commonpb.Payload)
	if err == nil {
		err = proto.Unmarshal(plain, decrypted)
	}
	if err != nil {
		return nil, &UnreadableError{id, err.Error()}
	}
	return decrypted, nil
}

var deflaters = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // fails for unknown levels only
	return w
}}

// pack deflates where that is shorter.
func pack(plain []byte) []byte {
	var packed bytes.Buffer
	packed.WriteByte(deflated)
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	w.Reset(&packed)
	_, err := w.Write(plain)
	if errors.Join(err, w.Close()) == nil && packed.Len() <= len(plain) {
		return packed.Bytes()
	}
	return append([]byte{asItIs}, plain...)
}

func unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, errors.New("it is empty")
	}
	switch packed[0] {
	case asItIs:
		return packed[1:], nil
	case deflated:
		plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed[1:])), largest+1))
		if len(plain) > largest {
			return nil, errors.New("it is too long")
		}
		return plain, err
	}
	return nil, errors.New("it is written in a newer way")
}
