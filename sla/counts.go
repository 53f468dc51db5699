package sla

import (
	"fmt"
	"math"
	"math/big"
)

// Counts is how many outcomes were good and how many were bad: of events, of time slices, or of deadlines.
// The zero Counts is no data, which is neither good nor bad.
// Negative counts are refused by [Counts.Validate], and count as 0 elsewhere.
//
// Counts compare with ==. Counts is a value, and safe for concurrent use.
type Counts struct {
	Good int64 // kept the promise
	Bad  int64 // broke it
}

// CountsOf answers the counts where so many of a total were good.
// More good than total, and negative numbers, are errors, each a [*FieldError] whose path is "good" or "total".
func CountsOf(good, total int64) (Counts, error) {
	var f faults
	f.count("good", good)
	f.count("total", total)
	if good > total && total >= 0 {
		f.add("good", "%d is more than the total, %d", good, total)
	}
	if err := f.err(); err != nil {
		return Counts{}, err
	}
	return Counts{Good: good, Bad: total - good}, nil
}

// Validate refuses negative counts: all faults at once, each a [*FieldError] whose path is "good" or "bad".
func (c Counts) Validate() error {
	var f faults
	f.count("good", c.Good)
	f.count("bad", c.Bad)
	return f.err()
}

func (f *faults) count(path string, n int64) {
	if n < 0 {
		f.add(path, "%d is negative", n)
	}
}

func (c Counts) parts() (good, bad uint64) { return uint64(max(c.Good, 0)), uint64(max(c.Bad, 0)) }

// Total answers how many outcomes there were. It is unsigned because two counts may add up to more than an int64 holds.
func (c Counts) Total() uint64 {
	good, bad := c.parts()
	return good + bad
}

// Add answers the sum, where each count stays at the largest int64 that it would exceed.
func (c Counts) Add(other Counts) Counts {
	return Counts{Good: addCounts(c.Good, other.Good), Bad: addCounts(c.Bad, other.Bad)}
}

func addCounts(a, b int64) int64 {
	a, b = max(a, 0), max(b, 0)
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// Compliance answers the share that was good, good / (good + bad), and false where there is no data.
// It is the float64 nearest to the exact share, for people to read: verdicts come from [Budget].
func (c Counts) Compliance() (float64, bool) {
	good, _ := c.parts()
	return nearest(wide(good, 1), wide(c.Total(), 1))
}

// String answers the counts and the total, as "9 good, 1 bad of 10", and "no data" where there is none.
func (c Counts) String() string {
	if c.Total() == 0 {
		return "no data"
	}
	good, bad := c.parts()
	return fmt.Sprintf("%d good, %d bad of %d", good, bad, c.Total())
}

// nearest answers the float64 nearest to a / b, and false for b = 0.
func nearest(a, b product) (float64, bool) {
	if b == (product{}) {
		return 0, false
	}
	ratio, _ := new(big.Rat).SetFrac(a.big(), b.big()).Float64()
	return ratio, true
}
