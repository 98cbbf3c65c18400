package activities

import (
	"context"
	"encoding/json"
	"fmt"

	"bihuan/procedure"
	"bihuan/procedure/pool"
)

// Turns keeps whose turn it was in the pools.
type Turns interface {
	// NextTurn says whose turn it is, the same for the same effect.
	NextTurn(ctx context.Context, effect string, n pool.Next) (department string, err error)
}

// NextInTurn is the effect that asks whose turn it is. C1
func NextInTurn(turns Turns) Effect {
	return func(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
		var n pool.Next
		if err := json.Unmarshal(asked.Payload, &n); err != nil {
			return nil, fmt.Errorf("whose turn: %w", err)
		}
		department, err := turns.NextTurn(ctx, asked.Number+":"+asked.ID, n)
		if err != nil {
			return nil, err
		}
		return json.Marshal(pool.Turn{Department: department, Task: n.Task})
	}
}
