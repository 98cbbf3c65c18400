package machine

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
)

// Event is one event of a procedure over a state S: what it changes, whom it tells, what it asks for outside.
// A tag says of a field of its data: tell, the argument of a notice's words that it is; keep, that it stays when a case
// is erased (see Leaves). One that every case has, too, happens to the shared part of the case first.
type Event[S any] struct {
	Name   string // in the past tense, e.g. "judged"
	Change Change[S]
	// Meets are the deadlines that it is the doing of. One that stops for any other reason was neither met nor missed:
	// nobody needed it any more. H1, I4
	Meets []deadline.Step
	// Met says whether it is so this time; nil where it always is.
	Met   func(after *S, e procedure.Event) bool
	Tells []Tell[S]
	// Effects are what is asked of others because of it, given the state after it; nil for none.
	Effects func(*S, procedure.Event) []procedure.Effect
	// Facts are what it adds to the statistics beside what every event does; nil for nothing. I4
	Facts func(before, after *S, e procedure.Event) []procedure.Fact
}

// Change is what an event does to the state, with the data that it has.
type Change[S any] struct {
	empty any // data
	from  func(before, s *S, e procedure.Event)
}

// Changes makes a change of a function; data that cannot be read was not written by a procedure.
func Changes[S, T any](change func(*S, procedure.Event, T)) Change[S] {
	return Change[S]{empty: *new(T), from: func(_, s *S, e procedure.Event) { change(s, e, Data[T](e)) }}
}

// ChangesFrom makes a change of a function that is given the state before the event, too: what the shared part of a
// case had then is gone by when it is asked.
func ChangesFrom[S, T any](change func(before, s *S, e procedure.Event, data T)) Change[S] {
	return Change[S]{empty: *new(T), from: func(before, s *S, e procedure.Event) { change(before, s, e, Data[T](e)) }}
}

// Remains is the change of an event that is on record and changes nothing.
func Remains[S, T any]() Change[S] {
	return Change[S]{empty: *new(T), from: func(_, _ *S, _ procedure.Event) {}}
}

// Tell says who is told of an event. Which notice goes where is data. Q1
type Tell[S any] struct {
	Template string
	To       func(*S, procedure.Event) []procedure.Recipient
	Urgent   bool // emergencies always are
	// Next is the stage that comes with the event, where the notice is to tell that one.
	Next Stage
	// Args are what the words may use beside those of every notice about the event; nil for no more.
	Args func(s *S, e procedure.Event, to procedure.Recipient) []Arg
}

// Of makes a recipient that is written for the shared part of a case fit a whole state.
func Of[S any](part func(*S) *Case, to func(*Case, procedure.Event) []procedure.Recipient) func(*S, procedure.Event) []procedure.Recipient {
	return func(s *S, e procedure.Event) []procedure.Recipient { return to(part(s), e) }
}

func eventNamed[S any](events []Event[S], name string) (Event[S], bool) {
	i := slices.IndexFunc(events, func(e Event[S]) bool { return e.Name == name })
	if i < 0 {
		return Event[S]{}, false
	}
	return events[i], true
}
