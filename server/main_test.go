package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/server/auth"
	"bihuan/settings"
)

// The demo tokens stay the same, for their owner alone.
func TestDemoTokensStay(t *testing.T) {
	d := demoCommunity{Tokens: filepath.Join(t.TempDir(), "tokens")}
	tokens := map[string]string{}
	for _, s := range demoStaff {
		tokens[s.ID] = auth.NewToken()
	}
	if err := d.write(tokens); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(d.Tokens)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	again, err := d.read()
	if err != nil || again["agent"] != tokens["agent"] || len(again) != len(demoStaff) {
		t.Errorf("read %d tokens, %v", len(again), err)
	}
}

// The demo community has somebody of every role of staff, in communities and departments that exist. N1
func TestDemoStaffFitsTheSettings(t *testing.T) {
	s, err := settings.Load("")
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range people.Roles {
		held := slices.ContainsFunc(demoStaff, func(p postgres.Staff) bool { return slices.Contains(p.Roles, role) })
		if staff := role != people.Complainant && role != people.System; held != staff {
			t.Errorf("%s: %v", role, held)
		}
	}
	for _, p := range demoStaff {
		community := p.Communities[0]
		if community == people.AllCommunities {
			continue
		}
		policy, ok := s.For(community)
		if _, known := policy.Department(p.Department); !ok || (p.Department != "" && !known) {
			t.Errorf("%s: community %q, department %q", p.ID, community, p.Department)
		}
	}
}

// Migrating waits for what is not up yet, and gives up at what is wrong.
func TestMigratingIsPatient(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tries := 0
	if err := patiently(ctx, "it", func(context.Context) error {
		if tries++; tries < 2 {
			return postgres.ErrDown
		}
		return nil
	}); err != nil || tries != 2 {
		t.Errorf("%d tries, %v", tries, err)
	}
	wrong := errors.New("wrong")
	if err := patiently(ctx, "it", func(context.Context) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
}
