package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"bihuan/procedure"
	"bihuan/procedure/people"
	"bihuan/procedure/pool"
)

// errands does what a case asks for from outside, and brings it the answers. Cases that are touched are
// told to the town.
func (o *office) errands(ctx context.Context, f *file) error {
	for _, asked := range f.Errands() {
		o.recorder.drain() // an errand may read what is on record
		answer, err := o.errand(ctx, asked)
		if err != nil {
			return fmt.Errorf("errand %s of %s: %w", asked.Name, asked.Number, err)
		}
		f.Answer(asked, answer, o.now)
		o.touched = append(o.touched, f.number)
		if err := o.settle(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

func (o *office) errand(ctx context.Context, asked procedure.Asked) (procedure.Answer, error) {
	result, err := o.answer(ctx, asked)
	if refusal := (*procedure.Refusal)(nil); errors.As(err, &refusal) {
		return procedure.Answer{Refused: refusal}, nil
	}
	return procedure.Answer{Result: result}, err
}

func (o *office) answer(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	switch asked.Name {
	case procedure.ErrandOpen:
		var opening procedure.Opening
		if err := json.Unmarshal(asked.Payload, &opening); err != nil {
			return nil, err
		}
		number, err := o.begin(ctx, beginning{
			key: asked.Number + asked.ID, kind: opening.Kind, community: opening.Community, payload: opening.Register,
			actor: func(string) people.Actor { return people.TheSystem },
		})
		if err != nil {
			return nil, err
		}
		o.touched = append(o.touched, number)
		return json.Marshal(procedure.Opened{Number: number})
	case procedure.ErrandSend:
		return nil, o.send(ctx, asked)
	}
	if asked.Name == pool.ErrandNext {
		return o.turn(asked)
	}
	return nil, errors.New("nobody knows it here")
}

// turn says whose turn it is in a pool. C1
func (o *office) turn(asked procedure.Asked) (json.RawMessage, error) {
	var n pool.Next
	if err := json.Unmarshal(asked.Payload, &n); err != nil {
		return nil, err
	}
	of := n.Community + " " + n.Pool
	department := n.Departments[o.turns[of]%len(n.Departments)]
	o.turns[of]++
	return json.Marshal(pool.Turn{Department: department, Task: n.Task})
}

// send gives other cases a command. What has ended, or refuses, is no trouble of whoever sent it.
func (o *office) send(ctx context.Context, asked procedure.Asked) error {
	var m procedure.Message
	if err := json.Unmarshal(asked.Payload, &m); err != nil {
		return err
	}
	for _, number := range m.To {
		f := o.cases[number]
		if f == nil {
			continue
		}
		f.Give(procedure.Command{ID: asked.Number + ":" + asked.ID, Name: m.Command, Actor: people.TheSystem, At: o.now, Payload: m.Payload}, o.now)
		o.touched = append(o.touched, number)
		if err := o.settle(ctx, f); err != nil {
			return err
		}
	}
	return nil
}
