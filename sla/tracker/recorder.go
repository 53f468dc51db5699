package tracker

import (
	"hash/maphash"
	"sync/atomic"
	"time"
)

// A Recorder counts events for one objective: it is [Tracker.Record] with the name looked up
// beforehand. It stays valid when the catalog is replaced: it counts for the objective that then
// has the name.
//
// The nil and the zero Recorder count nothing. A Recorder is safe for concurrent use by multiple
// goroutines.
type Recorder struct {
	to    atomic.Pointer[tracked] // nil: the catalog has no such objective
	from  *Tracker
	check string
}

// Recorder returns the recorder of an objective by the name of its check, as
// "orders-api/available". An objective that the catalog does not have, or one about freshness, is
// an error.
func (t *Tracker) Recorder(check string) (*Recorder, error) {
	t.read()
	k := t.countsEvents(check)
	t.mu.RUnlock()
	if k == nil {
		return nil, t.notEvents(check)
	}

	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.recorders[check]
	if r == nil {
		if t.recorders == nil {
			t.recorders = map[string]*Recorder{}
		}
		r = &Recorder{from: t, check: check}
		r.to.Store(t.countsEvents(check))
		t.recorders[check] = r
	}
	return r, nil
}

// Record counts good and bad events at an instant. Negative numbers count as 0. It allocates
// nothing. While the catalog does not have the objective, it counts for [Tracker.Unmatched].
func (r *Recorder) Record(at time.Time, good, bad int64) {
	if k := r.target(); k != nil {
		k.add(at, good, bad)
	}
}

// target returns the objective to count for; nil if there is none.
func (r *Recorder) target() *tracked {
	if r == nil {
		return nil
	}
	k := r.to.Load()
	if k == nil && r.from != nil {
		r.from.unmatched.add(r.check)
	}
	return k
}

// RecordOnce is [Recorder.Record] for events that may be delivered twice. It counts them only if
// the key is new, and reports whether it is. At least the last 1,024 keys of the objective are
// known, and at most twice as many; they take about 50 KB. Keys belong to this process, and are not
// in its snapshots.
func (r *Recorder) RecordOnce(key string, at time.Time, good, bad int64) bool {
	k := r.target()
	if k == nil {
		return false
	}
	k.mu.Lock()
	isNew := k.more().once.add(key)
	k.mu.Unlock()
	if isNew {
		k.add(at, good, bad)
	}
	return isNew
}

// An onceKeys remembers keys in two generations: when the young one is full, the old one is
// dropped. Keys are distinguished by 128 bits of hash: any two of 2,048 collide with a probability
// of 2^-107.
type onceKeys struct {
	seeds      [2]maphash.Seed
	young, old map[[2]uint64]struct{}
}

const generation = 1024

// add reports whether a key is new, and remembers it.
func (o *onceKeys) add(key string) bool {
	if o.young == nil {
		o.seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}
	}
	hash := [2]uint64{maphash.String(o.seeds[0], key), maphash.String(o.seeds[1], key)}
	if _, known := o.young[hash]; known {
		return false
	}
	if _, known := o.old[hash]; known {
		return false
	}

	if len(o.young) == generation || o.young == nil {
		o.young, o.old = make(map[[2]uint64]struct{}, generation), o.young
	}
	o.young[hash] = struct{}{}
	return true
}
