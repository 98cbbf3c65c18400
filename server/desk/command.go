package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/server/failure"
	"bihuan/temporal"
	"bihuan/workflows"
)

// Outcome is the engine's answer about a command, with the state of whatever kind of case.
type Outcome = workflows.Outcome

// Order is a command that somebody gives to a case.
type Order struct {
	Number string
	Name   string
	Actor  people.Actor
	Body   []byte
	Task   string // that it is about; empty where the body says or nothing does
	Key    string // makes it safe to repeat; empty for none
}

// Given is what became of it, as far as is known, and the ID by which that can be asked for later.
type Given struct {
	Outcome
	ID string
}

// Give signals a command to a case and waits a little for its outcome. It fails where the command is not safe.
func (d *Desk) Give(ctx context.Context, o Order) (Given, error) {
	payload, err := withTask(o.Body, o.Task)
	if err != nil {
		return Given{}, err
	}
	command := procedure.Command{
		ID: commandID(o.Key, o.Number, o.Actor), Name: o.Name, Actor: o.Actor, At: d.Now().UTC(), Payload: payload,
	}
	if err := d.Engine.Signal(ctx, o.Number, command); err != nil {
		return Given{}, err
	}
	found := d.await(ctx, o.Number, command.ID)
	if found.Known && found.Digest != command.Digest() {
		return Given{}, errKeyReused
	}
	return Given{found, command.ID}, nil
}

// errKeyReused says that an idempotency key came before with something else.
var errKeyReused = failure.Conflict("idempotency_key_reused").On("Idempotency-Key")

// withTask puts the task of the path into the payload.
func withTask(body []byte, task string) ([]byte, error) {
	if task == "" {
		return body, nil
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, failure.Invalid("bad_payload").Because(err)
	}
	fields["task"], _ = json.Marshal(task) // a string always marshals
	return json.Marshal(fields)
}

// commandID names a command. With an idempotency key it is the same for the same caller, case and key,
// so that a retry changes nothing; the case itself knows when the key comes with something else.
func commandID(key, n string, actor people.Actor) string {
	if key == "" {
		return uuid.NewString()
	}
	sum := sha256.Sum256([]byte(n + "\x00" + actor.ID + "\x00" + key))
	return hex.EncodeToString(sum[:16])
}

// outcome asks what became of a command until it is known or the wait is over. That the command is
// safe is certain already, so whatever fails here only means that it is not known yet.
func (d *Desk) await(ctx context.Context, n, id string) Outcome {
	ctx, cancel := context.WithTimeout(ctx, d.Wait)
	defer cancel()
	for delay := 25 * time.Millisecond; ; delay = min(2*delay, 400*time.Millisecond) {
		o, err := d.Engine.Outcome(ctx, n, id)
		if err != nil || o.Known {
			return o
		}
		select {
		case <-ctx.Done():
			return o
		case <-time.After(delay):
		}
	}
}

// admit reads a number and says whether the actor sees that case at all; another community's case, and
// a department's without a task of theirs, do not exist for them. N1
func (d *Desk) admit(ctx context.Context, a people.Actor, written string) (string, error) {
	n, ok := number.Parse(written)
	if !ok {
		return "", ErrNotFound
	}
	community, err := d.Community(ctx, n)
	if err != nil {
		return "", err
	}
	if !a.In(community) {
		return "", ErrNotFound
	}
	if permission, ok := people.Permits(people.ReadCase, a); ok && permission.Scope == people.Communities {
		return n, nil
	}
	return n, d.admitByTask(ctx, a, n)
}

// admitByTask asks the case itself where the database lags behind or is down.
func (d *Desk) admitByTask(ctx context.Context, a people.Actor, n string) error {
	found, err := d.Stored(ctx, n)
	if err == nil && found.Sees(a) != people.SeesNothing {
		return nil
	}
	if found, err = d.running(ctx, n); err != nil {
		return err
	}
	if found.Sees(a) == people.SeesNothing {
		return ErrNotFound
	}
	return nil
}

// Community of a case: from memory, the database, or what the engine keeps of its start.
func (d *Desk) Community(ctx context.Context, n string) (string, error) {
	if community, ok := d.communities.get(n); ok {
		return community, nil
	}
	community, err := d.Reader.Community(ctx, n)
	if errors.Is(err, postgres.ErrNotFound) || errors.Is(err, postgres.ErrDown) {
		var origin temporal.Origin
		origin, err = d.Engine.Origin(ctx, n)
		community = origin.Community
	}
	if err == nil {
		d.communities.put(n, community)
	}
	return community, err
}
