package machine

import (
	"encoding/json"
	"fmt"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// Definition is a procedure over a state S, whole: all that the runner, the server, the audit and the
// documents know of it.
type Definition[S any] struct {
	// Kind names the procedure, e.g. "complaint"; Prefix begins its numbers, e.g. "TS".
	Kind, Prefix string
	Table        []Transition
	Stages       []Stage // in the order of the procedure, the empty one first
	Events       []string
	// Data names the data of each event that is the procedure's own by an empty one.
	Data  map[string]any
	Steps []deadline.Step // those with a deadline
	// Templates names the notices that the procedure sends, Arguments what the words of all of them may use.
	Templates, Arguments []string
	// StageStep gives the deadline that runs while a case is in a stage; nil where none does. P2
	StageStep func(Stage) (deadline.Step, bool)
	// New gives the state of a case that is about to be registered.
	New func(number string, p policy.Policy) S
	// Decide, Evolve, Due, Issue, Notices and Effects are the procedure's pure functions. Notices and
	// Effects see the state after the event.
	Decide  func(S, procedure.Command, time.Time) ([]procedure.Event, error)
	Evolve  func(S, procedure.Event) S
	Due     func(S) []procedure.Deadline
	Issue   func(S, procedure.Deadline) procedure.Command
	Notices func(S, procedure.Event) []procedure.Notice
	Effects func(S, procedure.Event) []procedure.Effect
	// Facts lists what an event adds to the statistics: the state before it, and after it. I4
	Facts func(S, procedure.Event, S) []procedure.Fact
	// Summarize gives the case as lists and searches need it; Deadline gives a step's setting.
	Summarize func(S) procedure.Summary
	// Sees, ShowsContacts and Allowed say what of a case an actor may see and do. N1
	Sees          func(S, people.Actor) people.Sight
	ShowsContacts func(S, people.Actor) bool
	Allowed       func(S, people.Actor) []string
	// Last is when the last event happened; Ended says that nothing more can happen.
	Last  func(S) time.Time
	Ended func(S) bool
	// Policy gives the settings that the case keeps; Slim the state without them, as it is stored. P1
	Policy func(S) policy.Policy
	Slim   func(S) S
}

// Fold gives the state of a case after its events, under the settings that it keeps.
func (d Definition[S]) Fold(number string, p policy.Policy, events []procedure.Event) S {
	s := d.New(number, p)
	for _, e := range events {
		s = d.Evolve(s, e)
	}
	return s
}

// Rebuild makes a case's summary and its state, as the database keeps them, from the events and the
// settings (a policy.Policy as JSON) alone.
func (d Definition[S]) Rebuild(number string, events []procedure.Event, settings json.RawMessage) (procedure.Summary, json.RawMessage, error) {
	var p policy.Policy
	if err := json.Unmarshal(settings, &p); err != nil {
		return procedure.Summary{}, nil, fmt.Errorf("settings of %s: %w", number, err)
	}
	s := d.Fold(number, p, events)
	return d.Summarize(s), Encode(d.Slim(s)), nil
}

// Tell lists the facts of all of a case's events, under the settings (a policy.Policy as JSON) that it keeps.
func (d Definition[S]) Tell(number string, events []procedure.Event, settings json.RawMessage) ([]procedure.Fact, error) {
	var p policy.Policy
	if err := json.Unmarshal(settings, &p); err != nil {
		return nil, fmt.Errorf("settings of %s: %w", number, err)
	}
	var facts []procedure.Fact
	s := d.New(number, p)
	for _, e := range events {
		after := d.Evolve(s, e)
		facts = append(facts, d.Facts(s, e, after)...)
		s = after
	}
	return facts, nil
}

// Instance is how one case stands, whatever its procedure.
type Instance interface {
	Summary() procedure.Summary
	Sees(people.Actor) people.Sight
	ShowsContacts(people.Actor) bool
	Allowed(people.Actor) []string
	// State is the procedure's own state, e.g. a complaint.State.
	State() any
}

// Procedure is a definition whatever its state: the handbook's entry.
type Procedure struct {
	Kind, Prefix string
	Table        []Transition
	Stages       []Stage
	Events       []string
	Data         map[string]any
	Steps        []deadline.Step
	// StageStep gives the deadline that runs while a case is in a stage; nil where none does. P2
	StageStep func(Stage) (deadline.Step, bool)
	Templates []string
	Arguments []string // of all the notices
	// Register decides a first command (UTC) and gives the case that it makes, or the refusal.
	Register func(number string, p policy.Policy, c procedure.Command, at time.Time) (Instance, error)
	// Rebuild and Tell are the definition's.
	Rebuild func(number string, events []procedure.Event, settings json.RawMessage) (procedure.Summary, json.RawMessage, error)
	Tell    func(number string, events []procedure.Event, settings json.RawMessage) ([]procedure.Fact, error)
	// Read reads a state as the workflow's queries and the database give it.
	Read func(state json.RawMessage) (Instance, error)
}

// Entry makes the handbook's entry of a definition.
func (d Definition[S]) Entry() Procedure {
	return Procedure{
		Kind: d.Kind, Prefix: d.Prefix, Table: d.Table, Stages: d.Stages, Events: d.Events, Data: d.Data, Steps: d.Steps, StageStep: d.StageStep, Templates: d.Templates,
		Arguments: d.Arguments,
		Register:  d.register, Rebuild: d.Rebuild, Tell: d.Tell, Read: d.read,
	}
}

func (d Definition[S]) register(number string, p policy.Policy, c procedure.Command, at time.Time) (Instance, error) {
	events, err := d.Decide(d.New(number, p), c, at)
	if err != nil {
		return nil, err
	}
	return standing[S]{d, d.Fold(number, p, events)}, nil
}

func (d Definition[S]) read(raw json.RawMessage) (Instance, error) {
	var s S
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("state of a %s: %w", d.Kind, err)
	}
	return standing[S]{d, s}, nil
}

// standing is one case with its definition.
type standing[S any] struct {
	definition Definition[S]
	state      S
}

func (c standing[S]) Summary() procedure.Summary       { return c.definition.Summarize(c.state) }
func (c standing[S]) Sees(a people.Actor) people.Sight { return c.definition.Sees(c.state, a) }
func (c standing[S]) ShowsContacts(a people.Actor) bool {
	return c.definition.ShowsContacts(c.state, a)
}
func (c standing[S]) Allowed(a people.Actor) []string { return c.definition.Allowed(c.state, a) }
func (c standing[S]) State() any                      { return c.state }
