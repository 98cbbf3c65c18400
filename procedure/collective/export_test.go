package collective

// How many complaints an issue takes.
const (
	MostNamed   = mostNamed
	MostMembers = mostMembers
)
