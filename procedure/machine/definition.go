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
	// Path is the first part of its paths in the API, e.g. "complaints".
	Path   string
	Table  []Transition
	Stages []Stage // in the order of the procedure, the empty one first
	Events []string
	// Data names the data of each event that is the procedure's own by an empty one.
	Data map[string]any
	// Payloads has an empty payload of every command.
	Payloads map[string]any
	Steps    []deadline.Step // those with a deadline
	// Templates names the notices that the procedure sends, Arguments what the words of all of them may use.
	Templates, Arguments []string
	// StageStep gives the deadline that runs while a case is in a stage; nil where none does. P2
	StageStep func(Stage) (deadline.Step, bool)
	// New gives the state of a case that is about to be registered.
	New func(number string, p policy.Policy) S
	// Decide, Evolve, Due, Issue, Notices and Effects are the procedure's pure functions. Notices and
	// Effects see the state after the event.
	Decide func(S, procedure.Command, time.Time) ([]procedure.Event, error)
	// Take decides like Decide and gives the state after each event as well.
	Take    func(S, procedure.Command, time.Time) ([]Step[S], error)
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
	Number        func(S) string
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

// Step is one event with the state after it.
type Step[S any] struct {
	Event procedure.Event
	After S
}

// Kind gives the procedure whatever its state.
func (d Definition[S]) Erase() Kind {
	return Kind{
		Name: d.Kind, Prefix: d.Prefix, Path: d.Path, Table: d.Table, Stages: d.Stages, Payloads: d.Payloads, Data: d.Data, Events: d.Events, Steps: d.Steps,
		StageStep: d.StageStep, Templates: d.Templates, Arguments: d.Arguments,
		New:  func(number string, p policy.Policy) Instance { return instance[S]{&d, d.New(number, p)} },
		Read: d.read,
	}
}

func (d Definition[S]) read(raw json.RawMessage) (Instance, error) {
	var s S
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("state of a %s: %w", d.Kind, err)
	}
	return instance[S]{&d, s}, nil
}

// instance is one case with its definition.
type instance[S any] struct {
	definition *Definition[S]
	state      S
}

func (c instance[S]) with(s S) Instance { return instance[S]{c.definition, s} }

func (c instance[S]) Decide(command procedure.Command, at time.Time) ([]Happened, error) {
	if c.definition.Take == nil {
		events, err := c.definition.Decide(c.state, command, at)
		happened := make([]Happened, len(events))
		var after Instance = c
		for i, e := range events {
			after = after.Evolve(e)
			happened[i] = Happened{e, after}
		}
		return happened, err
	}
	steps, err := c.definition.Take(c.state, command, at)
	happened := make([]Happened, len(steps))
	for i, s := range steps {
		happened[i] = Happened{s.Event, c.with(s.After)}
	}
	return happened, err
}

func (c instance[S]) Evolve(e procedure.Event) Instance {
	return c.with(c.definition.Evolve(c.state, e))
}
func (c instance[S]) Due() []procedure.Deadline { return c.definition.Due(c.state) }
func (c instance[S]) Issue(d procedure.Deadline) procedure.Command {
	return c.definition.Issue(c.state, d)
}
func (c instance[S]) Notices(e procedure.Event) []procedure.Notice {
	return c.definition.Notices(c.state, e)
}
func (c instance[S]) Effects(e procedure.Event) []procedure.Effect {
	return c.definition.Effects(c.state, e)
}
func (c instance[S]) Facts(before Instance, e procedure.Event) []procedure.Fact {
	return c.definition.Facts(before.(instance[S]).state, e, c.state)
}
func (c instance[S]) Summary() procedure.Summary       { return c.definition.Summarize(c.state) }
func (c instance[S]) Sees(a people.Actor) people.Sight { return c.definition.Sees(c.state, a) }
func (c instance[S]) ShowsContacts(a people.Actor) bool {
	return c.definition.ShowsContacts(c.state, a)
}
func (c instance[S]) Allowed(a people.Actor) []string { return c.definition.Allowed(c.state, a) }
func (c instance[S]) Number() string                  { return c.definition.Number(c.state) }
func (c instance[S]) Last() time.Time                 { return c.definition.Last(c.state) }
func (c instance[S]) Ended() bool                     { return c.definition.Ended(c.state) }
func (c instance[S]) Policy() policy.Policy           { return c.definition.Policy(c.state) }
func (c instance[S]) State() any                      { return c.state }
func (c instance[S]) Slim() any                       { return c.definition.Slim(c.state) }
