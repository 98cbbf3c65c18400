package api

import (
	"context"
	"errors"
	"time"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/list"
)

// FindDuplicates offers the complaints that are likely about the same matter. Without the database it
// offers none and says so: nobody has to wait to register. A10, A11
func (s *Server) FindDuplicates(ctx context.Context,
	r contract.FindDuplicatesRequestObject) (contract.FindDuplicatesResponseObject, error) {
	in, b := desk.CallOf(ctx), r.Body
	if !in.In(b.Community) {
		return nil, procedure.Forbidden("forbidden")
	}
	when, now := b.HappenedAt, s.Now()
	if when.IsZero() || when.After(now) {
		when = now
	}
	within := time.Duration(s.Settings.Version().Settings.Duplicates.Within)
	found, err := s.Reader.Duplicates(ctx, postgres.Matter{
		Community: b.Community, Category: b.Category, Building: b.Building, Room: b.Room, Place: b.Place, Drill: b.Drill,
		From: when.Add(-within), Until: when.Add(within),
	})
	if errors.Is(err, postgres.ErrDown) {
		return contract.FindDuplicates200JSONResponse{Items: []contract.Duplicate{}, Unavailable: true}, nil
	}
	if in.Permission.Contacts != people.Clear {
		for i := range found {
			found[i].Room = people.MaskRoom(found[i].Room)
		}
	}
	return contract.FindDuplicates200JSONResponse{Items: list.Some(found)}, err
}
