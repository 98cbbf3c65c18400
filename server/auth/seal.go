package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
)

// Sealer keeps what the database or a browser holds for us, but must not read or change.
type Sealer struct {
	aead cipher.AEAD
	mac  []byte
}

// shortestKey is the fewest bytes of a key, in hexadecimal twice as many characters.
const shortestKey = 16

// NewSealer gives a sealer by a key in hexadecimal.
func NewSealer(key string) (*Sealer, error) {
	raw, err := hex.DecodeString(key)
	if err != nil || len(raw) < shortestKey {
		return nil, fmt.Errorf("the login key is not hexadecimal of at least %d bytes", shortestKey)
	}
	both, err := hkdf.Key(sha256.New, raw, nil, "bihuan login", 64)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(both[:32])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &Sealer{aead: aead, mac: both[32:]}, err
}

// Seal encrypts a text for one purpose.
func (s *Sealer) Seal(purpose, text string) []byte {
	nonce := make([]byte, s.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return s.aead.Seal(nonce, nonce, []byte(text), []byte(purpose))
}

// Unseal gives the text back, if it was sealed by this key for this purpose.
func (s *Sealer) Unseal(purpose string, sealed []byte) (string, error) {
	n := s.aead.NonceSize()
	if len(sealed) < n {
		return "", errors.New("sealed text is too short")
	}
	text, err := s.aead.Open(nil, sealed[:n], sealed[n:], []byte(purpose))
	return string(text), err
}

// Sign gives a code that only this key makes for a text and a purpose.
func (s *Sealer) Sign(purpose, text string) string {
	mac := hmac.New(sha256.New, s.mac)
	mac.Write([]byte(purpose + "\x00" + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Signed says whether a code is the one of a text, in constant time.
func (s *Sealer) Signed(purpose, text, code string) bool {
	return hmac.Equal([]byte(s.Sign(purpose, text)), []byte(code))
}
