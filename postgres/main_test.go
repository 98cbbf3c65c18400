package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/dev/stack"
)

// server is the Postgres that every test makes a database of its own in.
var server struct {
	url      string
	template string
	// password is that of the application's role, which is called as the template.
	password string
	made     atomic.Int64
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	server.url = os.Getenv("TEST_DATABASE_URL")
	if server.url == "" {
		s, err := stack.Start(ctx, stack.Options{WithoutTemporal: true, Log: os.Stderr})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = s.Stop(context.Background()) }()
		server.url = s.DatabaseURL
	}
	server.template = fmt.Sprintf("bihuan_test_%d", os.Getpid())
	server.password = rand.Text()
	if err := makeTemplate(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		_ = admin(context.Background(), "DROP DATABASE IF EXISTS "+server.template)
		_ = admin(context.Background(), "DROP ROLE IF EXISTS "+server.template)
	}()
	return m.Run()
}

func makeTemplate(ctx context.Context) error {
	if err := admin(ctx, "CREATE DATABASE "+server.template); err != nil {
		return err
	}
	db, err := Open(ctx, databaseURL(server.template))
	if err != nil {
		return err
	}
	defer db.Close()
	app, err := Open(ctx, applicationURL(server.template))
	if err != nil {
		return err
	}
	defer app.Close()
	return errors.Join(db.Migrate(ctx), db.Permit(ctx, app))
}

func admin(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, server.url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

// databaseURL is a database as its owner opens it.
func databaseURL(name string) string { return at(name).String() }

// applicationURL is a database as the application opens it, with fewer rights.
func applicationURL(name string) string {
	u := at(name)
	u.User = url.UserPassword(server.template, server.password)
	return u.String()
}

func at(name string) *url.URL {
	u, err := url.Parse(server.url)
	if err != nil {
		panic(err)
	}
	u.Path = "/" + name
	return u
}

// owned gives a database of fresh as its owner.
func owned(t testing.TB, db *DB) *DB {
	t.Helper()
	owner, err := Open(context.Background(), databaseURL(db.pool.Config().ConnConfig.Database))
	must(t, err)
	t.Cleanup(owner.Close)
	return owner
}

// fresh gives an empty, migrated database, opened as the application opens it.
func fresh(t testing.TB) *DB {
	t.Helper()
	ctx := context.Background()
	name := fmt.Sprintf("%s_%d", server.template, server.made.Add(1))
	must(t, admin(ctx, "CREATE DATABASE "+name+" TEMPLATE "+server.template))
	db, err := Open(ctx, applicationURL(name))
	must(t, err)
	t.Cleanup(func() {
		db.Close()
		must(t, admin(ctx, "DROP DATABASE "+name+" WITH (FORCE)"))
	})
	return db
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
