package chance

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within || math.IsNaN(got) {
		t.Errorf("%s: %.8f, want %.8f", what, got, want)
	}
}

// M2: the tests give what is published for well-known data.
func TestKnownValues_M2(t *testing.T) {
	near(t, "seven of ten", Counts(7, 3, 1, 1), 0.34375, 1e-9)
	near(t, "breast cancer after X-rays", Counts(11, 21, 800, 3011), 0.07967, 1e-4)
	low, high := Ratio(11, 21, 800, 3011)
	near(t, "its rate ratio, low", low, 0.8584264, 1e-5)
	near(t, "its rate ratio, high", high, 4.2772659, 1e-5)
	near(t, "the lady tasting tea", Shares(3, 4, 1, 4), 0.4857142857, 1e-9)
	low, high = Wilson(81, 263)
	near(t, "Wilson, low", low, 0.2553, 5e-5)
	near(t, "Wilson, high", high, 0.3662, 5e-5)
	low, high = Difference(56, 70, 48, 80)
	near(t, "Newcombe, low", low, 0.0524, 5e-5)
	near(t, "Newcombe, high", high, 0.3339, 5e-5)
	p, low, high := Means(Spread{10, 0.75, 3.200556}, Spread{10, 2.33, 4.009}) // Student's sleep data
	near(t, "Welch", p, 0.07939, 1e-5)
	near(t, "Welch, low", low, -3.3654832, 1e-5)
	near(t, "Welch, high", high, 0.2054832, 1e-5)
}

// M2: many questions are not believed as easily as one.
func TestFalseDiscoveries_M2(t *testing.T) {
	q := Adjust([]float64{0.01, 0.04, 0.03, 0.02, 0.05})
	for i, want := range []float64{0.05, 0.05, 0.05, 0.05, 0.05} {
		near(t, "even", q[i], want, 1e-12)
	}
	q = Adjust([]float64{0.9, 0.001, 0.2})
	for i, want := range []float64{0.9, 0.003, 0.3} {
		near(t, "uneven", q[i], want, 1e-12)
	}
	if len(Adjust(nil)) != 0 {
		t.Error("something was found in nothing")
	}
}

// Nothing, and very much, are figures too.
func TestTheEnds(t *testing.T) {
	near(t, "nothing at all", Counts(0, 0, 30, 30), 1, 0)
	near(t, "no shares", Shares(0, 0, 0, 0), 1, 0)
	near(t, "four against none", Counts(0, 4, 30, 30), 0.125, 1e-9)
	near(t, "as many again", Counts(50_000, 50_000, 30, 30), 1, 1e-6)
	if p := Counts(51_000, 49_000, 30, 30); p > 1e-8 || p <= 0 {
		t.Errorf("two thousand of a hundred thousand: %g", p)
	}
	if low, high := Ratio(3, 0, 30, 30); low <= 0 || !math.IsInf(high, 1) {
		t.Errorf("three against none: %g to %g", low, high)
	}
	if low, high := Wilson(0, 0); low != 0 || high != 1 {
		t.Errorf("a share of nothing: %g to %g", low, high)
	}
	if p, _, _ := Means(Spread{N: 1, Mean: 5}, Spread{N: 9, Mean: 1, Variance: 1}); p != 1 {
		t.Errorf("one value says %g", p)
	}
	if p, _, _ := Means(Spread{N: 3, Mean: 5}, Spread{N: 3, Mean: 4}); p != 0 {
		t.Errorf("values that never vary: %g", p)
	}
}
