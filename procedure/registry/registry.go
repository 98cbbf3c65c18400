// Package registry is the one list of the kinds of cases. Runner, server, audit, erasure, figures, simulator and
// documents read it; a kind that is not here is nowhere.
package registry

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"bihuan/procedure"
	"bihuan/procedure/collective"
	"bihuan/procedure/complaint"
	"bihuan/procedure/improvement"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/machine"
	"bihuan/procedure/service"
	"bihuan/procedure/survey"
)

var kinds = []machine.Kind{
	complaint.Definition.Erase(),
	inquiry.Definition.Erase(),
	service.Definition.Erase(),
	collective.Definition.Erase(),
	survey.Definition.Erase(),
	improvement.Definition.Erase(),
}

// Kinds lists them in the order of the handbook.
func Kinds() []machine.Kind { return slices.Clone(kinds) }

// Register adds a kind, and gives what takes it away again. It panics where the name or the prefix of the numbers is
// another's.
func Register(k machine.Kind) (remove func()) {
	for _, other := range kinds {
		if other.Name == k.Name || other.Prefix == k.Prefix {
			panic(fmt.Sprintf("registry: %s (%s-) is there already as %s (%s-)", k.Name, k.Prefix, other.Name, other.Prefix))
		}
	}
	kinds = append(kinds, k)
	return func() {
		kinds = slices.DeleteFunc(kinds, func(other machine.Kind) bool { return other.Name == k.Name })
	}
}

func find(is func(machine.Kind) bool) (machine.Kind, bool) {
	i := slices.IndexFunc(kinds, is)
	if i < 0 {
		return machine.Kind{}, false
	}
	return kinds[i], true
}

// Of finds a kind by its name.
func Of(name string) (machine.Kind, bool) {
	return find(func(k machine.Kind) bool { return k.Name == name })
}

// OfNumber finds the kind that a case's number belongs to.
func OfNumber(number string) (machine.Kind, bool) {
	return find(func(k machine.Kind) bool { return strings.HasPrefix(number, k.Prefix+"-") })
}

// Taking lists the names of the kinds that take a command at all.
func Taking(command string) (names []string) {
	for _, k := range kinds {
		if slices.Contains(machine.Commands(k.Table), command) {
			names = append(names, k.Name)
		}
	}
	return names
}

// Rebuild makes a case's summary and state from its events and the settings that it keeps.
func Rebuild(number string, events []procedure.Event, settings json.RawMessage) (procedure.Summary, json.RawMessage, error) {
	k, ok := OfNumber(number)
	if !ok {
		return procedure.Summary{}, nil, fmt.Errorf("%s is no number of any kind", number)
	}
	return k.Rebuild(number, events, settings)
}

// Tell lists the facts of a case's events.
func Tell(number string, events []procedure.Event, settings json.RawMessage) ([]procedure.Fact, error) {
	k, ok := OfNumber(number)
	if !ok {
		return nil, fmt.Errorf("%s is no number of any kind", number)
	}
	return k.Tell(number, events, settings)
}

// DataOf gives an empty data of an event; false for an event that no kind has. An event of one name has one kind of
// data, whatever the procedure.
func DataOf(event string) (any, bool) {
	if data, ok := machine.EventData[event]; ok {
		return data, true
	}
	for _, k := range kinds {
		if data, ok := k.Data[event]; ok {
			return data, true
		}
	}
	return nil, false
}

// Events lists every event of every kind once.
func Events() []string {
	var all []string
	for _, k := range kinds {
		for _, e := range k.Events {
			if !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	return all
}
