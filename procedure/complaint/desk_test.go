package complaint_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
)

// tester is what *testing.T, *testing.F and *rapid.T have in common.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

const number = "TS-20260302-7K3F9"

// other is the number of a complaint about the same matter.
const other = "TS-20260302-2BYHS"

func staff(id string, department string, roles ...people.Role) people.Actor {
	return people.Actor{ID: id, Name: "name of " + id, Roles: roles, Communities: []string{"yuhu"}, Department: department}
}

var (
	agent        = staff("agent", "", people.Agent)
	receptionist = staff("receptionist", "", people.Receptionist)
	assistant    = staff("assistant", "", people.Assistant)
	engineer     = staff("engineer", "engineering", people.Handler)
	guard        = staff("guard", "security", people.Handler)
	mechanic     = staff("mechanic", "vendor", people.Handler)
	manager      = staff("manager", "", people.Manager)
	gm           = staff("gm", "", people.GM)
	company      = staff("ceo", "", people.Company)
	auditor      = staff("auditor", "", people.Auditor)
	admin        = staff("admin", "", people.Admin)
	resident     = people.Actor{ID: number, Roles: []people.Role{people.Complainant}}

	everyone = []people.Actor{agent, receptionist, assistant, engineer, guard, mechanic, manager, gm, company, auditor, admin, resident, people.TheSystem}
)

// monday is a working Monday, 09:00 in Shanghai.
var monday = shanghai("2026-03-02 09:00")

func shanghai(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04 -0700", text+" +0800")
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

// desk drives one complaint: it gives commands, lets time pass, and after every step looks whether
// the invariants of the procedure still hold.
type desk struct {
	t       tester
	state   State
	now     time.Time
	given   int
	events  []procedure.Event
	notices []procedure.Notice
	fired   map[string]bool // the IDs of the deadlines' commands
}

func newDesk(t tester) *desk {
	return &desk{t: t, state: New(number, testPolicy()), now: monday, fired: map[string]bool{}}
}

// record is a complete record.
func record(now time.Time) Register {
	happened := now.Add(-time.Hour)
	return Register{Record: Record{
		Community: "yuhu", Channel: Hotline, Category: "noise", Name: "Li Lei", Building: "3", Room: "1201", Phone: "13800000000",
		HappenedAt: &happened, Place: "Floor 12", What: "Drilling at night", Remedy: "Stop it", Apology: "We are sorry",
	}}
}

// registered gives a desk with a complaint that is registered, changed as asked.
func registered(t tester, changes ...func(*Register)) *desk {
	t.Helper()
	return registeredAt(t, monday, changes...)
}

func registeredAt(t tester, now time.Time, changes ...func(*Register)) *desk {
	t.Helper()
	d := newDesk(t)
	d.now = now
	p := record(now)
	for _, change := range changes {
		change(&p)
	}
	return d.do(agent, CmdRegister, p)
}

func of(category string) func(*Register)    { return func(p *Register) { p.Category = category } }
func about(who ...Involved) func(*Register) { return func(p *Register) { p.Involved = who } }

// command makes the next command with an ID of its own.
func (d *desk) command(a people.Actor, name string, payload any) procedure.Command {
	d.t.Helper()
	raw, ok := payload.(json.RawMessage)
	if !ok && payload != nil {
		var err error
		if raw, err = json.Marshal(payload); err != nil {
			d.t.Fatal(err)
		}
	}
	d.given++
	return procedure.Command{ID: fmt.Sprint("c", d.given), Name: name, Actor: a, At: d.now, Payload: raw}
}

// do gives a command that must be taken.
func (d *desk) do(a people.Actor, name string, payload any) *desk {
	d.t.Helper()
	if err := d.give(d.command(a, name, payload)); err != nil {
		d.t.Fatalf("%s by %s in stage %q: %v", name, a.ID, d.state.Stage, sentence(err))
	}
	return d
}

// refused gives a command that must be refused with a code.
func (d *desk) refused(code string, a people.Actor, name string, payload any) *desk {
	d.t.Helper()
	var r *procedure.Refusal
	if err := d.give(d.command(a, name, payload)); !errors.As(err, &r) || r.Code != code {
		d.t.Fatalf("%s by %s in stage %q: got %v, want the refusal %s", name, a.ID, d.state.Stage, sentence(err), code)
	}
	return d
}

func sentence(err error) string {
	var r *procedure.Refusal
	if errors.As(err, &r) {
		return fmt.Sprint(r.Code, " ", r.Args)
	}
	return fmt.Sprint(err)
}

// give lets the procedure decide, follows the events, and checks the invariants.
func (d *desk) give(c procedure.Command) error {
	d.t.Helper()
	before := jsonOf(d.t, d.state.WithoutPolicy())
	events, err := Decide(d.state, c, d.now)
	if after := jsonOf(d.t, d.state.WithoutPolicy()); after != before {
		d.t.Fatalf("%s changed the state that it was given:\n%s\n%s", c.Name, before, after)
	}
	if err != nil {
		if len(events) > 0 {
			d.t.Fatalf("%s was refused and yet happened: %v", c.Name, events)
		}
		return err
	}
	was := d.state
	for _, e := range events {
		d.state = Evolve(d.state, e)
		d.notices = append(d.notices, Notices(d.state, e)...)
	}
	d.events = append(d.events, events...)
	invariants(d.t, was, d.state, c, events)
	return nil
}

// wait lets time pass; what falls due meanwhile happens in its order.
func (d *desk) wait(t time.Duration) *desk {
	d.t.Helper()
	until := d.now.Add(t)
	for d.next(until) {
	}
	d.now = until
	return d
}

// until waits for an instant of Shanghai's wall clock.
func (d *desk) until(text string) *desk {
	d.t.Helper()
	return d.wait(shanghai(text).Sub(d.now))
}

// next lets the earliest deadline pass when it is not after an instant.
func (d *desk) next(until time.Time) bool {
	d.t.Helper()
	due := Due(d.state)
	if !slices.IsSortedFunc(due, func(a, b procedure.Deadline) int { return a.At.Compare(b.At) }) {
		d.t.Fatalf("deadlines out of order: %v", due)
	}
	if len(due) == 0 || due[0].At.After(until) {
		return false
	}
	if due[0].At.After(d.now) {
		d.now = due[0].At
	}
	c := Issue(d.state, due[0])
	if d.fired[c.ID] { // H7
		d.t.Fatalf("%s fires a second time", c.ID)
	}
	d.fired[c.ID] = true
	if err := d.give(c); err != nil {
		d.t.Fatalf("the procedure refuses its own deadline %s: %s", c.ID, sentence(err))
	}
	return true
}

// in wants the complaint in a stage.
func (d *desk) in(s Stage) *desk {
	d.t.Helper()
	if d.state.Stage != s {
		d.t.Fatalf("in stage %q, want %q", d.state.Stage, s)
	}
	return d
}

// due wants a running deadline at an instant of Shanghai's wall clock, owned by a role.
func (d *desk) due(key string, owner people.Role, text string) *desk {
	d.t.Helper()
	c, ok := d.state.Deadline(key)
	if !ok {
		d.t.Fatalf("no deadline %s runs in %v", key, d.state.Deadlines)
	}
	if !c.Due.Equal(shanghai(text)) || c.Owner != owner {
		d.t.Fatalf("%s is due at %s of %q, want %s of %q", key, c.Due.Add(8*time.Hour).Format("2006-01-02 15:04:05"), c.Owner, text, owner)
	}
	return d
}

// stopped wants a deadline not to run.
func (d *desk) stopped(key string) *desk {
	d.t.Helper()
	if c, ok := d.state.Deadline(key); ok {
		d.t.Fatalf("%s still runs: %+v", key, c)
	}
	return d
}

// count says how often an event has happened.
func (d *desk) count(event string) (n int) {
	for _, e := range d.events {
		if e.Type == event {
			n++
		}
	}
	return n
}

// happened wants an event to have happened so often.
func (d *desk) happened(event string, times int) *desk {
	d.t.Helper()
	if n := d.count(event); n != times {
		d.t.Fatalf("%s happened %d times, want %d", event, n, times)
	}
	return d
}

// last gives the data of the newest event of a type.
func last[T any](d *desk, event string) (data T) {
	d.t.Helper()
	for _, e := range slices.Backward(d.events) {
		if e.Type == event {
			if err := json.Unmarshal(e.Data, &data); err != nil {
				d.t.Fatal(err)
			}
			return data
		}
	}
	d.t.Fatalf("%s has not happened", event)
	return data
}

// told wants a notice to have gone out since the last call of hush.
func (d *desk) told(to procedure.Recipient, template string) *desk {
	d.t.Helper()
	if !slices.ContainsFunc(d.notices, func(n procedure.Notice) bool { return n.To == to && n.Template == template }) {
		d.t.Fatalf("%+v was not told %q; notices: %+v", to, template, d.notices)
	}
	return d
}

func (d *desk) hush() *desk {
	d.notices = nil
	return d
}

// before wants an open escalation about a deadline to stand at a level, and gives its ID.
func (d *desk) before(level people.Role, key string) string {
	d.t.Helper()
	for _, e := range d.state.Escalated {
		if e.Status == deadline.EscalationOpen && e.Deadline == key && e.Level == level {
			return e.ID
		}
	}
	d.t.Fatalf("no escalation of %s before %s: %+v", key, level, d.state.Escalated)
	return ""
}

func in(d *desk, t time.Duration) *time.Time {
	at := d.now.Add(t)
	return &at
}

func jsonOf(t tester, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
