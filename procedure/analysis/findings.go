package analysis

import (
	"cmp"
	"math"
	"slices"

	"bihuan/procedure/statistics/chance"
)

// Observation is a figure of a subject in one of the two periods, as counted.
type Observation struct {
	Now       bool
	Community string
	Watch
	// N, Of, Sum and Squares are the counts, and the sums of the logarithms and of their squares.
	N, Of        int
	Sum, Squares float64
	// Numbers are the newest of a household's complaints.
	Numbers []string
}

// sample gives what was counted as a sample of so many days.
func (o Observation) sample(days float64) Sample { return SampleOf(o.N, o.Of, o.Sum, o.Squares, days) }

// SampleOf makes a sample of counts and sums.
func SampleOf(n, of int, sum, squares, days float64) Sample {
	s := Sample{N: n, Of: of, Days: days}
	if n > 0 {
		s.Mean = sum / float64(n)
	}
	if n > 1 {
		s.Variance = rounded(max(0, squares-sum*s.Mean) / float64(n-1))
	}
	s.Mean = rounded(s.Mean)
	return s
}

// Days is how long the two periods were in a community.
type Days struct{ Now, Before float64 }

// Rules are the settings of an analysis.
type Rules struct {
	// Percent is how many of the findings may be noise.
	Percent int
	// Repeat is from how many complaints a household is named.
	Repeat int
}

// Finding is a figure with what became of it.
type Finding struct {
	Community string `json:"community"`
	Watch     Watch  `json:"watch"`
	Comparison
	// Q is the share of noise among all findings that are as clear as this one.
	Q float64 `json:"q"`
	// StandsOut means more than noise.
	StandsOut bool `json:"stands_out"`
	// Repeat marks a household that complained again and again; Numbers are its newest complaints.
	Repeat  bool     `json:"repeat"`
	Numbers []string `json:"numbers,omitempty"`
}

// Find compares every figure with the one of the period before, what matters most first: what has become
// worse by more than noise, households that come again, what has become better, and then the rest.
func Find(observations []Observation, days map[string]Days, rules Rules) []Finding {
	findings := pair(observations, days)
	findings = slices.DeleteFunc(findings, func(f Finding) bool { return f.Watch.Room != "" && f.Now.N < rules.Repeat })
	p := make([]float64, len(findings))
	for i, f := range findings {
		p[i] = f.P
	}
	for i, q := range chance.Adjust(p) {
		f := &findings[i]
		f.Q, f.Repeat = rounded(q), f.Watch.Room != ""
		f.StandsOut = q <= float64(rules.Percent)/100 && (f.Worse || f.Better)
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.Q, b.Q), cmp.Compare(b.excess(), a.excess()), cmp.Compare(b.Now.N, a.Now.N))
	})
	return findings
}

// pair brings the two periods of each subject together, in the order of their names.
func pair(observations []Observation, days map[string]Days) []Finding {
	type key struct {
		community string
		watch     Watch
	}
	both := map[key]*[2]Observation{}
	var order []key
	for _, o := range observations {
		k := key{o.Community, o.Watch}
		if both[k] == nil {
			both[k] = &[2]Observation{}
			order = append(order, k)
		}
		i := 1
		if o.Now {
			i = 0
		}
		both[k][i] = o
	}
	slices.SortFunc(order, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.community, b.community), compareWatch(a.watch, b.watch))
	})
	findings := make([]Finding, len(order))
	for i, k := range order {
		d, pair := days[k.community], both[k]
		findings[i] = Finding{
			Community: k.community, Watch: k.watch, Numbers: pair[0].Numbers,
			Comparison: Compare(k.watch.Metric, pair[0].sample(d.Now), pair[1].sample(d.Before)),
		}
	}
	return findings
}

func compareWatch(a, b Watch) int {
	return cmp.Or(cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Building, b.Building),
		cmp.Compare(a.Room, b.Room), cmp.Compare(a.Department, b.Department), cmp.Compare(a.Channel, b.Channel))
}

// rank says how soon a finding is named.
func (f Finding) rank() int {
	switch {
	case f.StandsOut && f.Worse:
		return 0
	case f.Repeat:
		return 1
	case f.StandsOut:
		return 2
	}
	return 3
}

// excess is how many complaints, missed deadlines or bad revisits there were more than before.
func (f Finding) excess() float64 {
	switch f.Watch.Metric {
	case Complaints:
		return float64(f.Now.N) - float64(f.Before.N)*f.Now.Days/math.Max(1, f.Before.Days)
	case Missed, Unsatisfied:
		return float64(f.Now.N) - f.Before.Rate(f.Watch.Metric)*float64(f.Now.Of)
	}
	return float64(f.Now.N) * (f.Now.Mean - f.Before.Mean)
}
