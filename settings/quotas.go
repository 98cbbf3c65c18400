package settings

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"bihuan/procedure/people"
	"bihuan/procedure/registry"
	"bihuan/procedure/statistics"
	"bihuan/procedure/violation"
)

// Quotas are how many revisits a role makes a month in a community. G7
type Quotas struct {
	Revisits map[people.Role]int `yaml:"revisits"`
	// RemindOn are the days of the month on which whoever is short is reminded.
	RemindOn []int `yaml:"remind_on"`
}

// lastDay is a day that every month has.
const lastDay = 28

func (q Quotas) withDefaults() Quotas {
	if q.Revisits == nil {
		q.Revisits = map[people.Role]int{people.Manager: 3, people.GM: 1}
	}
	if q.RemindOn == nil {
		q.RemindOn = []int{20, 25}
	}
	slices.Sort(q.RemindOn)
	return q
}

func (q Quotas) validate(faults *violation.List) {
	for _, role := range slices.Sorted(maps.Keys(q.Revisits)) {
		path := "quotas.revisits." + string(role)
		if !slices.Contains(people.Workers, role) {
			faults.Add(path, "no_role")
		}
		if q.Revisits[role] < 0 {
			faults.Add(path, "negative")
		}
	}
	for i, day := range q.RemindOn {
		if day < 1 || day > lastDay {
			faults.Add(fmt.Sprintf("quotas.remind_on[%d]", i), "out_of_range", "from", "1", "to", strconv.Itoa(lastDay))
		}
	}
}

// Rules are what the statistics need of the settings.
func (s Settings) Rules() statistics.Rules {
	rules := statistics.Rules{Parent: s.parent}
	for _, p := range registry.Kinds() {
		rules.Kinds = append(rules.Kinds, p.Name)
	}
	for _, role := range people.Roles {
		if n := s.Quotas.Revisits[role]; n > 0 {
			rules.Quotas = append(rules.Quotas, statistics.Quota{Role: role, Required: n})
		}
	}
	return rules
}

// parent gives the category above another, of complaints or of services; empty at the top. A7
func (s Settings) parent(category string) string {
	p := s.Names("").any()
	if c, ok := p.Category(category); ok {
		return c.Parent
	}
	c, _ := p.Service.Category(category)
	return c.Parent
}

// Places lists the communities, each with its time zone.
func (s Settings) Places() []statistics.Place {
	places := make([]statistics.Place, len(s.Communities))
	for i, c := range s.Communities {
		places[i] = statistics.Place{Community: c.ID, Zone: s.policies[c.ID].Calendar.Zone}
	}
	return places
}

// Rules are what the statistics need of the settings in force.
func (c *Current) Rules() statistics.Rules { return c.Version().Settings.Rules() }

// Places lists the communities of the settings in force.
func (c *Current) Places() []statistics.Place { return c.Version().Settings.Places() }
