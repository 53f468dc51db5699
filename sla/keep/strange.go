package keep

import (
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// While replicas get a new catalog one after the other, a tracker refuses deltas of those that have it already; and those of before an
// objective was dropped stay in the store for a while.

// patience is how many times a delta is read whole that the tracker refuses, before what it knows of it is counted, and the rest forgotten.
const patience = 60

// A parked delta waits for the tracker to get another catalog.
type parked struct {
	delta sla.Delta
	left  int // how many times it is tried yet
}

// apply applies deltas one by one, and answers why the first was refused.
func (k *Keeper) apply(deltas []sla.Delta, patience int) (refused error) {
	list := make([]parked, len(deltas))
	for i, d := range deltas {
		list[i] = parked{d, patience}
		k.know(d)
	}
	return k.place(list)
}

func (k *Keeper) applyParked() error {
	list := k.parked
	k.parked = nil
	return k.place(list)
}

func (k *Keeper) place(list []parked) (refused error) {
	s := sieve{tracker: k.tracker}
	for _, p := range list {
		err := k.tracker.Apply(p.delta)
		if err == nil {
			continue
		}
		k.mu.Lock()
		k.strange = time.Time{}
		k.mu.Unlock()
		if refused == nil {
			refused = fmt.Errorf("keep: delta %d of replica %q is not counted here: %w", p.delta.Seq, p.delta.Replica, err)
		}
		if p.left > 0 {
			k.parked = append(k.parked, parked{p.delta, p.left - 1})
		} else if err := s.apply([]sla.Delta{p.delta}); err != nil {
			refused = errors.Join(refused, err)
		}
	}
	return refused
}

// mayForget says whether nothing that the catalog does not have was met for so long that no replica can have a newer one.
func (k *Keeper) mayForget() bool {
	now := orReal(k.Clock).Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.strange.IsZero() {
		k.strange = now
	}
	return now.Sub(k.strange) >= Grace
}

// A sieve has a tracker count what its catalog has of deltas.
type sieve struct {
	tracker *sla.Tracker
	trial   *sla.Tracker // tries each booking by itself
	tried   uint64
}

func (s *sieve) apply(deltas []sla.Delta) error {
	if s.trial == nil {
		s.trial = sla.NewTracker(s.tracker.Catalog())
	}
	for _, d := range deltas {
		if s.tracker.Apply(d) == nil {
			continue
		}
		all := d.Bookings
		d.Bookings = nil
		for _, b := range all {
			s.tried++
			if s.trial.Apply(sla.Delta{Replica: d.Replica, Seq: s.tried, Bookings: []sla.Booking{b}}) == nil {
				d.Bookings = append(d.Bookings, b)
			}
		}
		if err := s.tracker.Apply(d); err != nil {
			return err
		}
	}
	return nil
}
