package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/server/contract"
)

// FindDuplicates offers the complaints that are likely about the same matter. Without the database it
// offers none and says so: nobody has to wait to register. A10, A11
func (s *Server) FindDuplicates(ctx context.Context,
	r contract.FindDuplicatesRequestObject) (contract.FindDuplicatesResponseObject, error) {
	in, b := callOf(ctx), r.Body
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
	if in.permission.Contacts != people.Clear {
		for i := range found {
			found[i].Room = people.MaskRoom(found[i].Room)
		}
	}
	return contract.FindDuplicates200JSONResponse{Items: some(found)}, err
}

// lead is what of a command names the complaint to merge into.
type lead struct {
	Community string `json:"community"`
	AttachTo  string `json:"attach_to"`
	Into      string `json:"into"`
}

// mergeable refuses at once what the other complaint would turn away a moment later: it does not exist, is
// another community's, or closed. While nobody can say, the two complaints find out by themselves. A11
func (s *Server) mergeable(ctx context.Context, community string, body []byte) error {
	var p lead
	if json.Unmarshal(body, &p) != nil || p.AttachTo == "" && p.Into == "" {
		return nil
	}
	written := cmp.Or(p.AttachTo, p.Into)
	n, ok := number.Parse(written)
	if !ok {
		return procedure.Invalid("unknown_complaint", "number", written)
	}
	found, err := s.fresh(ctx, n)
	switch code := failureOf(err).Code; {
	case err == nil:
	case code == "not_found":
		return procedure.Invalid("unknown_complaint", "number", written)
	default:
		return nil
	}
	c, ok := found.State().(complaint.State)
	switch {
	case !ok || c.Record.Community != cmp.Or(community, p.Community):
		return procedure.Invalid("unknown_complaint", "number", written)
	case !c.Open() && (c.Closing == nil || c.Closing.Outcome != complaint.Merged):
		return procedure.Conflict("lead_closed", "into", n)
	}
	return nil
}
