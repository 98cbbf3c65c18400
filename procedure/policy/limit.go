package policy

import (
	"reflect"
	"strings"
)

// Limit gives the time limit of a procedure's step: of its own section, else the complaint's, where the steps of the
// levels are found too. H1
func (p Policy) Limit(kind, step string) Deadline {
	section := reflect.ValueOf(p).FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, kind) })
	if section.Kind() == reflect.Struct {
		limits, _ := section.FieldByName("Deadlines").Interface().(Limits)
		if d, ok := limits[step]; ok {
			return d
		}
	}
	return p.Deadlines.Of(step)
}
