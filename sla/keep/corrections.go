package keep

import (
	"cmp"
	"errors"
	"slices"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// enter enters corrections in a tracker. It leaves out those about an SLA or an objective that the
// catalog does not have, and those that revoke one of these: they are for other replicas.
// Corrections that revoke others come last, since a store whose clock was set back may have them
// first.
func enter(t *tracker.Tracker, list []sla.Correction) error {
	list = slices.SortedStableFunc(slices.Values(list), func(a, b sla.Correction) int {
		return cmp.Compare(min(len(a.Revokes), 1), min(len(b.Revokes), 1))
	})
	var faults []error
	others := map[[2]string]bool{} // corrections that are left out, by SLA and ID
	for _, c := range list {
		if !concerns(t.Catalog(), c) || others[[2]string{c.SLA, c.Revokes}] {
			others[[2]string{c.SLA, c.ID}] = true
			continue
		}
		faults = append(faults, t.Correct(c))
	}
	return errors.Join(faults...)
}

// concerns reports whether a catalog has the SLA and the objective of a correction.
func concerns(catalog *sla.Catalog, c sla.Correction) bool {
	s, known := catalog.SLA(c.SLA)
	return known && (c.Objective == "" || slices.ContainsFunc(s.Objectives, func(o sla.Objective) bool {
		return o.Name == c.Objective
	}))
}
