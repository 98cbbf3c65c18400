package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"bihuan/activities"
	"bihuan/procedure"
	"bihuan/procedure/improvement"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/procedure/pool"
	"bihuan/procedure/registry"
)

// effects does what a case asks for from outside, and brings it the answers. Cases that are touched are
// told to the town.
func (o *office) effects(ctx context.Context, f *file) error {
	for _, asked := range f.Effects() {
		o.recorder.drain() // an effect may read what is on record
		answer, err := o.do(ctx, asked)
		if err != nil {
			return fmt.Errorf("effect %s of %s: %w", asked.Name, asked.Number, err)
		}
		f.Answer(asked, answer, o.now)
		o.touched = append(o.touched, f.number)
		if err := o.settle(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

func (o *office) do(ctx context.Context, asked procedure.Asked) (procedure.Answer, error) {
	result, err := o.answer(ctx, asked)
	if refusal := (*procedure.Refusal)(nil); errors.As(err, &refusal) {
		return procedure.Answer{Refused: refusal}, nil
	}
	return procedure.Answer{Result: result}, err
}

func (o *office) answer(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	switch asked.Name {
	case procedure.EffectOpen:
		var opening procedure.Opening
		if err := json.Unmarshal(asked.Payload, &opening); err != nil {
			return nil, err
		}
		opened, err := o.open(ctx, asked, opening)
		if err != nil {
			return nil, err
		}
		return json.Marshal(procedure.Opened{Number: opened})
	case procedure.EffectSend:
		return o.send(ctx, asked)
	}
	do, ok := o.effect[asked.Name]
	if !ok {
		return nil, errors.New("nobody knows it here")
	}
	return do(ctx, asked)
}

// effectsByName lists what a worker does too, and whose turn it is as the year has it.
func (o *office) effectsByName() map[string]activities.Effect {
	all := activities.Matters{
		Cases: otherCases{o}, Store: o.db, Policy: o.settings.For,
		Subject: func(category string) string { return o.settings.Names("zh-CN").Category(category) },
	}.Effects()
	maps.Copy(all, activities.SurveyEffects(o.surveys))
	all[improvement.EffectFigure] = activities.Figured(o.db)
	all[pool.EffectNext] = o.turn
	return all
}

// otherCases opens cases and gives them commands for the effects that a worker does too.
type otherCases struct{ *office }

func (c otherCases) Open(ctx context.Context, asked procedure.Asked, opening procedure.Opening) (string, error) {
	return c.open(ctx, asked, opening)
}

func (c otherCases) Give(ctx context.Context, to string, command procedure.Command) (bool, error) {
	f := c.cases[to]
	if f == nil {
		return false, nil
	}
	f.Give(command, c.now)
	c.touched = append(c.touched, to)
	return true, c.settle(ctx, f)
}

func (c otherCases) First(asked procedure.Asked, kind, community string) (string, error) {
	entry, _ := registry.Of(kind)
	policy, _ := c.settings.ForCase(community, c.now)
	zone, err := time.LoadLocation(policy.Calendar.Zone)
	if err != nil {
		return "", err
	}
	return number.New(entry.Prefix, c.now.In(zone), number.Derive(sha256.Sum256([]byte(keyOf(asked))), 0)), nil
}

// turn says whose turn it is in a pool. C1
func (o *office) turn(_ context.Context, asked procedure.Asked) (json.RawMessage, error) {
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
func (o *office) send(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	var m procedure.Message
	var sent procedure.Sent
	if err := json.Unmarshal(asked.Payload, &m); err != nil {
		return nil, err
	}
	for _, to := range m.To {
		f := o.cases[to]
		if f == nil || f.last.Summary.Stage == "archived" {
			sent.Unheard = append(sent.Unheard, to)
			continue
		}
		f.Give(procedure.Command{ID: asked.Number + ":" + asked.ID, Name: m.Command, Actor: people.TheSystem, At: o.now, Payload: m.Payload}, o.now)
		o.touched = append(o.touched, to)
		if err := o.settle(ctx, f); err != nil {
			return nil, err
		}
	}
	return json.Marshal(sent)
}

// keyOf tells one effect from another.
func keyOf(asked procedure.Asked) string { return asked.Number + asked.ID }

// open opens a case for another.
func (o *office) open(ctx context.Context, asked procedure.Asked, opening procedure.Opening) (string, error) {
	opened, err := o.begin(ctx, beginning{
		key: keyOf(asked), kind: opening.Kind, community: opening.Community, payload: opening.Register,
		actor: func(string) people.Actor { return people.TheSystem },
	})
	o.touched = append(o.touched, opened)
	return opened, err
}
