// Package pool is work that several departments could do: it is offered to all of them and the first to
// accept takes it, or it falls to each in turn. C1
package pool

import (
	"encoding/json"
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/policy"
)

// Offer is how work stands that goes to a pool. Without a pool it is of no meaning.
type Offer struct {
	Pool string `json:"pool,omitempty"`
	// Offered are the departments that may take it, or to one of which it will fall.
	Offered []string `json:"offered,omitempty"`
	// Turn says that whose turn it is will be known in a moment.
	Turn bool `json:"turn,omitempty"`
}

// Of makes the offer of a pool, or refuses one that is not there.
func Of(p policy.Policy, id string) (Offer, error) {
	found, ok := p.Pool(id)
	if !ok {
		return Offer{}, procedure.Invalid("unknown_pool", "pool", id)
	}
	return Offer{Pool: id, Offered: slices.Clone(found.Departments), Turn: found.By == policy.ByTurn}, nil
}

// Has says whether the work is, or was, on offer to a department.
func (o Offer) Has(department string) bool {
	return department != "" && slices.Contains(o.Offered, department)
}

// Without gives the offer after a department has declined it.
func (o Offer) Without(department string) Offer {
	o.Offered = slices.DeleteFunc(slices.Clone(o.Offered), func(d string) bool { return d == department })
	return o
}

// Others are those of the offer beside one department.
func (o Offer) Others(department string) []string { return o.Without(department).Offered }

// CmdTakeTurn brings the answer to whose turn it is.
const CmdTakeTurn = "take-turn"

// EffectNext asks whose turn it is; the payload is a Next, the answer's result a Turn.
const EffectNext = "next-in-turn"

// Next asks which department of a pool is the next: the one whose last turn is the longest ago.
type Next struct {
	Community   string   `json:"community"`
	Pool        string   `json:"pool"`
	Departments []string `json:"departments"`
	Task        string   `json:"task,omitempty"`
}

// Turn says whose turn it is.
type Turn struct {
	Department string `json:"department"`
	Task       string `json:"task,omitempty"`
}

// Ask asks whose turn it is; the answer comes with CmdTakeTurn.
func Ask(community string, o Offer, task string) procedure.Effect {
	return procedure.Effect{Name: EffectNext, Then: CmdTakeTurn, Payload: machine.Encode(Next{
		Community: community, Pool: o.Pool, Departments: o.Offered, Task: task,
	})}
}

// Answered reads whose turn it is.
func Answered(a procedure.Answer) (Turn, error) {
	if a.Refused != nil {
		return Turn{}, a.Refused
	}
	var t Turn
	if err := json.Unmarshal(a.Result, &t); err != nil || t.Department == "" {
		return Turn{}, procedure.Invalid("bad_payload", "reason", "result")
	}
	return t, nil
}
