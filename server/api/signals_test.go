package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/service"
	"bihuan/server/contract"
	"bihuan/server/gate"
	"bihuan/server/view"
)

// outsiders are those to whom a case of yuhu is none of theirs, and those who only read.
func outsiders() map[string]people.Actor {
	all := map[string]people.Actor{
		"nobody":               {ID: "nobody"},
		"another's customer":   {ID: "TS-20261123-00000", Roles: []people.Role{people.Complainant}, Communities: []string{"yuhu"}},
		"another department":   {ID: "guard", Roles: []people.Role{people.Handler}, Communities: []string{"yuhu"}, Department: withoutTasks},
		"of no department":     {ID: "temp", Roles: []people.Role{people.Handler}, Communities: []string{"yuhu"}},
		"an auditor":           {ID: "auditor", Roles: []people.Role{people.Auditor}, Communities: []string{people.AllCommunities}},
		"an admin":             {ID: "admin", Roles: []people.Role{people.Admin}, Communities: []string{people.AllCommunities}},
		"of no community":      {ID: "lost", Roles: people.Workers, Department: withTasks},
		"all roles, elsewhere": {ID: "gm", Roles: people.Employed, Communities: []string{"linjiang"}, Department: withTasks},
	}
	return all
}

// N1, N3: whoever gives a command past the API is held to the same table: of a case of any kind, wherever it
// stands, no command of an outsider is taken.
func TestCommandsOfOutsidersAreNotTaken_N1_N3(t *testing.T) {
	h := lively(t)
	asked := 0
	for _, k := range view.Kinds() {
		n := h.ofKind(k.Name)
		for i := range len(further[k.Name]) + 1 {
			if i > 0 {
				step := further[k.Name][i-1]
				h.post(step[0], "/api/v1/"+contract.Segment(k.Name)+"/"+n+"/"+step[1], step[2]).is(http.StatusOK, "")
			}
			before := string(h.engine.cases[n].state)
			for who, actor := range outsiders() {
				for _, name := range machine.Commands(k.Table) {
					asked++
					c := procedure.Command{ID: fmt.Sprint(asked), Name: name, Actor: actor, At: h.now, Payload: []byte(`{}`)}
					check(t, h.engine.Signal(t.Context(), n, c))
					o, err := h.engine.Outcome(t.Context(), n, c.ID)
					check(t, err)
					if o.Refusal == nil || !slices.Contains([]string{"forbidden", "wrong_stage"}, o.Refusal.Code) {
						t.Errorf("%s of a %s by %s: %+v", name, k.Name, who, o.Refusal)
					}
				}
			}
			if string(h.engine.cases[n].state) != before {
				t.Errorf("a %s has changed", k.Name)
			}
		}
	}
	t.Logf("%d commands", asked)
}

// ofKind registers a case of a kind.
func (h *house) ofKind(kind string) string {
	h.Helper()
	if kind == "complaint" {
		return h.complaint()
	}
	return h.post("leader", "/api/v1/"+contract.Segment(kind), beginnings[kind]).is(http.StatusCreated, "").body["number"].(string)
}

// N3, B6: a customer is led to their own other cases alone: a number that somebody typed opens nobody else's.
func TestATypedNumberOpensNobodyElsesCase_N3_B6(t *testing.T) {
	d := newDesk(t)
	others := d.post("agent", "/api/v1/service-requests", beginnings["service"]).is(http.StatusCreated, "").body["number"].(string)
	n := d.complaint()
	at := "/api/v1/complaints/" + n
	d.post("agent", at+"/judge", `{"nature":"valid","grounds":"x","special_service":true}`).is(http.StatusOK, "")
	d.post("manager", at+"/review", judged).is(http.StatusOK, "")
	d.post("agent", at+"/settle-service", `{"request":"`+others+`","done":false,"outcome":"没办"}`).is(http.StatusOK, "")
	page := d.ask("", http.MethodGet, "/track/"+n+"/"+secretOf(n), "")
	shown := d.ask("", http.MethodGet, "/api/v1/public/complaints/"+n, "", gate.HeaderSecret, secretOf(n)).is(http.StatusOK, "")
	for _, a := range []answer{page, shown} {
		if strings.Contains(a.Body.String(), secretOf(others)) || a.Code != http.StatusOK {
			t.Errorf("another's case is opened: %d %s", a.Code, a.Body)
		}
	}
	theirs := d.engine.cases[others] // as if it had been opened for this complaint
	var state service.State
	check(t, json.Unmarshal(theirs.state, &state))
	state.Links = []string{n}
	theirs.state = machine.Encode(state)
	if a := d.ask("", http.MethodGet, "/track/"+n+"/"+secretOf(n), ""); !strings.Contains(a.Body.String(), secretOf(others)) {
		t.Errorf("their own is not opened: %s", a.Body)
	}
}

// N1: who sees contacts masked sees the phone numbers in a form masked too.
func TestPhonesInFormsAreMasked_N1(t *testing.T) {
	d := newDesk(t)
	n := d.post("agent", "/api/v1/service-requests", `{"community":"yuhu","channel":"hotline","category":"home.cleaning","what":"打扫","name":"张三","phone":"13800000000",
		"form":[{"id":"area","value":"90"},{"id":"phone","value":"139 0000 7788"}]}`).is(http.StatusCreated, "").body["number"].(string)
	for who, want := range map[string]string{"agent": "139 0000 7788", "company": "139****7788", "auditor": "139****7788"} {
		a := d.ask(who, http.MethodGet, "/api/v1/service-requests/"+n, "").is(http.StatusOK, "")
		if form := list(a, "form"); form[1]["value"] != want || form[0]["value"] != "90" {
			t.Errorf("%s sees %v", who, form)
		}
	}
}
