package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"bihuan/postgres"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
)

// N2, N4: whoever looks up a caller is remembered, on the real database.
func TestLookUpsAreRemembered_N2_N4(t *testing.T) {
	h := newHouse(t)
	h.post("agent", keptAt+"/lookup", `{"phone":"13800000000"}`).is(http.StatusOK, "")
	h.post("agent", keptAt+"/lookup", `{"phone":"nobody"}`).is(http.StatusBadRequest, "bad_value")
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

// N2: a search for what may be a phone number is remembered, in either list and however it is written.
func TestSearchesForPhonesAreRemembered_N2(t *testing.T) {
	h := newHouse(t)
	remembered := func() int {
		t.Helper()
		found, err := h.db.Readings(t.Context(), postgres.ReadingFilter{Communities: []string{"yuhu"}})
		check(t, err)
		return len(found.Items)
	}
	for _, list := range []string{"complaints", "cases"} {
		for asked, want := range map[string]int{
			"13800000000": 1, "138-0000-0000": 1, "138%200000%200000": 1, "0571%2088000001": 1, number.New(number.Complaint, monday, 1): 0, "%E6%BC%8F%E6%B0%B4%20502": 0, "": 0,
		} {
			before := remembered()
			h.ask("agent", http.MethodGet, "/api/v1/"+list+"?q="+asked, "").is(http.StatusOK, "")
			if got := remembered() - before; got != want {
				t.Errorf("%s for %q: %d remembered, want %d", list, asked, got, want)
			}
		}
	}
}

// N1, N2: admins and auditors see who changed what, each in their communities; asking is remembered.
func TestTheAccessLogIsTheirsToRead_N1_N2(t *testing.T) {
	h := newHouse(t)
	h.ask("keeper", http.MethodPost, "/api/v1/directory/staff/assistant/disable", "").is(http.StatusNoContent, "")
	h.ask("admin", http.MethodPost, "/api/v1/directory/staff/stranger/disable", "").is(http.StatusNoContent, "")
	seen := func(who, query string) (staff []string) {
		t.Helper()
		for _, line := range list(h.ask(who, http.MethodGet, "/api/v1/access-log?action=change"+query, "").is(http.StatusOK, ""), "items") {
			if line["via"] != "token" || line["entity"] != "staff" || fmt.Sprint(line["fields"]) != "[disabled]" {
				t.Errorf("line %v", line)
			}
			staff = append(staff, fmt.Sprint(line["staff"]))
		}
		return staff
	}
	for _, test := range []struct {
		who, query string
		want       []string
	}{
		{"admin", "", []string{"stranger", "assistant"}}, {"auditor", "", []string{"stranger", "assistant"}}, {"keeper", "", []string{"assistant"}},
		{"auditor", "&person=keeper", []string{"assistant"}}, {"auditor", "&person=stranger", []string{"stranger"}}, {"auditor", "&entity=tokens", nil},
	} {
		if got := seen(test.who, test.query); !slices.Equal(got, test.want) {
			t.Errorf("%s%s: %v, want %v", test.who, test.query, got, test.want)
		}
	}
	h.ask("agent", http.MethodGet, "/api/v1/access-log", "").is(http.StatusForbidden, "forbidden")
	h.ask("auditor", http.MethodGet, "/api/v1/access-log?action=guess", "").is(http.StatusBadRequest, "bad_value")
	h.ask("auditor", http.MethodGet, "/api/v1/access-log?cursor=x", "").is(http.StatusBadRequest, "bad_cursor")
	asked, err := h.db.Readings(t.Context(), postgres.ReadingFilter{Communities: []string{people.AllCommunities}, Staff: "keeper"})
	check(t, err)
	if len(asked.Items) != 1 || asked.Items[0].What != "list-access" {
		t.Errorf("remembered %+v", asked.Items)
	}
}
