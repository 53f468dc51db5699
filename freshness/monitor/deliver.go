package monitor

import (
	"container/heap"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// minGap is the shortest time between two runs of a check, so that a policy whose result changes
// all the time does not keep its source busy.
const minGap = 10 * time.Millisecond

// deliver hands a result to the caller's functions, and plans the next run of the check.
func (r *run) deliver(e *entry, result freshness.Result) {
	m := r.m
	m.mu.Lock()
	// The pause may have begun while the source was asked: its result is then no judgement.
	if until, paused := e.pausedAt(result.At); paused && result.Reason != freshness.ReasonPaused {
		result = e.pausedResult(until, result.At)
	}
	if e.removed {
		m.mu.Unlock()
		return
	}
	e.last, e.seen = result, true
	m.mu.Unlock()

	for _, observe := range m.observe {
		r.contain(func() { observe(result) })
	}
	if change, ok := e.changes.next(result, m.Remind); ok && m.Changed != nil {
		r.contain(func() { m.Changed(change) })
	}
	r.plan(e, result)
}

// contain calls a function of the caller, and keeps the first panic of all for the error of Run.
func (r *run) contain(f func()) {
	err := fault.Contain("a function given to the monitor", func() error { f(); return nil })
	if err != nil && r.panicked == nil {
		r.panicked = fmt.Errorf("monitor: %w", err)
	}
}

// plan puts an entry back into the queue: at the earliest of the instants at which the result can
// change, a landing must be noticed, and a reminder is due, but not before minGap has passed.
func (r *run) plan(e *entry, result freshness.Result) {
	m := r.m
	r.seen = exact.Later(r.seen, result.At)
	next := exact.AddTime(result.At, m.every(e.check))
	if !result.NextCheck.IsZero() {
		next = exact.Earlier(next, exact.AddTime(result.NextCheck, m.jitter(e.check)))
	}
	if e.changes.reminds(m.Remind) {
		next = exact.Earlier(next, e.changes.reminder(m.Remind))
	}
	next = exact.Later(next, exact.AddTime(result.At, minGap))

	m.mu.Lock()
	defer m.mu.Unlock()
	if e.removed {
		return
	}
	if e.next = next; e.again {
		e.next = time.Time{}
	}
	heap.Push(&m.queue, e)
}

// jitter returns the part of Jitter by which the runs of a check are moved. Only the name of the
// check decides it, so that it is the same in each process: the FNV-1a hash of the name, mixed as
// MurmurHash3 does at its end, because FNV-1a alone leaves similar names close to each other.
func (m *Monitor) jitter(c freshness.Check) time.Duration {
	if m.Jitter <= 0 {
		return 0
	}
	hash := uint32(2166136261)
	for _, b := range []byte(c.ID()) {
		hash = (hash ^ uint32(b)) * 16777619
	}
	hash = (hash ^ hash>>16) * 0x85ebca6b
	hash = (hash ^ hash>>13) * 0xc2b2ae35
	hash ^= hash >> 16
	return time.Duration(float64(m.Jitter) * (float64(hash) / (1 << 32)))
}
