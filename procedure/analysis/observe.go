package analysis

import (
	"cmp"
	"math"
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/statistics"
)

// kind is the kind of case that analyses are about.
const kind = "complaint"

// Spans are the two periods of a community.
type Spans struct{ Now, Before statistics.Span }

// newest is how many of a household's complaints are named.
const newest = 20

// Observe counts what the events of cases tell, as the database does in one query. M2
func Observe(cases []statistics.Case, spans []Spans) []Observation {
	all := sheet{of: map[place]*Observation{}}
	for _, c := range cases {
		for _, s := range spans {
			if c.Kind != kind || c.Summary.Drill || c.Summary.Community != s.Now.Community { // M5
				continue
			}
			for _, f := range c.Facts {
				if within(f, s.Now) || within(f, s.Before) {
					all.fact(c, f, within(f, s.Now))
				}
			}
		}
	}
	return all.list()
}

func within(f procedure.Fact, s statistics.Span) bool {
	return !f.At.Before(s.From) && f.At.Before(s.To)
}

// place names a figure in one of the periods.
type place struct {
	now       bool
	community string
	watch     Watch
}

// sheet adds figures up.
type sheet struct {
	of    map[place]*Observation
	order []place
}

func (s *sheet) fact(c statistics.Case, f procedure.Fact, now bool) {
	add := func(m Metric, sub Subject, n, of int) *Observation {
		k := place{now, c.Summary.Community, Watch{m, sub}}
		if s.of[k] == nil {
			s.of[k] = &Observation{Now: now, Community: k.community, Watch: k.watch}
			s.order = append(s.order, k)
		}
		s.of[k].N += n
		s.of[k].Of += of
		return s.of[k]
	}
	switch f.Name {
	case procedure.FactRegistered:
		registered(c, add)
	case procedure.FactMet, procedure.FactMissed, procedure.FactLate:
		departmental(f, add)
	case procedure.FactRevisited, procedure.FactUnsatisfied:
		n, of := 0, 1
		if f.Name == procedure.FactUnsatisfied {
			n, of = 1, 0
		}
		add(Unsatisfied, Subject{}, n, of)
		if c.Summary.Category != "" {
			add(Unsatisfied, Subject{Category: c.Summary.Category}, n, of)
		}
	}
}

type adding func(m Metric, sub Subject, n, of int) *Observation

func registered(c statistics.Case, add adding) {
	sum := c.Summary
	subjects := []Subject{{}, {Category: sum.Category}, {Building: sum.Building}, {Channel: sum.Channel}}
	if sum.Category != "" && sum.Building != "" {
		subjects = append(subjects, Subject{Category: sum.Category, Building: sum.Building})
	}
	for i, sub := range subjects {
		if i == 0 || sub != (Subject{}) {
			add(Complaints, sub, 1, 0)
		}
	}
	if sum.Building != "" && sum.Room != "" {
		o := add(Complaints, Subject{Building: sum.Building, Room: sum.Room}, 1, 0)
		o.Numbers = append(o.Numbers, c.Number)
	}
}

// timed are the steps whose duration is looked at.
var timed = map[string]Metric{"accept": AcceptTime, "work": WorkTime}

func departmental(f procedure.Fact, add adding) {
	if f.Department == "" {
		return
	}
	sub := Subject{Department: f.Department}
	switch f.Name {
	case procedure.FactMet:
		add(Missed, sub, 0, 1)
	case procedure.FactMissed:
		add(Missed, sub, 1, 1)
	}
	if m, ok := timed[f.Key]; ok && f.Name != procedure.FactMissed {
		log := math.Log(math.Max(1, float64(f.Value)))
		o := add(m, sub, 1, 0)
		o.Sum += log
		o.Squares += log * log
	}
}

// list gives the figures in a fixed order.
func (s *sheet) list() []Observation {
	all := make([]Observation, 0, len(s.order))
	for _, k := range s.order {
		o := s.of[k]
		slices.SortFunc(o.Numbers, func(a, b string) int { return cmp.Compare(b, a) })
		o.Numbers = o.Numbers[:min(newest, len(o.Numbers))]
		all = append(all, *o)
	}
	Sort(all)
	return all
}

// Sort brings observations into the order in which Observe gives them.
func Sort(all []Observation) {
	slices.SortFunc(all, func(a, b Observation) int {
		return cmp.Or(cmp.Compare(a.Community, b.Community), compareWatch(a.Watch, b.Watch), cmp.Compare(truth(a.Now), truth(b.Now)))
	})
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
