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

// Kind is a procedure whatever its state: all that runner, server, audit, erasure, figures and documents know of a
// kind of case. The registry lists them.
type Kind struct {
	Name   string // e.g. "complaint"
	Prefix string // of its numbers, e.g. "TS"
	Path   string // the first part of its paths in the API, e.g. "complaints"
	Table  []Transition
	Stages []Stage // in the order of the procedure, the empty one first
	// Payloads has an empty payload of every command, Data an empty data of every event, by name.
	Payloads, Data map[string]any
	Events         []string // in the order of the procedure
	Steps          []deadline.Step
	// StageStep gives the deadline that runs while a case is in a stage; false where none does. P2
	StageStep func(Stage) (deadline.Step, bool)
	// Templates names the notices that the procedure sends, Arguments what all of them come with.
	Templates, Arguments []string
	// New gives a case that is about to be registered; Read one from its state as JSON.
	New  func(number string, p policy.Policy) Instance
	Read func(state json.RawMessage) (Instance, error)
}

// Instance is one case with the procedure that it follows. It is a value: whatever changes it gives another one.
type Instance interface {
	// Decide says what a command does at an instant (UTC): what happens, one event after the other, or the
	// *procedure.Refusal that says why nothing does.
	Decide(procedure.Command, time.Time) ([]Happened, error)
	Evolve(procedure.Event) Instance
	// Due lists what falls due when, the earliest first; Issue gives the command that is then issued. H1
	Due() []procedure.Deadline
	Issue(procedure.Deadline) procedure.Command
	// Notices and Effects of an event are asked of the case after it; Facts are told from the one before it, too.
	Notices(procedure.Event) []procedure.Notice
	Effects(procedure.Event) []procedure.Effect
	Facts(before Instance, e procedure.Event) []procedure.Fact
	Number() string
	Summary() procedure.Summary
	// Sees, ShowsContacts and Allowed say what of the case an actor may see and do. N1
	Sees(people.Actor) people.Sight
	ShowsContacts(people.Actor) bool
	Allowed(people.Actor) []string
	// Last is when the last event happened; Ended says that nothing more can happen.
	Last() time.Time
	Ended() bool
	Policy() policy.Policy
	// State is the procedure's own, e.g. a complaint.State; Slim is the same without the settings, as it is stored. P1
	State() any
	Slim() any
}

// Happened is one event with the case as it stands after it.
type Happened struct {
	Event procedure.Event
	Case  Instance
}

// Register decides a first command (UTC) and gives the case that it makes, or the refusal.
func (k Kind) Register(number string, p policy.Policy, c procedure.Command, at time.Time) (Instance, error) {
	happened, err := k.New(number, p).Decide(c, at)
	if err != nil {
		return nil, err
	}
	return happened[len(happened)-1].Case, nil
}

// Rebuild makes a case's summary and its state, as the database keeps them, from the events and the settings (a
// policy.Policy as JSON) alone.
func (k Kind) Rebuild(number string, events []procedure.Event, settings json.RawMessage) (procedure.Summary, json.RawMessage, error) {
	c, err := k.begin(number, settings)
	if err != nil {
		return procedure.Summary{}, nil, err
	}
	for _, e := range events {
		c = c.Evolve(e)
	}
	return c.Summary(), Encode(c.Slim()), nil
}

// Tell lists the facts of all of a case's events, under the settings (a policy.Policy as JSON) that it keeps. I4
func (k Kind) Tell(number string, events []procedure.Event, settings json.RawMessage) ([]procedure.Fact, error) {
	before, err := k.begin(number, settings)
	if err != nil {
		return nil, err
	}
	var facts []procedure.Fact
	for _, e := range events {
		after := before.Evolve(e)
		facts, before = append(facts, after.Facts(before, e)...), after
	}
	return facts, nil
}

func (k Kind) begin(number string, settings json.RawMessage) (Instance, error) {
	var p policy.Policy
	if err := json.Unmarshal(settings, &p); err != nil {
		return nil, fmt.Errorf("settings of %s: %w", number, err)
	}
	return k.New(number, p), nil
}
