// Package machine is the state machine that every procedure is: which command is taken in which stage, from whom, under
// which conditions, and where it leads; and the case that all of them share: a customer, who took it in, where it
// stands, its deadlines, being in touch, escalations, an end, a time to come back, the archive. A procedure embeds a
// Case in its state and adds what is its own. Permissions, API, diagrams and the staff handbook are read from the same
// lines that decide.
package machine

import (
	"slices"

	"bihuan/procedure/people"
)

// Stage is where a case stands in its procedure. The empty stage is before it begins.
type Stage string

// Need is something that must hold before a command is taken.
type Need string

// Transition is one line of the table: in these stages, these roles may give this command, if all
// the needs hold; it leads to one of these stages, or leaves the stage as it is.
type Transition struct {
	Command string
	From    []Stage
	May     []people.Role
	// MayMajor replaces May for major complaints; nil means the same.
	MayMajor []people.Role
	// Named is true where whoever is named to handle the case, or this task of it, may too, whatever
	// their role. B7, H4
	Named bool
	Needs []Need
	To    []Stage
}

// Roles gives the roles that may give the command, about a major case or another.
func (t Transition) Roles(major bool) []people.Role {
	if major && t.MayMajor != nil {
		return t.MayMajor
	}
	return t.May
}

// Commands lists every command of a table once, in the table's order.
func Commands(lines []Transition) []string {
	var names []string
	for _, t := range lines {
		if !slices.Contains(names, t.Command) {
			names = append(names, t.Command)
		}
	}
	return names
}

// Find gives the line for a command in a stage.
func Find(lines []Transition, command string, stage Stage) (Transition, bool) {
	for _, t := range lines {
		if t.Command == command && slices.Contains(t.From, stage) {
			return t, true
		}
	}
	return Transition{}, false
}

// MayEver says whether a table lets any of the actor's roles give a command in some stage. Who is named
// to handle a case may more; only the case itself knows who that is.
func MayEver(lines []Transition, command string, a people.Actor) bool {
	_, works := a.As(people.Workers)
	return slices.ContainsFunc(lines, func(t Transition) bool {
		_, may := a.As(t.May)
		_, mayMajor := a.As(t.MayMajor)
		return t.Command == command && (may || mayMajor || t.Named && works)
	})
}

// Coded is a text of which there are only a few: a code.
type Coded interface{ Codes() []string }

// Codes gives a list of codes as texts.
func Codes[T ~string](list []T) []string {
	codes := make([]string, len(list))
	for i, c := range list {
		codes[i] = string(c)
	}
	return codes
}
