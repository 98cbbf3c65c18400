package survey

import (
	"math"
	"strconv"

	"bihuan/procedure/policy"
)

// z95 is the quantile of the normal distribution between whose negative and itself 95 % lie.
const z95 = 1.959964

// Estimate is a figure of those who answered, and between what, with 95 % confidence, it lies for all
// households of the community, if those who answered are like the others.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	// N is how many answers it comes from; fewer than Few have no interval.
	N int `json:"n"`
}

// Mean estimates the mean of scores, counted from the lowest one. The interval is Student's, narrowed by the
// finite population correction √((N−n)/(N−1)): who has asked all of a small community knows it.
func Mean(counts []int, low, population int) (Estimate, bool) {
	n, sum, squares := 0, 0.0, 0.0
	for i, c := range counts {
		score := float64(low + i)
		n, sum, squares = n+c, sum+score*float64(c), squares+score*score*float64(c)
	}
	if n == 0 {
		return Estimate{}, false
	}
	mean := sum / float64(n)
	e := Estimate{Value: mean, Low: float64(low), High: float64(low + len(counts) - 1), N: n}
	if n < Few {
		return e, true
	}
	deviation := math.Sqrt(math.Max(0, squares-float64(n)*mean*mean) / float64(n-1))
	half := student(n-1) * deviation / math.Sqrt(float64(n)) * correction(n, population)
	e.Low, e.High = math.Max(e.Low, mean-half), math.Min(e.High, mean+half)
	return e, true
}

// Share estimates a share. The interval is Wilson's, with as many answers as would say as much about an
// endless population: n(N−1)/(N−n).
func Share(count, n, population int) (Estimate, bool) {
	if n == 0 {
		return Estimate{}, false
	}
	p := float64(count) / float64(n)
	if n >= population {
		return Estimate{Value: p, Low: p, High: p, N: n}, true
	}
	of := float64(n) / math.Pow(correction(n, population), 2)
	spread := 1 + z95*z95/of
	centre := (p + z95*z95/(2*of)) / spread
	half := z95 * math.Sqrt(p*(1-p)/of+z95*z95/(4*of*of)) / spread
	return Estimate{Value: p, Low: math.Max(0, centre-half), High: math.Min(1, centre+half), N: n}, true
}

// correction is the finite population correction; nothing is uncertain once everybody has answered.
func correction(n, population int) float64 {
	if n >= population {
		return 0
	}
	return math.Sqrt(float64(population-n) / float64(population-1))
}

// student gives the quantile of Student's distribution at 97.5 % by its expansion from the normal one; from
// four degrees of freedom it is right to three digits.
func student(freedom int) float64 {
	v, z := float64(freedom), z95
	z3, z5, z7 := math.Pow(z, 3), math.Pow(z, 5), math.Pow(z, 7)
	return z + (z3+z)/(4*v) + (5*z5+16*z3+3*z)/(96*v*v) + (3*z7+19*z5+17*z3-15*z)/(384*v*v*v)
}

// Result is one question with what was answered to it.
type Result struct {
	Question string      `json:"question"`
	Kind     string      `json:"kind"`
	Ask      policy.Text `json:"ask"`
	Answered int         `json:"answered"`
	// Mean is of the scores.
	Mean *Estimate `json:"mean,omitempty"`
	// Options are the scores or the choices, with how many took each.
	Options []Option `json:"options"`
}

// Option is a score or a choice.
type Option struct {
	ID    string      `json:"id"`
	Name  policy.Text `json:"name"`
	Count int         `json:"count"`
	Share *Estimate   `json:"share,omitempty"`
}

// Results puts figures into shares and means, for a community of so many households.
func Results(q policy.Questionnaire, figures []Figures, population int) []Result {
	var all []Result
	for i, x := range q.Questions {
		if i >= len(figures) {
			return all
		}
		f, r := figures[i], Result{Question: x.ID, Kind: x.Kind, Ask: x.Ask, Options: []Option{}}
		r.Answered = f.Answered
		low, _, scored := x.Scores()
		if mean, ok := Mean(f.Counts, low, population); scored && ok {
			r.Mean = &mean
		}
		for j, n := range f.Counts {
			o := Option{Count: n}
			if share, ok := Share(n, f.Answered, population); ok {
				o.Share = &share
			}
			if o.ID = strconv.Itoa(low + j); scored {
				o.Name = policy.Text{Zh: o.ID, En: o.ID}
			} else {
				o.ID, o.Name = x.Choices[j].ID, x.Choices[j].Name
			}
			r.Options = append(r.Options, o)
		}
		all = append(all, r)
	}
	return all
}
