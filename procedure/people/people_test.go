package people_test

import (
	"slices"
	"testing"

	. "bihuan/procedure/people"
)

// H2: agent, assistant, manager, GM, company; who stands on no level goes to the first. Levels that leave some out
// lead past them.
func TestAbove_H2(t *testing.T) {
	some := []Role{Manager, GM}
	for _, test := range []struct {
		levels []Role
		role   Role
		above  []Role
	}{
		{nil, Handler, Levels}, {nil, Receptionist, Levels}, {nil, "", Levels},
		{nil, Agent, Levels[1:]}, {nil, Assistant, Levels[2:]}, {nil, Manager, Levels[3:]}, {nil, GM, Levels[4:]}, {nil, Company, nil},
		{some, "", some}, {some, Handler, some}, {some, Agent, some}, {some, Assistant, some}, {some, Manager, some[1:]}, {some, GM, nil}, {some, Company, nil},
	} {
		if above := Above(test.levels, test.role); !slices.Equal(above, test.above) {
			t.Errorf("above %q of %v: %v", test.role, test.levels, above)
		}
	}
}

// H4: a level and all above it decide.
func TestFromLevel_H4(t *testing.T) {
	if got := FromLevel(Manager); !slices.Equal(got, []Role{Manager, GM, Company}) {
		t.Errorf("from the manager: %v", got)
	}
	if got := FromLevel(Auditor); got != nil {
		t.Errorf("from the auditor: %v", got)
	}
}

func TestRolesAreDistinctAndHoldTheLadder(t *testing.T) {
	for i, r := range Roles {
		if slices.Index(Roles, r) != i {
			t.Errorf("%s is listed twice", r)
		}
	}
	for _, r := range Levels {
		if !slices.Contains(Roles, r) {
			t.Errorf("%s is a level and no role", r)
		}
	}
}

// N1: by role, the first that permits counts, and by community.
func TestActor_N1(t *testing.T) {
	a := Actor{Roles: []Role{Manager, Agent}, Communities: []string{"yuhu"}}
	if role, ok := a.As([]Role{Agent, Manager}); role != Agent || !ok {
		t.Errorf("as %s %v", role, ok)
	}
	if role, ok := a.As([]Role{GM}); ok {
		t.Errorf("as %s", role)
	}
	if _, ok := (Actor{}).As(Roles); ok {
		t.Error("nobody has a role")
	}
	if !a.In("yuhu") || a.In("linjiang") || a.In("") || (Actor{}).In("yuhu") {
		t.Error("communities are mixed up")
	}
	if !TheSystem.In("anywhere") {
		t.Error("time is everywhere")
	}
}
