package complaint

import (
	"time"

	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/policy"
)

// Definition is the complaint procedure whole.
var Definition = machine.Definition[State]{
	Kind: "complaint", Prefix: number.Complaint, Table: Table, Stages: Stages, Events: Events, Data: Data, Steps: Steps, StageStep: stageStep, Templates: Templates(),
	Arguments: Arguments,
	New:       New, Decide: Decide, Evolve: Evolve, Due: Due, Issue: Issue, Notices: Notices,
	Effects: Effects, Facts: Facts, Summarize: Summarize, Sees: Sees, ShowsContacts: ShowsContacts, Allowed: Allowed,
	Last:   func(s State) time.Time { return s.Last },
	Ended:  func(s State) bool { return s.Stage == StageArchived },
	Policy: func(s State) policy.Policy { return s.Policy },
	Slim:   State.WithoutPolicy,
}
