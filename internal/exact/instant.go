package exact

import (
	"math"
	"time"
)

// Nanos returns an instant as nanoseconds since 1970, UTC. What lies beyond the years 1678 to 2262
// saturates.
func Nanos(t time.Time) int64 {
	switch sec := t.Unix(); {
	case sec >= math.MaxInt64/int64(time.Second) && t.After(Instant(math.MaxInt64)):
		return math.MaxInt64
	case sec < math.MinInt64/int64(time.Second) && t.Before(Instant(math.MinInt64)):
		return math.MinInt64
	}
	return t.UnixNano()
}

// Instant is the inverse of [Nanos], in UTC.
func Instant(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }

// Add returns a + b, and the largest or smallest int64 where the sum would wrap.
func Add(a, b int64) int64 {
	sum := a + b
	switch {
	case b > 0 && sum < a:
		return math.MaxInt64
	case b < 0 && sum > a:
		return math.MinInt64
	}
	return sum
}

// AddTime returns t + d, and t itself where the sum would leave what a [time.Time] can hold.
func AddTime(t time.Time, d time.Duration) time.Time {
	sum := t.Add(d)
	if d > 0 && sum.Before(t) || d < 0 && sum.After(t) {
		return t
	}
	return sum
}

// Earlier returns the earlier of two instants. A zero instant means never, and is returned only
// when both are.
func Earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Later returns the later of two instants.
func Later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// FloorDiv returns a / b rounded down, and the rest, which is not negative. b must be positive.
func FloorDiv[N int | int64](a, b N) (quotient, rest N) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		return quotient - 1, rest + b
	}
	return quotient, rest
}

// AddCounts returns the sum of two counts, of which negative ones are 0. It stays at the largest
// int64.
func AddCounts(a, b int64) int64 { return Add(max(a, 0), max(b, 0)) }

// Billion is how many parts a whole has where shares are exact.
const Billion = 1_000_000_000

// JustAfter returns the first instant after t.
func JustAfter(t time.Time) time.Time { return AddTime(t, 1) }

// EndOfTime returns an instant after every instant of a schedule.
func EndOfTime() time.Time { return time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }
