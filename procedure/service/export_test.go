package service

import "bihuan/procedure/machine"

// Handled, Checked and Evolved say whether a command, a need or an event of the procedure's own is known.
func Handled(command string) bool {
	return rules.Handlers[command] != nil || rules.Shared[command] != nil
}
func Checked(n machine.Need) bool { return needs[n] != nil }
func Evolved(event string) bool   { return evolvers[event] != nil }
