// Package chance says whether a change in figures is more than noise: exact tests for counts and shares,
// Welch's for means, the intervals that go with them, and what remains when many are asked at once. M2, M4
package chance

import (
	"cmp"
	"math"
	"slices"
)

// z is the normal quantile of a 95 % interval.
const z = 1.959963984540054

// Counts gives the probability of two counts at least as far apart as these, if things had happened at one
// rate over both exposures (days, for instance): the exact binomial test given their sum, two-sided.
func Counts(a, b int, exposureA, exposureB float64) float64 {
	n, share := a+b, exposureA/(exposureA+exposureB)
	return unlikelier(0, n, a, func(k int) float64 { return logBinomial(n, k, share) })
}

// Shares gives the probability of two shares at least as far apart, if both were one: Fisher's exact test.
func Shares(a, of, b, ofB int) float64 {
	n := a + b
	return unlikelier(max(0, n-ofB), min(of, n), a, func(k int) float64 {
		return logChoose(of, k) + logChoose(ofB, n-k) - logChoose(of+ofB, n)
	})
}

// unlikelier adds up the probabilities of all outcomes that are no likelier than the one that was seen.
func unlikelier(from, to, seen int, log func(int) float64) float64 {
	const tie = 1e-7 // what differs by less is as likely
	limit, sum := log(seen)+tie, 0.0
	for k := from; k <= to; k++ {
		if l := log(k); l <= limit {
			sum += math.Exp(l)
		}
	}
	return min(1, sum)
}

func logBinomial(n, k int, p float64) float64 {
	return logChoose(n, k) + times(float64(k), math.Log(p)) + times(float64(n-k), math.Log1p(-p))
}

// times multiplies, with nothing times anything being nothing.
func times(k, log float64) float64 {
	if k == 0 {
		return 0
	}
	return k * log
}

func logChoose(n, k int) float64 { return logFactorial(n) - logFactorial(k) - logFactorial(n-k) }

func logFactorial(n int) float64 { return logGamma(float64(n) + 1) }

func logGamma(x float64) float64 {
	l, _ := math.Lgamma(x)
	return l
}

// Ratio gives the 95 % interval of the ratio of two rates, exact like Counts. Without a second count it has
// no upper end.
func Ratio(a, b int, exposureA, exposureB float64) (low, high float64) {
	odds := func(p float64) float64 { return p / (1 - p) * exposureB / exposureA }
	const tail = 0.025
	x, y := float64(a), float64(b)
	if a > 0 {
		low = odds(betaQuantile(tail, x, y+1))
	}
	if high = math.Inf(1); b > 0 {
		high = odds(betaQuantile(1-tail, x+1, y))
	}
	return low, high
}

// Wilson gives the 95 % interval of a share; of nothing it is everything.
func Wilson(n, of int) (low, high float64) {
	if of == 0 {
		return 0, 1
	}
	size, p := float64(of), float64(n)/float64(of)
	middle, width := p+z*z/(2*size), z*math.Sqrt(p*(1-p)/size+z*z/(4*size*size))
	scale := 1 + z*z/size
	return max(0, (middle-width)/scale), min(1, (middle+width)/scale)
}

// Difference gives the 95 % interval of the first share less the second, by Newcombe's method.
func Difference(a, of, b, ofB int) (low, high float64) {
	p, q := share(a, of), share(b, ofB)
	lowA, highA := Wilson(a, of)
	lowB, highB := Wilson(b, ofB)
	return p - q - math.Hypot(p-lowA, highB-q), p - q + math.Hypot(highA-p, q-lowB)
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// Spread is what is needed of measured values.
type Spread struct {
	N              int
	Mean, Variance float64 // of the sample
}

// Means gives the probability of two means at least as far apart, if both were one, by Welch's test, and the
// 95 % interval of the first less the second. With fewer than two values on a side nothing can be said.
func Means(a, b Spread) (p, low, high float64) {
	if a.N < 2 || b.N < 2 {
		return 1, math.Inf(-1), math.Inf(1)
	}
	va, vb := a.Variance/float64(a.N), b.Variance/float64(b.N)
	apart, err := a.Mean-b.Mean, math.Sqrt(va+vb)
	if err == 0 {
		if apart == 0 {
			return 1, 0, 0
		}
		return 0, apart, apart
	}
	freedom := (va + vb) * (va + vb) / (va*va/float64(a.N-1) + vb*vb/float64(b.N-1))
	t := apart / err
	p = betaShare(freedom/(freedom+t*t), freedom/2, 0.5)
	// The share of x below which 5 % lie is the t beyond which 5 % lie.
	x := betaQuantile(0.05, freedom/2, 0.5)
	width := err * math.Sqrt(freedom*(1-x)/x)
	return p, apart - width, apart + width
}

// Adjust gives the rate of false discoveries at which each of many probabilities would be believed, by
// Benjamini and Hochberg.
func Adjust(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(p[j], p[i]) })
	q, least := make([]float64, len(p)), 1.0
	for i, at := range order {
		rank := len(p) - i
		least = min(least, p[at]*float64(len(p))/float64(rank))
		q[at] = least
	}
	return q
}
