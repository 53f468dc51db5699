package sla

import (
	"fmt"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// Counts is the number of good and bad outcomes: of events, timeslices or due instants. The zero
// Counts is no data, which is neither good nor bad. Negative counts count as 0. Counts compare with
// ==. Counts is a value, and safe for concurrent use.
type Counts struct {
	Good int64 // kept the promise
	Bad  int64 // broke it
}

// CountsOf returns the counts of a total of which good were good. Negative numbers and more good
// than total are faults, joined, each a [*FieldError] whose path is "good" or "total".
func CountsOf(good, total int64) (Counts, error) {
	var f fault.List
	f.Count("good", good)
	f.Count("total", total)
	if good > total && total >= 0 {
		f.Add("good", "%d is more than the total, %d", good, total)
	}
	if err := f.Err(); err != nil {
		return Counts{}, err
	}
	return Counts{Good: good, Bad: total - good}, nil
}

// Parts returns the counts, with 0 for negative ones.
func (c Counts) Parts() (good, bad uint64) { return uint64(max(c.Good, 0)), uint64(max(c.Bad, 0)) }

// Total returns good + bad. It is unsigned because the sum may exceed an int64.
func (c Counts) Total() uint64 {
	good, bad := c.Parts()
	return good + bad
}

// Add returns the sum. Each count saturates at the largest int64.
func (c Counts) Add(other Counts) Counts {
	return Counts{Good: exact.AddCounts(c.Good, other.Good), Bad: exact.AddCounts(c.Bad, other.Bad)}
}

// Compliance returns the SLI: the share that was good, good / (good + bad). It returns false if
// there is no data. It is the float64 nearest to the exact share, for people to read: verdicts come
// from [Budget].
func (c Counts) Compliance() (float64, bool) {
	good, _ := c.Parts()
	return exact.Mul(good, 1).Ratio(exact.Mul(c.Total(), 1))
}

// String returns "9 good, 1 bad of 10", and "no data" if there is none.
func (c Counts) String() string {
	if c.Total() == 0 {
		return "no data"
	}
	good, bad := c.Parts()
	return fmt.Sprintf("%d good, %d bad of %d", good, bad, c.Total())
}

// StrictestTarget returns the strictest target that the counts keep: good / total, rounded down to
// a billionth. If nothing was bad that is zero tolerance, the zero Target. It returns false if
// there is no data or nothing good, since no target allows all to be bad.
func (c Counts) StrictestTarget() (Target, bool) {
	good, bad := c.Parts()
	if good == 0 || bad == 0 {
		return Target{}, good > 0
	}
	parts := exact.Mul(good, billion).Div(c.Total())
	return Target{uint32(parts)}, parts > 0
}
