package freshness

import (
	"container/heap"
	"time"
)

// The clock of a machine can be set: back, and forward by years. What was
// planned on a clock that was ahead would then be years away. Nothing need be
// planned further ahead than Every and the timeout allow, counted from the
// instant that the clock shows.

// notice finds out whether the clock has been set back since the last turn or
// result, and then plans anew what lies too far ahead.
func (r *run) notice(now time.Time) {
	now = now.Round(0)
	back := now.Before(r.seen)
	if r.seen = now; !back {
		return
	}
	for _, c := range r.calls {
		if latest := addSat(now, r.m.timeout(c.check)); latest.Before(c.deadline) {
			c.deadline = latest
		}
	}
	r.m.bringForward(now)
}

// bringForward plans no look later than Every after now.
func (m *Monitor) bringForward(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.queue {
		if latest := addSat(now, m.every(e.check)); latest.Before(e.next) {
			e.next = latest
		}
	}
	heap.Init(&m.queue)
}
