package postgres

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"
)

// A10: opening works without Postgres, and every call then says that it is down, soon.
func TestA10Down(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never answers
	must(t, err)
	defer silent.Close()
	refusing, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	refusing.Close()
	for name, address := range map[string]string{"refusing": refusing.Addr().String(), "silent": silent.Addr().String()} {
		db, err := Open(t.Context(), "postgres://bihuan@"+address+"/bihuan?sslmode=disable")
		must(t, err)
		began := time.Now()
		_, err = db.Record(t.Context(), sample("TS-1"))
		_, listed := db.Cases(t.Context(), Filter{Communities: all})
		for what, err := range map[string]error{"record": err, "list": listed, "ping": db.Ping(t.Context())} {
			if !errors.Is(err, ErrDown) || errors.Is(err, ErrNotFound) {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
		if took := time.Since(began); took > 3*connectTimeout+time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		db.Close()
	}
}

// A10: connections that died with the server are not met again when it is back.
func TestA10BackAgain(t *testing.T) {
	db := fresh(t)
	record(t, db, sample("TS-1"))
	must(t, admin(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'bihuan' AND datname = '`+db.pool.Config().ConnConfig.Database+`'`))
	for deadline := time.Now().Add(10 * time.Second); ; {
		_, err := db.Record(t.Context(), sample("TS-2"))
		if err == nil {
			return
		}
		if !errors.Is(err, ErrDown) || time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func TestSlowStatementIsDown(t *testing.T) {
	db := fresh(t)
	tx, err := db.pool.Begin(t.Context())
	must(t, err)
	defer func() { _ = tx.Rollback(context.Background()) }()
	_, err = tx.Exec(t.Context(), "LOCK TABLE cases")
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := db.Case(ctx, "TS-1"); !errors.Is(err, ErrDown) {
		t.Errorf("got %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if _, err := db.Case(ctx, "TS-1"); err == nil || errors.Is(err, ErrDown) {
		t.Errorf("a caller that left: %v", err)
	}
}

func TestMigrateAtOnceAndAgain(t *testing.T) {
	db := owned(t, fresh(t))
	_, err := db.pool.Exec(t.Context(), "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
	must(t, err)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if err := db.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	record(t, db, sample("TS-1"))
}
