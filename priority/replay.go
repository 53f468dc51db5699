package priority

import (
	"iter"
	"strconv"
)

// A ReplayDiff is one signal about which two classifiers differ.
type ReplayDiff struct {
	Index  int        // which of the signals, counted from 0
	Before Assessment // by the classifier in use
	After  Assessment // by the one that may replace it
}

// String returns the difference in one line, such as "2: P1 → P5, raw.mystery has failed → unknown
// to the catalog", where 2 is the Index.
func (d ReplayDiff) String() string {
	change := d.Before.Priority.String() + arrow + d.After.Priority.String()
	return strconv.Itoa(d.Index) + ": " + change + ", " + d.After.String()
}

// Replay classifies recorded signals with two classifiers, the one in use and one that may replace
// it, and yields each signal to which they give different priorities, in the order of the record.
// It shows what a new matrix, catalog or setting would change before it is adopted.
//
// A nil classifier counts as the zero one, and nil signals as none. No signal is kept, so the
// record may be of any length.
func Replay(signals iter.Seq[Signal], before, after *Classifier) iter.Seq[ReplayDiff] {
	if signals == nil {
		signals = func(func(Signal) bool) {}
	}
	return func(yield func(ReplayDiff) bool) {
		index := 0
		for s := range signals {
			diff := ReplayDiff{Index: index, Before: before.Classify(s), After: after.Classify(s)}
			if diff.Before.Priority != diff.After.Priority && !yield(diff) {
				return
			}
			index++
		}
	}
}
