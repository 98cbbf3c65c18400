package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"bihuan/server/gate"
)

// A11, A10: likely duplicates are offered before anything is saved; without the database there are none, it
// says so, and registering works.
func TestDuplicatesAreOffered_A11(t *testing.T) {
	d := newDesk(t)
	const matter = `{"community":"yuhu","category":"facility.leak","building":"3","room":"502","place":"厨房"}`
	a := d.post("agent", "/api/v1/complaints/duplicates", matter).is(http.StatusOK, "")
	if items := a.body["items"].([]any); len(items) != 1 || items[0].(map[string]any)["room"] != "502" {
		t.Errorf("the agent is offered %s", a.Body)
	}
	if got := d.reader.matter.Until.Sub(d.reader.matter.From); got != 28*24*time.Hour {
		t.Errorf("looked for in %s", got)
	}
	a = d.post("company", "/api/v1/complaints/duplicates", matter).is(http.StatusOK, "")
	if strings.Contains(a.Body.String(), "502") {
		t.Errorf("head office is shown the room: %s", a.Body)
	}
	d.post("plumber", "/api/v1/complaints/duplicates", matter).is(http.StatusForbidden, "forbidden")
	d.post("stranger", "/api/v1/complaints/duplicates", matter).is(http.StatusForbidden, "forbidden")
	d.post("agent", "/api/v1/complaints/duplicates", `{"community":"yuhu"}`).is(http.StatusBadRequest, "missing_field")
	d.reader.down = true
	a = d.post("agent", "/api/v1/complaints/duplicates", matter).is(http.StatusOK, "")
	if a.body["unavailable"] != true || len(a.body["items"].([]any)) != 0 {
		t.Errorf("without the database: %s", a.Body)
	}
	d.complaint()
}

// A11: a complaint is attached at intake or merged later, into one that is there and open; a resident attaches nothing.
func TestMergingIsCheckedAtOnce_A11(t *testing.T) {
	d := newDesk(t)
	into := d.complaint()
	attached := strings.Replace(d.leak(), "{", `{"attach_to":"`+into+`",`, 1)
	a := d.post("agent", "/api/v1/complaints", attached).is(http.StatusCreated, "")
	if c := a.body["case"].(map[string]any)["closing"].(map[string]any); c["outcome"] != "merged" || c["into"] != into {
		t.Errorf("attached: %v", c)
	}
	d.post("", "/api/v1/public/complaints", strings.Replace(attached, "hotline", "website", 1)).is(http.StatusBadRequest, "unknown_field")

	merge := func(n, other string) answer {
		return d.post("agent", "/api/v1/complaints/"+n+"/merge", `{"into":"`+other+`","reason":"同一件事"}`)
	}
	n := d.complaint()
	merge(n, "TS-20260302-4QX22").is(http.StatusBadRequest, "unknown_complaint")
	merge(n, "nonsense").is(http.StatusBadRequest, "unknown_complaint")
	closed := d.complaint()
	d.post("agent", "/api/v1/complaints/"+closed+"/withdraw", `{"reason":"不投诉了"}`).is(http.StatusOK, "")
	merge(n, closed).is(http.StatusConflict, "lead_closed")
	merge(n, into).is(http.StatusOK, "")

	// Its complainant is not told whose complaint it is merged into. N3
	a = d.ask("", http.MethodGet, "/api/v1/public/complaints/"+n, "", gate.HeaderSecret, secretOf(n)).is(http.StatusOK, "")
	if strings.Contains(a.Body.String(), into) {
		t.Errorf("the other's number is shown: %s", a.Body)
	}
}
