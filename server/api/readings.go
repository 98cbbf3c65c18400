package api

import (
	"cmp"
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"bihuan/postgres"
	"bihuan/procedure/number"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/failure"
	"bihuan/server/list"
	"bihuan/server/view"
)

// remembered notes who read what before the answer leaves. Where it cannot be noted nothing is read. N2
func (s *Server) remembered(next contract.StrictHandlerFunc, _ string) contract.StrictHandlerFunc {
	return func(c echo.Context, request any) (any, error) {
		answer, err := next(c, request)
		ctx := c.Request().Context()
		if in := desk.CallOf(ctx); err != nil || !in.Permission.Logged && !byPhone(request) {
			return answer, err
		}
		reason := ""
		if u, ok := request.(contract.UnmaskRequestObject); ok {
			reason = u.Body.Reason
		}
		return answer, s.NoteReading(ctx, numbersOf(answer), reason)
	}
}

// numbersOf lists the cases that a look-up found.
func numbersOf(answer any) []string {
	found, _ := answer.(contract.LookUp200JSONResponse)
	return list.Map(found.Complaints, func(c contract.CaseRow) string { return c.Number })
}

// byPhone says whether a list is searched for what may be a phone number.
func byPhone(request any) bool {
	asked, digits := "", 0
	switch list := request.(type) {
	case contract.ListComplaintsRequestObject:
		asked = list.Params.Q
	case contract.ListCasesRequestObject:
		asked = list.Params.Q
	}
	for _, word := range strings.Fields(asked) {
		if _, isCase := number.Parse(word); !isCase {
			digits += view.DigitsIn(word)
		}
	}
	return digits >= view.ShortestPhone
}

// ListReadings lists who read what.
func (s *Server) ListReadings(ctx context.Context, r contract.ListReadingsRequestObject) (contract.ListReadingsResponseObject, error) {
	p := r.Params
	n, ok := number.Parse(p.Number)
	if p.Number != "" && !ok {
		return nil, failure.Invalid("bad_value").On("number")
	}
	page, err := s.Readings.Readings(ctx, postgres.ReadingFilter{
		Communities: desk.CallOf(ctx).Communities, Number: n, Staff: p.Staff, Cursor: p.Cursor, Limit: cmp.Or(p.Limit, desk.DefaultLimit),
	})
	return contract.ListReadings200JSONResponse{Items: list.Some(page.Items), Next: page.Next}, err
}

// Unmask gives a complainant's contacts in clear, for a reason that is remembered. N1, N2
func (s *Server) Unmask(ctx context.Context, r contract.UnmaskRequestObject) (contract.UnmaskResponseObject, error) {
	if strings.TrimSpace(r.Body.Reason) == "" {
		return nil, failure.Invalid("missing_field").On("reason")
	}
	found, err := s.Fresh(ctx, desk.CallOf(ctx).Number)
	if err != nil {
		return nil, err
	}
	of := found.Summary()
	return contract.Unmask200JSONResponse{Name: of.Name, Building: of.Building, Room: of.Room, Phone: of.Phone, Email: of.Email}, nil
}

// ListAccess lists who came in, and who changed what.
func (s *Server) ListAccess(ctx context.Context, r contract.ListAccessRequestObject) (contract.ListAccessResponseObject, error) {
	p := r.Params
	page, err := s.Access.AccessLog(ctx, postgres.AccessFilter{
		Communities: desk.CallOf(ctx).Communities, Person: p.Person, What: string(p.Action), Entity: p.Entity, Cursor: p.Cursor,
		Limit: cmp.Or(p.Limit, desk.DefaultLimit),
	})
	return contract.ListAccess200JSONResponse{Items: list.Some(page.Items), Next: page.Next}, err
}

// AccessLog tells who came in, and who changed what. N2
type AccessLog interface {
	AccessLog(ctx context.Context, f postgres.AccessFilter) (postgres.Page[postgres.Access], error)
}
