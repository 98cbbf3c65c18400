package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bihuan/server/gate"
)

const formType = "application/x-www-form-urlencoded"

// M1, N3: a whole building answers a survey through one address; one link alone sends no more than its share, and
// whoever tries links that were never given out keeps nobody else from answering.
func TestABuildingBehindOneAddressAnswers_M1_N3(t *testing.T) {
	d := newDesk(t)
	n := d.post("manager", "/api/v1/surveys", `{"community":"yuhu","template":"satisfaction"}`).is(http.StatusCreated, "").body["number"].(string)
	send := func(token string) answer {
		return d.post("", "/survey/"+n+"/"+token, "q-a=5", "Content-Type", formType)
	}
	answered := func(what, token string) {
		t.Helper()
		if a := send(token); a.Code == http.StatusTooManyRequests { // it asks nobody yet, and says so
			t.Errorf("%s: %d", what, a.Code)
		}
	}
	for household := 1; household <= 60; household++ {
		answered(fmt.Sprintf("household %d", household), fmt.Sprint(household))
	}
	for range 30 {
		send("forged")
	}
	if a := send("forged"); a.Code != http.StatusTooManyRequests {
		t.Errorf("guessing goes on: %d", a.Code)
	}
	answered("a household beside who guesses", "61")
	var a answer
	for range 30 {
		a = send("7")
	}
	if a.Code != http.StatusTooManyRequests || a.Header().Get("Retry-After") == "" || !strings.HasPrefix(a.Header().Get("Content-Type"), "text/html") {
		t.Errorf("one link without end: %d %v", a.Code, a.Header())
	}
}

// N3: a complainant's commands count for their own link, on the page and in the API alike.
func TestALinkHasItsOwnShare_N3(t *testing.T) {
	d := newDesk(t)
	first, second := d.complaint(), d.complaint()
	path := func(n string) string { return "/api/v1/public/complaints/" + n + "/reopen" }
	for range 15 {
		d.post("", path(first), `{"reason":"x"}`, gate.HeaderSecret, secretOf(first)).is(http.StatusConflict, "wrong_stage")
	}
	for range 15 {
		d.post("", "/track/"+strings.ToLower(first)+"/"+secretOf(first)+"/reopen", "reason=x", "Content-Type", formType)
	}
	d.post("", path(first), `{"reason":"x"}`, gate.HeaderSecret, secretOf(first)).is(http.StatusTooManyRequests, "rate_limited")
	d.post("", path(second), `{"reason":"x"}`, gate.HeaderSecret, secretOf(second)).is(http.StatusConflict, "wrong_stage")
}
