package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/survey"
)

// hostile is what somebody writes who wants it to be more than a text, in JSON; harmless is how a page may show it.
const (
	hostile  = `\"><script>alert(1)</script><img src=x onerror=alert(1)>{{.}}`
	harmless = "&lt;script&gt;alert(1)&lt;/script&gt;"
)

// N1, N3: what people write stays text on every page, and no page lets a script run that is not ours.
func TestWhatPeopleWriteStaysText_N1_N3(t *testing.T) {
	h := lively(t)
	take := func(path, body string) string {
		t.Helper()
		return h.post("leader", "/api/v1/"+path, body).is(http.StatusCreated, "").body["number"].(string)
	}
	give := func(path, body string) { h.post("leader", "/api/v1/"+path, body).is(http.StatusOK, "") }
	who := `"community":"yuhu","channel":"hotline","name":"` + hostile + `","phone":"13800000000","building":"` + hostile + `","room":"` + hostile[:20] + `",`
	shows := []string{}

	complaint := take("complaints", `{`+who+`"category":"other","happened_at":"2026-11-22T10:00:00+08:00","place":"`+hostile+`","what":"`+hostile+`","remedy":"`+hostile+`"}`)
	give("complaints/"+complaint+"/judge", judged)
	h.post("manager", "/api/v1/complaints/"+complaint+"/review", judged).is(http.StatusOK, "")
	give("complaints/"+complaint+"/propose", `{"text":"`+hostile+`"}`)
	service := take("service-requests", `{`+who+`"category":"repair.burst","what":"`+hostile+`","form":[{"id":"place","value":"`+hostile+`"}]}`)
	inquiry := take("inquiries", `{`+who+`"what":"`+hostile+`"}`)
	give("inquiries/"+inquiry+"/reply", `{"channel":"hotline","said":"`+hostile+`"}`)
	for _, n := range []string{complaint, service, inquiry} {
		shows = append(shows, "/track/"+n+"/"+secretOf(n))
	}
	shows = append(shows, "/print/complaints/"+complaint+"/record", "/print/complaints/"+complaint+"/follow-up")

	issue := take("collective-issues", `{"community":"yuhu","category":"facility.leak","subject":"`+hostile+`"}`)
	give("collective-issues/"+issue+"/announce", `{"title":{"zh":"`+hostile+`"},"text":{"zh":"`+hostile+`"},"until":"2026-11-30T00:00:00Z"}`)
	take("improvements", `{"community":"yuhu","feedback":{"about":"other","text":"`+hostile+`"}}`)
	shows = append(shows, "/communities/yuhu", "/print/summary?from=2026-11-01&to=2026-12-01")

	poll := take("surveys", `{"community":"yuhu","title":{"zh":"`+hostile+`","en":"`+hostile+`"},"questions":[{"id":"a","kind":"single","ask":{"zh":"`+hostile+`","en":"`+hostile+`"},
		"choices":[{"id":"x","name":{"zh":"`+hostile+`","en":"x"}},{"id":"y","name":{"zh":"y","en":"y"}}]}]}`)
	give("surveys/"+poll+"/launch", `{}`)
	check(t, h.engine.Signal(t.Context(), poll, procedure.Command{
		ID: "drawn", Name: survey.CmdDrawn, Actor: people.TheSystem, At: h.now, Payload: machine.Encode(procedure.Answer{Result: machine.Encode(survey.Drawn{Households: 1, Population: 1})}),
	}))
	shows = append(shows, "/survey/"+poll+"/1", "/print/surveys/"+poll+"/results")

	for _, path := range shows {
		a := h.ask("leader", http.MethodGet, path, "")
		if body := a.Body.String(); a.Code != http.StatusOK || !strings.Contains(body, harmless) {
			t.Errorf("%s does not show it: %d", path, a.Code)
		}
		holdsNoScript(t, path, a)
	}
	evil := url.QueryEscape(`"><script>alert(1)</script>`)
	for _, path := range []string{
		"/communities/" + url.PathEscape(`"><script>alert(1)</script>`), "/communities/yuhu?lang=" + evil, "/handbook?community=" + evil, "/print/summary?from=" + evil + "&to=" + evil,
		"/print/analysis?from=2026-10-01&to=2026-11-01&community=" + evil, "/track/" + evil + "/" + evil, "/survey/" + evil + "/" + evil, "/handbook?lang=en",
		"/communities/yuhu/apply/service-requests?category=" + evil, "/communities/" + evil + "/apply", "/communities/yuhu/apply/" + evil,
	} {
		holdsNoScript(t, path, h.ask("leader", http.MethodGet, path, ""))
	}
	typed := url.Values{"what": {`"><script>alert(1)</script>`}, "name": {`<img src=x onerror=alert(1)>`}, "q-a": {`"><script>alert(1)</script>`}, "reason": {""}, "class": {`"><script>`}}.Encode()
	for _, path := range []string{
		"/communities/yuhu/apply/inquiries", "/communities/yuhu/apply/complaints", "/survey/" + poll + "/1", "/track/" + service + "/" + secretOf(service) + "/withdraw",
	} {
		holdsNoScript(t, path, h.post("", path, typed, "Content-Type", formType))
	}
}

// holdsNoScript looks for markup that nobody of us wrote, and for what a browser is told of scripts.
func holdsNoScript(t *testing.T, path string, a answer) {
	t.Helper()
	for _, markup := range []string{"<script>alert", "<img src=x", `javascript:`} {
		if strings.Contains(a.Body.String(), markup) {
			t.Errorf("%s holds %s", path, markup)
		}
	}
	if policy := a.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") || strings.Contains(policy, "unsafe") {
		t.Errorf("%s: %q", path, policy)
	}
	if strings.Contains(a.Body.String(), " style=") {
		t.Errorf("%s has a style of its own, which browsers are told to leave out", path)
	}
}
