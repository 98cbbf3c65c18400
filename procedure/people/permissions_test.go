package people_test

import (
	"slices"
	"testing"

	. "bihuan/procedure/people"
)

// N1: each view stands in the table once, for roles that somebody can have, and names no role twice.
func TestViewsAreOneTable_N1(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range Views {
		if seen[v.Name] || len(v.Grants) == 0 {
			t.Errorf("%s stands in the table twice, or for nobody", v.Name)
		}
		seen[v.Name] = true
		var roles []Role
		for _, g := range v.Grants {
			if g.Scope == Anybody != (len(g.Roles) == 0) || g.Scope == "" {
				t.Errorf("%s: %+v", v.Name, g)
			}
			for _, r := range g.Roles {
				if !slices.Contains(Employed, r) || slices.Contains(roles, r) {
					t.Errorf("%s names %s", v.Name, r)
				}
			}
			roles = append(roles, g.Roles...)
		}
	}
}

// N1: what the table lacks nobody may, the widest grant counts, and an auditor's reading is remembered.
func TestPermits_N1(t *testing.T) {
	auditor := Actor{Roles: []Role{Auditor}}
	both := Actor{Roles: []Role{Auditor, Agent}}
	for _, test := range []struct {
		view  string
		actor Actor
		may   bool
		want  Permission
	}{
		{"nothing", auditor, false, Permission{}},
		{ReadCase, Actor{}, false, Permission{}},
		{ReadCase, Actor{Roles: []Role{Admin}}, false, Permission{}},
		{ReadCase, Actor{Roles: []Role{Complainant, System}}, false, Permission{}},
		{ReadCase, auditor, true, Permission{Auditor, Communities, Masked, true}},
		{ReadCase, both, true, Permission{Agent, Communities, Clear, true}},
		{ReadCase, Actor{Roles: []Role{Handler}}, true, Permission{Handler, OwnTasks, WhileWorking, false}},
		{"unmask", Actor{Roles: []Role{Agent}}, true, Permission{Agent, Communities, Clear, true}},
		{"unmask", Actor{Roles: []Role{Handler}}, false, Permission{}},
		{"log-in", Actor{}, true, Permission{Scope: Anybody}},
		{"get-me", auditor, true, Permission{Role: Auditor, Scope: Own}},
	} {
		if got, may := Permits(test.view, test.actor); may != test.may || got != test.want {
			t.Errorf("%s for %v: %+v %v", test.view, test.actor.Roles, got, may)
		}
	}
}

// N1: what is masked cannot be guessed from what is left.
func TestMasks_N1(t *testing.T) {
	for _, test := range []struct {
		name  string
		mask  func(string) string
		shown map[string]string
	}{
		{"name", MaskName, map[string]string{"李女士": "李**", " 王": "王**", "Smith": "S**", "": ""}},
		{"phone", MaskPhone, map[string]string{
			"13800000000": "138****0000", "+86 138-1234-5678": "138****5678", "010-62345678": "010****5678",
			"62345678": "****78", "110": "****", "ask the guard": "****", "": "",
		}},
		{"e-mail", MaskEmail, map[string]string{"li@example.com": "l**@example.com", "@x": "**", "none": "**", "": ""}},
		{"room", MaskRoom, map[string]string{"502": "**", "": ""}},
	} {
		for in, want := range test.shown {
			if got := test.mask(in); got != want {
				t.Errorf("%s %q: %q, want %q", test.name, in, got, want)
			}
		}
	}
}
