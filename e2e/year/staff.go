package main

import (
	"context"
	"fmt"
	"strings"

	"bihuan/directory"
	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/settings"
	"bihuan/sim/town"
)

// offices are the roles that every community has somebody of.
var offices = []people.Role{people.Agent, people.Receptionist, people.Assistant, people.Manager, people.GM}

// member is the one of a role, or of a department, in a community; head office is one for all.
func member(role people.Role, community, department string) postgres.Staff {
	s := postgres.Staff{Name: string(role), Roles: []people.Role{role}, Communities: []string{community}}
	switch role {
	case people.Handler:
		s.Name, s.Department = department, department
	case people.Company:
		community, s.Communities = "head-office", []string{people.AllCommunities}
	}
	s.ID = strings.Join([]string{s.Name, community}, "-")
	s.Name += " of " + community
	return s
}

// moveIn enters every household of the town in the directory, under IDs that are the same every time. N4
func moveIn(ctx context.Context, db *postgres.DB, s settings.Settings, t town.Scenario) error {
	known := directory.Words{Communities: map[string]string{}}
	for _, c := range s.Communities {
		known.Communities[c.ID] = c.ID
	}
	file := directory.ReadOwners(t.Directory(), known)
	ids := 0
	err := db.ImportOwners(ctx, file.Communities(), func(there directory.Residents) (directory.OwnersPlan, bool) {
		return file.Plan(there, func() string { ids++; return fmt.Sprintf("home-%06d", ids) }), len(file.Faults()) == 0
	})
	if faults := file.Faults(); err == nil && len(faults) > 0 {
		err = fmt.Errorf("the town's directory: %+v", faults[0])
	}
	return err
}

// hire puts everybody who acts into the directory, so that notices reach them.
func hire(ctx context.Context, db *postgres.DB, s settings.Settings) error {
	all := []postgres.Staff{member(people.Company, "", "")}
	for _, c := range s.Communities {
		for _, role := range offices {
			all = append(all, member(role, c.ID, ""))
		}
		p, _ := s.For(c.ID)
		for _, d := range p.Departments {
			all = append(all, member(people.Handler, c.ID, d.ID))
		}
	}
	for _, one := range all {
		if err := db.PutStaff(ctx, one); err != nil {
			return err
		}
	}
	return nil
}
