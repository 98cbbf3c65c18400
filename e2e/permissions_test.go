package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"bihuan/e2e/system"
)

// TestAnotherCommunitysCaseDoesNotExist for its staff, to read or to change. N1
func TestAnotherCommunitysCaseDoesNotExist(t *testing.T) {
	r := play(t, system.Complaint(nil))
	stranger := bihuan.As("agent-linjiang")
	for _, path := range []string{"", "/timeline", "/notices"} {
		a, err := stranger.Do(t.Context(), http.MethodGet, "/api/v1/complaints/"+r.Number+path, nil)
		must(t, err)
		wantProblem(t, a, http.StatusNotFound, "not_found")
	}
	wantProblem(t, command(t, stranger, r.Number, "contact", M{"channel": "hotline", "said": "好"}), http.StatusNotFound, "not_found")
	if found := list(t, "agent-linjiang", "&q="+r.Number, "200"); len(found) > 0 {
		t.Errorf("the neighbour's list holds %v", found)
	}
	wantEvents(t, r.Number, map[string]int{"contacted": 0})
}

// TestDepartmentsSeeWhatIsTheirs once they have a task of it. N1 C1
func TestDepartmentsSeeWhatIsTheirs(t *testing.T) {
	r := play(t, system.Complaint(nil), append(system.Judged[:2:2], system.Dispatched(0))...)
	if c, err := bihuan.As("engineer").Case(t.Context(), r.Number); err != nil || len(c.Tasks) != 1 {
		t.Errorf("the department sees %+v (%v)", c, err)
	}
	a, err := bihuan.As("guard").Do(t.Context(), http.MethodGet, "/api/v1/complaints/"+r.Number, nil)
	must(t, err)
	wantProblem(t, a, http.StatusNotFound, "not_found")
	if found := list(t, "guard", "&q="+r.Number, "200"); len(found) > 0 {
		t.Errorf("the other department's list holds %v", found)
	}
}

// TestNobodyNamedJudges refuses whoever the complaint is about. B9
func TestNobodyNamedJudges(t *testing.T) {
	r := play(t, system.Complaint(M{"involved": []M{{"staff": "agent"}}}))
	wantProblem(t, command(t, bihuan.As("agent"), r.Number, "judge", M{"nature": "invalid", "grounds": "无理"}), http.StatusConflict, "conflict_of_interest")
	must(t, bihuan.Continue(t.Context(), r.Number, system.Step{Who: "manager", Command: "judge", With: M{"nature": "valid", "grounds": "属实"}}))
}

// TestWhoeverHasNoTokenIsNobody: none, a wrong one, and one that was revoked a moment ago. N1
func TestWhoeverHasNoTokenIsNobody(t *testing.T) {
	caller := bihuan.Anybody()
	for _, token := range []string{"", "wrong", strings.Repeat("0", 64)} {
		caller.Token = token
		a, err := caller.Do(t.Context(), http.MethodGet, "/api/v1/me", nil)
		must(t, err)
		wantProblem(t, a, http.StatusUnauthorized, "unauthorized")
	}
	token, id, err := bihuan.NewToken(t.Context(), "receptionist")
	must(t, err)
	caller.Token = token
	must(t, system.Poll(t.Context(), func() (bool, error) { return answers(t, caller) == http.StatusOK, nil }))
	must(t, bihuan.RevokeToken(t.Context(), id))
	must(t, system.Poll(t.Context(), func() (bool, error) { return answers(t, caller) == http.StatusUnauthorized, nil }))
}

func answers(t *testing.T, c system.Client) int {
	t.Helper()
	a, err := c.Do(t.Context(), http.MethodGet, "/api/v1/me", nil)
	must(t, err)
	return a.Status
}
