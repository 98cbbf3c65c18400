package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

const (
	// secretBytes of a link's secret make it unguessable.
	secretBytes = 16
	// minKeyBytes is the shortest key that the secrets are made with.
	minKeyBytes = 16
)

// Tracking makes and checks the links by which a complainant follows their own case. N3
type Tracking struct {
	Secret    []byte
	PublicURL string
}

// NewTracking reads the settings.
func NewTracking(c Configuration) (Tracking, error) {
	secret, err := hex.DecodeString(c.TrackingSecret)
	if err != nil || len(secret) < minKeyBytes {
		return Tracking{}, fmt.Errorf("BIHUAN_TRACKING_SECRET: must be at least %d hex digits", 2*minKeyBytes)
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" {
		return Tracking{}, errors.New("BIHUAN_PUBLIC_URL: must be like https://example.com")
	}
	return Tracking{Secret: secret, PublicURL: c.PublicURL}, nil
}

// Link gives the tracking link of a case.
func (t Tracking) Link(number string) string {
	return strings.TrimRight(t.PublicURL, "/") + "/track/" + url.PathEscape(number) + "/" + t.secret(number)
}

// Valid says whether a secret opens a case, in a time that does not depend on the secret.
func (t Tracking) Valid(number, secret string) bool {
	return len(t.Secret) > 0 && hmac.Equal([]byte(t.secret(number)), []byte(secret))
}

func (t Tracking) secret(number string) string {
	mac := hmac.New(sha256.New, t.Secret)
	mac.Write([]byte(number))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:secretBytes])
}
