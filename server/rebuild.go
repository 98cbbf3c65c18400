package main

import (
	"context"

	"bihuan/postgres"
	"bihuan/procedure/registry"
)

// rebuild is the command that makes the read model anew from the events.
type rebuild struct{}

// Run folds every case; it is safe while others write.
func (*rebuild) Run(ctx context.Context, db *postgres.DB) error {
	return db.Rebuild(ctx, registry.Rebuild, registry.Tell)
}
