// Package postgres keeps what is read: events, cases, notices, filings and staff. It decides nothing;
// the read model can be made anew from the events.
package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	connectTimeout = time.Second
	// statementTimeout is the server's limit for one statement, callTimeout ours for a whole call: a server
	// that hangs cannot keep its own.
	statementTimeout = 5 * time.Second
	callTimeout      = 6 * time.Second
	maxConns         = 16
)

// DB is the database. It connects when it is used, so it can be opened while Postgres is down.
type DB struct {
	// Mail says that a mail channel exists: notices are written for it too. Set it before use.
	Mail bool

	pool *pgxpool.Pool
}

// Open prepares a database for use without connecting to it.
func Open(ctx context.Context, url string) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	config.MaxConns = maxConns
	config.ConnConfig.ConnectTimeout = connectTimeout
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.ConnConfig.RuntimeParams["application_name"] = "bihuan"
	config.ConnConfig.RuntimeParams["bihuan.via"] = viaProgram
	config.ConnConfig.RuntimeParams["statement_timeout"] = fmt.Sprint(statementTimeout.Milliseconds())
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	return &DB{pool: pool}, nil
}

// Close gives all connections back.
func (db *DB) Close() { db.pool.Close() }

// Ping says whether Postgres answers.
func (db *DB) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return failed("ping", db.pool.Ping(ctx))
}
