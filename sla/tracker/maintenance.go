package tracker

import (
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// Maintenance returns the maintenance that an SLA is in at an instant, and whether it is in any.
// While it is, the SLA does not run. Maintenance is a correction of a whole SLA that was planned
// ([sla.Correction.Planned]) and is not taken back.
//
// Of several that cover the instant it is the one that was entered first, with the End of their
// union: the instant at which the SLA runs again. What overlaps, or begins just as another ends,
// extends the union.
//
// It can be a classifier's Maintenance, as package priority has it.
func (t *Tracker) Maintenance(id string, at time.Time) (sla.Correction, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.maintenance(id, at, everything)
}

// maintenance is Maintenance by what was known at an instant. The report asks it too: there is one
// end of maintenance.
func (t *Tracker) maintenance(id string, at time.Time, known int64) (sla.Correction, bool) {
	planned := slices.DeleteFunc(inForce(t.corrections, known), func(c sla.Correction) bool {
		return c.SLA != id || c.Objective != "" || !c.Planned()
	})
	i := slices.IndexFunc(planned, func(c sla.Correction) bool {
		return !at.Before(c.Start) && at.Before(c.End)
	})
	if i < 0 {
		return sla.Correction{}, false
	}
	first := planned[i]
	first.End = unionEnd(planned, at)
	return first, true
}

// unionEnd returns the end of the union of the corrections that cover an instant and of those that
// overlap or touch it.
func unionEnd(list []sla.Correction, at time.Time) time.Time {
	slices.SortFunc(list, func(a, b sla.Correction) int { return a.Start.Compare(b.Start) })
	end := at
	for _, c := range list {
		if !c.Start.After(end) && c.End.After(end) {
			end = c.End
		}
	}
	return end
}
