package people_test

import (
	"slices"
	"testing"

	. "bihuan/procedure/people"
)

// H2: agent, assistant, manager, GM, company; who stands on no level goes to the first.
func TestAbove_H2(t *testing.T) {
	for _, test := range []struct {
		role, above Role
		top         bool
	}{
		{Handler, Agent, false}, {Receptionist, Agent, false}, {"", Agent, false},
		{Agent, Assistant, false}, {Assistant, Manager, false}, {Manager, GM, false}, {GM, Company, false}, {Company, "", true},
	} {
		if above, ok := Above(test.role); above != test.above || ok == test.top {
			t.Errorf("above %q: %q %v", test.role, above, ok)
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
