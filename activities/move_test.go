package activities

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"bihuan/procedure"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// P1: a page of cases is moved: those that have the settings already, or whose community those do not know, are left
// alone; the command is the same however often the page is tried.
func TestMoveCases_P1(t *testing.T) {
	held := []Holding{{"TS-1", "yuhu", "old"}, {"TS-2", "yuhu", "new"}, {"TS-3", "gone", "old"}, {"TS-4", "yuhu", "older"}}
	var told []procedure.Command
	var to []string
	down := errors.New("down")
	m := &Move{
		Holdings: func(_ context.Context, _ Scope, after string, _ int) ([]Holding, error) {
			return slices.DeleteFunc(slices.Clone(held), func(h Holding) bool { return h.Number <= after }), nil
		},
		Policies: func(_ context.Context, version int, _ time.Time) (func(string) (policy.Policy, bool), error) {
			return func(community string) (policy.Policy, bool) {
				return policy.Policy{Version: "new"}, community == "yuhu"
			}, nil
		},
		Signal: func(_ context.Context, number string, c procedure.Command) error {
			if number == "TS-4" && down != nil {
				return down
			}
			told, to = append(told, c), append(to, number)
			return nil
		},
	}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(m)
	r := MoveRequest{Version: 7, Why: "台风", By: people.Actor{ID: "li", Roles: []people.Role{people.Manager}}, At: time.Unix(0, 0), ID: "move:1"}
	if _, err := moveCases(env, r); err == nil {
		t.Fatal("a signal that was lost is no success")
	}
	down = nil
	page, err := moveCases(env, r)
	if err != nil || page.Last != "TS-4" || page.Asked != 2 || !slices.Equal(to, []string{"TS-1", "TS-1", "TS-4"}) {
		t.Fatalf("%+v, %v, told %v", page, err, to)
	}
	if told[0].Digest() != told[1].Digest() || told[0].ID != "move:1" || told[0].Name != policy.CmdAdopt || told[0].Actor.ID != "li" {
		t.Errorf("told %+v", told)
	}
	var a policy.Adoption
	if err := json.Unmarshal(told[0].Payload, &a); err != nil || a.Settings != 7 || a.Policy.Version != "new" || a.Reason != "台风" {
		t.Errorf("%v, %+v", err, a)
	}
	r.After = page.Last
	if page, err := moveCases(env, r); err != nil || page.Last != "" {
		t.Errorf("after the end: %+v, %v", page, err)
	}
}

// moveCases is an attempt as the engine makes it.
func moveCases(env *testsuite.TestActivityEnvironment, r MoveRequest) (page MovePage, err error) {
	done, err := env.ExecuteActivity("MoveCases", r)
	if err != nil {
		return page, err
	}
	return page, done.Get(&page)
}

// P1: what a worker had done of a page before it died is not done again.
func TestAMoveGoesOnWhereItWas_P1(t *testing.T) {
	var to []string
	m := &Move{
		Holdings: func(_ context.Context, _ Scope, after string, _ int) ([]Holding, error) {
			all := []Holding{{"TS-1", "yuhu", "old"}, {"TS-2", "yuhu", "old"}, {"TS-3", "yuhu", "old"}}
			return slices.DeleteFunc(all, func(h Holding) bool { return h.Number <= after }), nil
		},
		Policies: func(context.Context, int, time.Time) (func(string) (policy.Policy, bool), error) {
			return func(string) (policy.Policy, bool) { return policy.Policy{Version: "new"}, true }, nil
		},
		Signal: func(_ context.Context, number string, _ procedure.Command) error {
			to = append(to, number)
			return nil
		},
	}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(m)
	env.SetHeartbeatDetails(MovePage{Last: "TS-2", Asked: 2})
	page, err := moveCases(env, MoveRequest{ID: "move:1"})
	if err != nil || !slices.Equal(to, []string{"TS-3"}) || page != (MovePage{Last: "TS-3", Asked: 3}) {
		t.Errorf("%+v, %v, told %v", page, err, to)
	}
}
