package keep

import (
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// Replicas get a new catalog one after the other. Meanwhile a tracker refuses deltas of those that
// have it already. And deltas from before an objective was dropped stay in the store for a while.

// patience is how many times a delta that the tracker refuses is tried whole. After that the part
// of it that the catalog knows is counted, and the rest is dropped.
const patience = 60

// A parked delta waits for the tracker to get another catalog.
type parked struct {
	delta tracker.Delta
	left  int // tries that are left
}

// apply applies deltas one by one, and returns why the first of them was refused.
func (k *Keeper) apply(deltas []tracker.Delta, patience int) (refused error) {
	list := make([]parked, len(deltas))
	for i, d := range deltas {
		list[i] = parked{d, patience}
		k.know(d)
	}
	return k.place(list)
}

// applyParked tries again what waits. What is still refused is parked again, with one try less.
func (k *Keeper) applyParked() error {
	list := k.parked
	k.parked = nil
	return k.place(list)
}

// place applies deltas, and parks those that the tracker refuses. After the last try the records
// that the catalog knows are counted by a sieve.
func (k *Keeper) place(list []parked) (refused error) {
	s := sieve{tracker: k.tracker}
	for _, p := range list {
		err := k.tracker.Apply(p.delta)
		if err == nil {
			continue
		}

		k.mu.Lock()
		k.knownSince = time.Time{}
		k.mu.Unlock()
		if refused == nil {
			refused = fmt.Errorf("keep: delta %d of replica %q is not counted here: %w",
				p.delta.Seq, p.delta.Replica, err)
		}

		if p.left > 0 {
			k.parked = append(k.parked, parked{p.delta, p.left - 1})
		} else if err := s.apply([]tracker.Delta{p.delta}); err != nil {
			refused = errors.Join(refused, err)
		}
	}
	return refused
}

// mayForget reports whether every delta was known to the catalog for so long that no replica can
// have a newer one.
func (k *Keeper) mayForget() bool {
	now := orReal(k.Clock).Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.knownSince.IsZero() {
		k.knownSince = now
	}
	return now.Sub(k.knownSince) >= Retention
}

// A sieve makes a tracker count those records of deltas that its catalog knows.
type sieve struct {
	tracker *tracker.Tracker
	trial   *tracker.Tracker // tries each record by itself
	tried   uint64
}

// apply tries each record of a delta by itself on another tracker, since a tracker applies a delta
// as a whole or not at all.
func (s *sieve) apply(deltas []tracker.Delta) error {
	if s.trial == nil {
		s.trial = tracker.New(s.tracker.Catalog())
	}
	for _, d := range deltas {
		if s.tracker.Apply(d) == nil {
			continue
		}

		all := d.Records
		d.Records = nil
		for _, r := range all {
			s.tried++
			one := tracker.Delta{Replica: d.Replica, Seq: s.tried, Records: []tracker.Record{r}}
			if s.trial.Apply(one) == nil {
				d.Records = append(d.Records, r)
			}
		}
		if err := s.tracker.Apply(d); err != nil {
			return err
		}
	}
	return nil
}
