package freshness

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"
)

// A Spread is a sample of durations, and answers for its quantiles.
// The zero Spread is an empty sample.
//
// A Spread never changes, and may be shared by several goroutines.
type Spread struct{ sorted []time.Duration }

// spreadOf sorts the sample in place and keeps it.
func spreadOf(sample []time.Duration) Spread {
	slices.Sort(sample)
	return Spread{sample}
}

// Len returns the size of the sample.
func (s Spread) Len() int { return len(s.sorted) }

// Quantile returns the q-quantile by the method R-7 of Hyndman and Fan
// ("Sample Quantiles in Statistical Packages", The American Statistician 50,
// 1996), which is linear between the values, rounded to the nanosecond:
//
//	h = (n − 1)·q
//	Q = x[⌊h⌋] + (h − ⌊h⌋)·(x[⌊h⌋+1] − x[⌊h⌋])
//
// where:
//
//   - x is the sample in ascending order, counted from 0
//   - n is its size
//
// Quantile(0) is the smallest value, Quantile(1) the largest. An empty sample,
// and a q that is NaN or outside 0 to 1, have none: ok is false.
func (s Spread) Quantile(q float64) (d time.Duration, ok bool) {
	if len(s.sorted) == 0 || !(q >= 0 && q <= 1) {
		return 0, false
	}
	return quantile(s.sorted, q), true
}

// Share returns the share, from 0 to 1, of the sample that is at most d.
// An empty sample has none: ok is false.
func (s Spread) Share(d time.Duration) (share float64, ok bool) {
	if len(s.sorted) == 0 {
		return 0, false
	}
	return float64(s.upTo(d)) / float64(len(s.sorted)), true
}

// upTo counts the values that are at most d.
func (s Spread) upTo(d time.Duration) int {
	return sort.Search(len(s.sorted), func(i int) bool { return s.sorted[i] > d })
}

// least returns the smallest value that at least the given share of the
// sample does not exceed: the inverse of the empirical distribution.
func (s Spread) least(share float64) time.Duration {
	i := int(math.Ceil(share*float64(len(s.sorted)))) - 1
	return s.sorted[min(max(i, 0), len(s.sorted)-1)]
}

// quantile is R-7 for a sample that is sorted and not empty, and a q from 0 to 1.
func quantile(sorted []time.Duration, q float64) time.Duration {
	h := float64(len(sorted)-1) * q
	i := int(h)
	if i >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	low, high := sorted[i], sorted[i+1]
	return min(high, low+time.Duration(math.Round((h-float64(i))*float64(high-low))))
}

// String returns the median, the middle nine tenths and the size of the sample:
// "24h0m0s (90 % from 23h58m1s to 24h9m0s; n = 88)", to the second.
func (s Spread) String() string { return s.text(seconds) }

func (s Spread) text(show func(time.Duration) string) string {
	if len(s.sorted) == 0 {
		return "no sample"
	}
	low, middle, high := quantile(s.sorted, 0.05), quantile(s.sorted, 0.5), quantile(s.sorted, 0.95)
	return fmt.Sprintf("%s (90 %% from %s to %s; n = %d)", show(middle), show(low), show(high), len(s.sorted))
}

// seconds writes a duration to the second, and a shorter one whole, so that
// what is a nanosecond late is not late by nothing.
func seconds(d time.Duration) string {
	if d.Abs() < time.Second {
		return d.String()
	}
	return d.Round(time.Second).String()
}

type jsonSpread struct {
	N   int          `json:"n"`
	Min jsonDuration `json:"min"`
	P05 jsonDuration `json:"p05"`
	P25 jsonDuration `json:"p25"`
	P50 jsonDuration `json:"p50"`
	P75 jsonDuration `json:"p75"`
	P95 jsonDuration `json:"p95"`
	Max jsonDuration `json:"max"`
}

// MarshalJSON writes the size of the sample as "n", and "min", "p05", "p25",
// "p50", "p75", "p95" and "max" as text such as "6h15m0s". An empty sample is
// {"n":0}.
func (s Spread) MarshalJSON() ([]byte, error) {
	if len(s.sorted) == 0 {
		return []byte(`{"n":0}`), nil
	}
	at := func(q float64) jsonDuration { return jsonDuration(quantile(s.sorted, q)) }
	return json.Marshal(jsonSpread{len(s.sorted), at(0), at(0.05), at(0.25), at(0.5), at(0.75), at(0.95), at(1)})
}
