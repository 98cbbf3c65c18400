package postgres

import (
	"crypto/sha256"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func hashOf(text string) []byte {
	h := sha256.Sum256([]byte(text))
	return h[:]
}

// N1: waits double, what waits does not count, failures are forgotten in time, and tries at once cannot outrun the count.
func TestAttempts(t *testing.T) {
	db := fresh(t)
	limit := Limit{Free: 2, Most: 10 * time.Second, Forget: time.Minute}
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	try := func(after time.Duration) time.Duration {
		t.Helper()
		at = at.Add(after)
		wait, err := db.Attempt(t.Context(), "x", limit, at)
		must(t, err)
		return wait
	}
	for i, c := range []struct{ after, want time.Duration }{
		{0, 0}, {0, 0}, {0, 0}, {0, time.Second}, {0, time.Second}, // the third failure makes the first wait
		{time.Second, 0}, {time.Second, time.Second}, {time.Second, 0}, {0, 4 * time.Second},
		{4 * time.Second, 0}, {0, 8 * time.Second}, {8 * time.Second, 0}, {0, 10 * time.Second}, // and no longer
		{10 * time.Minute, 0}, {0, 0}, {0, 0}, {0, time.Second}, // forgotten
	} {
		if got := try(c.after); got != c.want {
			t.Errorf("%d: wait %v, want %v", i, got, c.want)
		}
	}
	must(t, db.Forgive(t.Context(), "x"))
	for range 2 {
		if try(0) != 0 {
			t.Error("not forgiven")
		}
	}
	must(t, db.Pardon(t.Context(), "x"))
	for range 2 {
		if try(0) != 0 {
			t.Error("not pardoned")
		}
	}
	if try(0) == 0 {
		t.Error("pardoned more than once")
	}

	var through atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if wait, err := db.Attempt(t.Context(), "at once", limit, at); err == nil && wait == 0 {
				through.Add(1)
			}
		})
	}
	if all.Wait(); through.Load() != 3 {
		t.Errorf("%d of 20 went through", through.Load())
	}
}

// N1: sessions begin, are replaced, seen and ended; disabling somebody ends theirs for good.
func TestSessionsAreKept(t *testing.T) {
	db := fresh(t)
	now := time.Now().UTC().Truncate(time.Second)
	must(t, db.PutStaff(t.Context(), Staff{ID: "wang", Name: "王芳"}))
	put := func(id, replaces string) Session {
		s := Session{ID: id, Hash: hashOf(id), StaffID: "wang", Method: "password", Agent: "x", CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(time.Hour)}
		must(t, db.PutSession(t.Context(), s, replaces))
		return s
	}
	expect := func(want ...Session) {
		t.Helper()
		got, err := db.Sessions(t.Context())
		must(t, err)
		same(t, "sessions", len(got), len(want))
		for i := range want {
			same(t, "session", got[i], want[i])
		}
	}
	put("a", "")
	b := put("b", "a")
	expect(b)
	must(t, db.SeenSessions(t.Context(), map[string]time.Time{"b": now.Add(time.Minute), "gone": now}))
	must(t, db.SeenSessions(t.Context(), map[string]time.Time{"b": now})) // of another server, later heard
	b.SeenAt = now.Add(time.Minute)
	expect(b)
	if err := db.EndSession(t.Context(), "li", "b"); !errors.Is(err, ErrNotFound) {
		t.Errorf("another's session: %v", err)
	}
	c := put("c", "")
	must(t, db.EndSessions(t.Context(), "wang", "c"))
	expect(c)
	must(t, db.PutStaff(t.Context(), Staff{ID: "wang", Name: "王芳", Disabled: true}))
	expect()
	put("d", "")
	must(t, db.SweepLogins(t.Context(), now.Add(2*time.Hour), now))
	expect()
}

// N1: a code and a recovery code open once, and only the secret that was shown becomes the second factor.
func TestAccountsAreKept(t *testing.T) {
	db := fresh(t)
	ctx := t.Context()
	must(t, db.PutStaff(ctx, Staff{ID: "wang", Name: "王芳"}))
	empty, err := db.Account(ctx, "wang")
	must(t, err)
	same(t, "no account", empty, Account{StaffID: "wang"})
	expires := time.Now().UTC().Truncate(time.Second)
	must(t, db.SetPassword(ctx, "wang", "hash", &expires))
	must(t, db.OfferSecond(ctx, "wang", []byte("sealed")))
	refused := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("another secret", db.ConfirmSecond(ctx, "wang", []byte("other"), 1, nil))
	must(t, db.ConfirmSecond(ctx, "wang", []byte("sealed"), 7, [][]byte{hashOf("r1"), hashOf("r2")}))
	must(t, db.OfferSecond(ctx, "wang", []byte("again")))
	refused("a second one", db.ConfirmSecond(ctx, "wang", []byte("again"), 8, nil))
	refused("the same step", db.UseStep(ctx, "wang", 7))
	must(t, db.UseStep(ctx, "wang", 8))
	refused("an earlier step", db.UseStep(ctx, "wang", 7))
	must(t, db.UseRecovery(ctx, "wang", hashOf("r1")))
	refused("a used code", db.UseRecovery(ctx, "wang", hashOf("r1")))
	standings, err := db.Standings(ctx)
	must(t, err)
	same(t, "standing", standings, []Standing{{StaffID: "wang", MustChange: true, HasSecond: true}})
	must(t, db.SetPassword(ctx, "wang", "hash2", nil))
	must(t, db.DropSecond(ctx, "wang"))
	standings, err = db.Standings(ctx)
	must(t, err)
	same(t, "standing", standings, []Standing{{StaffID: "wang"}})
	refused("nothing left", db.UseRecovery(ctx, "wang", hashOf("r2")))

	refused("nobody bound", second(db.Identity(ctx, "https://idp", "1")))
	must(t, db.Bind(ctx, Identity{Issuer: "https://idp", Subject: "1", StaffID: "wang"}))
	must(t, db.PutStaff(ctx, Staff{ID: "li", Name: "李"}))
	must(t, db.Bind(ctx, Identity{Issuer: "https://idp", Subject: "1", StaffID: "li", Managed: true}))
	bound, err := db.Identity(ctx, "https://idp", "1")
	must(t, err)
	same(t, "bound for good", bound, Identity{Issuer: "https://idp", Subject: "1", StaffID: "wang", Managed: true})
}

func second[T any](_ T, err error) error { return err }
