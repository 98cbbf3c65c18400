package api

import (
	"cmp"
	"context"
	"slices"

	"bihuan/directory"
	"bihuan/procedure"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/list"
)

// ListStaff lists the staff of the keeper's communities.
func (s *Server) ListStaff(ctx context.Context, r contract.ListStaffRequestObject) (contract.ListStaffResponseObject, error) {
	communities, err := keeping(desk.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	page, err := s.People.StaffOf(ctx, communities, r.Params.Cursor, cmp.Or(r.Params.Limit, desk.DefaultLimit))
	return contract.ListStaff200JSONResponse{Items: list.Some(page.Items), Next: page.Next}, err
}

// GetStaff shows one of them.
func (s *Server) GetStaff(ctx context.Context, r contract.GetStaffRequestObject) (contract.GetStaffResponseObject, error) {
	communities, err := keeping(desk.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	found, err := s.People.StaffMember(ctx, communities, r.ID)
	return contract.GetStaff200JSONResponse(found), err
}

// AddStaff adds somebody. An ID that is taken elsewhere is said to be taken: IDs stand in what happened.
func (s *Server) AddStaff(ctx context.Context, r contract.AddStaffRequestObject) (contract.AddStaffResponseObject, error) {
	in, b := desk.CallOf(ctx), r.Body
	if _, err := keeping(in.Actor); err != nil {
		return nil, err
	}
	added := directory.Staff{
		ID: b.ID, Name: b.Name, Email: b.Email, Phone: b.Phone, Language: string(b.Language), Roles: b.Roles,
		Communities: b.Communities, Department: b.Department, Version: 1,
	}
	if err := s.employable(in.Actor, &added); err != nil {
		return nil, err
	}
	return contract.AddStaff201JSONResponse(added), s.staffChanged(ctx, s.People.AddStaff(ctx, added))
}

// PutStaff changes what somebody is and may do, at once.
func (s *Server) PutStaff(ctx context.Context, r contract.PutStaffRequestObject) (contract.PutStaffResponseObject, error) {
	in, b := desk.CallOf(ctx), r.Body
	changed, err := s.employee(ctx, in.Actor, r.ID)
	if err != nil {
		return nil, err
	}
	changed.Name, changed.Email, changed.Phone, changed.Version = b.Name, b.Email, b.Phone, b.Version
	changed.Language = cmp.Or(string(b.Language), changed.Language)
	changed.Roles, changed.Communities, changed.Department = b.Roles, b.Communities, b.Department
	if err := s.employable(in.Actor, &changed); err != nil {
		return nil, err
	}
	if err := s.staffChanged(ctx, s.People.ChangeStaff(ctx, changed)); err != nil {
		return nil, err
	}
	now, err := s.People.StaffMember(ctx, in.Communities, r.ID)
	return contract.PutStaff200JSONResponse(now), err
}

// DisableStaff lets somebody act no more.
func (s *Server) DisableStaff(ctx context.Context, r contract.DisableStaffRequestObject) (contract.DisableStaffResponseObject, error) {
	return contract.DisableStaff204Response{}, s.disable(ctx, r.ID, true)
}

// EnableStaff lets somebody act again.
func (s *Server) EnableStaff(ctx context.Context, r contract.EnableStaffRequestObject) (contract.EnableStaffResponseObject, error) {
	return contract.EnableStaff204Response{}, s.disable(ctx, r.ID, false)
}

func (s *Server) disable(ctx context.Context, id string, disabled bool) error {
	if _, err := s.employee(ctx, desk.CallOf(ctx).Actor, id); err != nil {
		return err
	}
	return s.staffChanged(ctx, s.People.Disable(ctx, id, disabled))
}

// employee gives somebody whom a keeper may change: who works in one of the keeper's communities can be
// seen, and who works nowhere else can be changed.
func (s *Server) employee(ctx context.Context, keeper people.Actor, id string) (directory.Staff, error) {
	communities, err := keeping(keeper)
	if err != nil {
		return directory.Staff{}, err
	}
	found, err := s.People.StaffMember(ctx, communities, id)
	if err == nil && !covers(keeper, found.Communities) {
		err = procedure.Forbidden("forbidden")
	}
	return found, err
}

// covers says whether an actor keeps all of some communities; every one only for who keeps every one.
func covers(a people.Actor, communities []string) bool {
	return !slices.ContainsFunc(communities, func(c string) bool { return !a.In(c) })
}

// employable checks somebody as they are to become: nobody gives what they do not keep.
func (s *Server) employable(keeper people.Actor, is *directory.Staff) error {
	if field, ok := is.Normalize(); !ok {
		return badField(field)
	}
	if !covers(keeper, is.Communities) || slices.ContainsFunc(is.Communities, s.unknownCommunity) {
		return procedure.Invalid("unknown_community", "field", "communities")
	}
	if is.Department != "" && !slices.Contains(s.departments(), is.Department) {
		return procedure.Invalid("unknown_department", "department", is.Department, "field", "department")
	}
	return nil
}

func (s *Server) unknownCommunity(id string) bool {
	_, ok := s.Settings.For(id)
	return !ok && id != people.AllCommunities
}

// departments lists the IDs of departments and vendors.
func (s *Server) departments() []string {
	var all []string
	for _, c := range s.Settings.Communities() {
		p, _ := s.Settings.For(c.ID)
		for _, d := range p.Departments {
			all = append(all, d.ID)
		}
	}
	return all
}

// staffChanged lets a change of staff take effect at once in this process; other ones refresh by
// themselves within seconds. Where what is known cannot be refreshed the change stands nevertheless.
func (s *Server) staffChanged(ctx context.Context, err error) error {
	if err != nil {
		return kept(err)
	}
	if err := s.Staff.Refresh(context.WithoutCancel(ctx)); err != nil {
		s.Log.Warn("staff not refreshed", "cause", err)
	}
	return nil
}
