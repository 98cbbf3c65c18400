package town

import (
	"slices"
	"time"
)

// Customer is somebody who brings a case.
type Customer struct {
	Place     uint64 // in the order of arrival
	At        time.Time
	Community string
	Kind      string
	Category  string // what it is about, where that is given
	// Building and Where are given to those who complain of what others complain of too.
	Building, Where string
	// Routine is what the office does of its own accord.
	Routine bool
}

// Arrivals lists everybody who comes, in the order of time.
func (s Scenario) Arrivals() []Customer {
	d := newDraw(s.Seed, 0)
	communities := weights(len(s.Communities), s.Steepness)
	var all []Customer
	for day := range s.Days {
		morning := midnight(s.From).AddDate(0, 0, day)
		for range d.poisson(s.ADay) {
			hour := d.weighted(len(s.Hours), func(i int) float64 { return s.Hours[i] })
			at := morning.Add(time.Duration(hour)*time.Hour + d.between(0, time.Hour))
			community := s.Communities[d.weighted(len(communities), func(i int) float64 { return communities[i] })]
			c := Customer{At: at, Community: community, Kind: d.pick(s.Kinds)}
			all = append(all, s.neighbours(c, d)...)
		}
	}
	all = append(all, s.troubled(d)...)
	all = append(all, s.routine()...)
	for i := range all {
		all[i].At = s.hastened(all[i].At)
	}
	all = slices.DeleteFunc(all, func(c Customer) bool { return c.At.Before(s.From) })
	slices.SortStableFunc(all, func(a, b Customer) int { return a.At.Compare(b.At) })
	for i := range all {
		all[i].Place = uint64(i) + 1
	}
	return all
}

// neighbours are whoever comes, and now and then those of their building who complain of the same matter within
// a day and a half.
func (s Scenario) neighbours(c Customer, d Draw) []Customer {
	if c.Kind != "complaint" || !d.chance(s.Chances.Neighbours) {
		return []Customer{c}
	}
	c.Category, c.Building, c.Where = s.about(c, d).ID, s.home(d.IntN(s.Blocks), 0, 0).Building, places[d.IntN(len(places))]
	all, first := []Customer{c}, c.At
	for range 2 + d.IntN(3) {
		c.At = first.Add(d.between(time.Minute, 36*time.Hour))
		all = append(all, c)
	}
	return all
}

// troubled are those who complain more than else, as long as something is wrong.
func (s Scenario) troubled(d Draw) (all []Customer) {
	for _, t := range s.Troubles {
		for day := range t.Days {
			morning := midnight(s.From).AddDate(0, 0, t.From+day)
			if t.From+day >= s.Days {
				break
			}
			for range d.poisson(t.ADay) {
				all = append(all, Customer{
					At: morning.Add(d.between(8*time.Hour, 20*time.Hour)), Community: t.Community, Kind: "complaint", Category: t.Category, Where: places[d.IntN(len(places))],
				})
			}
		}
	}
	return all
}

// routine is what the offices do of their own accord.
func (s Scenario) routine() (all []Customer) {
	end := s.From.AddDate(0, 0, s.Days)
	for _, r := range s.Routines {
		for _, community := range s.Communities {
			for at := s.From.Add(r.After); at.Before(end); at = at.Add(r.Every) {
				all = append(all, Customer{At: at, Community: community, Kind: r.Kind, Routine: true})
			}
		}
	}
	return all
}

// poisson draws how many come on a day when so many come on average.
func (d Draw) poisson(mean float64) int {
	n := 0
	for t := d.ExpFloat64(); t < mean; t += d.ExpFloat64() {
		n++
	}
	return n
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// onShift gives the first moment from then on at which a role is at work, and not everybody at once
// when the shift begins.
func (s Scenario) onShift(role string, then time.Time, d Draw) time.Time {
	shift, ok := s.Shifts[role]
	if !ok || shift[1]-shift[0] == 24 {
		return then
	}
	morning := midnight(then.In(s.From.Location()))
	begin, end := morning.Add(time.Duration(shift[0])*time.Hour), morning.Add(time.Duration(shift[1])*time.Hour)
	switch {
	case then.Before(begin):
		return begin.Add(d.between(0, 30*time.Minute))
	case !then.Before(end):
		return begin.AddDate(0, 0, 1).Add(d.between(0, 30*time.Minute))
	}
	return then
}
