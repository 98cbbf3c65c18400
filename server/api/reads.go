package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/words"

	"github.com/labstack/echo/v4"

	"bihuan/server/contract"
)

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

const defaultLimit = 50

// seesAll says whether an actor sees every case of their communities, and not only their department's.
func seesAll(a people.Actor) bool {
	if len(a.Communities) == 0 {
		return false
	}
	permission, ok := people.Permits(people.ReadCase, a)
	return ok && permission.Scope == people.Communities
}

// scope gives the communities and, for a department's people, the department that an actor is bound to. N1
func scope(a people.Actor) (communities []string, department string) {
	switch _, handler := a.As([]people.Role{people.Handler}); {
	case seesAll(a):
		return a.Communities, ""
	case handler && a.Department != "":
		return a.Communities, a.Department
	}
	return nil, ""
}

// stored reads how a case stands from the database.
func (s *Server) stored(ctx context.Context, n string) (machine.Instance, error) {
	c, err := s.Reader.Case(ctx, n)
	if err != nil {
		return nil, err
	}
	return read(n, c.State)
}

// running asks the case itself how it stands.
func (s *Server) running(ctx context.Context, n string) (machine.Instance, error) {
	state, err := s.Engine.State(ctx, n)
	if err != nil {
		return nil, err
	}
	return read(n, state)
}

// read gives a state as what its kind makes of it.
func read(n string, state json.RawMessage) (machine.Instance, error) {
	k := kindOf(n)
	if k.Name == "" {
		return nil, ErrNotFound
	}
	return k.Read(state)
}

// fresh reads a case that may have been registered a moment ago and not be written down yet.
func (s *Server) fresh(ctx context.Context, n string) (machine.Instance, error) {
	c, err := s.stored(ctx, n)
	if failureOf(err).Code == "not_found" {
		return s.running(ctx, n)
	}
	return c, err
}

// shown gives a state as staff see it.
func shown(n string, state json.RawMessage, a people.Actor) (any, error) {
	c, err := read(n, state)
	if err != nil {
		return nil, err
	}
	return kindOf(n).show(c, a), nil
}

// showCase shows one case of any kind.
func (s *Server) showCase(c echo.Context) error {
	ctx := c.Request().Context()
	in := callOf(ctx)
	found, err := s.fresh(ctx, in.number)
	if err != nil {
		return err
	}
	if err := s.note(ctx, in); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, kindOf(in.number).show(found, in.Actor))
}

// GetComplaint shows one complaint.
func (s *Server) GetComplaint(ctx context.Context, _ contract.GetComplaintRequestObject) (contract.GetComplaintResponseObject, error) {
	in := callOf(ctx)
	found, err := s.fresh(ctx, in.number)
	if err != nil {
		return nil, err
	}
	return contract.GetComplaint200JSONResponse{AppliedJSONResponse: contract.AppliedJSONResponse(caseOf(found.State().(complaint.State), in.Actor))}, nil
}

// ListComplaints lists what the caller may see.
func (s *Server) ListComplaints(ctx context.Context,
	r contract.ListComplaintsRequestObject) (contract.ListComplaintsResponseObject, error) {
	p := r.Params
	page, err := s.list(ctx, postgres.Filter{
		Kind: "complaint", Community: p.Community, Stage: string(p.Stage), Nature: string(p.Nature), Urgency: string(p.Urgency),
		Category: p.Category, Query: p.Q, Overdue: p.Overdue, Drill: p.Drill, Open: p.Open, Owner: p.Owner, Limit: p.Limit, Cursor: p.Cursor,
	})
	return contract.ListComplaints200JSONResponse(page), err
}

// ListCases lists what the caller may see, of every kind.
func (s *Server) ListCases(ctx context.Context, r contract.ListCasesRequestObject) (contract.ListCasesResponseObject, error) {
	p := r.Params
	page, err := s.list(ctx, postgres.Filter{
		Kind: p.Kind, Community: p.Community, Stage: p.Stage, Nature: string(p.Nature), Urgency: string(p.Urgency),
		Category: p.Category, Query: p.Q, Overdue: p.Overdue, Drill: p.Drill, Open: p.Open, Owner: p.Owner, Limit: p.Limit, Cursor: p.Cursor,
	})
	return contract.ListCases200JSONResponse(page), err
}

// list gives a page of what the caller may see of what is asked for, with contacts masked. N1
func (s *Server) list(ctx context.Context, f postgres.Filter) (contract.CasePage, error) {
	f.Communities, f.Department = scope(callOf(ctx).Actor)
	f.Limit = cmp.Or(f.Limit, defaultLimit)
	page, err := s.Reader.Cases(ctx, f)
	row := func(c postgres.Case) contract.CaseRow { return masked(rowOf(c)) }
	return contract.CasePage{Items: mapped(page.Items, row), Next: page.Next}, err
}

// GetTimeline tells what happened.
func (s *Server) GetTimeline(ctx context.Context, r contract.GetTimelineRequestObject) (contract.GetTimelineResponseObject, error) {
	in := callOf(ctx)
	n, limit := in.number, cmp.Or(r.Params.Limit, defaultLimit)
	events, err := s.Reader.Events(ctx, n, r.Params.After, limit)
	if err != nil {
		return nil, err
	}
	out := contract.GetTimeline200JSONResponse{Items: []contract.TimelineEntry{}}
	if len(events) == limit {
		out.Next = events[limit-1].Seq
	}
	names := s.namesOf(in.language, n)
	for _, e := range events {
		if seesAll(in.Actor) || slices.Contains(departmental, e.Type) {
			out.Items = append(out.Items, s.entryOf(in.language, names, e))
		}
	}
	return s.withRefusals(ctx, in, n, events, r.Params.After, out)
}

// withRefusals adds, for those who may read the workflow's own history too, the refused commands of the same stretch of time.
func (s *Server) withRefusals(ctx context.Context,
	in *call, n string, events []procedure.Event, after int, out contract.GetTimeline200JSONResponse) (
	contract.GetTimelineResponseObject, error) {
	if _, ok := people.Permits("get-history", in.Actor); !ok {
		return out, nil
	}
	refusals, err := s.Reader.Refusals(ctx, n, maxRefusals)
	if err != nil {
		return nil, err
	}
	for _, r := range refusals {
		early := after > 0 && (len(events) == 0 || r.At.Before(events[0].At))
		late := out.Next > 0 && !r.At.Before(events[len(events)-1].At)
		if !early && !late {
			out.Items = append(out.Items, refusedEntry(in.language, r))
		}
	}
	slices.SortStableFunc(out.Items, func(a, b contract.TimelineEntry) int { return a.At.Compare(b.At) })
	return out, nil
}

// maxRefusals is how many refused commands of a case are shown, the newest.
const maxRefusals = 200

// GetNotices tells who was told what about a case.
func (s *Server) GetNotices(ctx context.Context, r contract.GetNoticesRequestObject) (contract.GetNoticesResponseObject, error) {
	in := callOf(ctx)
	page, err := s.Reader.Notices(ctx, in.number, r.Params.Cursor, cmp.Or(r.Params.Limit, defaultLimit))
	return contract.GetNotices200JSONResponse(s.noticePage(in.language, page)), err
}

func (s *Server) noticePage(lang words.Language, page postgres.Page[postgres.Notice]) contract.NoticePage {
	worded := func(n postgres.Notice) contract.Notice { return s.noticeOf(lang, n, false) }
	return contract.NoticePage{Items: mapped(page.Items, worded), Next: page.Next}
}

// GetInbox lists the caller's own notices.
func (s *Server) GetInbox(ctx context.Context, r contract.GetInboxRequestObject) (contract.GetInboxResponseObject, error) {
	in, p := callOf(ctx), r.Params
	page, err := s.Reader.Inbox(ctx, in.ID, p.Unread, p.Cursor, cmp.Or(p.Limit, defaultLimit))
	return contract.GetInbox200JSONResponse(s.noticePage(in.language, page)), err
}

// MarkRead notes that the caller has read a notice.
func (s *Server) MarkRead(ctx context.Context, r contract.MarkReadRequestObject) (contract.MarkReadResponseObject, error) {
	id, err := base64.RawURLEncoding.DecodeString(r.ID)
	if err != nil {
		return nil, ErrNotFound
	}
	return contract.MarkRead204Response{}, s.Reader.MarkRead(ctx, callOf(ctx).ID, string(id))
}

// GetWorklist lists the deadlines that wait for the caller. E1, H1
func (s *Server) GetWorklist(ctx context.Context, r contract.GetWorklistRequestObject) (contract.GetWorklistResponseObject, error) {
	in, p := callOf(ctx), r.Params
	communities, department := scope(in.Actor)
	owners := in.Roles
	if p.Owner != "" && department == "" {
		owners = []people.Role{p.Owner}
	}
	page, err := s.Reader.Worklist(ctx, postgres.WorklistFilter{
		Communities: communities, Owners: owners, Department: department, Step: p.Step, DueBefore: p.Before, Overdue: p.Overdue,
		Cursor: p.Cursor, Limit: cmp.Or(p.Limit, defaultLimit),
	})
	for i := range page.Items {
		page.Items[i].Room = people.MaskRoom(page.Items[i].Room)
	}
	return contract.GetWorklist200JSONResponse{Items: some(page.Items), Next: page.Next}, err
}

// GetCounts counts what is open.
func (s *Server) GetCounts(ctx context.Context, _ contract.GetCountsRequestObject) (contract.GetCountsResponseObject, error) {
	counts, err := s.Reader.Counts(ctx, callOf(ctx).Communities)
	return contract.GetCounts200JSONResponse{Items: some(counts)}, err
}

// GetMe tells who the caller is.
func (s *Server) GetMe(ctx context.Context, _ contract.GetMeRequestObject) (contract.GetMeResponseObject, error) {
	return contract.GetMe200JSONResponse(meOf(callOf(ctx).Person)), nil
}

// GetSettings tells what forms need, of the caller's communities.
func (s *Server) GetSettings(ctx context.Context, _ contract.GetSettingsRequestObject) (contract.GetSettingsResponseObject, error) {
	in := callOf(ctx)
	names, out := s.Settings.Names(in.language), contract.GetSettings200JSONResponse{Communities: []contract.CommunitySettings{}}
	for _, c := range s.Settings.Communities() {
		if p, ok := s.Settings.For(c.ID); ok && in.In(c.ID) {
			out.Communities = append(out.Communities, communityOf(c.ID, p, names))
		}
	}
	return out, nil
}

func communityOf(id string, p policy.Policy, names words.Names) contract.CommunitySettings {
	return contract.CommunitySettings{
		ID: id, Name: names.Community(id), Version: p.Version,
		Categories: mapped(p.Categories, func(c policy.Category) contract.Named {
			return contract.Named{ID: c.ID, Name: names.Category(c.ID), Parent: c.Parent, Leaf: p.Leaf(c.ID), Urgency: c.Urgency, Department: c.Department}
		}),
		Departments: mapped(p.Departments, func(d policy.Department) contract.Named {
			return contract.Named{ID: d.ID, Name: names.Department(d.ID)}
		}),
	}
}

// mapped turns a list into another, never into null.
func mapped[A, B any](items []A, turn func(A) B) []B {
	out := make([]B, len(items))
	for i, item := range items {
		out[i] = turn(item)
	}
	return out
}
