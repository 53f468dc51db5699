package tracker

import (
	"math"
	"slices"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// Correct enters a correction. Reports from then on show figures with it and without it; nothing
// recorded changes.
//
// It returns an error if [sla.Correction.Validate] does, if the catalog has no such SLA or
// objective, and if another correction of the SLA has its ID. Entering the same correction again
// does nothing.
//
// Which events a correction touches is known as finely as the events are when it is entered: see
// ObjectiveReport.Resolution. One that is entered beforehand, as maintenance is, is exact to 5
// seconds. A slice of time that a correction touches is corrected as a whole.
func (t *Tracker) Correct(c sla.Correction) error {
	if err := c.Validate(); err != nil {
		return err
	}
	t.write()
	defer t.mu.Unlock()
	if err := t.correctable(c); err != nil {
		return err
	}
	if i := t.correction(c.SLA, c.ID); i >= 0 {
		if sameCorrection(t.corrections[i], c) {
			return nil
		}
		return fault.New("id", "%s is already that of another correction", plain.Quote(c.ID))
	}

	t.changes.Add(1)
	t.corrections = append(slices.Clip(t.corrections), c)
	for _, k := range t.roster.order {
		t.pin(k)
	}
	return nil
}

// correctable returns what the correction refers to and does not exist.
func (t *Tracker) correctable(c sla.Correction) error {
	s, ok := t.catalog.SLA(c.SLA)
	if !ok {
		return fault.New("sla", "the catalog has no SLA %s", plain.Quote(c.SLA))
	}
	if c.Revokes != "" && t.correction(c.SLA, c.Revokes) < 0 {
		return fault.New("revokes", "%s has no correction %s", plain.Quote(s.ID), plain.Quote(c.Revokes))
	}
	if c.Objective != "" && t.roster.find(c.SLA+"/"+c.Objective) == nil {
		return fault.New("objective", "%s has no objective %s", plain.Quote(s.ID), plain.Quote(c.Objective))
	}
	return nil
}

// correction returns the place of a correction in the list; -1 if there is none.
func (t *Tracker) correction(promise, id string) int {
	return slices.IndexFunc(t.corrections, func(c sla.Correction) bool {
		return c.SLA == promise && c.ID == id
	})
}

// pin makes the ledger of an objective keep the bounds of its corrections as edges.
func (t *Tracker) pin(k *tracked) {
	for _, c := range t.corrections {
		if c.Revokes == "" && concerns(c, k.sla.ID, k.objective.Name, math.MinInt64, math.MaxInt64) {
			k.ledger.Pin(exact.Nanos(c.Start))
			k.ledger.Pin(exact.Nanos(c.End))
		}
	}
}

// concerning returns the corrections in force that touch [from, to) of an objective.
func (t *Tracker) concerning(k *tracked, from, to, known int64) []sla.Correction {
	return slices.DeleteFunc(inForce(t.corrections, known), func(c sla.Correction) bool {
		return !concerns(c, k.sla.ID, k.objective.Name, from, to)
	})
}

// Corrections returns all corrections that were entered, in that order. It includes those that were
// taken back.
func (t *Tracker) Corrections() []sla.Correction {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return slices.Clone(t.corrections)
}

// sameCorrection compares all fields, and instants by Equal.
func sameCorrection(a, b sla.Correction) bool {
	same := a.Start.Equal(b.Start) && a.End.Equal(b.End) && a.EnteredAt.Equal(b.EnteredAt)
	a.Start, a.End, a.EnteredAt = b.Start, b.End, b.EnteredAt
	return same && a == b
}
