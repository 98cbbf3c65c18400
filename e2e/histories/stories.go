package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"bihuan/e2e/system"
)

// story is one way through the procedure; tell gives the number of its case.
type story struct {
	name string
	tell func(context.Context, *system.System) (string, error)
}

// M is a JSON object.
type M = system.M

// short is a deadline that passes while the story is told.
const short = 3 * time.Second

// stories cover what the workflow does: signals, timers that fire and are moved, recording at once and
// patiently, notices delivered outside.
var stories = []story{
	{"whole-loop", steps(nil, system.Loop(1)...)},
	{"ten-rounds", steps(nil, system.Loop(10)...)},
	{"escalated", escalated},
	{"paused", steps(nil, slices.Concat(system.Judged, []system.Step{
		system.Dispatched(0), system.Accepted("T1"),
		{Who: "engineer", Command: "tasks/T1/pause", With: M{"reason": "parts", "note": "等配件", "until": system.In(short)}},
		{Until: func(c system.Case) bool { return c.Tasks[0].Status == "accepted" }},
		system.Completed("T1"),
	})...)},
	{"explained", steps(nil, slices.Concat(invalid, []system.Step{
		explain("agent", false), explain("manager", false), explain("gm", false),
	})...)},
	{"appealed", steps(nil, slices.Concat(invalid, []system.Step{
		explain("agent", false),
		{Who: "agent", Command: "appeal", With: M{"reason": "投诉人不服"}},
		{Who: "manager", Command: "judge", With: M{"nature": "major", "grounds": "影响恶劣"}},
	})...)},
	{"emergency", steps(M{"category": "facility.lift-trapped"}, system.Step{Who: "agent", Command: "contain", With: M{"measure": "封闭电梯"}})},
	{"reopened", steps(nil,
		system.Step{Who: "agent", Command: "withdraw", With: M{"reason": "撤回"}},
		system.Step{Who: "agent", Command: "reopen", With: M{"reason": "反悔"}})},
	{"by-mail", steps(M{"email": "lilei@example.com"}, system.Judged...)},
	{"refused", refused},
	{"database-down", databaseDown},
}

// continued are told where Temporal suggests early to continue as new.
var continued = []story{{"continued", steps(nil, system.Loop(3)...)}}

var invalid = []system.Step{
	{Who: "agent", Command: "judge", With: M{"nature": "invalid", "grounds": "不属物业职责"}},
	{Who: "assistant", Command: "review", With: M{"nature": "invalid", "grounds": "同意"}},
}

func explain(who string, accepted bool) system.Step {
	return system.Step{Who: who, Command: "explain", With: M{"said": "此事由供水公司负责", "accepted": accepted}}
}

// steps tells a story of commands alone.
func steps(overrides M, steps ...system.Step) func(context.Context, *system.System) (string, error) {
	return func(ctx context.Context, s *system.System) (string, error) {
		r, err := s.Play(ctx, system.Complaint(overrides), steps...)
		return r.Number, err
	}
}

// escalated misses a deadline, and the manager approves a new one. H4
func escalated(ctx context.Context, s *system.System) (string, error) {
	r, err := s.Play(ctx, system.Complaint(nil), append(system.Missed(short),
		system.Step{Who: "manager", Command: "decide-escalation", With: system.Approval("E1")}, system.Completed("T1"))...)
	return r.Number, err
}

// databaseDown is judged while Postgres is down, so that recording goes on patiently.
func databaseDown(ctx context.Context, s *system.System) (string, error) {
	r, err := s.Play(ctx, system.Complaint(nil))
	if err != nil {
		return "", err
	}
	if err := s.Stack.Postgres.Stop(ctx); err != nil {
		return "", err
	}
	err = s.Continue(ctx, r.Number, system.Judged...)
	if err := errors.Join(err, s.Stack.Postgres.Start(ctx)); err != nil {
		return "", err
	}
	_, err = s.Await(ctx, r.Number, func(c system.Case) bool { return c.Stage == "dispatching" })
	return r.Number, err
}

// refused is told to do what it may not, and asked to take what it cannot read.
func refused(ctx context.Context, s *system.System) (string, error) {
	r, err := s.Play(ctx, system.Complaint(nil))
	if err != nil {
		return "", err
	}
	for name, payload := range map[string]any{"judge": "not a command", "dance": M{"id": "d1"}} {
		if err := s.Temporal.SignalWorkflow(ctx, r.Number, "", name, payload); err != nil {
			return "", err
		}
	}
	return r.Number, s.Continue(ctx, r.Number, system.Judged...)
}
