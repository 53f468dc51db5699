package freshness

import (
	"strings"
	"time"
)

// An entry is what a monitor knows about a check.
//
// Run alone uses landed, call, suspect and told. The rest is guarded by the
// monitor's mutex.
type entry struct {
	check Check

	landed  Landings // what the source has reported so far
	call    *call    // under way, or hung
	suspect bool     // the last call did not answer in time
	told    told     // what Changed knows

	last    Result
	seen    bool      // whether there is a last result
	next    time.Time // when to look again
	queued  bool      // whether it is in the queue, at index
	index   int
	again   bool // look again at once
	paused  bool
	until   time.Time // end of the pause; zero: none
	removed bool
}

// pausedAt reports whether the entry is paused, and until when.
func (e *entry) pausedAt(now time.Time) (time.Time, bool) {
	if e.paused && !e.until.IsZero() && !now.Before(e.until) {
		e.paused = false
	}
	return e.until, e.paused
}

// A queue is a heap of entries by the instant of their next look, and then by
// name.
type queue []*entry

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	if c := q[i].next.Compare(q[j].next); c != 0 {
		return c < 0
	}
	return strings.Compare(q[i].check.id(), q[j].check.id()) < 0
}

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *queue) Push(x any) {
	e := x.(*entry)
	e.queued, e.index = true, len(*q)
	*q = append(*q, e)
}

func (q *queue) Pop() any {
	old := *q
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	e.queued = false
	return e
}
