package view

import (
	"slices"

	"bihuan/procedure/collective"
	"bihuan/procedure/complaint"
	"bihuan/procedure/improvement"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/registry"
	"bihuan/procedure/service"
	"bihuan/procedure/survey"
	"bihuan/server/contract"
	"bihuan/words"
)

// Kind is a procedure as the API serves it.
type Kind struct {
	machine.Kind
	// Show turns a case into the answer for staff, as far as they may see it; nil for one that the contract's
	// own operations show.
	Show func(machine.Instance, people.Actor) any
	// Progress fills in what the kind's customers see beside what all do.
	Progress func(machine.Instance, words.Language, *contract.PublicCase)
	// Way is the road of a case as its customer sees it.
	Way []Mark
	// Related gives the numbers of the same customer's cases that a case came from or goes on as; nil where the
	// cases of others may be among them.
	Related func(machine.Instance) []string
	// Lead names the department that coordinates the work.
	Lead func(machine.Instance) string
}

// Mark is the key of a word of the tracking page, and the stages that it stands for.
type Mark struct {
	Word   string
	Stages []machine.Stage
}

// own is what is shown of the cases of a kind beside what is shown of every case.
var own = map[string]Kind{
	"complaint": {
		Way:  complaintWay,
		Show: func(c machine.Instance, a people.Actor) any { return Complaint(c.State().(complaint.State), a) },
		Progress: func(c machine.Instance, lang words.Language, p *contract.PublicCase) {
			complaintProgress(c.State().(complaint.State), lang, p)
		},
		Related: func(c machine.Instance) []string {
			s := c.State().(complaint.State)
			return slices.DeleteFunc([]string{s.Record.Source, s.Service}, func(n string) bool { return n == "" })
		},
		Lead: func(c machine.Instance) string { return c.State().(complaint.State).Lead },
	},
	"inquiry": {
		Way:  inquiryWay,
		Show: func(c machine.Instance, a people.Actor) any { return inquiryOf(c.State().(inquiry.State), a) },
		Progress: func(c machine.Instance, _ words.Language, p *contract.PublicCase) {
			inquiryProgress(c.State().(inquiry.State), p)
		},
		Related: func(c machine.Instance) []string { return c.State().(inquiry.State).Links },
		Lead:    func(c machine.Instance) string { return c.State().(inquiry.State).Department },
	},
	"improvement": {
		// nobody outside follows it
		Show: func(c machine.Instance, a people.Actor) any { return improvementOf(c.State().(improvement.State), a) },
		Lead: func(machine.Instance) string { return "" },
	},
	"service": {
		Way:  serviceWay,
		Show: func(c machine.Instance, a people.Actor) any { return serviceOf(c.State().(service.State), a) },
		Progress: func(c machine.Instance, _ words.Language, p *contract.PublicCase) {
			serviceProgress(c.State().(service.State), p)
		},
		Related: func(c machine.Instance) []string { return c.State().(service.State).Links },
		Lead:    func(c machine.Instance) string { return c.State().(service.State).Department },
	},
	"collective": {
		// it has no customer, and so no road
		Show: func(c machine.Instance, a people.Actor) any { return issueOf(c.State().(collective.State), a) },
	},
	"survey": {
		// its households have links of their own
		Show: func(c machine.Instance, a people.Actor) any { return surveyOf(c.State().(survey.State), a) },
		Lead: func(machine.Instance) string { return "" },
	},
}

// Kinds are those of the registry, as the server shows them.
func Kinds() []Kind {
	kinds := make([]Kind, 0, len(own))
	for _, k := range registry.Kinds() {
		kinds = append(kinds, with(k))
	}
	return kinds
}

// with says how a kind is shown: by what is its own, else by what every case has.
func with(k machine.Kind) Kind {
	shown := own[k.Name]
	shown.Kind = k
	if shown.Show == nil {
		shown.Show = func(c machine.Instance, a people.Actor) any { return plain(k.Name, c, a) }
	}
	return shown
}

// Of finds the kind that a number belongs to; the zero one for none.
func Of(n string) Kind {
	k, ok := registry.OfNumber(n)
	if !ok {
		return Kind{}
	}
	return with(k)
}

// Named finds a kind by its name; the zero one for none.
func Named(name string) Kind {
	k, ok := registry.Of(name)
	if !ok {
		return Kind{}
	}
	return with(k)
}
