package freshness

import (
	"container/heap"
	"fmt"
	"time"
)

// minGap is the shortest time between two looks at a check, so that a policy
// whose answer changes all the time does not keep its source busy.
const minGap = 10 * time.Millisecond

// deliver hands a result over, and plans the next look.
func (r *run) deliver(e *entry, result Result) {
	m := r.m
	m.mu.Lock()
	if until, paused := e.pausedAt(result.At); paused && result.Reason != ReasonPaused {
		result = pausedResult(e, until, result.At)
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
	if event, ok := e.told.next(result, m.Remind); ok && m.Changed != nil {
		r.contain(func() { m.Changed(event) })
	}
	r.plan(e, result)
}

// contain calls a function of the caller, and remembers its first panic.
func (r *run) contain(f func()) {
	defer func() {
		if v := recover(); v != nil && r.panicked == nil {
			r.panicked = fmt.Errorf("freshness: a function given to the monitor panicked: %v", v)
		}
	}()
	f()
}

// plan puts an entry back into the queue.
func (r *run) plan(e *entry, result Result) {
	m := r.m
	r.seen = later(r.seen, result.At)
	next := addSat(result.At, m.every(e.check))
	if !result.NextCheck.IsZero() {
		next = earlier(next, addSat(result.NextCheck, m.jitter(e.check)))
	}
	if e.told.reminds(m.Remind) {
		next = earlier(next, e.told.reminder(m.Remind))
	}
	if soonest := addSat(result.At, minGap); next.Before(soonest) {
		next = soonest
	}
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

// jitter returns the share of a check in the jitter, a fraction of it that only
// its name decides: the FNV-1a hash, mixed as MurmurHash3 does at its end.
func (m *Monitor) jitter(c Check) time.Duration {
	if m.Jitter <= 0 {
		return 0
	}
	hash := uint32(2166136261)
	for _, b := range []byte(c.id()) {
		hash = (hash ^ uint32(b)) * 16777619
	}
	hash = (hash ^ hash>>16) * 0x85ebca6b
	hash = (hash ^ hash>>13) * 0xc2b2ae35
	hash ^= hash >> 16
	return time.Duration(float64(m.Jitter) * (float64(hash) / (1 << 32)))
}
