package api

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"bihuan/directory"
	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/failure"
	"bihuan/server/list"
	"bihuan/server/view"
)

// People keeps the directory. Every query is limited to the communities it is given. N1, N4
type People interface {
	Buildings(ctx context.Context, communities []string, community, cursor string, limit int) (postgres.Page[directory.Building], error)
	AddBuilding(ctx context.Context, b directory.Building) error
	RenameBuilding(ctx context.Context, communities []string, id string, version int, name string) error
	RemoveBuilding(ctx context.Context, communities []string, id string, version int) error
	Rooms(ctx context.Context, communities []string, building, cursor string, limit int) (postgres.Page[directory.Room], error)
	AddRoom(ctx context.Context, communities []string, r directory.Room) error
	RenameRoom(ctx context.Context, communities []string, id string, version int, name string) error
	RemoveRoom(ctx context.Context, communities []string, id string, version int) error
	RoomsIn(ctx context.Context, community string, rooms []string) (bool, error)
	Owners(ctx context.Context, communities []string, community, prefix, cursor string, limit int) (postgres.Page[directory.Owner], error)
	Owner(ctx context.Context, communities []string, id string) (directory.Owner, error)
	AddOwner(ctx context.Context, o directory.Owner) error
	PutOwner(ctx context.Context, communities []string, o directory.Owner) error
	RemoveOwner(ctx context.Context, communities []string, id string, version int) error
	OwnersByPhone(ctx context.Context, communities []string, phone string) ([]directory.Owner, error)
	OwnersByRoom(ctx context.Context, communities []string, p postgres.Place, day time.Time) ([]directory.Owner, error)
	CasesNear(ctx context.Context, communities, phones []string, places []postgres.Place, since time.Time) ([]postgres.Case, error)
	StaffOf(ctx context.Context, communities []string, cursor string, limit int) (postgres.Page[directory.Staff], error)
	StaffMember(ctx context.Context, communities []string, id string) (directory.Staff, error)
	AddStaff(ctx context.Context, s directory.Staff) error
	ChangeStaff(ctx context.Context, s directory.Staff) error
	Disable(ctx context.Context, id string, disabled bool) error
	ImportOwners(ctx context.Context, communities []string, plan func(directory.Residents) (directory.OwnersPlan, bool)) error
	ImportStaff(ctx context.Context, plan func([]directory.Staff) (directory.StaffPlan, bool)) error
}

// permitted gives the communities in which the table lets an actor have a view.
func permitted(view string, a people.Actor) ([]string, error) {
	if _, ok := people.Permits(view, a); !ok {
		return nil, procedure.Forbidden("forbidden")
	}
	return a.Communities, nil
}

// keeping gives the communities whose directory an actor keeps.
func keeping(a people.Actor) ([]string, error) { return permitted("put-owner", a) }

// answering gives the communities in which an actor takes complaints from anybody, and so looks up who
// calls. Departments and contractors see the people of their tasks alone. N1, N4
func answering(a people.Actor) ([]string, error) { return permitted("look-up", a) }

// browsing gives the communities whose buildings, rooms and owners an actor may read.
func browsing(a people.Actor) ([]string, error) { return permitted("list-owners", a) }

// kept gives the errors of the directory their status.
func kept(err error) error {
	switch {
	case errors.Is(err, postgres.ErrChanged):
		return failure.Conflict("changed_meanwhile").Because(err)
	case errors.Is(err, postgres.ErrTaken):
		return failure.Conflict("taken").Because(err)
	case errors.Is(err, postgres.ErrInUse):
		return failure.Conflict("in_use").Because(err)
	case errors.Is(err, postgres.ErrLastAdmin):
		return failure.Conflict("last_admin").Because(err)
	}
	return err
}

func badField(field string) error { return failure.Invalid("bad_value").On(field) }

// keptIn gives the keeper's communities and refuses one that is not among them, or that is none.
func (s *Server) keptIn(a people.Actor, community string) ([]string, error) {
	communities, err := keeping(a)
	if err != nil {
		return nil, err
	}
	if _, ok := s.Settings.For(community); !ok || !a.In(community) {
		return nil, procedure.Invalid("unknown_community", "community", community, "field", "community")
	}
	return communities, nil
}

// ListBuildings lists buildings.
func (s *Server) ListBuildings(ctx context.Context, r contract.ListBuildingsRequestObject) (contract.ListBuildingsResponseObject, error) {
	communities, err := browsing(desk.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	p := r.Params
	page, err := s.People.Buildings(ctx, communities, p.Community, p.Cursor, cmp.Or(p.Limit, desk.DefaultLimit))
	return contract.ListBuildings200JSONResponse{Items: list.Some(page.Items), Next: page.Next}, err
}

// naming gives the communities that the caller keeps, and a building's or room's name in its normal form.
func naming(ctx context.Context, written string) (communities []string, name string, err error) {
	if communities, err = keeping(desk.CallOf(ctx).Actor); err != nil {
		return nil, "", err
	}
	name, ok := directory.NormalText(written)
	if !ok {
		return nil, "", badField("name")
	}
	return communities, name, nil
}

// AddBuilding adds a building.
func (s *Server) AddBuilding(ctx context.Context, r contract.AddBuildingRequestObject) (contract.AddBuildingResponseObject, error) {
	if _, err := s.keptIn(desk.CallOf(ctx).Actor, r.Body.Community); err != nil {
		return nil, err
	}
	name, ok := directory.NormalText(r.Body.Name)
	if !ok {
		return nil, badField("name")
	}
	b := directory.Building{ID: uuid.NewString(), Community: r.Body.Community, Name: name, Version: 1}
	return contract.AddBuilding201JSONResponse(b), kept(s.People.AddBuilding(ctx, b))
}

// RenameBuilding renames a building.
func (s *Server) RenameBuilding(ctx context.Context,
	r contract.RenameBuildingRequestObject) (contract.RenameBuildingResponseObject, error) {
	communities, name, err := naming(ctx, r.Body.Name)
	if err != nil {
		return nil, err
	}
	return contract.RenameBuilding204Response{}, kept(s.People.RenameBuilding(ctx, communities, r.ID, r.Body.Version, name))
}

// RemoveBuilding removes a building without rooms.
func (s *Server) RemoveBuilding(ctx context.Context,
	r contract.RemoveBuildingRequestObject) (contract.RemoveBuildingResponseObject, error) {
	communities, err := keeping(desk.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	return contract.RemoveBuilding204Response{}, kept(s.People.RemoveBuilding(ctx, communities, r.ID, r.Params.Version))
}

// ListRooms lists a building's rooms.
func (s *Server) ListRooms(ctx context.Context, r contract.ListRoomsRequestObject) (contract.ListRoomsResponseObject, error) {
	communities, err := browsing(desk.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	p := r.Params
	page, err := s.People.Rooms(ctx, communities, p.Building, p.Cursor, cmp.Or(p.Limit, desk.DefaultLimit))
	return contract.ListRooms200JSONResponse{Items: list.Some(page.Items), Next: page.Next}, err
}

// AddRoom adds a room to a building.
func (s *Server) AddRoom(ctx context.Context, r contract.AddRoomRequestObject) (contract.AddRoomResponseObject, error) {
	communities, name, err := naming(ctx, r.Body.Name)
	if err != nil {
		return nil, err
	}
	room := directory.Room{ID: uuid.NewString(), Building: r.Body.Building, Name: name}
	return contract.AddRoom201JSONResponse{ID: room.ID, Version: 1}, kept(s.People.AddRoom(ctx, communities, room))
}

// RenameRoom renames a room.
func (s *Server) RenameRoom(ctx context.Context, r contract.RenameRoomRequestObject) (contract.RenameRoomResponseObject, error) {
	communities, name, err := naming(ctx, r.Body.Name)
	if err != nil {
		return nil, err
	}
	return contract.RenameRoom204Response{}, kept(s.People.RenameRoom(ctx, communities, r.ID, r.Body.Version, name))
}

// RemoveRoom removes a room that is nobody's home.
func (s *Server) RemoveRoom(ctx context.Context, r contract.RemoveRoomRequestObject) (contract.RemoveRoomResponseObject, error) {
	communities, err := keeping(desk.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	return contract.RemoveRoom204Response{}, kept(s.People.RemoveRoom(ctx, communities, r.ID, r.Params.Version))
}

// ListOwners lists owners and tenants.
func (s *Server) ListOwners(ctx context.Context, r contract.ListOwnersRequestObject) (contract.ListOwnersResponseObject, error) {
	communities, err := browsing(desk.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	p := r.Params
	page, err := s.People.Owners(ctx, communities, p.Community, p.Name, p.Cursor, cmp.Or(p.Limit, desk.DefaultLimit))
	return contract.ListOwners200JSONResponse{Items: list.Some(page.Items), Next: page.Next}, err
}

// GetOwner shows one.
func (s *Server) GetOwner(ctx context.Context, r contract.GetOwnerRequestObject) (contract.GetOwnerResponseObject, error) {
	communities, err := browsing(desk.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	o, err := s.People.Owner(ctx, communities, r.ID)
	return contract.GetOwner200JSONResponse(o), err
}

// AddOwner adds one.
func (s *Server) AddOwner(ctx context.Context, r contract.AddOwnerRequestObject) (contract.AddOwnerResponseObject, error) {
	communities, err := s.keptIn(desk.CallOf(ctx).Actor, r.Body.Community)
	if err != nil {
		return nil, err
	}
	o := directory.Owner{
		ID: uuid.NewString(), Community: r.Body.Community, Name: r.Body.Name, Language: string(r.Body.Language),
		Contacts: list.Some(r.Body.Contacts), Homes: list.Some(r.Body.Homes),
	}
	if err := s.checked(ctx, &o); err != nil {
		return nil, err
	}
	if err := s.People.AddOwner(ctx, o); err != nil {
		return nil, kept(err)
	}
	o, err = s.People.Owner(ctx, communities, o.ID)
	return contract.AddOwner201JSONResponse(o), err
}

// PutOwner replaces what is known of one.
func (s *Server) PutOwner(ctx context.Context, r contract.PutOwnerRequestObject) (contract.PutOwnerResponseObject, error) {
	communities, err := keeping(desk.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	o, err := s.People.Owner(ctx, communities, r.ID)
	if err != nil {
		return nil, err
	}
	o.Name, o.Version = r.Body.Name, r.Body.Version
	o.Language = cmp.Or(string(r.Body.Language), o.Language)
	o.Contacts, o.Homes = list.Some(r.Body.Contacts), list.Some(r.Body.Homes)
	if err := s.checked(ctx, &o); err != nil {
		return nil, err
	}
	if err := s.People.PutOwner(ctx, communities, o); err != nil {
		return nil, kept(err)
	}
	o, err = s.People.Owner(ctx, communities, r.ID)
	return contract.PutOwner200JSONResponse(o), err
}

// checked normalises an owner and sees to it that the homes are in their community.
func (s *Server) checked(ctx context.Context, o *directory.Owner) error {
	if field, ok := o.Normalize(); !ok {
		return badField(field)
	}
	rooms := list.Map(o.Homes, func(h directory.Home) string { return h.Room })
	ok, err := s.People.RoomsIn(ctx, o.Community, rooms)
	if err == nil && !ok {
		return badField("homes")
	}
	return err
}

// RemoveOwner removes one; their complaints stay.
func (s *Server) RemoveOwner(ctx context.Context, r contract.RemoveOwnerRequestObject) (contract.RemoveOwnerResponseObject, error) {
	communities, err := keeping(desk.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	return contract.RemoveOwner204Response{}, kept(s.People.RemoveOwner(ctx, communities, r.ID, r.Params.Version))
}

// recently is how long ago complaints may have been closed and still be told of when somebody calls.
const recently = 30 * 24 * time.Hour

// LookUp finds who calls and what they complained of. N4
func (s *Server) LookUp(ctx context.Context, r contract.LookUpRequestObject) (contract.LookUpResponseObject, error) {
	communities, err := answering(desk.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	q := lookUp{now: s.Now().UTC(), communities: communities}
	switch p := r.Body; {
	case p.Phone != "" && p.Community == "" && p.Building == "" && p.Room == "":
		err = q.byPhone(ctx, s.People, p.Phone)
	case p.Phone == "" && p.Community != "" && p.Building != "" && p.Room != "":
		err = q.byRoom(ctx, s.People, postgres.Place{Community: p.Community, Building: p.Building, Room: p.Room})
	default:
		return nil, badField("phone")
	}
	if err != nil {
		return nil, err
	}
	cases, err := s.People.CasesNear(ctx, communities, q.phones, q.places, q.now.Add(-recently))
	return contract.LookUp200JSONResponse{Phone: q.phone, Owners: list.Some(q.owners), Complaints: list.Map(cases, view.Row)}, err
}

// lookUp is one question: who was found, and by what to find their complaints.
type lookUp struct {
	now         time.Time
	communities []string
	phone       string
	owners      []directory.Owner
	phones      []string
	places      []postgres.Place
}

func (q *lookUp) byPhone(ctx context.Context, p People, written string) (err error) {
	var ok bool
	if q.phone, ok = directory.NormalPhone(written); !ok {
		return badField("phone")
	}
	if q.owners, err = p.OwnersByPhone(ctx, q.communities, q.phone); err != nil {
		return err
	}
	q.phones = []string{q.phone}
	for _, o := range q.owners {
		q.reach(o)
		q.visit(o)
	}
	return nil
}

func (q *lookUp) byRoom(ctx context.Context, p People, place postgres.Place) (err error) {
	q.places = []postgres.Place{place}
	q.owners, err = p.OwnersByRoom(ctx, q.communities, place, q.now)
	for _, o := range q.owners {
		q.reach(o)
	}
	return err
}

// reach adds the numbers that somebody may have complained from.
func (q *lookUp) reach(o directory.Owner) {
	for _, c := range o.Contacts {
		if c.Kind == directory.Phone && !slices.Contains(q.phones, c.Value) {
			q.phones = append(q.phones, c.Value)
		}
	}
}

// visit adds the rooms that somebody lives in now; who lives there after them is not theirs to hear of.
func (q *lookUp) visit(o directory.Owner) {
	for _, h := range o.Homes {
		if h.Current(q.now.Format(time.DateOnly)) {
			q.places = append(q.places, postgres.Place{Community: o.Community, Building: h.BuildingName, Room: h.RoomName})
		}
	}
}
