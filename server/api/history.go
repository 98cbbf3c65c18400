package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"bihuan/postgres"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/list"
	"bihuan/temporal"
	"bihuan/temporal/history"
	"bihuan/words"
)

// Where a history came from.
const (
	fromEngine = "engine"
	fromFiling = "filed"
)

// GetHistory tells the workflow's own history in plain words. N2
func (s *Server) GetHistory(ctx context.Context, r contract.GetHistoryRequestObject) (contract.GetHistoryResponseObject, error) {
	in := desk.CallOf(ctx)
	whole, source, err := s.history(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	steps, err := s.Engine.Steps(whole)
	if err != nil {
		return nil, err
	}
	out := contract.GetHistory200JSONResponse{Source: source, Incomplete: whole.Missing != ""}
	first := min(r.Params.After, len(steps))
	last := min(first+cmp.Or(r.Params.Limit, desk.DefaultLimit), len(steps))
	if last < len(steps) {
		out.Next = last
	}
	names := s.Names(in.Language, in.Number)
	out.Items = list.Map(steps[first:last], func(step history.Step) contract.HistoryStep {
		return contract.HistoryStep{
			Run: step.Run, Event: int(step.Event), At: step.At, Kind: step.Kind, By: step.By, Code: step.Args["code"],
			Text: words.History(in.Language, step.Kind, step.By, step.Args, names),
		}
	})
	return out, nil
}

// history reads a case's own history from the engine and, where that has dropped it or is down, from
// what was filed.
func (s *Server) history(ctx context.Context, n string) (h history.History, source string, err error) {
	h, err = s.Engine.History(ctx, n)
	if !errors.Is(err, desk.ErrNotFound) && !errors.Is(err, temporal.ErrDown) {
		return h, fromEngine, err
	}
	filed, missing := s.Reader.Filing(ctx, n, postgres.FilingHistory)
	if errors.Is(missing, postgres.ErrNotFound) { // so it matters why the engine has none
		return h, "", err
	}
	if missing != nil {
		return h, "", missing
	}
	return h, fromFiling, json.Unmarshal(filed, &h)
}
