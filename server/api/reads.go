package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"
	"slices"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/words"

	"github.com/labstack/echo/v4"

	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/list"
	"bihuan/server/view"
)

// showCase shows one case of any kind.
func (s *Server) showCase(c echo.Context) error {
	ctx := c.Request().Context()
	in := desk.CallOf(ctx)
	found, err := s.Fresh(ctx, in.Number)
	if err != nil {
		return err
	}
	if err := s.Note(ctx); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, view.Of(in.Number).Show(found, in.Actor))
}

// GetComplaint shows one complaint.
func (s *Server) GetComplaint(ctx context.Context, _ contract.GetComplaintRequestObject) (contract.GetComplaintResponseObject, error) {
	in := desk.CallOf(ctx)
	found, err := s.Fresh(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	return contract.GetComplaint200JSONResponse{AppliedJSONResponse: contract.AppliedJSONResponse(view.Complaint(found.State().(complaint.State), in.Actor))}, nil
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
	f.Communities, f.Department = desk.Scope(desk.CallOf(ctx).Actor)
	f.Limit = cmp.Or(f.Limit, desk.DefaultLimit)
	page, err := s.Reader.Cases(ctx, f)
	row := func(c postgres.Case) contract.CaseRow { return view.Masked(view.Row(c)) }
	return contract.CasePage{Items: list.Map(page.Items, row), Next: page.Next}, err
}

// GetTimeline tells what happened.
func (s *Server) GetTimeline(ctx context.Context, r contract.GetTimelineRequestObject) (contract.GetTimelineResponseObject, error) {
	in := desk.CallOf(ctx)
	n, limit := in.Number, cmp.Or(r.Params.Limit, desk.DefaultLimit)
	events, err := s.Reader.Events(ctx, n, r.Params.After, limit)
	if err != nil {
		return nil, err
	}
	out := contract.GetTimeline200JSONResponse{Items: []contract.TimelineEntry{}}
	if len(events) == limit {
		out.Next = events[limit-1].Seq
	}
	names := s.Names(in.Language, n)
	for _, e := range events {
		if desk.SeesAll(in.Actor) || slices.Contains(view.Departmental, e.Type) {
			out.Items = append(out.Items, s.entryOf(in.Language, names, e))
		}
	}
	return s.withRefusals(ctx, in, n, events, r.Params.After, out)
}

// withRefusals adds, for those who may read the workflow's own history too, the refused commands of the same stretch of time.
func (s *Server) withRefusals(ctx context.Context,
	in *desk.Call, n string, events []procedure.Event, after int, out contract.GetTimeline200JSONResponse) (
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
			out.Items = append(out.Items, refusedEntry(in.Language, r))
		}
	}
	slices.SortStableFunc(out.Items, func(a, b contract.TimelineEntry) int { return a.At.Compare(b.At) })
	return out, nil
}

// maxRefusals is how many refused commands of a case are shown, the newest.
const maxRefusals = 200

// GetNotices tells who was told what about a case.
func (s *Server) GetNotices(ctx context.Context, r contract.GetNoticesRequestObject) (contract.GetNoticesResponseObject, error) {
	in := desk.CallOf(ctx)
	page, err := s.Reader.Notices(ctx, in.Number, r.Params.Cursor, cmp.Or(r.Params.Limit, desk.DefaultLimit))
	return contract.GetNotices200JSONResponse(s.noticePage(in.Language, page)), err
}

func (s *Server) noticePage(lang words.Language, page postgres.Page[postgres.Notice]) contract.NoticePage {
	worded := func(n postgres.Notice) contract.Notice { return s.Notice(lang, n, false) }
	return contract.NoticePage{Items: list.Map(page.Items, worded), Next: page.Next}
}

// GetInbox lists the caller's own notices.
func (s *Server) GetInbox(ctx context.Context, r contract.GetInboxRequestObject) (contract.GetInboxResponseObject, error) {
	in, p := desk.CallOf(ctx), r.Params
	page, err := s.Reader.Inbox(ctx, in.ID, p.Unread, p.Cursor, cmp.Or(p.Limit, desk.DefaultLimit))
	return contract.GetInbox200JSONResponse(s.noticePage(in.Language, page)), err
}

// MarkRead notes that the caller has read a notice.
func (s *Server) MarkRead(ctx context.Context, r contract.MarkReadRequestObject) (contract.MarkReadResponseObject, error) {
	id, err := base64.RawURLEncoding.DecodeString(r.ID)
	if err != nil {
		return nil, desk.ErrNotFound
	}
	return contract.MarkRead204Response{}, s.Reader.MarkRead(ctx, desk.CallOf(ctx).ID, string(id))
}

// GetWorklist lists the deadlines that wait for the caller. E1, H1
func (s *Server) GetWorklist(ctx context.Context, r contract.GetWorklistRequestObject) (contract.GetWorklistResponseObject, error) {
	in, p := desk.CallOf(ctx), r.Params
	communities, department := desk.Scope(in.Actor)
	owners := in.Roles
	if p.Owner != "" && department == "" {
		owners = []people.Role{p.Owner}
	}
	page, err := s.Reader.Worklist(ctx, postgres.WorklistFilter{
		Communities: communities, Owners: owners, Department: department, Step: p.Step, DueBefore: p.Before, Overdue: p.Overdue,
		Cursor: p.Cursor, Limit: cmp.Or(p.Limit, desk.DefaultLimit),
	})
	for i := range page.Items {
		page.Items[i].Room = people.MaskRoom(page.Items[i].Room)
	}
	return contract.GetWorklist200JSONResponse{Items: list.Some(page.Items), Next: page.Next}, err
}

// GetCounts counts what is open.
func (s *Server) GetCounts(ctx context.Context, _ contract.GetCountsRequestObject) (contract.GetCountsResponseObject, error) {
	counts, err := s.Reader.Counts(ctx, desk.CallOf(ctx).Communities)
	return contract.GetCounts200JSONResponse{Items: list.Some(counts)}, err
}

// GetMe tells who the caller is.
func (s *Server) GetMe(ctx context.Context, _ contract.GetMeRequestObject) (contract.GetMeResponseObject, error) {
	return contract.GetMe200JSONResponse(meOf(desk.CallOf(ctx).Person)), nil
}

// GetSettings tells what forms need, of the caller's communities.
func (s *Server) GetSettings(ctx context.Context, _ contract.GetSettingsRequestObject) (contract.GetSettingsResponseObject, error) {
	in := desk.CallOf(ctx)
	names, out := s.Settings.Names(in.Language), contract.GetSettings200JSONResponse{Communities: []contract.CommunitySettings{}}
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
		Categories: list.Map(p.Categories, func(c policy.Category) contract.Named {
			return contract.Named{ID: c.ID, Name: names.Category(c.ID), Parent: c.Parent, Leaf: p.Leaf(c.ID), Urgency: c.Urgency, Department: c.Department}
		}),
		Departments: list.Map(p.Departments, func(d policy.Department) contract.Named {
			return contract.Named{ID: d.ID, Name: names.Department(d.ID)}
		}),
	}
}
