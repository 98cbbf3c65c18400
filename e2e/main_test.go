// Package e2e tests the whole of Bihuan through HTTP, on a real Temporal and a real Postgres, with
// worker and server as processes that can be killed.
package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"bihuan/e2e/system"
)

var (
	bihuan  *system.System
	mailbox *system.Mailbox
	// programs holds the worker and the server under test.
	programs string
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx := context.Background()
	dir, err := system.TempDir()
	if err != nil {
		return failed(err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // what is left of it is only waste
	programs = filepath.Join(dir, "programs")
	if err := system.Build(ctx, programs); err != nil {
		return failed(err)
	}
	if mailbox, err = system.OpenMailbox(); err != nil {
		return failed(err)
	}
	defer mailbox.Close()
	bihuan, err = system.Start(ctx, system.Options{
		Dir: filepath.Join(dir, "data"), Programs: programs, Log: os.Stderr,
		Env: []string{"SMTP_ADDRESS=" + mailbox.Address, "MAIL_FROM=desk@bihuan.example"},
	})
	if err != nil {
		return failed(err)
	}
	code := m.Run()
	if code != 0 {
		bihuan.ShowLogs(os.Stderr)
	}
	if err := bihuan.Stop(ctx); err != nil {
		return failed(err)
	}
	return code
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// M is a JSON object.
type M = system.M

// play registers a complaint, takes its steps, and waits until it can be read.
func play(t *testing.T, complaint M, steps ...system.Step) system.Registration {
	t.Helper()
	r, err := bihuan.Play(t.Context(), complaint, steps...)
	must(t, err)
	appears(t, r.Number, "registered")
	return r
}

// appears waits until an event of a complaint is in the database.
func appears(t *testing.T, number, event string) {
	t.Helper()
	must(t, system.Poll(t.Context(), func() (bool, error) {
		return rows(t, "SELECT count(*) FROM events WHERE number = $1 AND type = $2", number, event) > 0, nil
	}))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// command sends a command and gives the answer whatever it is.
func command(t *testing.T, c system.Client, number, name string, payload any, headers ...string) system.Answer {
	t.Helper()
	a, err := c.Command(t.Context(), number, name, payload, headers...)
	must(t, err)
	return a
}

// get reads a path into a value and wants 200.
func get(t *testing.T, c system.Client, path string, into any) {
	t.Helper()
	a, err := c.Do(t.Context(), http.MethodGet, path, nil)
	must(t, err)
	if err := a.Into(http.StatusOK, into); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
}

func wantStatus(t *testing.T, a system.Answer, status int) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("want %d, got %d: %s", status, a.Status, a.Body)
	}
}

func wantProblem(t *testing.T, a system.Answer, status int, code string) {
	t.Helper()
	if p := a.Problem(); a.Status != status || p.Code != code || p.Status != status || p.Detail == "" {
		t.Fatalf("want %d %s, got %d: %s", status, code, a.Status, a.Body)
	}
}

// entry is one line of a timeline.
type entry struct {
	Seq                 int
	Type, Text, Refused string
	By                  struct{ ID, Role string }
}

// timeline reads all of a complaint's timeline as the manager sees it.
func timeline(t *testing.T, number, language string) []entry {
	t.Helper()
	var entries []entry
	for after := 0; ; {
		var page struct {
			Items []entry
			Next  int
		}
		get(t, bihuan.As("manager").In(language), fmt.Sprintf("/api/v1/complaints/%s/timeline?limit=200&after=%d", number, after), &page)
		entries = append(entries, page.Items...)
		if after = page.Next; after == 0 {
			return entries
		}
	}
}

// events lists the types of what happened, checking that nothing is missing or there twice.
func events(t *testing.T, number string) []string {
	t.Helper()
	var types []string
	for _, e := range timeline(t, number, "") {
		if e.Refused != "" {
			continue
		}
		types = append(types, e.Type)
		if e.Seq != len(types) {
			t.Fatalf("event %d stands at place %d of %s", e.Seq, len(types), number)
		}
	}
	return types
}

func count(types []string, wanted string) int {
	return len(slices.DeleteFunc(slices.Clone(types), func(s string) bool { return s != wanted }))
}

// wantEvents waits until what is wanted has been recorded, and wants it no more often.
func wantEvents(t *testing.T, number string, wanted map[string]int) {
	t.Helper()
	err := system.Poll(t.Context(), func() (bool, error) {
		types := events(t, number)
		for name, n := range wanted {
			if count(types, name) < n {
				return false, fmt.Errorf("not yet %d times %s in %v", n, name, types)
			}
		}
		return true, nil
	})
	must(t, err)
	types := events(t, number)
	for name, n := range wanted {
		if got := count(types, name); got != n {
			t.Errorf("%s: %d times %s, want %d, in %v", number, got, name, n, types)
		}
	}
}

// rows counts with SQL what no reader of the API may see.
func rows(t *testing.T, sql string, args ...any) int {
	t.Helper()
	return rowsIn(t, bihuan, sql, args...)
}

// rowsIn counts in the database of a system.
func rowsIn(t *testing.T, s *system.System, sql string, args ...any) int {
	t.Helper()
	db, err := pgx.Connect(t.Context(), s.DatabaseURL)
	must(t, err)
	defer db.Close(context.WithoutCancel(t.Context()))
	var n int
	must(t, db.QueryRow(t.Context(), sql, args...).Scan(&n))
	return n
}

func toJSON(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	must(t, err)
	return raw
}

// send posts something and reads the answer.
func send(t *testing.T, c system.Client, path string, body any, status int, into any) {
	t.Helper()
	a, err := c.Do(t.Context(), http.MethodPost, path, body)
	must(t, err)
	wantStatus(t, a, status)
	must(t, json.Unmarshal(a.Body, into))
}

// refuse posts something that is refused.
func refuse(t *testing.T, c system.Client, path string, body any, status int, code string) {
	t.Helper()
	a, err := c.Do(t.Context(), http.MethodPost, path, body)
	must(t, err)
	wantProblem(t, a, status, code)
}
