package machine

import (
	"encoding/json"
	"slices"

	"bihuan/procedure/people"
)

// Command is one command of a procedure whose decisions are D: what may be asked, where, by whom, and what it does.
type Command[D any] struct {
	Name  string // of the signal and the last part of the API's path, e.g. "judge"
	Lines []Line[D]
	Does  Handler[D]
	// Ready says whether there is anything to act on, beside what the guards say; nil where there always is.
	Ready func(D) bool
}

// Line says that in these stages these roles may give the command, if all the guards hold; it leads to one of the
// stages To, or leaves the stage as it is. An event that enters any other stage is refused.
type Line[D any] struct {
	From []Stage
	May  []people.Role
	// MayMajor replaces May for major complaints; nil means the same.
	MayMajor []people.Role
	// Named is true where whoever is named to handle the case, or this task of it, may too, whatever their role. B7, H4
	Named bool
	// Guards must all hold.
	Guards []Guard[D]
	To     []Stage
}

// Guard is something that must hold before a command is taken. A nil payload asks what holds before one is known.
type Guard[D any] struct {
	Name  string
	Check func(d D, payload any) error
}

// Handler is what a command does with its payload.
type Handler[D any] struct {
	empty any // payload
	run   func(d D, raw json.RawMessage, guards []Guard[D]) error
}

// Does makes a handler: it reads the payload strictly, checks the guards, and runs the command.
func Does[D, P any](run func(D, P) error) Handler[D] {
	return Handler[D]{empty: *new(P), run: func(d D, raw json.RawMessage, guards []Guard[D]) error {
		var p P
		if err := Decode(raw, &p); err != nil {
			return err
		}
		for _, guard := range guards {
			if err := guard.Check(d, p); err != nil {
				return err
			}
		}
		return run(d, p)
	}}
}

// erased gives the command's lines as the documents and the permissions read them.
func (c Command[D]) erased() []Transition {
	lines := make([]Transition, len(c.Lines))
	for i, l := range c.Lines {
		lines[i] = c.transition(l)
	}
	return lines
}

func (c Command[D]) transition(l Line[D]) Transition {
	t := Transition{Command: c.Name, From: l.From, May: l.May, MayMajor: l.MayMajor, Named: l.Named, To: l.To}
	for _, g := range l.Guards {
		t.Needs = append(t.Needs, Need(g.Name))
	}
	return t
}

// at finds a command's line for a stage.
func (c Command[D]) at(stage Stage) (Line[D], bool) {
	i := slices.IndexFunc(c.Lines, func(l Line[D]) bool { return slices.Contains(l.From, stage) })
	if i < 0 {
		return Line[D]{}, false
	}
	return c.Lines[i], true
}
