package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"bihuan/e2e/system"
)

// others tell of the other procedures, and of one case that touches another: effects, and their answers.
var others = []story{
	{"inquiry-answered", inquiry(
		move{"agent", "forward", M{"department": "security", "question": "允许吗"}},
		move{"guard", "report", M{"said": "只能在充电棚"}},
		move{"agent", "reply", M{"channel": "hotline", "said": "只能在充电棚"}},
		move{"agent", "reopen", M{"reason": "没有充电棚"}},
	)},
	{"inquiry-turned", inquiry(move{"agent", "turn", M{"into": "complaint", "category": "order.danger", "reason": "楼道充电"}})},
	{"inquiry-late", late(inquiry(move{"agent", "forward", M{"department": "security", "question": "允许吗", "deadline": system.In(short)}}))},
	{"special-service", steps(nil, []system.Step{
		{Who: "agent", Command: "judge", With: M{"nature": "valid", "grounds": "特约维修", "special_service": true}},
		{Who: "assistant", Command: "review", With: M{"nature": "valid", "grounds": "属实"}},
		{Until: func(c system.Case) bool { return c.Stage == "service" }},
	}...)},
	{"merged-lead", mergedLead},
	{"collective-concluded", collectiveConcluded},
	{"service-rated", serviceRated},
	{"survey-counted", surveyCounted},
	{"measure-started", measureStarted},
}

// move is one command of a story beside the complaint's.
type move struct {
	who, command string
	with         M
}

// inquiry tells a story of an inquiry.
func inquiry(moves ...move) func(context.Context, *system.System) (string, error) {
	return func(ctx context.Context, s *system.System) (string, error) {
		return other(ctx, s, "inquiries", M{"community": "yuhu", "channel": "hotline", "name": "李女士", "what": "楼道里能充电吗"}, moves)
	}
}

// other registers a case under a path and gives it commands.
func other(ctx context.Context, s *system.System, path string, register M, moves []move) (string, error) {
	at := "/api/v1/" + path
	taken, err := post(ctx, s.As("agent"), at, register, http.StatusCreated)
	if err != nil {
		return "", err
	}
	for _, m := range moves {
		if _, err := post(ctx, s.As(m.who), at+"/"+taken.Number+"/"+m.command, m.with, http.StatusOK); err != nil {
			return "", err
		}
	}
	return taken.Number, nil
}

func post(ctx context.Context, c system.Client, path string, body M, want int) (taken struct{ Number string }, err error) {
	a, err := c.Do(ctx, http.MethodPost, path, body)
	if err == nil && a.Status != want {
		err = fmt.Errorf("%s: %d %s", path, a.Status, a.Body)
	}
	if err != nil {
		return taken, err
	}
	return taken, json.Unmarshal(a.Body, &taken)
}

// late waits until a deadline of the case was missed.
func late(tell func(context.Context, *system.System) (string, error)) func(context.Context, *system.System) (string, error) {
	return func(ctx context.Context, s *system.System) (string, error) {
		number, err := tell(ctx, s)
		if err != nil {
			return "", err
		}
		return number, system.Poll(ctx, func() (bool, error) {
			a, err := s.As("agent").Do(ctx, http.MethodGet, "/api/v1/inquiries/"+number, nil)
			if err != nil {
				return false, err
			}
			var c struct{ Overdue bool }
			return json.Unmarshal(a.Body, &c) == nil && c.Overdue, nil
		})
	}
}
