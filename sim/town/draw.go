package town

import (
	"math"
	"math/rand/v2"
	"time"
)

// Draw is the luck of one case. The same seed and place in the order of arrival give the same luck,
// whatever happens to other cases.
type Draw struct{ *rand.Rand }

func newDraw(seed, place uint64) Draw { return Draw{rand.New(rand.NewPCG(seed, place))} }

func (d Draw) chance(p float64) bool { return d.Float64() < p }

// times counts how often something of a chance happens in a row, up to a limit.
func (d Draw) times(p float64, limit int) int {
	n := 0
	for n < limit && d.chance(p) {
		n++
	}
	return n
}

func (d Draw) pick(m Mix) string {
	return m[d.weighted(len(m), func(i int) float64 { return m[i].Weight })].Name
}

func (d Draw) weighted(n int, weight func(int) float64) int {
	sum := 0.0
	for i := range n {
		sum += weight(i)
	}
	x := d.Float64() * sum
	for i := range n {
		if x -= weight(i); x < 0 {
			return i
		}
	}
	return n - 1
}

// longest keeps a delay within so many times its average.
const longest = 5

// about gives a delay that is often short and sometimes long.
func (d Draw) about(mean time.Duration) time.Duration {
	return time.Duration(min(d.ExpFloat64(), longest) * float64(mean)).Truncate(time.Second)
}

// between gives a delay of any length between two.
func (d Draw) between(least, most time.Duration) time.Duration {
	return least + time.Duration(d.Float64()*float64(most-least)).Truncate(time.Second)
}

// weights gives how much each of n communities weighs.
func weights(n int, steepness float64) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = math.Pow(float64(i+1), -steepness)
	}
	return w
}
