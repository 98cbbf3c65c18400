package api

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"bihuan/procedure"
	"bihuan/procedure/people"
	"bihuan/procedure/table"
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
	for _, k := range kinds {
		n := h.ofKind(k.Kind)
		for i := range len(further[k.Kind]) + 1 {
			if i > 0 {
				step := further[k.Kind][i-1]
				h.post(step[0], "/api/v1/"+k.path+"/"+n+"/"+step[1], step[2]).is(http.StatusOK, "")
			}
			before := string(h.engine.cases[n].state)
			for who, actor := range outsiders() {
				for _, name := range table.Commands(k.Table) {
					asked++
					c := procedure.Command{ID: fmt.Sprint(asked), Name: name, Actor: actor, At: h.now, Payload: []byte(`{}`)}
					check(t, h.engine.Signal(t.Context(), n, c))
					o, err := h.engine.Outcome(t.Context(), n, c.ID)
					check(t, err)
					if o.Refusal == nil || !slices.Contains([]string{"forbidden", "wrong_stage"}, o.Refusal.Code) {
						t.Errorf("%s of a %s by %s: %+v", name, k.Kind, who, o.Refusal)
					}
				}
			}
			if string(h.engine.cases[n].state) != before {
				t.Errorf("a %s has changed", k.Kind)
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
	return h.post("leader", "/api/v1/"+kindNamed(kind).path, beginnings[kind]).is(http.StatusCreated, "").body["number"].(string)
}
