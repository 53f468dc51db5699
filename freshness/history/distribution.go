package history

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/jsontree"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A Distribution is a sample of durations with its quantiles. The zero Distribution is an empty
// sample.
//
// A Distribution never changes, and may be shared by several goroutines.
type Distribution struct{ sorted []time.Duration }

// distributionOf returns the distribution of a sample, which it sorts in place and keeps.
func distributionOf(sample []time.Duration) Distribution {
	slices.Sort(sample)
	return Distribution{sample}
}

// Count returns the size of the sample.
func (s Distribution) Count() int { return len(s.sorted) }

// Quantile returns the q-quantile by the method R-7 of Hyndman and Fan ("Sample Quantiles in
// Statistical Packages", The American Statistician 50, 1996), which is linear between the values,
// rounded to the nanosecond:
//
//	h = (n − 1)·q
//	Q = x[⌊h⌋] + (h − ⌊h⌋)·(x[⌊h⌋+1] − x[⌊h⌋])
//
// where:
//
//   - x is the sample in ascending order, counted from 0
//   - n is its size
//
// Quantile(0) is the smallest value, Quantile(1) the largest. For an empty sample, and for a q that
// is NaN or outside 0 to 1, ok is false.
func (s Distribution) Quantile(q float64) (d time.Duration, ok bool) {
	if len(s.sorted) == 0 || !(q >= 0 && q <= 1) {
		return 0, false
	}
	return quantile(s.sorted, q), true
}

// upTo returns how many values are at most d.
func (s Distribution) upTo(d time.Duration) int {
	return sort.Search(len(s.sorted), func(i int) bool { return s.sorted[i] > d })
}

// least returns the smallest value that at least the given share of the sample does not exceed: the
// inverse of the empirical distribution. The sample must not be empty.
func (s Distribution) least(share float64) time.Duration {
	n := float64(len(s.sorted))
	i := int(math.Ceil(share * n))
	if float64(i-1)/n >= share { // 0.55 of 100 is 55.00000000000001
		i--
	}
	return s.sorted[min(max(i, 1), len(s.sorted))-1]
}

// ageFor returns the smallest age that is not exceeded for the given share of the time, if the
// sample is of the gaps of a history: where the sum of what each gap exceeds it by is at most what
// the share leaves. The sample must not be empty, and its sum must fit into a Duration.
func (s Distribution) ageFor(share float64) time.Duration {
	var total time.Duration
	for _, gap := range s.sorted {
		total += gap
	}
	spare := time.Duration((1 - share) * float64(total))

	// From the longest gap down, an age of less makes all the longer gaps exceed it by that much
	// more.
	for i := len(s.sorted) - 1; i > 0; i-- {
		longer := time.Duration(len(s.sorted) - i)
		step := s.sorted[i] - s.sorted[i-1]
		if step > spare/longer {
			return s.sorted[i] - spare/longer
		}
		spare -= step * longer
	}
	return max(0, s.sorted[0]-spare/time.Duration(len(s.sorted)))
}

// quantile returns the quantile R-7 of a sample that is sorted and not empty, for a q from 0 to 1.
func quantile(sorted []time.Duration, q float64) time.Duration {
	h := float64(len(sorted)-1) * q
	i := min(int(h), len(sorted)-1)
	low, high := sorted[i], sorted[min(i+1, len(sorted)-1)]
	return min(high, low+time.Duration(math.Round((h-float64(i))*float64(high-low))))
}

// String returns the median, the middle nine tenths and the size of the sample: "6h 15m (90% from
// 6h 2m to 7h 20m; n = 88)".
func (s Distribution) String() string { return s.text(plain.Duration) }

// text returns what String does, with values in the form that show gives them.
func (s Distribution) text(show func(time.Duration) string) string {
	if len(s.sorted) == 0 {
		return "no sample"
	}
	low, middle, high := quantile(s.sorted, 0.05), quantile(s.sorted, 0.5), quantile(s.sorted, 0.95)
	return fmt.Sprintf("%s (90%% from %s to %s; n = %d)", show(middle), show(low), show(high), len(s.sorted))
}

type jsonDistribution struct {
	N   int               `json:"n"`
	Min jsontree.Duration `json:"min"`
	P05 jsontree.Duration `json:"p05"`
	P25 jsontree.Duration `json:"p25"`
	P50 jsontree.Duration `json:"p50"`
	P75 jsontree.Duration `json:"p75"`
	P95 jsontree.Duration `json:"p95"`
	Max jsontree.Duration `json:"max"`
}

// MarshalJSON writes the size of the sample as "n", and "min", "p05", "p25", "p50", "p75", "p95"
// and "max" as text such as "6h15m0s". An empty sample is {"n":0}.
func (s Distribution) MarshalJSON() ([]byte, error) {
	if len(s.sorted) == 0 {
		return []byte(`{"n":0}`), nil
	}
	at := func(q float64) jsontree.Duration { return jsontree.Duration(quantile(s.sorted, q)) }
	return json.Marshal(jsonDistribution{
		len(s.sorted), at(0), at(0.05), at(0.25), at(0.5), at(0.75), at(0.95), at(1),
	})
}
