package machine

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
)

// Decision is one command being decided: who asks, by which line of the table, when, and what has happened
// because of it so far. A procedure's own decision embeds it beside a copy of the state.
type Decision struct {
	Command procedure.Command
	Line    Transition
	By      people.By
	Now     time.Time
	Events  []procedure.Event
	// follow lets the decision's state follow an event; it gives the case's last event before.
	seq    int
	follow func(procedure.Event)
}

// Payload, Instant, Actor, Role and Act are the turn as the kit asks for it.
func (t *Decision) Payload() json.RawMessage { return t.Command.Payload }
func (t *Decision) Instant() time.Time       { return t.Now }
func (t *Decision) Actor() people.Actor      { return t.Command.Actor }
func (t *Decision) Role() people.Role        { return t.By.Role }
func (t *Decision) Act(r people.Role)        { t.By.Role = r }

// Emit records that something happened and lets the working state follow.
func (t *Decision) Emit(eventType string, data any) {
	t.seq++
	e := procedure.Event{Seq: t.seq, Type: eventType, At: t.Now, By: t.By, Command: t.Command.ID, Data: Encode(data)}
	t.Events = append(t.Events, e)
	t.follow(e)
}

// Encode turns our own plain data into JSON.
func Encode(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own plain structs always marshal
	}
	return raw
}

// Rules decide the commands of a procedure over a state S; D is the procedure's own decision, made anew
// for each command.
type Rules[S any, D Followed] struct {
	Table    []Transition
	Handlers map[string]func(D, Transition) error
	// Shared holds what commands do that have no handler of the procedure's own.
	Shared map[string]func(D, Transition) error
	// Stage and Seq are the state's stage and its last event's number.
	Stage func(S) Stage
	Seq   func(S) int
	// Permit gives the role in which an actor may give the line's command, or refuses.
	Permit func(S, Transition, people.Actor) (people.Role, error)
	// Begin makes a decision over a copy of the state.
	Begin func(S, *Decision) D
}

// Permitting gives the rules with another say on who may give a command.
func (r Rules[S, D]) Permitting(permit func(S, Transition, people.Actor) (people.Role, error)) Rules[S, D] {
	r.Permit = permit
	return r
}

// Followed is what every decision offers.
type Followed interface {
	Payload() json.RawMessage
	// Follow lets the decision's state follow an event.
	Follow(procedure.Event)
	// Finish adds what follows from what was decided: stages that are over, deadlines before a level.
	Finish()
}

// Decide says what a command does at an instant (UTC): the events that happen, or a
// *procedure.Refusal with the code that says why not. The state is left as it was.
func (r Rules[S, D]) Decide(s S, c procedure.Command, now time.Time) ([]procedure.Event, error) {
	run, known := r.Handlers[c.Name]
	if !known {
		run, known = r.Shared[c.Name]
	}
	if !known {
		return nil, procedure.Invalid("unknown_command", "command", c.Name)
	}
	line, ok := Find(r.Table, c.Name, r.Stage(s))
	if !ok {
		return nil, procedure.Conflict("wrong_stage", "stage", string(r.Stage(s)), "command", c.Name)
	}
	role, err := r.Permit(s, line, c.Actor)
	if err != nil {
		return nil, err
	}
	t := &Decision{
		Command: c, Line: line, Now: now.UTC().Truncate(deadline.Tick), seq: r.Seq(s),
		By: people.By{ID: c.Actor.ID, Name: c.Actor.Name, Role: role},
	}
	d := r.Begin(s, t)
	t.follow = d.Follow
	if err := run(d, line); err != nil {
		return nil, err
	}
	d.Finish()
	return t.Events, nil
}

// Handle reads a command's payload, checks the needs that the table names, and runs the command.
func Handle[D Followed, P any](needs map[Need]func(D, any) error, run func(D, P) error) func(D, Transition) error {
	return func(d D, t Transition) error {
		var p P
		if err := Decode(d.Payload(), &p); err != nil {
			return err
		}
		for _, need := range t.Needs {
			if err := needs[need](d, p); err != nil {
				return err
			}
		}
		return run(d, p)
	}
}

// Decode reads a payload strictly: an unknown field is an error, not a silence.
func Decode(raw json.RawMessage, into any) error {
	if len(raw) == 0 {
		raw = []byte("{}")
	}
	r := json.NewDecoder(bytes.NewReader(raw))
	r.DisallowUnknownFields()
	if err := r.Decode(into); err != nil {
		return procedure.Invalid("bad_payload", "reason", reason(err))
	}
	if _, err := r.Token(); !errors.Is(err, io.EOF) {
		return procedure.Invalid("bad_payload", "reason", "more than one value")
	}
	if bytes.Contains(bytes.ReplaceAll(raw, []byte(`\\`), nil), []byte(`\u0000`)) { // no database keeps it
		return procedure.Invalid("bad_payload", "reason", "a text holds the character U+0000")
	}
	return nil
}

// reason names the field that is wrong and never repeats its value.
func reason(err error) string {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		return sent(wrongType.Field) + ": want " + wrongType.Type.String()
	}
	var badTime *time.ParseError
	if errors.As(err, &badTime) {
		return "want times such as 2026-11-21T20:15:00+08:00"
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return field + ": unknown field"
	}
	return "not valid JSON"
}

// sent gives the path of a field as it was sent: without the types in which it is embedded. Names of JSON are small.
func sent(path string) string {
	embedded := func(name string) bool { return name != "" && unicode.IsUpper(rune(name[0])) }
	return strings.Join(slices.DeleteFunc(strings.Split(path, "."), embedded), ".")
}

// Blank says whether a text holds nothing to read.
func Blank(text string) bool { return strings.TrimSpace(text) == "" }

// Missing refuses a payload that lacks a field.
func Missing(field string) *procedure.Refusal {
	return procedure.Invalid("missing_field", "field", field)
}

// Forbidden refuses a command that is not the actor's to give.
func Forbidden(command string) *procedure.Refusal {
	return procedure.Forbidden("forbidden", "command", command)
}
