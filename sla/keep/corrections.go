package keep

import (
	"cmp"
	"errors"
	"slices"

	"github.com/alwaysp1/alwaysp1/sla"
)

// enter enters corrections in a tracker. One about an SLA or an objective that its catalog does not have is for others, and so is one that
// takes that back. Those that take others back come last: a store whose clock was set back may have them first.
func enter(tracker *sla.Tracker, list []sla.Correction) error {
	list = slices.SortedStableFunc(slices.Values(list), func(a, b sla.Correction) int {
		return cmp.Compare(min(len(a.Revokes), 1), min(len(b.Revokes), 1))
	})
	var faults []error
	others := map[[2]string]bool{} // by SLA and ID
	for _, c := range list {
		if !concerns(tracker.Catalog(), c) || others[[2]string{c.SLA, c.Revokes}] {
			others[[2]string{c.SLA, c.ID}] = true
			continue
		}
		faults = append(faults, tracker.Correct(c))
	}
	return errors.Join(faults...)
}

func concerns(catalog *sla.Catalog, c sla.Correction) bool {
	s, known := catalog.SLA(c.SLA)
	return known && (c.Objective == "" || slices.ContainsFunc(s.Objectives, func(o sla.Objective) bool { return o.Name == c.Objective }))
}
