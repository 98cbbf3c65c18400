package postgres

import (
	"context"
	"embed"
	"io/fs"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the tables up to date. Several processes may call it at once: one works, the rest wait.
func (db *DB) Migrate(ctx context.Context) error {
	config := db.pool.Config().ConnConfig.Copy()
	delete(config.RuntimeParams, "statement_timeout") // rewriting a large table takes its time
	std := stdlib.OpenDB(*config)
	defer std.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, std, files, goose.WithSessionLocker(locker))
	if err != nil {
		return failed("migrate", err)
	}
	_, err = provider.Up(ctx)
	return failed("migrate", err)
}
