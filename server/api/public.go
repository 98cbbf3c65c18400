package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/server/number"
	"bihuan/words"
)

const headerSecret = "Tracking-Secret"

// complainantOf opens one complaint to whoever holds the secret of its tracking link. N3
func (s *Server) complainantOf(written, secret string) (people.Actor, error) {
	n, ok := number.Parse(written)
	if !ok || !s.Tracking.Valid(n, secret) {
		return people.Actor{}, ErrNotFound
	}
	return people.Actor{ID: n, Roles: []people.Role{people.Complainant}}, nil
}

// publicCommand serves the complainant's own commands.
func (s *Server) publicCommand(op *operation) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		in := callOf(ctx)
		complainant, err := s.complainantOf(c.Param("number"), c.Request().Header.Get(headerSecret))
		if err != nil {
			return err
		}
		o, id, err := s.give(c, complainant.ID, op.Command, complainant, in.body)
		if err != nil {
			return err
		}
		return answered(c, o, id, func() any { return s.progressOf(ctx, in.language, o.State, complainant) })
	}
}

// Track shows a complaint to its complainant.
func (s *Server) Track(ctx context.Context, r TrackRequestObject) (TrackResponseObject, error) {
	complainant, err := s.complainantOf(r.Number, r.Params.TrackingSecret)
	if err != nil {
		return nil, err
	}
	state, err := s.fresh(ctx, complainant.ID)
	if err != nil {
		return nil, err
	}
	return Track200JSONResponse{ProgressJSONResponse(s.progressOf(ctx, callOf(ctx).language, state, complainant))}, nil
}

// progressOf shows a complaint without the words that are for staff. Notices are missing while the
// database is down.
func (s *Server) progressOf(ctx context.Context, lang words.Language, state complaint.State, a people.Actor) PublicCase {
	names := s.Settings.Names(lang)
	p := PublicCase{
		Number: state.Number, Stage: string(state.Stage), StageName: words.Label(lang, "stage", string(state.Stage)),
		Open: state.Open(), Drill: state.Record.Drill, RegisteredAt: state.TakenAt, Community: names.Community(state.Record.Community),
		What: state.Record.What, Allowed: some(complaint.Allowed(state, a)), Closing: closingOf(state),
		Notices: []PublicNotice{},
	}
	p.Tasks = mapped(state.Tasks, func(t complaint.Task) PublicTask {
		return PublicTask{Department: names.Department(t.Department), Status: string(t.Status)}
	})
	if state.Plan != nil {
		p.Plan = *state.Plan
	}
	told, _ := s.Reader.ComplainantNotices(ctx, state.Number, defaultLimit)
	for _, n := range told {
		worded := s.noticeOf(lang, n, false)
		p.Notices = append(p.Notices, PublicNotice{At: worded.At, Subject: worded.Subject, Body: worded.Body})
	}
	return p
}

// publicOperation finds the operation of a complainant's command: the contract has a public path for it.
func (s *Server) publicOperation(command string) (*operation, bool) {
	op, ok := s.operations[http.MethodPost+" /api/v1/public/complaints/:number/"+command]
	return op, ok
}
