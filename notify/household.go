package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
)

// HouseholdLink gives the link by which one household answers a survey. M1
func (t Tracking) HouseholdLink(number string, household int) string {
	return strings.TrimRight(t.PublicURL, "/") + "/survey/" + url.PathEscape(number) + "/" + t.householdToken(number, household)
}

// Household gives the household that a token belongs to; false for one that was never given out.
func (t Tracking) Household(number, token string) (int, bool) {
	place, _, _ := strings.Cut(token, "-")
	household, err := strconv.Atoi(place)
	if err != nil || len(t.Secret) == 0 {
		return 0, false
	}
	return household, hmac.Equal([]byte(t.householdToken(number, household)), []byte(token))
}

func (t Tracking) householdToken(number string, household int) string {
	place := strconv.Itoa(household)
	return place + "-" + base64.RawURLEncoding.EncodeToString(t.keyed("survey", number, place)[:secretBytes])
}

// Respondent gives the name under which a household's answer is kept. Without the key nobody can tell which
// household it is.
func (t Tracking) Respondent(number string, household int) string {
	return hex.EncodeToString(t.keyed("respondent", number, strconv.Itoa(household))[:secretBytes])
}

func (t Tracking) keyed(parts ...string) []byte {
	mac := hmac.New(sha256.New, t.Secret)
	mac.Write([]byte(strings.Join(parts, "\x00")))
	return mac.Sum(nil)
}
