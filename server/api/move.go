package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"bihuan/activities"
	"bihuan/postgres"
	"bihuan/procedure/number"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/failure"
	"bihuan/server/view"
	"bihuan/settings"
	"bihuan/words"
	"bihuan/workflows"
)

// adopt moves one case to a version of the settings: the caller names it, the settings themselves are the server's
// to fill in. P1
func (s *Server) adopt(c echo.Context) error {
	ctx := c.Request().Context()
	in := desk.CallOf(ctx)
	var asked struct {
		Version int    `json:"version"`
		Reason  string `json:"reason"`
	}
	if err := json.Unmarshal(in.Body, &asked); err != nil {
		return failure.Invalid("bad_payload").Because(err)
	}
	community, err := s.Community(ctx, in.Number)
	if err != nil {
		return err
	}
	v, err := s.Settings.At(ctx, asked.Version)
	if err != nil {
		return err
	}
	p, ok := v.Settings.ForCase(community, s.Now())
	if !ok {
		return failure.Conflict("community_gone")
	}
	body, err := json.Marshal(policy.Adoption{Policy: p.Adoptable(view.Of(in.Number).Name), Settings: v.Number, Reason: asked.Reason})
	if err != nil {
		return err
	}
	g, err := s.Give(ctx, orderOf(c, in.Number, in.Actor, body))
	if err != nil {
		return err
	}
	return answered(c, g, func() (any, error) { return desk.Shown(in.Number, g.State, in.Actor) })
}

// MoveCases has open cases adopt a version of the settings, in the background and for certain. P1
func (s *Server) MoveCases(ctx context.Context, r contract.MoveCasesRequestObject) (contract.MoveCasesResponseObject, error) {
	in := desk.CallOf(ctx)
	scope, err := s.scopeOf(in, *r.Body)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(r.Body.Reason) == "" {
		return nil, failure.Invalid("missing_field").On("reason")
	}
	if _, err := s.Settings.At(ctx, r.Version); err != nil {
		return nil, err
	}
	m := workflows.Moving{MoveRequest: activities.MoveRequest{
		Scope: scope, Version: r.Version, Why: r.Body.Reason, By: in.Actor, At: s.Now().UTC(),
	}}
	id := moveID(r.Version, scope)
	if err := s.Engine.Move(ctx, id, m); err != nil {
		return nil, err
	}
	answer, err := s.progress(ctx, id, m)
	return contract.MoveCases200JSONResponse{MovingJSONResponse: answer}, err
}

// scopeOf reads which cases are meant: never more than the caller's.
func (s *Server) scopeOf(in *desk.Call, asked contract.MoveCases) (activities.Scope, error) {
	scope := activities.Scope{Communities: in.Communities}
	if asked.Community != "" {
		if _, ok := s.Settings.For(asked.Community); !ok || !in.In(asked.Community) {
			return scope, failure.Invalid("unknown_community").With("community", asked.Community).On("community")
		}
		scope.Communities = []string{asked.Community}
	}
	for i, written := range asked.Numbers {
		n, ok := number.Parse(written)
		if !ok {
			return scope, failure.Invalid("bad_value").On(fmt.Sprintf("numbers[%d]", i))
		}
		scope.Numbers = append(scope.Numbers, n)
	}
	slices.Sort(scope.Numbers)
	return scope, nil
}

// moveID names a move, so that the same one asked for twice is one.
func moveID(version int, scope activities.Scope) string {
	sum := sha256.Sum256(fmt.Append(nil, scope.Communities, scope.Numbers))
	return fmt.Sprintf("move-settings-%d-%s", version, hex.EncodeToString(sum[:6]))
}

// GetMove says how far a move is.
func (s *Server) GetMove(ctx context.Context, r contract.GetMoveRequestObject) (contract.GetMoveResponseObject, error) {
	in := desk.CallOf(ctx)
	if !strings.HasPrefix(r.ID, "move-settings-") {
		return nil, desk.ErrNotFound
	}
	m, err := s.Engine.Moving(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(m.Communities, func(c string) bool { return !in.In(c) }) {
		return nil, desk.ErrNotFound
	}
	answer, err := s.progress(ctx, r.ID, m)
	return contract.GetMove200JSONResponse{MovingJSONResponse: answer}, err
}

// progress counts what has moved by the read model: a case that refused says so in its own record.
func (s *Server) progress(ctx context.Context, id string, m workflows.Moving) (contract.MovingJSONResponse, error) {
	answer := contract.MovingJSONResponse{ID: id, Version: m.Version, Asked: m.Asked, Done: m.Done}
	v, err := s.Settings.At(ctx, m.Version)
	if err != nil {
		return answer, err
	}
	scope := postgres.HoldingFilter{Communities: m.Communities, Numbers: m.Numbers, Kinds: registry.Taking(policy.CmdAdopt)}
	counts, err := s.Reader.CountHolding(ctx, scope)
	for _, c := range counts {
		if p, _ := v.Settings.For(c.Community); p.Version == c.Policy {
			answer.Moved += c.Cases
		} else {
			answer.Left += c.Cases
		}
	}
	if err == nil && m.Done && answer.Left > 0 {
		answer.NotMoved, err = s.notMoved(ctx, v.Settings, scope, m.ID)
	}
	return answer, err
}

// notMovedShown is how many cases a move names that it could not move.
const notMovedShown = 20

// notMoved names open cases that keep other settings although they were asked, with what they refused by. P1
func (s *Server) notMoved(ctx context.Context,
	to settings.Settings, f postgres.HoldingFilter, command string) ([]contract.NotMoved, error) {
	for _, c := range to.Communities {
		if p, ok := to.For(c.ID); ok {
			f.Unlike = append(f.Unlike, p.Version)
		}
	}
	held, err := s.Reader.Holdings(ctx, f, "", notMovedShown)
	if err != nil {
		return nil, err
	}
	found := make([]contract.NotMoved, len(held))
	for i, h := range held {
		found[i].Number = h.Number
		refusals, err := s.Reader.Refusals(ctx, h.Number, 0)
		if err != nil {
			return nil, err
		}
		for _, r := range refusals {
			if r.Command == command {
				found[i].Code, found[i].Message = r.Code, words.Refusal(desk.CallOf(ctx).Language, r.Code, r.Args)
			}
		}
	}
	return found, nil
}
