// Package analysis says what stands out in the complaints of a period: by category and building, by
// department, channel and household, against the period before, and whether a change is more than noise.
// The same figures say later whether a measure had an effect. M2, M4
package analysis

import (
	"math"
	"slices"

	"bihuan/procedure/statistics/chance"
)

// Metric is what is counted or measured of complaints.
type Metric string

// The metrics. Drills are in none of them. M5
const (
	Complaints  Metric = "complaints"  // registered, in so many days
	Missed      Metric = "missed"      // the share of a department's deadlines
	Unsatisfied Metric = "unsatisfied" // the share of the revisits that reached somebody
	AcceptTime  Metric = "accept_time" // from dispatch until a department accepted
	WorkTime    Metric = "work_time"   // from acceptance until a department was done
)

// Metrics lists them.
var Metrics = []Metric{Complaints, Missed, Unsatisfied, AcceptTime, WorkTime}

// Departmental says whether a metric is about departments.
func (m Metric) Departmental() bool { return m == Missed || m == AcceptTime || m == WorkTime }

// Subject is whom or what a figure is about; what is empty narrows nothing.
type Subject struct {
	Category   string `json:"category,omitempty"`
	Building   string `json:"building,omitempty"`
	Room       string `json:"room,omitempty"` // a household, with its building
	Department string `json:"department,omitempty"`
	Channel    string `json:"channel,omitempty"`
}

// Watch is a figure to watch in a community.
type Watch struct {
	Metric Metric `json:"metric"`
	Subject
}

// Sample is a figure of a period, with what is needed to compare it.
type Sample struct {
	// N is the count: of complaints, of those missed or unsatisfied, of what was measured.
	N int `json:"n"`
	// Of is the whole that N is a share of, where it is one.
	Of int `json:"of,omitempty"`
	// Days is how long the period was.
	Days float64 `json:"days"`
	// Mean and Variance are of the natural logarithm of the seconds that something took: times are many
	// short ones and a few very long ones.
	Mean     float64 `json:"mean,omitempty"`
	Variance float64 `json:"variance,omitempty"`
}

// Spread is the sample's measured values.
func (s Sample) spread() chance.Spread {
	return chance.Spread{N: s.N, Mean: s.Mean, Variance: s.Variance}
}

// Rate is the figure as people read it: complaints in 30 days, a share from 0 to 1, or typical hours (the
// geometric mean).
func (s Sample) Rate(m Metric) float64 {
	switch {
	case m == Complaints && s.Days > 0:
		return float64(s.N) / s.Days * 30
	case (m == Missed || m == Unsatisfied) && s.Of > 0:
		return float64(s.N) / float64(s.Of)
	case (m == AcceptTime || m == WorkTime) && s.N > 0:
		return math.Exp(s.Mean) / 3600
	}
	return 0
}

// Comparison is a figure against an earlier one.
type Comparison struct {
	Now    Sample `json:"now"`
	Before Sample `json:"before"`
	// P is how likely a change at least this large is when nothing has changed.
	P float64 `json:"p"`
	// Change is the ratio of counts and of times, the difference of shares; nothing where there was nothing
	// to compare with. Low and High are its 95 % interval, as far as it has ends.
	Change *float64 `json:"change,omitempty"`
	Low    *float64 `json:"low,omitempty"`
	High   *float64 `json:"high,omitempty"`
	Worse  bool     `json:"worse"`
	Better bool     `json:"better"`
}

// Compare holds two samples of a metric against one another.
func Compare(m Metric, now, before Sample) Comparison {
	c := Comparison{Now: now, Before: before}
	var low, high float64
	switch m {
	case Complaints:
		c.P = chance.Counts(now.N, before.N, now.Days, before.Days)
		low, high = chance.Ratio(now.N, before.N, now.Days, before.Days)
	case Missed, Unsatisfied:
		c.P = chance.Shares(now.N, now.Of, before.N, before.Of)
		if low, high = math.Inf(-1), math.Inf(1); now.Of > 0 && before.Of > 0 {
			low, high = chance.Difference(now.N, now.Of, before.N, before.Of)
		}
	default:
		c.P, low, high = chance.Means(now.spread(), before.spread())
		low, high = math.Exp(low), math.Exp(high)
	}
	c.P = rounded(c.P)
	c.Low, c.High = finite(low), finite(high)
	c.change(m)
	return c
}

// change says how far the figures lie apart, and which way.
func (c *Comparison) change(m Metric) {
	now, before := c.Now.Rate(m), c.Before.Rate(m)
	share := m == Missed || m == Unsatisfied
	switch {
	case share && (c.Now.Of == 0 || c.Before.Of == 0), !share && m != Complaints && (c.Now.N == 0 || c.Before.N == 0):
		return // nothing to compare with
	case share:
		c.Change = finite(now - before)
	default:
		c.Change = finite(now / before)
	}
	c.Worse, c.Better = now > before, now < before
}

// finite leaves out what has no end.
func finite(x float64) *float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	x = rounded(x)
	return &x
}

// rounded keeps four significant digits: what is written down is then the same wherever it was computed.
func rounded(x float64) float64 {
	if x == 0 {
		return 0
	}
	scale := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(x))))
	return math.Round(x*scale) / scale
}

// Verdict is what an evaluation says of a measure. M4
type Verdict string

// The verdicts.
const (
	Effective Verdict = "effective" // better, by more than noise
	Without   Verdict = "without"   // no better than noise
	Worsened  Verdict = "worsened"  // worse, by more than noise
	// TooFew means that not even the best outcome could have been told from noise.
	TooFew Verdict = "too_few"
)

// Verdicts lists them.
var Verdicts = []Verdict{Effective, Without, Worsened, TooFew}

// Judge says whether things have become better. percent is how often noise may pass for a change.
func Judge(m Metric, c Comparison, percent int) Verdict {
	level := float64(percent) / 100
	switch {
	case c.P <= level && c.Better:
		return Effective
	case c.P <= level && c.Worse:
		return Worsened
	case hopeless(m, c, level):
		return TooFew
	}
	return Without
}

// hopeless says whether the figures before were so few that none at all afterwards would be noise too.
func hopeless(m Metric, c Comparison, level float64) bool {
	switch m {
	case Complaints:
		return chance.Counts(0, c.Before.N, c.Now.Days, c.Before.Days) > level
	case Missed, Unsatisfied:
		return c.Now.Of == 0 || chance.Shares(0, c.Now.Of, c.Before.N, c.Before.Of) > level
	}
	return c.Now.N < 2 || c.Before.N < 2
}

// Known says whether a metric is one.
func (m Metric) Known() bool { return slices.Contains(Metrics, m) }
