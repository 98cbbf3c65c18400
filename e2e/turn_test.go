package e2e_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"bihuan/e2e/system"
	"bihuan/procedure"
	"bihuan/procedure/people"
)

// TestWorkerKilledBetweenRecordingAndTheEndOfItsTurn has the database take in what a worker decided, the worker die
// before Temporal heard of it, and another command come that was sent earlier: the turn is taken anew with both, and
// what it decides must agree with what is on record. H7
func TestWorkerKilledBetweenRecordingAndTheEndOfItsTurn(t *testing.T) {
	up(t)
	r := play(t, system.Complaint(M{"category": "other"})) // of a matter of its own: no issue tells it anything meanwhile
	earlier := time.Now().UTC()
	release := lock(t, r.Number)
	wantStatus(t, command(t, bihuan.As("agent"), r.Number, "contact", M{"channel": "hotline", "said": "后"}), http.StatusAccepted)
	waits(t)
	must(t, bihuan.Worker.Kill()) // its recording waits in the database
	release()
	appears(t, r.Number, "contacted")
	must(t, bihuan.Temporal.SignalWorkflow(t.Context(), r.Number, "", "contact", procedure.Command{
		ID: uuid.NewString(), At: earlier,
		Actor:   people.Actor{ID: "agent", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}},
		Payload: toJSON(t, M{"channel": "hotline", "said": "先"}),
	}))
	must(t, bihuan.Worker.Start(t.Context()))
	wantEvents(t, r.Number, map[string]int{"registered": 1, "contacted": 2})
	must(t, bihuan.Continue(t.Context(), r.Number, system.Judged...))
	wantEvents(t, r.Number, map[string]int{"contacted": 2, "judged": 1, "reviewed": 1})
}

// waits returns once somebody waits for a lock.
func waits(t *testing.T) {
	t.Helper()
	must(t, system.Poll(t.Context(), func() (bool, error) { return rows(t, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0, nil }))
}

// lock keeps everybody from writing a case's row until it is released.
func lock(t *testing.T, number string) (release func()) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	db, err := pgx.Connect(ctx, bihuan.DatabaseURL)
	must(t, err)
	t.Cleanup(func() { _ = db.Close(ctx) }) // closing twice is harmless
	_, err = db.Exec(ctx, "BEGIN")
	must(t, err)
	_, err = db.Exec(ctx, "SELECT FROM cases WHERE number = $1 FOR UPDATE", number)
	must(t, err)
	return func() { must(t, db.Close(ctx)) }
}
