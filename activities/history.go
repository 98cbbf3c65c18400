package activities

import (
	"context"
	"encoding/json"

	"bihuan/engine"
)

// FileHistory files the workflow's own history, back through every continue-as-new. I2
func (a *Activities) FileHistory(ctx context.Context, number string) error {
	history, err := engine.ReadHistory(ctx, a.Histories, number)
	if err != nil {
		return a.failure("file history", number, err)
	}
	raw, err := json.Marshal(history)
	if err != nil {
		return a.failure("file history", number, err)
	}
	return a.failure("file history", number, a.Filer.FileHistory(ctx, number, raw))
}
