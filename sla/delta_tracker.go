package sla

import (
	"slices"
	"sync"
)

// replicated is what a tracker has told other replicas and heard from them.
type replicated struct {
	mu      sync.Mutex            // guards all below; taken before the lock of the tracker
	seq     uint64                // of the last delta
	applied map[string]*sequences // by replica, this one too: what is counted here
}

func (r *replicated) of(replica string) *sequences {
	if r.applied == nil {
		r.applied = map[string]*sequences{}
	}
	if r.applied[replica] == nil {
		r.applied[replica] = &sequences{}
	}
	return r.applied[replica]
}

// Deltas answers what was recorded since the last call, for other replicas or for a store: one delta, or none where nothing was,
// and where the Replica of the tracker is empty. What came by [Tracker.Apply] is not among it.
// It is the caller's from then on: one that could not be delivered must be kept and delivered later.
//
// Between two calls it is kept in bounded memory, for each objective at most as much as its counts take. Events that wait for
// long share ever longer stretches of time, as those that were counted do; slices and due instants stay as they are.
func (t *Tracker) Deltas() []Delta {
	if t.Replica == "" {
		return nil
	}
	t.replicated.mu.Lock()
	defer t.replicated.mu.Unlock()
	t.read()
	defer t.mu.RUnlock()
	var bookings []Booking
	for _, k := range t.roster.order {
		bookings = k.ledger.drain(bookings, k.check())
	}
	if len(bookings) == 0 {
		return nil
	}
	slices.SortStableFunc(bookings, Booking.compare)
	r := &t.replicated
	own := r.of(t.Replica)
	r.seq = max(r.seq, own.last()) + 1
	own.add(r.seq)
	return []Delta{{Replica: t.Replica, Seq: r.seq, Bookings: bookings}}
}

// Apply counts what other replicas recorded, each delta once, by its replica and number, in whatever order they come.
// Those of this replica that are counted already are among them: after a start, apply what was kept of it before
// recording anything, and its numbers go on from there.
//
// A delta that [Delta.Validate] refuses, or that is about an objective that the catalog does not have or that counts something else,
// is an error, and nothing of it is counted: it can be applied again when the catalog is another. The rest is counted.
//
// Which deltas were counted is remembered as ranges of numbers: what arrives roughly in order takes a few bytes a replica.
// The outcome of a due instant that several replicas observed counts once: on time wins over excused, that over late,
// and that over missing. Slices whose goodness is a share of their events can take more of them while fewer
// than 64 later slices have any; then they count as dropped.
func (t *Tracker) Apply(deltas ...Delta) error {
	t.replicated.mu.Lock()
	defer t.replicated.mu.Unlock()
	t.read()
	defer t.mu.RUnlock()
	defer t.changes.Add(1)
	var f faults
	for i, d := range deltas {
		f.below(element("deltas", i), t.apply(d))
	}
	return f.err()
}

func (t *Tracker) apply(d Delta) error {
	if err := d.Validate(); err != nil {
		return err
	}
	if s := t.replicated.applied[d.Replica]; s != nil {
		if _, counted := s.find(d.Seq); counted {
			return nil
		}
	}
	if err := t.refuses(d); err != nil {
		return err
	}
	for _, b := range d.Bookings {
		k := t.roster.find(b.Check)
		k.begin(nanos(b.At))
		k.ledger.apply(b)
	}
	t.replicated.of(d.Replica).add(d.Seq)
	return nil
}

// refuses says which bookings cannot be counted.
func (t *Tracker) refuses(d Delta) error {
	var f faults
	for i, b := range d.Bookings {
		k := t.roster.find(b.Check)
		if k == nil {
			f.add(element("bookings", i)+".check", "the catalog has no objective %s", quote(b.Check))
			continue
		}
		if problem := k.ledger.accepts(b); problem != "" {
			f.add(element("bookings", i), "%s", problem)
		}
	}
	return f.err()
}
