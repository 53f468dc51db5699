package sla

import (
	"math"
	"time"
)

// Moments answers what was counted of an objective in [from, to), as recorded, the oldest first: of one about deadlines each
// due instant with an outcome, of others slices, or stretches of time as short as they are still known, that touch the interval.
// What was excused is not among them. The objective is named by its check, as "orders-by-7/ready"; one that the catalog does not have has none.
func (t *Tracker) Moments(check string, from, to time.Time) []Moment {
	cells := t.cells(check, nanos(from), nanos(to))
	moments := make([]Moment, len(cells))
	for i, c := range cells {
		moments[i] = Moment{Start: instantOf(c.start), End: instantOf(c.end), Counts: c.Counts}
	}
	return moments
}

func (t *Tracker) cells(check string, from, to int64) []cell {
	t.read()
	defer t.mu.RUnlock()
	k := t.roster.find(check)
	if k == nil {
		return nil
	}
	return k.ledger.cells(nil, from, to)
}

// Version answers a number that is another one after anything was recorded, corrected or replaced that a report may show, so that
// a page need not be made again as long as it stays the same. Time alone does not change it, although windows roll on.
// It looks at each objective about events once, and means nothing to another tracker.
func (t *Tracker) Version() uint64 {
	t.read()
	defer t.mu.RUnlock()
	version := mixed(0, t.changes.Load())
	for _, k := range t.roster.order {
		if k.shape.kind.ofEvents() {
			version = k.ledger.version(version)
		}
	}
	return version
}

// version mixes what tells that something was counted into a number: how much there is, and its newest instant.
func (l *ledger) version(version uint64) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	all := l.sumBooked(math.MinInt64, math.MaxInt64)
	version = mixed(mixed(mixed(version, uint64(all.Good)), uint64(all.Bad)), uint64(l.newest))
	if l.rest != nil {
		version = mixed(version, uint64(l.rest.account.dropped))
	}
	return version
}

// mixed is the step of SplitMix64 (G. L. Steele and others, "Fast Splittable Pseudorandom Number Generators", 2014), which is one to one in n.
func mixed(version, n uint64) uint64 {
	n += version*3 + 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}
