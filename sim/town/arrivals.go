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
			if at = s.hastened(at); at.Before(s.From) {
				continue
			}
			community := s.Communities[d.weighted(len(communities), func(i int) float64 { return communities[i] })]
			all = append(all, Customer{At: at, Community: community, Kind: d.pick(s.Kinds)})
		}
	}
	slices.SortStableFunc(all, func(a, b Customer) int { return a.At.Compare(b.At) })
	for i := range all {
		all[i].Place = uint64(i) + 1
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
