package registry

import (
	"slices"

	"bihuan/procedure/machine"
)

// Taking lists the kinds of cases that take a command at all.
func Taking(command string) (kinds []string) {
	for _, p := range Procedures {
		if slices.ContainsFunc(p.Table, func(t machine.Transition) bool { return t.Command == command }) {
			kinds = append(kinds, p.Kind)
		}
	}
	return kinds
}
