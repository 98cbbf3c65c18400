package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

// Cases opens cases and gives them commands.
type Cases interface {
	// Open opens a case in answer to an effect, once however often it is asked, and gives its number. A
	// *procedure.Refusal says why there will be none.
	Open(ctx context.Context, asked procedure.Asked, o procedure.Opening) (number string, err error)
	// Give hands a command to a case; heard is false for a case that has ended.
	Give(ctx context.Context, number string, c procedure.Command) (heard bool, err error)
}

// Effect does one thing for a case and gives the answer's result as JSON. It may run twice. A
// *procedure.Refusal is an answer too; any other error is tried again.
type Effect func(ctx context.Context, asked procedure.Asked) (json.RawMessage, error)

// Effect does what a case asked for. An effect that nobody knows is a fault of ours and waits to be mended.
func (a *Activities) Effect(ctx context.Context, asked procedure.Asked) (procedure.Answer, error) {
	do, ok := a.effect(asked.Name)
	if !ok {
		return procedure.Answer{}, temporal.NewApplicationError("unknown effect: "+asked.Name, "unknown_effect")
	}
	result, err := do(ctx, asked)
	if refusal := (*procedure.Refusal)(nil); errors.As(err, &refusal) {
		return procedure.Answer{Refused: refusal}, nil
	}
	return procedure.Answer{Result: result}, a.failure("effect "+asked.Name, asked.Number, err)
}

func (a *Activities) effect(name string) (Effect, bool) {
	switch name {
	case procedure.EffectOpen:
		return a.opening, true
	case procedure.EffectSend:
		return a.message, true
	}
	do, ok := a.Effects[name]
	return do, ok
}

func (a *Activities) opening(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	var o procedure.Opening
	if err := json.Unmarshal(asked.Payload, &o); err != nil {
		return nil, fmt.Errorf("opening: %w", err)
	}
	number, err := a.Cases.Open(ctx, asked, o)
	if err != nil {
		return nil, err
	}
	return json.Marshal(procedure.Opened{Number: number})
}

// message gives the same command to each case under the same ID, so that hearing it twice changes nothing.
func (a *Activities) message(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	var m procedure.Message
	if err := json.Unmarshal(asked.Payload, &m); err != nil {
		return nil, fmt.Errorf("message: %w", err)
	}
	command := procedure.Command{
		ID: asked.Number + ":" + asked.ID, Name: m.Command, Actor: people.TheSystem, At: asked.At, Payload: m.Payload,
	}
	var sent procedure.Sent
	for _, number := range m.To {
		heard, err := a.Cases.Give(ctx, number, command)
		if err != nil {
			return nil, err
		}
		if !heard {
			sent.Unheard = append(sent.Unheard, number)
		}
		alive(ctx)
	}
	return json.Marshal(sent)
}
