package machine

import (
	"slices"

	"bihuan/procedure/people"
)

// Sees says how much of a case an actor may see: its customer their own, others what the table of views
// gives them. handles says that they are named to handle it, works that a task of it is theirs. N1, N3
func Sees(number, community string, a people.Actor, handles, works bool) people.Sight {
	if slices.Contains(a.Roles, people.Complainant) {
		if a.ID == number {
			return people.SeesProgress
		}
		return people.SeesNothing
	}
	permission, ok := people.Permits(people.ReadCase, a)
	switch {
	case !a.In(community) || !ok:
		return people.SeesNothing
	case permission.Scope == people.Communities || handles:
		return people.SeesAll
	case works:
		return people.SeesTasks
	}
	return people.SeesNothing
}
