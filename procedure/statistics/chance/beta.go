package chance

import "math"

// betaShare is the regularized incomplete beta function: the share of a beta distribution below x.
func betaShare(x, a, b float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (a+1)/(a+b+2): // the fraction converges fast on the other side
		return 1 - betaShare(1-x, b, a)
	}
	front := math.Exp(a*math.Log(x) + b*math.Log1p(-x) + logGamma(a+b) - logGamma(a) - logGamma(b))
	return front / a * betaFraction(x, a, b)
}

// betaFraction is the continued fraction of the incomplete beta function, by Lentz's method: what the
// front has to be multiplied by.
func betaFraction(x, a, b float64) float64 {
	const enough = 1e-15
	c, d := 1.0, 1/apart(1-(a+b)*x/(a+1))
	value := d
	for i := 2; i < 20_000; i++ {
		m := float64(i / 2)
		numerator := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		if i%2 == 1 {
			numerator = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		d, c = 1/apart(1+numerator*d), apart(1+numerator/c)
		value *= c * d
		if math.Abs(c*d-1) < enough {
			break
		}
	}
	return value
}

// apart keeps a divisor off nothing.
func apart(x float64) float64 {
	const tiny = 1e-300
	if math.Abs(x) < tiny {
		return tiny
	}
	return x
}

// betaQuantile finds the x below which a share of a beta distribution lies, by halving.
func betaQuantile(share, a, b float64) float64 {
	low, high := 0.0, 1.0
	for range 200 {
		middle := (low + high) / 2
		if betaShare(middle, a, b) < share {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}
