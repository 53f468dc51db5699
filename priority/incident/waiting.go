package incident

import (
	"maps"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
)

// A waiting holds signals that count for more from an instant on, by identity: those whose promises
// are proven to be safe until then or under maintenance, and those that expire. Their sources may
// never repeat them.
type waiting struct {
	signals map[string]priority.Signal
	until   map[string]time.Time
	lost    int // how many did not fit
}

// nextChange returns from when on a signal counts for more if it is not repeated. It reports false
// if it never does.
func nextChange(a *priority.Assessment) (time.Time, bool) {
	until, changes := a.P1At()
	if end := a.Signal.Expires; !end.IsZero() && (!a.Firing() || a.Priority < priority.P1) {
		end = end.Add(1) // it counts at the instant at which it expires
		if !changes || end.Before(until) {
			until, changes = end, true
		}
	}
	return until, changes
}

// await keeps a signal that counts for more later, and drops the one of the same identity that it
// replaces. A resolved signal that is older than the one that is kept was delayed, and replaces
// nothing.
func (d *Desk) await(identity string, a *priority.Assessment) {
	until, changes := nextChange(a)
	d.mu.Lock()
	defer d.mu.Unlock()
	w := &d.waiting
	before, known := w.signals[identity]
	switch {
	case known && !a.Firing() && !a.Signal.At.IsZero() && a.Signal.At.Before(before.At):
		return
	case !changes:
		delete(w.signals, identity)
		delete(w.until, identity)
		return
	case !known && len(w.signals) >= mostPending:
		w.lost++
		return
	case w.signals == nil:
		w.signals, w.until = map[string]priority.Signal{}, map[string]time.Time{}
	}
	w.signals[identity], w.until[identity] = a.Signal, until
}

// reassess hands the signals whose instant has come to the backlog, as of now, to be assessed
// again. Each becomes P1, or waits for a later instant that has been proven since.
func (d *Desk) reassess() {
	now := d.clock().Now()
	for _, s := range d.takeDue(now) {
		if s = s.Expire(now); s.At.Before(now) {
			s.At = now
		}
		d.delay(s)
	}
}

// takeDue removes the signals whose instant has come and returns them. One of which the backlog has
// a newer one stays: that replaces it.
func (d *Desk) takeDue(now time.Time) (list []priority.Signal) {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := &d.waiting
	for _, identity := range slices.Sorted(maps.Keys(w.until)) {
		if _, newer := d.backlog.signals[identity]; newer || now.Before(w.until[identity]) {
			continue
		}
		list = append(list, w.signals[identity])
		delete(w.signals, identity)
		delete(w.until, identity)
	}
	return list
}
