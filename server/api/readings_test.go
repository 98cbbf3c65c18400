package api

import (
	"net/http"
	"slices"
	"testing"

	"bihuan/postgres"
	"bihuan/procedure/people"
)

// N2, N4: whoever looks up a caller is remembered, on the real database.
func TestLookUpsAreRemembered_N2_N4(t *testing.T) {
	h := newHouse(t)
	h.post("agent", api+"/lookup", `{"phone":"13800000000"}`).is(http.StatusOK, "")
	h.post("agent", api+"/lookup", `{"phone":"nobody"}`).is(http.StatusBadRequest, "bad_value")
	found, err := h.db.Readings(t.Context(), postgres.ReadingFilter{Communities: []string{"yuhu"}})
	check(t, err)
	if len(found.Items) != 1 {
		t.Fatalf("remembered %+v", found.Items)
	}
	r := found.Items[0]
	if r.Staff != "agent" || r.Role != people.Agent || r.What != "look-up" || r.Contacts != people.Clear || !slices.Equal(r.Communities, []string{"yuhu"}) {
		t.Errorf("remembered %+v", r)
	}
	a := h.ask("auditor", http.MethodGet, "/api/v1/readings?staff=agent", "").is(http.StatusOK, "")
	if len(list(a, "items")) != 1 {
		t.Errorf("got %s", a.Body)
	}
	again := h.ask("auditor", http.MethodGet, "/api/v1/readings?staff=auditor", "").is(http.StatusOK, "")
	if items := list(again, "items"); len(items) != 1 || items[0]["what"] != "list-readings" {
		t.Errorf("their own reading: %s", again.Body)
	}
	h.ask("agent", http.MethodGet, "/api/v1/readings", "").is(http.StatusForbidden, "forbidden")
}
