package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/server/failure"
	"bihuan/temporal"
	"bihuan/words"
	"bihuan/workflows"
)

// Intake is one request to register a complaint. Everything it needs is at hand without the
// database. A10
type Intake struct {
	Kind     machine.Kind
	Actor    people.Actor
	Resident bool // registers for themselves: their ID becomes the number. N3
	Body     []byte
	Key      string // that makes the request safe to repeat, if it has one

	keyOf    *[32]byte // the hash of key and caller; nil without a key
	bodyHash string
	policy   policy.Policy
	zone     *time.Location
	now      time.Time
}

// Taken is a registered complaint as it was taken in.
type Taken struct {
	Number string
	machine.Instance
	Replay bool // it was taken in before, by the same key
}

// Take completes the intake and opens the case.
func (d *Desk) Take(ctx context.Context, in Intake, owner string) (Taken, error) {
	var what struct{ Community string }
	if err := json.Unmarshal(in.Body, &what); err != nil {
		return Taken{}, failure.Invalid("bad_payload").Because(err)
	}
	if !in.Resident && !in.Actor.In(what.Community) { // N1
		return Taken{}, procedure.Forbidden("forbidden", "command", workflows.Registering)
	}
	in.now = d.Now().UTC()
	var ok bool
	if in.policy, ok = d.Settings.ForCase(what.Community, in.now); !ok {
		return Taken{}, procedure.Invalid("unknown_community", "community", what.Community, "field", "community")
	}
	in.policy = in.policy.Only(in.Kind.Name)
	zone, err := d.zones.of(in.policy.Calendar.Zone)
	if err != nil {
		return Taken{}, err
	}
	in.zone = zone
	sum := sha256.Sum256(in.Body)
	in.bodyHash = hex.EncodeToString(sum[:])
	if in.Key != "" {
		hash := sha256.Sum256([]byte(owner + "\x00" + in.Key))
		in.keyOf = &hash
	}
	return d.open(ctx, in)
}

func (in Intake) keyHash() string {
	if in.keyOf == nil {
		return ""
	}
	return hex.EncodeToString(in.keyOf[:])
}

// numberOn gives the number for an attempt on a date; with a key it is always the same one.
func (in Intake) numberOn(date time.Time, attempt int) string {
	random := rand.Uint32()
	if in.keyOf != nil {
		random = number.Derive(*in.keyOf, attempt)
	}
	return number.New(in.Kind.Prefix, date.In(in.zone), random)
}

// open starts the case under the first number that is free, or finds the one that the same key has
// started before.
func (d *Desk) open(ctx context.Context, in Intake) (Taken, error) {
	for attempt := range number.Attempts {
		t, err := d.draft(in, in.numberOn(in.now, attempt), in.now)
		if err != nil { // bad input starts nothing
			return Taken{}, err
		}
		if attempt == 0 && in.keyOf != nil {
			if before, err := d.earlier(ctx, in); before.Replay || err != nil {
				return before, err
			}
		}
		err = d.Engine.Start(ctx, in.newCase(t))
		if err == nil {
			d.communities.put(t.Number, t.Summary().Community)
			return t, nil
		}
		if !errors.Is(err, temporal.ErrStarted) {
			return Taken{}, err
		}
		if before, err := d.sameKey(ctx, in, t.Number); before.Replay || err != nil {
			return before, err
		}
	}
	return Taken{}, failure.Internal("internal").Because(errors.New("no free number"))
}

// draft lets the procedure decide the registration, so that what it refuses is refused before anything
// starts, and what it takes is known without waiting for a worker.
func (d *Desk) draft(in Intake, n string, at time.Time) (Taken, error) {
	c, err := in.Kind.Register(n, in.policy, in.command(n, at), at)
	return Taken{Number: n, Instance: c}, err
}

func (in Intake) command(n string, at time.Time) procedure.Command {
	c := procedure.Command{Name: workflows.Registering, Actor: in.Actor, At: at, Payload: in.Body}
	if in.Resident {
		c.Actor.ID = n
	}
	if in.keyOf != nil {
		c.ID = in.keyHash()[:32]
	} else {
		c.ID = uuid.NewString()
	}
	return c
}

func (in Intake) newCase(t Taken) temporal.NewCase {
	labels := workflows.LabelsOf(t.Summary())
	return temporal.NewCase{
		Kind: in.Kind.Name, Title: words.Title(in.Kind.Name, labels.Drill), Labels: labels,
		Start: workflows.Start{
			Number: t.Number, Policy: in.policy, Register: in.command(t.Number, in.now),
			Secret: temporal.NewSecret(), KeyHash: in.keyHash(), BodyHash: in.bodyHash,
		},
	}
}

// sameKey looks at the case that has a number: the same key's is answered again, another key's is not ours.
func (d *Desk) sameKey(ctx context.Context, in Intake, n string) (Taken, error) {
	if in.keyOf == nil {
		return Taken{}, nil
	}
	origin, err := d.Engine.Origin(ctx, n)
	if err != nil || origin.Key != in.keyHash() {
		return Taken{}, err
	}
	return d.replay(in, n, origin)
}

// replay gives the answer that the first request got.
func (d *Desk) replay(in Intake, n string, origin temporal.Origin) (Taken, error) {
	if origin.Body != in.bodyHash {
		return Taken{}, errKeyReused
	}
	t, err := d.draft(in, n, origin.At)
	t.Replay = err == nil
	return t, err
}

// earlier finds the case that the same key started on another day: Postgres knows all of them. While
// it is down, or before it has written the last day's, yesterday's numbers are looked at. A10
func (d *Desk) earlier(ctx context.Context, in Intake) (Taken, error) {
	n, bodyHash, found, err := d.numberByKey(ctx, in.keyHash())
	switch {
	case found:
		origin, err := d.Engine.Origin(ctx, n)
		if errors.Is(err, ErrNotFound) { // the engine has forgotten it after years, the record has not
			origin, err = temporal.Origin{Body: bodyHash, At: in.now}, nil
		}
		if err != nil {
			return Taken{}, err
		}
		return d.replay(in, n, origin)
	case err == nil && in.now.In(in.zone).Hour() > 0:
		return Taken{}, nil
	case err != nil && !errors.Is(err, postgres.ErrDown):
		return Taken{}, err
	}
	return d.yesterday(ctx, in)
}

func (d *Desk) yesterday(ctx context.Context, in Intake) (Taken, error) {
	for attempt := range number.Attempts {
		t, err := d.sameKey(ctx, in, in.numberOn(in.now.AddDate(0, 0, -1), attempt))
		if errors.Is(err, ErrNotFound) {
			return Taken{}, nil
		}
		if t.Replay || err != nil {
			return t, err
		}
	}
	return Taken{}, nil
}
