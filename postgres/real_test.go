package postgres_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/hashchain"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/settings"
)

// monday is 09:00 in Shanghai.
var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// sown is a case of any kind that is recorded as a worker does, with marks wherever it can hold a text.
type sown[S any] struct {
	*field
	d      machine.Definition[S]
	number string
	state  S
	turn   int
	secret string
	head   string
}

// field is where cases are sown: one database, and the events that it has seen.
type field struct {
	*testing.T
	db     *postgres.DB
	now    time.Time
	policy policy.Policy
	seen   map[string]bool // the types of the events
	count  int
	cases  []string
	// department is everybody's.
	department string
}

// afield is an empty field under the default settings, on a Monday morning.
func afield(t *testing.T, db *postgres.DB) *field {
	t.Helper()
	all, err := settings.Load("")
	postgres.Must(t, err)
	p, ok := all.ForCase("yuhu", monday)
	if !ok {
		t.Fatal("no settings")
	}
	return &field{T: t, db: db, now: monday, policy: p, seen: map[string]bool{}}
}

// peopled puts somebody on every role, all of them in one department.
func (f *field) peopled(department string) *field {
	f.Helper()
	f.department = department
	for _, role := range people.Roles {
		postgres.Must(f.T, f.db.PutStaff(f.Context(), postgres.Staff{
			ID: "u-" + string(role), Name: "某人", Email: string(role) + "@staff.example.com",
			Roles: []people.Role{role}, Communities: []string{"*"}, Department: department,
		}))
	}
	return f
}

func sow[S any](f *field, d machine.Definition[S], role people.Role, register any) *sown[S] {
	f.Helper()
	f.count++
	return numbered(f, d, fmt.Sprintf("%s-20260302-%05d", d.Prefix, f.count)).do(role, machine.CmdRegister, register)
}

// numbered is a case that is about to be registered under a number.
func numbered[S any](f *field, d machine.Definition[S], n string) *sown[S] {
	f.cases = append(f.cases, n)
	return &sown[S]{field: f, d: d, number: n, state: d.New(n, f.policy.Only(d.Kind)), secret: "secret of " + n}
}

func (x *sown[S]) do(role people.Role, command string, payload any) *sown[S] {
	x.Helper()
	x.now = x.now.Add(time.Minute)
	a := people.Actor{
		ID: "u-" + string(role), Name: said("王"), Roles: []people.Role{role}, Communities: []string{people.AllCommunities}, Department: x.department,
	}
	switch role {
	case people.Complainant:
		a.ID = x.number
	case people.System:
		a = people.TheSystem
	}
	return x.take(procedure.Command{Name: command, Actor: a, At: x.now, Payload: encode(x.T, payload)})
}

func (x *sown[S]) take(c procedure.Command) *sown[S] {
	x.Helper()
	if err := x.try(c); err != nil {
		x.Fatalf("%s %s: %v", x.number, c.Name, err)
	}
	return x
}

// try gives a command, and records what it leads to unless it is refused.
func (x *sown[S]) try(c procedure.Command) error {
	x.Helper()
	x.turn++
	c.ID = fmt.Sprint(x.turn)
	events, err := x.d.Decide(x.state, c, x.now)
	if err != nil {
		return err
	}
	b := procedure.Batch{Number: x.number, Kind: x.d.Kind, Refused: []procedure.Refused{{
		Command: "no", Name: "x", By: people.By{ID: "x", Name: said("李"), Role: people.Agent}, At: x.now, Code: "bad_payload", Args: map[string]string{"reason": said("坏")},
	}}}
	if x.head == "" {
		b.Policy, b.Secret, b.KeyHash, b.BodyHash = encode(x.T, x.d.Policy(x.state)), x.secret, "key of "+b.Number, mark
	}
	for _, e := range events {
		x.seen[e.Type] = true
		e.Hash, err = hashchain.Event(x.head, b.Number, []byte(x.secret), e)
		postgres.Must(x.T, err)
		x.head = e.Hash
		before := x.state
		x.state = x.d.Evolve(before, e)
		b.Facts = append(b.Facts, x.d.Facts(before, e, x.state)...)
		b.Events = append(b.Events, e)
		for i, n := range x.d.Notices(x.state, e) {
			b.Notices = append(b.Notices, procedure.NumberedNotice{Seq: e.Seq, Index: i, Notice: n})
		}
	}
	b.Summary, b.State = x.d.Summarize(x.state), encode(x.T, x.d.Slim(x.state))
	_, err = x.db.Record(x.Context(), b)
	postgres.Must(x.T, err)
	return nil
}

// due lets time pass until something falls due, so often.
func (x *sown[S]) due(times int) *sown[S] {
	x.Helper()
	for range times {
		next := x.d.Due(x.state)[0]
		x.now = next.At
		x.take(x.d.Issue(x.state, next))
	}
	return x
}

// until lets time pass until a command is what has fallen due.
func (x *sown[S]) until(command string) *sown[S] {
	x.Helper()
	for range 100 {
		next := x.d.Due(x.state)[0]
		if x.due(1); next.Command == command {
			return x
		}
	}
	x.Fatalf("%s: %s never falls due", x.number, command)
	return x
}

// archived lets time pass until the closed case is archived, and files its history.
func (x *sown[S]) archived() {
	x.Helper()
	x.until(machine.CmdArchive)
	postgres.Must(x.T, x.db.FileHistory(x.Context(), x.number, json.RawMessage(`{"what":"`+mark+`"}`)))
}

func encode(t *testing.T, v any) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(v)
	postgres.Must(t, err)
	return raw
}
