package crew

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bihuan/sim/client"
)

// gather asks a server that reads what somebody is from their token: bh_role_community_department.
func gather(t *testing.T, file string) (Crew, error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer bh_")
		parts := strings.Split(token+"__", "_")
		_ = json.NewEncoder(w).Encode(client.Me{ID: token, Roles: parts[:1], Communities: parts[1:2], Department: parts[2]})
	}))
	t.Cleanup(server.Close)
	path := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	return Gather(t.Context(), Access{Server: server.URL, Tokens: path})
}

func TestWhoDoesWhatWhere(t *testing.T) {
	all, err := gather(t, "# staff\nagent bh_agent_yuhu\nguard  bh_handler_yuhu_security\nother bh_agent_cuihu\nboss bh_company_*\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ role, community, department, want string }{
		{"agent", "cuihu", "", "agent_cuihu"},
		{"handler", "yuhu", "security", "handler_yuhu_security"},
		{"handler", "yuhu", "engineering", ""},
		{"company", "yuhu", "", "company_*"}, // head office is everywhere
		{"agent", "linjiang", "", ""},
	} {
		p, err := all.Find(test.role, test.community, test.department)
		if p.ID != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%+v: got %q, %v", test, p.ID, err)
		}
	}
	if got := strings.Join(all.Communities(), " "); got != "yuhu cuihu" {
		t.Errorf("they work in %q", got)
	}
	if p, ok := all.Named("agent_yuhu"); !ok || p.Token != "bh_agent_yuhu" {
		t.Errorf("got %+v", p)
	}
}

func TestSomebodyHasToSeeEverything(t *testing.T) {
	if _, err := gather(t, "agent bh_agent_yuhu\nboss bh_company_yuhu\n"); err == nil || !strings.Contains(err.Error(), "nobody is company") {
		t.Errorf("got %v", err)
	}
}
