package desk

import (
	"context"
	"encoding/json"
	"time"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/server/view"
)

// AllEvents reads a case's events to the end.
func (d *Desk) AllEvents(ctx context.Context, n string) (all []procedure.Event, err error) {
	for {
		page, err := d.Reader.Events(ctx, n, len(all), 0)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
	}
}

// Reader is what the server reads from the database.
type Reader interface {
	Ping(ctx context.Context) error
	NumberByKey(ctx context.Context, keyHash string) (number, bodyHash string, found bool, err error)
	Community(ctx context.Context, number string) (string, error)
	Case(ctx context.Context, number string) (postgres.Case, error)
	Cases(ctx context.Context, f postgres.Filter) (postgres.Page[postgres.Case], error)
	Counts(ctx context.Context, communities []string) ([]postgres.Count, error)
	Events(ctx context.Context, number string, after, limit int) ([]procedure.Event, error)
	Refusals(ctx context.Context, number string, limit int) ([]procedure.Refused, error)
	Notices(ctx context.Context, number, cursor string, limit int) (postgres.Page[postgres.Notice], error)
	ComplainantNotices(ctx context.Context, number string, limit int) ([]postgres.Notice, error)
	Filing(ctx context.Context, number, kind string) (json.RawMessage, error)
	Inbox(ctx context.Context, staffID string, unreadOnly bool, cursor string, limit int) (postgres.Page[postgres.Notice], error)
	MarkRead(ctx context.Context, staffID, id string) error
	Holdings(ctx context.Context, f postgres.HoldingFilter, after string, limit int) ([]postgres.Holding, error)
	CountHolding(ctx context.Context, f postgres.HoldingFilter) ([]postgres.HoldingCount, error)
	Duplicates(ctx context.Context, m postgres.Matter) ([]postgres.Duplicate, error)
	Announcements(ctx context.Context, community string, now time.Time) ([]postgres.Announcement, error)
	Worklist(ctx context.Context, f postgres.WorklistFilter) (postgres.Page[postgres.Work], error)
}

const DefaultLimit = 50

// SeesAll says whether an actor sees every case of their communities, and not only their department's.
func SeesAll(a people.Actor) bool {
	if len(a.Communities) == 0 {
		return false
	}
	permission, ok := people.Permits(people.ReadCase, a)
	return ok && permission.Scope == people.Communities
}

// Scope gives the communities and, for a department's people, the department that an actor is bound to. N1
func Scope(a people.Actor) (communities []string, department string) {
	switch _, handler := a.As([]people.Role{people.Handler}); {
	case SeesAll(a):
		return a.Communities, ""
	case handler && a.Department != "":
		return a.Communities, a.Department
	}
	return nil, ""
}

// Stored reads how a case stands from the database.
func (d *Desk) Stored(ctx context.Context, n string) (machine.Instance, error) {
	c, err := d.Reader.Case(ctx, n)
	if err != nil {
		return nil, err
	}
	return Read(n, c.State)
}

// running asks the case itself how it stands.
func (d *Desk) running(ctx context.Context, n string) (machine.Instance, error) {
	state, err := d.Engine.State(ctx, n)
	if err != nil {
		return nil, err
	}
	return Read(n, state)
}

// Read gives a state as what its kind makes of it.
func Read(n string, state json.RawMessage) (machine.Instance, error) {
	k := view.Of(n)
	if k.Name == "" {
		return nil, ErrNotFound
	}
	return k.Read(state)
}

// Fresh reads a case that may have been registered a moment ago and not be written down yet.
func (d *Desk) Fresh(ctx context.Context, n string) (machine.Instance, error) {
	c, err := d.Stored(ctx, n)
	if FailureOf(err).Code == "not_found" {
		return d.running(ctx, n)
	}
	return c, err
}

// Shown gives a state as staff see it.
func Shown(n string, state json.RawMessage, a people.Actor) (any, error) {
	c, err := Read(n, state)
	if err != nil {
		return nil, err
	}
	return view.Of(n).Show(c, a), nil
}
