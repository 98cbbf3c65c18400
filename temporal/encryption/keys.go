package encryption

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// The variables that keys come from: the keys themselves, or the path of a file that holds them.
const (
	KeysVariable     = "BIHUAN_KEYS"
	KeysFileVariable = "BIHUAN_KEYS_FILE"
)

// keySize is AES-256's, in bytes.
const keySize = 32

// KeyError is what is wrong with one key, by its ID; never the key itself.
type KeyError struct{ ID, Reason string }

func (e *KeyError) Error() string { return fmt.Sprintf("payload key %q %s", e.ID, e.Reason) }

// Code names the error for programs.
func (e *KeyError) Code() string { return "payload_key" }

// missing says that a key which something was encrypted with is not here.
func missing(id string) *KeyError {
	return &KeyError{id, "is missing: add it to " + KeysVariable + " or to the file " + KeysFileVariable}
}

// Keys are those that payloads are encrypted with (the current one) and decrypted with (all).
type Keys struct {
	current string
	ciphers map[string]cipher.AEAD
}

// FromEnvironment reads the keys from BIHUAN_KEYS or the file BIHUAN_KEYS_FILE.
func FromEnvironment() (*Keys, error) {
	text, path := os.Getenv(KeysVariable), os.Getenv(KeysFileVariable)
	switch {
	case text != "" && path != "":
		return nil, fmt.Errorf("both %s and %s are set: which one counts?", KeysVariable, KeysFileVariable)
	case text != "":
		return Parse(text)
	case path == "":
		return nil, fmt.Errorf("no payload keys: set %s to id=key, the key being 32 random bytes in base64, or %s to a file of such lines", KeysVariable, KeysFileVariable)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", KeysFileVariable, err)
	}
	return Parse(string(content))
}

var validID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)

// Parse reads keys written id=base64, parted by commas or lines. The first is the current one.
func Parse(text string) (*Keys, error) {
	k := &Keys{ciphers: map[string]cipher.AEAD{}}
	owners := map[string]string{}
	for i, entry := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) }) {
		id, encoded, _ := strings.Cut(entry, "=")
		if !validID.MatchString(id) { // it may be a key without its ID, so it is not quoted
			return nil, fmt.Errorf("payload key number %d has no ID of letters, digits, dots and dashes before its =", i+1)
		}
		key, err := decodeKey(id, encoded)
		if err != nil {
			return nil, err
		}
		if k.ciphers[id] != nil {
			return nil, &KeyError{id, "is there twice"}
		}
		if other, again := owners[string(key)]; again {
			return nil, &KeyError{id, fmt.Sprintf("is the same as %q", other)}
		}
		owners[string(key)] = id
		if k.ciphers[id], err = newCipher(key); err != nil {
			return nil, &KeyError{id, err.Error()}
		}
		if k.current == "" {
			k.current = id
		}
	}
	if k.current == "" {
		return nil, errors.New("no payload keys are given")
	}
	return k, nil
}

func decodeKey(id, encoded string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, &KeyError{id, "is not base64"}
	}
	if len(key) != keySize {
		return nil, &KeyError{id, fmt.Sprintf("has %d bytes, not %d", len(key), keySize)}
	}
	return key, nil
}

// newCipher draws a random 96-bit nonce for each message, so one key is good for 2^32 of them.
func newCipher(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Current is the ID of the key that payloads are encrypted with.
func (k *Keys) Current() string { return k.current }

// IDs lists the keys in order.
func (k *Keys) IDs() []string { return slices.Sorted(maps.Keys(k.ciphers)) }

// cipher gives the key of an ID.
func (k *Keys) cipher(id string) (cipher.AEAD, error) {
	c := k.ciphers[id]
	if c == nil {
		return nil, missing(id)
	}
	return c, nil
}

// proof is what a key's check value encrypts: it only tells one key from another.
const proof = "bihuan payload key"

// Check gives a value that shows later whether a key of this ID is the same key. It tells nothing of the key.
func (k *Keys) Check(id string) (string, error) {
	c, err := k.cipher(id)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(c.Seal(nil, nil, []byte(proof), bound(id, ""))), nil
}

// Prove says whether the key that made a check value is here, under the same ID.
func (k *Keys) Prove(id, check string) error {
	c, err := k.cipher(id)
	if err != nil {
		return err
	}
	encrypted, err := base64.StdEncoding.DecodeString(check)
	if err == nil {
		_, err = c.Open(nil, nil, encrypted, bound(id, ""))
	}
	if err != nil {
		return &KeyError{id, "is another key than the one that was used before under this ID"}
	}
	return nil
}
