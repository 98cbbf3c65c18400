package registry_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/erasure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
	"bihuan/procedure/registry/toy"
)

// A kind that is registered is found by its name and by its numbers, decides, rebuilds, counts and is erased; once it is
// taken away again it is nowhere.
func TestARegisteredKindIsEverywhere(t *testing.T) {
	remove := registry.Register(toy.Definition.Erase())
	kind, ok := registry.OfNumber("YW-20261201-00001")
	if !ok || kind.Name != "wish" || !slices.Contains(registry.Taking(toy.CmdGrant), "wish") {
		t.Fatalf("%+v", kind)
	}
	at := time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC)
	agent := people.Actor{ID: "li", Name: "李", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}}
	c := kind.New("YW-20261201-00001", policy.Policy{WarnPercent: 75})
	var events []procedure.Event
	give := func(name string, payload any) {
		t.Helper()
		happened, err := c.Decide(procedure.Command{ID: name, Name: name, Actor: agent, At: at, Payload: machine.Encode(payload)}, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range happened {
			events = append(events, h.Event)
		}
		c = happened[len(happened)-1].Case
	}
	give(machine.CmdRegister, toy.Register{Customer: machine.Customer{Community: "yuhu", Channel: machine.Desk, Name: "王"}, What: "一棵树"})
	if allowed := c.Allowed(agent); !slices.Contains(allowed, toy.CmdGrant) {
		t.Errorf("allowed: %v", allowed)
	}
	give(toy.CmdGrant, toy.Grant{With: "银杏", Worth: 30})

	sum, state, err := registry.Rebuild("YW-20261201-00001", events, json.RawMessage(`{"warn_percent":75}`))
	if err != nil || sum.Outcome != toy.Granted || string(state) != string(machine.Encode(c.Slim())) {
		t.Errorf("rebuilt: %+v %v\n%s", sum, err, state)
	}
	facts, err := registry.Tell("YW-20261201-00001", events, json.RawMessage(`{"warn_percent":75}`))
	if met := (procedure.Fact{Name: procedure.FactMet, Key: string(toy.StepGrant)}); err != nil || !slices.ContainsFunc(facts, func(f procedure.Fact) bool {
		return f.Name == met.Name && f.Key == met.Key
	}) {
		t.Errorf("facts: %+v %v", facts, err)
	}
	if !erasure.Personal(toy.EvGranted, "data/with") || erasure.Personal(toy.EvWished, "data/channel") {
		t.Error("what goes when it is erased is not what its data says")
	}
	remove()
	if _, ok := registry.Of("wish"); ok {
		t.Error("it is still there")
	}
}

// Two kinds of one name, or with numbers of one beginning, are a mistake that shows at once.
func TestAKindIsRegisteredOnce(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("the second one was taken")
		}
	}()
	t.Cleanup(registry.Register(toy.Definition.Erase()))
	registry.Register(toy.Definition.Erase())
}

// An event that enters a stage which the command's line does not name is refused, and nothing has happened: the picture of
// the lifecycle is drawn from the lines that decide.
func TestAStageThatNoLineNamesIsNotEntered(t *testing.T) {
	wrong := toy.Procedure
	wrong.Commands = slices.Clone(wrong.Commands)
	for i, c := range wrong.Commands {
		if c.Name == toy.CmdGrant {
			wrong.Commands[i].Lines = slices.Clone(c.Lines)
			wrong.Commands[i].Lines[0].To = nil
		}
	}
	d := wrong.Define()
	agent := people.Actor{ID: "li", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}}
	at := time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC)
	register := machine.Encode(toy.Register{Customer: machine.Customer{Community: "yuhu", Channel: machine.Desk}, What: "一棵树"})
	s := d.New("YW-1", policy.Policy{})
	steps, err := d.Take(s, procedure.Command{ID: "1", Name: machine.CmdRegister, Actor: agent, Payload: register}, at)
	if err != nil {
		t.Fatal(err)
	}
	s = steps[len(steps)-1].After
	steps, err = d.Take(s, procedure.Command{ID: "2", Name: toy.CmdGrant, Actor: agent, Payload: machine.Encode(toy.Grant{With: "银杏"})}, at)
	var refusal *procedure.Refusal
	if !errors.As(err, &refusal) || refusal.Code != "undeclared_stage" || len(steps) > 0 {
		t.Errorf("%v %v", steps, err)
	}
	if deadlines := d.Due(s); len(deadlines) == 0 || deadlines[0].Command != deadline.CmdWarn {
		t.Errorf("the wish does not stand as before: %v", deadlines)
	}
}
