package desk

import (
	"context"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/server/auth"
	"bihuan/server/contract"
	"bihuan/server/failure"
	"bihuan/server/list"
	"bihuan/server/view"
	"bihuan/words"
)

// Permit lets the caller have what the tables give them, of the case whose number was written. A case out of their
// sight does not exist. N1
func (d *Desk) Permit(ctx context.Context, in *Call, written string) (err error) {
	if in.Operation.Public {
		return nil
	}
	if in.Operation.OfCase() {
		if in.Number, err = d.admit(ctx, in.Actor, written); err != nil {
			return err
		}
		if in.Operation.Kind.Name != "" && in.Operation.Kind.Name != view.Of(in.Number).Name {
			return ErrNotFound
		}
	}
	if in.Operation.Command != "" {
		if name := in.Operation.CommandName(); !machine.MayEver(in.Operation.Kind.Table, name, in.Actor) {
			return procedure.Forbidden("forbidden", "command", name)
		}
		return nil
	}
	var ok bool
	if in.Permission, ok = people.Permits(in.Operation.View, in.Actor); !ok {
		return failure.Forbidden("forbidden")
	}
	return nil
}

// Note remembers a reading, where the table says that it has to be. N2
func (d *Desk) Note(ctx context.Context) error {
	if !CallOf(ctx).Permission.Logged {
		return nil
	}
	return d.NoteReading(ctx, nil, "")
}

// NoteReading remembers that the caller read the case that they asked for, or those found, and why. N2
func (d *Desk) NoteReading(ctx context.Context, found []string, reason string) error {
	in := CallOf(ctx)
	r := postgres.Reading{
		At: d.Now().UTC(), Staff: in.ID, Role: in.Permission.Role, What: in.Operation.ID, Numbers: list.Some(found), Communities: in.Communities,
		Contacts: in.Permission.Contacts, Reason: reason,
	}
	if in.Number != "" {
		community, _ := d.communities.get(in.Number)
		r.Numbers, r.Communities = []string{in.Number}, []string{community}
	}
	return d.Readings.NoteReading(ctx, r)
}

// ReadingLog remembers who read what, and tells. N2
type ReadingLog interface {
	NoteReading(ctx context.Context, r postgres.Reading) error
	Readings(ctx context.Context, f postgres.ReadingFilter) (postgres.Page[postgres.Reading], error)
}

// Call is what is known about a request once it has passed the gate.
type Call struct {
	auth.Person
	Operation  *contract.Operation
	Permission people.Permission
	Number     string // of the case it is about, in its normal form
	Language   words.Language
	Body       []byte
}

type callKey struct{}

// CallOf gives the call that a context belongs to.
func CallOf(ctx context.Context) *Call { return ctx.Value(callKey{}).(*Call) }

// With makes a context that belongs to a call.
func With(ctx context.Context, in *Call) context.Context {
	return context.WithValue(ctx, callKey{}, in)
}
