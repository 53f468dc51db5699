package freshness

import "time"

// addSat returns t+d, and t itself where the sum would leave what a
// [time.Time] can hold.
func addSat(t time.Time, d time.Duration) time.Time {
	sum := t.Add(d)
	if d > 0 && sum.Before(t) || d < 0 && sum.After(t) {
		return t
	}
	return sum
}

// justAfter returns the first instant after t.
func justAfter(t time.Time) time.Time { return addSat(t, 1) }

// earlier returns the earlier of two instants. A zero instant means never,
// and is returned only when both are.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// later returns the later of two instants.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
