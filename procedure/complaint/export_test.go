package complaint

import (
	"bihuan/procedure/deadline"
	"maps"
)

// Handled says whether a command has a handler.
func Handled(command string) bool { return handlers[command] != nil }

// HandlerCount is how many commands have a handler.
func HandlerCount() int { return len(handlers) }

// Checked says whether a need has a check.
func Checked(n Need) bool { return needs[n] != nil }

// NeedCount is how many needs have a check.
func NeedCount() int { return len(needs) }

// Evolved lists the event types that have an evolver.
func Evolved() map[string]bool {
	known := map[string]bool{}
	for e := range maps.Keys(evolvers) {
		known[e] = true
	}
	for _, e := range deadline.Events {
		known[e] = deadline.Evolves(e)
	}
	return known
}

// HasDeadline says whether a stage has a deadline of its own.
func HasDeadline(s Stage) bool {
	_, ok := stageStep(s)
	return ok
}

// MayGive gives the roles of a line for a complaint.
func MayGive(t Transition, s State) []string {
	var roles []string
	for _, r := range may(t, s) {
		roles = append(roles, string(r))
	}
	return roles
}
