package activities

import "context"

// FileHistory files the workflow's own history, back through every continue-as-new. I2
func (a *Activities) FileHistory(ctx context.Context, number string) error {
	history, err := a.Histories.HistoryToFile(ctx, number)
	if err == nil {
		err = a.Filer.FileHistory(ctx, number, history)
	}
	return a.failure("file history", number, err)
}
