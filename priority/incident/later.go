package incident

import (
	"maps"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
)

// A waiting is signals that count for more from an instant on, by identity: those whose promises are proven to be safe until then,
// or under maintenance, and those that expire. Nobody may say them again.
type waiting struct {
	signals map[string]priority.Signal
	until   map[string]time.Time
	lost    int // how many did not fit
}

// again answers from when on a signal counts for more by itself, if nothing is heard of it.
func again(a *priority.Assessment) (time.Time, bool) {
	until, waits := a.P1At()
	if end := a.Signal.Expires; !end.IsZero() && (!a.Firing() || a.Priority < priority.P1) {
		if end = end.Add(1); !waits || end.Before(until) {
			until, waits = end, true
		}
	}
	return until, waits
}

// await keeps a signal that counts for more later, and lets go of what it replaces. A resolved one that was delayed replaces nothing.
func (d *Desk) await(identity string, a *priority.Assessment) {
	until, waits := again(a)
	d.mu.Lock()
	defer d.mu.Unlock()
	w := &d.waiting
	before, known := w.signals[identity]
	switch {
	case known && !a.Firing() && !a.Signal.At.IsZero() && a.Signal.At.Before(before.At):
		return
	case !waits:
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

// ripenSignals puts those before the classifier again whose instant has come, as of now. It becomes P1, or waits on for what has been proven since.
func (d *Desk) ripenSignals() {
	now := d.clock().Now()
	for _, s := range d.due(now) {
		if s = s.AsOf(now); s.At.Before(now) {
			s.At = now
		}
		d.delay(s)
	}
}

// due takes the signals out whose instant has come, but for those of which newer ones are about to be recorded.
func (d *Desk) due(now time.Time) (list []priority.Signal) {
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
