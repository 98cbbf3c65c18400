// Package registry is every procedure of the handbook, by kind and by number.
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

// Procedures are all of them, in the order of the handbook.
var Procedures = []machine.Procedure{
	complaint.Definition.Entry(),
	inquiry.Definition.Entry(),
	service.Definition.Entry(),
	collective.Definition.Entry(),
	survey.Definition.Entry(),
	improvement.Definition.Entry(),
}

// Of finds a procedure by its kind.
func Of(kind string) (machine.Procedure, bool) {
	for _, p := range Procedures {
		if p.Kind == kind {
			return p, true
		}
	}
	return machine.Procedure{}, false
}

// OfNumber finds the procedure that a case's number belongs to.
func OfNumber(number string) (machine.Procedure, bool) {
	for _, p := range Procedures {
		if strings.HasPrefix(number, p.Prefix+"-") {
			return p, true
		}
	}
	return machine.Procedure{}, false
}

// Rebuild makes a case's summary and state from its events and the settings that it keeps.
func Rebuild(number string, events []procedure.Event, settings json.RawMessage) (procedure.Summary, json.RawMessage, error) {
	p, ok := OfNumber(number)
	if !ok {
		return procedure.Summary{}, nil, fmt.Errorf("%s is no number of the handbook", number)
	}
	return p.Rebuild(number, events, settings)
}

// Tell lists the facts of a case's events.
func Tell(number string, events []procedure.Event, settings json.RawMessage) ([]procedure.Fact, error) {
	p, ok := OfNumber(number)
	if !ok {
		return nil, fmt.Errorf("%s is no number of the handbook", number)
	}
	return p.Tell(number, events, settings)
}

// DataOf gives an empty data of an event; false for an event that no procedure has. An event of one name
// has one kind of data, whatever the procedure.
func DataOf(event string) (any, bool) {
	if data, ok := machine.EventData[event]; ok {
		return data, true
	}
	for _, p := range Procedures {
		if data, ok := p.Data[event]; ok {
			return data, true
		}
	}
	return nil, false
}

// Events lists every event of every procedure once.
func Events() []string {
	var all []string
	for _, p := range Procedures {
		for _, e := range p.Events {
			if !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	return all
}
