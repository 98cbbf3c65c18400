package api

import (
	"context"
	"slices"

	"github.com/labstack/echo/v4"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/words"
)

const headerSecret = "Tracking-Secret"

// complainantOf opens one complaint to whoever holds the secret of its tracking link. N3
func (s *Server) complainantOf(written, secret string) (people.Actor, error) {
	n, ok := number.Parse(written)
	if !ok || kindOf(n).way == nil || !s.Tracking.Valid(n, secret) {
		return people.Actor{}, ErrNotFound
	}
	return people.Actor{ID: n, Roles: []people.Role{people.Complainant}}, nil
}

// publicCommand serves the complainant's own commands.
func (s *Server) publicCommand(op *contract.Operation) echo.HandlerFunc {
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
		return answered(c, o, id, func() (any, error) {
			standing, err := read(complainant.ID, o.State)
			if err != nil {
				return nil, err
			}
			return s.progressOf(ctx, in.language, standing, complainant), nil
		})
	}
}

// Track shows a complaint to its complainant.
func (s *Server) Track(ctx context.Context, r contract.TrackRequestObject) (contract.TrackResponseObject, error) {
	complainant, err := s.complainantOf(r.Number, r.Params.TrackingSecret)
	if err != nil {
		return nil, err
	}
	state, err := s.fresh(ctx, complainant.ID)
	if err != nil {
		return nil, err
	}
	return contract.Track200JSONResponse{ProgressJSONResponse: contract.ProgressJSONResponse(s.progressOf(ctx, callOf(ctx).language, state, complainant))}, nil
}

// progressOf shows a case without the words that are for staff. Notices are missing while the database
// is down.
func (s *Server) progressOf(ctx context.Context, lang words.Language, c machine.Instance, customer people.Actor) contract.PublicCase {
	k, sum := kindOf(customer.ID), c.Summary()
	p := contract.PublicCase{
		Number: customer.ID, Kind: k.Name, Stage: sum.Stage, StageName: words.Label(lang, "stage", sum.Stage),
		Open: sum.Open, Drill: sum.Drill, RegisteredAt: sum.RegisteredAt, Community: s.Settings.Names(lang).Community(sum.Community),
		Allowed: some(c.Allowed(customer)), Tasks: s.publicTasks(lang, sum), Notices: []contract.PublicNotice{},
	}
	k.progress(c, lang, &p)
	if k.related != nil {
		p.Related = s.related(ctx, lang, customer.ID, k.related(c))
	}
	told, _ := s.Reader.ComplainantNotices(ctx, customer.ID, defaultLimit)
	for _, n := range told {
		worded := s.noticeOf(lang, n, false)
		p.Notices = append(p.Notices, contract.PublicNotice{At: worded.At, Subject: worded.Subject, Body: worded.Body})
	}
	return p
}

// related leads a customer to their other cases that have to do with one: to those that name it as well. A number
// that somebody typed may be another's case. B6, K3, N3
func (s *Server) related(ctx context.Context, lang words.Language, of string, numbers []string) []contract.PublicRelated {
	var all []contract.PublicRelated
	for _, n := range numbers {
		k := kindOf(n)
		if k.related == nil {
			continue
		}
		if other, err := s.fresh(ctx, n); err == nil && slices.Contains(k.related(other), of) {
			all = append(all, contract.PublicRelated{Number: n, Name: words.Label(lang, "matters", k.Name), TrackingLink: s.Tracking.Link(n)})
		}
	}
	return all
}

func (s *Server) publicTasks(lang words.Language, sum procedure.Summary) []contract.PublicTask {
	names := s.Settings.Names(lang)
	return mapped(sum.Tasks, func(t procedure.TaskRow) contract.PublicTask {
		return contract.PublicTask{Department: names.Department(t.Department), Status: t.Status}
	})
}

// complaintProgress shows a complaint to its complainant. Whose complaint it is merged into is not theirs to
// know. A11, N3
func complaintProgress(s complaint.State, lang words.Language, p *contract.PublicCase) {
	p.What, p.Closing = s.Record.What, closingOf(s)
	p.Closing.Into = ""
	if f := s.Following; f != nil {
		p.Joined = contract.PublicJoined{
			Stage: string(f.Stage), StageName: words.Label(lang, "stage", string(f.Stage)), Plan: f.Plan, Outcome: string(f.Outcome),
		}
	}
	if s.Plan != nil {
		p.Plan = *s.Plan
	}
}
