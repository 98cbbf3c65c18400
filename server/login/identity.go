package login

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"bihuan/postgres"
	"bihuan/procedure/people"
)

// admitted logs in whom the provider has named. What it changes of them is the provider's doing.
func (s *Service) admitted(ctx context.Context, id identity, from Caller) (Opened, error) {
	ctx = postgres.By(ctx, postgres.Doer{Via: postgres.ViaProvider})
	bound, err := s.Store.Identity(ctx, id.issuer, id.subject)
	known := err == nil
	if err != nil && !errors.Is(err, postgres.ErrNotFound) {
		return Opened{}, err
	}
	o, err := s.byIdentity(ctx, id, bound, known, from)
	return s.noted(ctx, postgres.Access{Via: postgres.ViaProvider, What: logIn, Staff: cmp.Or(o.Person.ID, bound.StaffID), Address: from.Address}, o, err)
}

func (s *Service) byIdentity(ctx context.Context, id identity, bound postgres.Identity, known bool, from Caller) (Opened, error) {
	staff, err := s.Store.Staff(ctx)
	if err != nil {
		return Opened{}, err
	}
	if bound.Managed && len(s.rolesOf(id.claims)) == 0 {
		return Opened{}, errors.Join(errNotAdmitted, s.withdraw(ctx, bound.StaffID, staff))
	}
	person, err := s.personOf(id, bound, known, staff)
	if err != nil {
		return Opened{}, err
	}
	if err := s.keepIdentity(ctx, id, bound, person, staff); err != nil {
		return Opened{}, err
	}
	p, ok := s.Staff.Person(person.ID)
	if !ok {
		return Opened{}, errNotAdmitted
	}
	second := s.Provider.Settings.TrustSecondFactor || id.claims.provedSecond()
	return s.open(ctx, p, postgres.Session{Method: "oidc", Second: second, Agent: from.Agent}, "")
}

// personOf gives the person of an identity with what the provider's claims make of them.
func (s *Service) personOf(id identity, bound postgres.Identity, known bool, staff []postgres.Staff) (postgres.Staff, error) {
	roles := s.rolesOf(id.claims)
	person, found := s.matching(id, bound, known, staff)
	switch {
	case found && person.Disabled:
		return person, errNotAdmitted
	case found && len(roles) == 0:
		return person, nil
	case !found && (len(roles) == 0 || s.Provider.Settings.Unknown == "refuse"):
		return person, errNotAdmitted
	case !found:
		var err error
		if person, err = s.newcomer(id, staff); err != nil {
			return person, err
		}
	}
	return s.claimed(person, roles, id.claims)
}

// withdraw takes away what the provider gave and no longer gives: the roles, and with them tokens and sessions open
// nothing any more.
func (s *Service) withdraw(ctx context.Context, id string, staff []postgres.Staff) error {
	for _, p := range staff {
		if p.ID == id && len(p.Roles) > 0 {
			p.Roles = nil
			return errors.Join(s.Store.PutStaff(ctx, p), s.EndAll(ctx, id))
		}
	}
	return nil
}

// matching finds who is bound to an identity or, the first time, whom the claims of it name.
func (s *Service) matching(id identity, bound postgres.Identity, known bool, staff []postgres.Staff) (postgres.Staff, bool) {
	same := func(p postgres.Staff) bool { return p.ID == bound.StaffID }
	if match := s.Provider.Settings.Match; !known && match == "email" {
		address := id.claims.email()
		same = func(p postgres.Staff) bool { return address != "" && strings.EqualFold(p.Email, address) }
	} else if !known {
		same = func(p postgres.Staff) bool { return p.ID == id.claims.text(match) }
	}
	var found []postgres.Staff
	for _, p := range staff {
		if same(p) {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		return postgres.Staff{}, false
	}
	return found[0], true
}

// staffID is what an ID of staff looks like.
var staffID = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$`)

func (s *Service) newcomer(id identity, staff []postgres.Staff) (postgres.Staff, error) {
	p := postgres.Staff{ID: id.claims.text(s.Provider.Settings.Claims.ID), Email: id.claims.email()}
	taken := slices.ContainsFunc(staff, func(other postgres.Staff) bool { return other.ID == p.ID })
	if taken || !staffID.MatchString(p.ID) || p.ID == people.TheSystem.ID {
		return p, fmt.Errorf("%w: the provider's ID is taken or unfit", errNotAdmitted)
	}
	p.Name = cmp.Or(cut(id.claims.text("name"), 100), p.ID)
	return p, nil
}

// claimed gives a person the roles, communities and department that the provider names.
func (s *Service) claimed(p postgres.Staff, roles []people.Role, c claims) (postgres.Staff, error) {
	names := s.Provider.Settings.Claims
	p.Roles = roles
	if names.Communities != "" && c[names.Communities] != nil {
		p.Communities = slices.DeleteFunc(c.list(names.Communities), s.Provider.unknown)
	}
	if names.Department != "" && c[names.Department] != nil {
		p.Department = c.text(names.Department)
	}
	if slices.Contains(roles, people.Handler) && p.Department == "" {
		return p, fmt.Errorf("%w: a handler without a department", errNotAdmitted)
	}
	return p, nil
}

// unknown says that a value of the communities claim is no community: the claim may hold other groups too.
func (p *Provider) unknown(community string) bool {
	return community != people.AllCommunities && !slices.Contains(p.Communities, community)
}

// rolesOf maps the values of the roles claim, each role once and in a fixed order.
func (s *Service) rolesOf(c claims) []people.Role {
	var roles []people.Role
	if s.Provider.Settings.Claims.Roles == "" {
		return nil
	}
	values := c.list(s.Provider.Settings.Claims.Roles)
	for _, r := range people.Roles {
		if slices.ContainsFunc(values, func(v string) bool { return slices.Contains(s.Provider.Settings.Map[v], r) }) {
			roles = append(roles, r)
		}
	}
	return roles
}

// keepIdentity writes what is new about a person and binds the identity to them.
func (s *Service) keepIdentity(ctx context.Context, id identity, bound postgres.Identity, p postgres.Staff, staff []postgres.Staff) error {
	managed := bound.Managed || len(s.rolesOf(id.claims)) > 0
	if managed && !slices.ContainsFunc(staff, func(old postgres.Staff) bool { return sameStaff(old, p) }) {
		if err := s.Store.PutStaff(ctx, p); err != nil {
			return err
		}
	}
	if bound.StaffID == "" || bound.Managed != managed {
		err := s.Store.Bind(ctx, postgres.Identity{Issuer: id.issuer, Subject: id.subject, StaffID: p.ID, Managed: managed})
		if err != nil {
			return err
		}
	}
	return s.Staff.Refresh(ctx)
}

func sameStaff(a, b postgres.Staff) bool {
	return a.ID == b.ID && slices.Equal(a.Roles, b.Roles) && slices.Equal(a.Communities, b.Communities) && a.Department == b.Department
}
