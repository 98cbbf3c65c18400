package api

import (
	"cmp"
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"bihuan/postgres"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/failure"
)

// remembered notes who read what before the answer leaves. Where it cannot be noted nothing is read. N2
func (s *Server) remembered(next contract.StrictHandlerFunc, _ string) contract.StrictHandlerFunc {
	return func(c echo.Context, request any) (any, error) {
		answer, err := next(c, request)
		if err != nil {
			return answer, err
		}
		return answer, s.noteReading(c.Request().Context(), request, answer)
	}
}

// note remembers a reading of one case, where the table says so. N2
func (s *Server) note(ctx context.Context, in *call) error {
	if !in.permission.Logged {
		return nil
	}
	return s.Readings.NoteReading(ctx, s.readingOf(in, nil, nil))
}

func (s *Server) readingOf(in *call, request, answer any) postgres.Reading {
	r := postgres.Reading{
		At: s.Now().UTC(), Staff: in.ID, Role: in.permission.Role, What: in.op.ID, Numbers: []string{}, Communities: in.Communities,
		Contacts: in.permission.Contacts,
	}
	switch {
	case in.number != "":
		community, _ := s.communities.get(in.number)
		r.Numbers, r.Communities = []string{in.number}, []string{community}
	default:
		r.Numbers = numbersOf(answer)
	}
	if u, ok := request.(contract.UnmaskRequestObject); ok {
		r.Reason = u.Body.Reason
	}
	return r
}

// numbersOf lists the cases that a look-up found.
func numbersOf(answer any) []string {
	found, _ := answer.(contract.LookUp200JSONResponse)
	return mapped(found.Complaints, func(c contract.CaseRow) string { return c.Number })
}

// shortestPhone is how many digits make what may be a phone number, in one piece or in several.
const shortestPhone = 7

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
			digits += digitsIn(word)
		}
	}
	return digits >= shortestPhone
}

// digitsIn counts the digits of a text.
func digitsIn(text string) (n int) {
	for _, r := range text {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

// ListReadings lists who read what.
func (s *Server) ListReadings(ctx context.Context, r contract.ListReadingsRequestObject) (contract.ListReadingsResponseObject, error) {
	p := r.Params
	n, ok := number.Parse(p.Number)
	if p.Number != "" && !ok {
		return nil, failure.Invalid("bad_value").On("number")
	}
	page, err := s.Readings.Readings(ctx, postgres.ReadingFilter{
		Communities: callOf(ctx).Communities, Number: n, Staff: p.Staff, Cursor: p.Cursor, Limit: cmp.Or(p.Limit, defaultLimit),
	})
	return contract.ListReadings200JSONResponse{Items: some(page.Items), Next: page.Next}, err
}

// Unmask gives a complainant's contacts in clear, for a reason that is remembered. N1, N2
func (s *Server) Unmask(ctx context.Context, r contract.UnmaskRequestObject) (contract.UnmaskResponseObject, error) {
	if strings.TrimSpace(r.Body.Reason) == "" {
		return nil, failure.Invalid("missing_field").On("reason")
	}
	found, err := s.fresh(ctx, callOf(ctx).number)
	if err != nil {
		return nil, err
	}
	of := found.Summary()
	return contract.Unmask200JSONResponse{Name: of.Name, Building: of.Building, Room: of.Room, Phone: of.Phone, Email: of.Email}, nil
}

// ReadingLog remembers who read what, and tells. N2
type ReadingLog interface {
	NoteReading(ctx context.Context, r postgres.Reading) error
	Readings(ctx context.Context, f postgres.ReadingFilter) (postgres.Page[postgres.Reading], error)
}

// ListAccess lists who came in, and who changed what.
func (s *Server) ListAccess(ctx context.Context, r contract.ListAccessRequestObject) (contract.ListAccessResponseObject, error) {
	p := r.Params
	page, err := s.Access.AccessLog(ctx, postgres.AccessFilter{
		Communities: callOf(ctx).Communities, Person: p.Person, What: string(p.Action), Entity: p.Entity, Cursor: p.Cursor,
		Limit: cmp.Or(p.Limit, defaultLimit),
	})
	return contract.ListAccess200JSONResponse{Items: some(page.Items), Next: page.Next}, err
}

// AccessLog tells who came in, and who changed what. N2
type AccessLog interface {
	AccessLog(ctx context.Context, f postgres.AccessFilter) (postgres.Page[postgres.Access], error)
}

// masked hides a list's contacts.
func masked(row contract.CaseRow) contract.CaseRow {
	row.Name, row.Room = people.MaskName(row.Name), people.MaskRoom(row.Room)
	return row
}
