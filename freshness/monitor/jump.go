package monitor

import (
	"container/heap"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// The clock of a machine can be set back, and forward by years. What was planned on a clock that
// was ahead lies years away once the clock is corrected. So nothing is planned further ahead than
// Every and the timeout allow, counted from the instant that the clock shows now.

// notice finds out whether the clock was set back since the last turn or result, and if so brings
// forward what lies too far ahead.
func (r *run) notice(now time.Time) {
	now = now.Round(0) // the monotonic reading would hide that the clock was set
	back := now.Before(r.seen)
	if r.seen = now; !back {
		return
	}

	for _, c := range r.calls {
		if latest := exact.AddTime(now, r.m.timeout(c.check)); latest.Before(c.deadline) {
			c.deadline = latest
		}
	}
	r.m.bringForward(now)
}

// bringForward moves every planned run to at most Every after now.
func (m *Monitor) bringForward(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.queue {
		if latest := exact.AddTime(now, m.every(e.check)); latest.Before(e.next) {
			e.next = latest
		}
	}
	heap.Init(&m.queue)
}
