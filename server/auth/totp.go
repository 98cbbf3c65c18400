package auth

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"image/png"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// period is how long a code of the second factor holds (RFC 6238).
const period = 30

// drift is how many steps a clock may be off, either way.
const drift = 1

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewSecond draws the secret of a second factor, as authenticator apps read it.
func NewSecond() string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails
	return base32Plain.EncodeToString(b[:])
}

// SecondURI writes a secret as authenticator apps scan it.
func SecondURI(secret, account string) string {
	label := url.PathEscape("Bihuan:" + account)
	return "otpauth://totp/" + label + "?" + url.Values{"secret": {secret}, "issuer": {"Bihuan"}}.Encode()
}

// SecondImage draws the URI as a QR code, as a data URL of a PNG; empty when it cannot be drawn.
func SecondImage(uri string) string {
	key, err := otp.NewKeyFromURL(uri)
	if err != nil {
		return ""
	}
	drawn, err := key.Image(200, 200)
	if err != nil {
		return ""
	}
	var b bytes.Buffer
	if err := png.Encode(&b, drawn); err != nil {
		return ""
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}

// StepOf gives the time step whose code this is, and false when it is none of now.
func StepOf(secret, code string, now time.Time) (step int64, ok bool) {
	code = strings.Join(strings.Fields(code), "")
	for s := now.Unix()/period - drift; s <= now.Unix()/period+drift; s++ {
		want, err := hotp.GenerateCode(secret, uint64(s))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// recoveryCodes is how many codes there are for the day the phone is lost.
const recoveryCodes = 10

// NewRecovery draws recovery codes, 80 random bits each, and gives what is kept of them.
func NewRecovery() (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		var b [10]byte
		_, _ = rand.Read(b[:]) // never fails
		text := strings.ToLower(base32Plain.EncodeToString(b[:]))
		codes = append(codes, strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-"))
		hashes = append(hashes, RecoveryHash(text))
	}
	return codes, hashes
}

// RecoveryHash gives what is kept of a recovery code, however it is written.
func RecoveryHash(code string) []byte {
	h := HashOf(strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(code)))
	return h[:]
}

// NewOneTime draws a password that has to be changed: 100 random bits.
func NewOneTime() string {
	text := strings.ToLower(rand.Text()[:20])
	return strings.Join([]string{text[:5], text[5:10], text[10:15], text[15:]}, "-")
}
