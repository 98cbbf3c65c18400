package handbook

import (
	"context"

	"bihuan/postgres"
)

// none is a store without versions.
type none struct{}

func (none) NewestSettings(context.Context) (int, error) { return 0, nil }
func (none) SettingsVersion(context.Context, int) (postgres.SettingsVersion, error) {
	return postgres.SettingsVersion{}, postgres.ErrNotFound
}
func (none) SettingsVersions(context.Context, string, int) (postgres.Page[postgres.SettingsVersion], error) {
	return postgres.Page[postgres.SettingsVersion]{}, nil
}
func (none) AddSettings(context.Context, postgres.SettingsVersion) error { return nil }
func (none) SettingsInUse(context.Context) (postgres.InUse, error)       { return postgres.InUse{}, nil }
