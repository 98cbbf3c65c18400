package machine_test

import (
	"errors"
	"fmt"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry/toy"
)

// A case decides commands: what happens comes as events, each with the case as it stands after it.
func ExampleInstance() {
	nine := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	agent := people.Actor{ID: "li", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}}
	wish := toy.Definition.Erase().New("YW-20261201-00001", policy.Policy{WarnPercent: 75})

	command := func(name string, payload any) procedure.Command {
		return procedure.Command{ID: name, Name: name, Actor: agent, Payload: machine.Encode(payload)}
	}
	happened, err := wish.Decide(command(machine.CmdRegister, toy.Register{
		Customer: machine.Customer{Community: "yuhu", Channel: machine.Desk}, What: "a tree",
	}), nine)
	for _, h := range happened {
		fmt.Println(h.Event.Seq, h.Event.Type)
		wish = h.Case
	}
	fmt.Println(err, wish.Summary().Stage, wish.Allowed(agent))
	for _, d := range wish.Due() {
		fmt.Println(d.Command, d.Key, d.At.Format("15:04"))
	}
	// What the rules refuse changes nothing, and says why by a code.
	_, err = wish.Decide(command(toy.CmdGrant, toy.Grant{}), nine)
	var refusal *procedure.Refusal
	fmt.Println(errors.As(err, &refusal), refusal.Class, refusal.Code, refusal.Args["field"])
	// Output:
	// 1 wish-made
	// 2 stage-entered
	// <nil> wished [grant contact request-escalation withdraw]
	// warn grant 09:45
	// true invalid missing_field with
}
