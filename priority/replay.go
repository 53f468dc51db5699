package priority

import (
	"iter"
	"strconv"
)

// A Change is one signal about which two classifiers differ.
type Change struct {
	Index  int        // which of the signals, counted from 0
	Before Assessment // by the classifier in use
	After  Assessment // by the one that may replace it
}

// String returns the change in one line: "2: P1 → P5, raw.mystery has failed → unknown to the catalog", where 2 is the Index.
func (c Change) String() string {
	return strconv.Itoa(c.Index) + ": " + c.Before.Priority.String() + " → " + c.After.Priority.String() + ", " + c.After.String()
}

// Replay puts recorded signals before two classifiers, the one in use and one that may replace it,
// and yields each signal to which they give another priority, in the order of the record:
// what a new table, catalog or option would change, seen before anyone adopts it.
//
// A nil classifier counts as the zero one, and a nil record as an empty one. Nothing is kept of the signals, so that the record may be of any length.
func Replay(signals iter.Seq[Signal], before, after *Classifier) iter.Seq[Change] {
	if signals == nil {
		signals = func(func(Signal) bool) {}
	}
	return func(yield func(Change) bool) {
		index := 0
		for s := range signals {
			change := Change{Index: index, Before: before.Classify(s), After: after.Classify(s)}
			if change.Before.Priority != change.After.Priority && !yield(change) {
				return
			}
			index++
		}
	}
}
