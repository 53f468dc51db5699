package sla

import (
	"math"
	"slices"
	"time"
)

// Correct enters a correction. Reports from then on show figures with it and without; nothing recorded changes.
// It is an error if [Correction.Validate] refuses it, if the catalog has no such SLA or objective, and if another correction
// of its SLA has its ID; the same one may be entered again.
//
// What events a correction touches is told as finely as is still known when it is entered: see ObjectiveReport.Resolution.
// A correction that is known beforehand, as maintenance, is exact to 5 seconds. A slice of time that a correction touches
// counts as that says, as a whole.
func (t *Tracker) Correct(c Correction) error {
	if err := c.Validate(); err != nil {
		return err
	}
	t.read()
	t.mu.RUnlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.correctable(c); err != nil {
		return err
	}
	if i := t.correction(c.SLA, c.ID); i >= 0 {
		if sameCorrection(t.corrections[i], c) {
			return nil
		}
		return fieldError("id", "%s is already that of another correction", quote(c.ID))
	}
	t.changes.Add(1)
	t.corrections = append(slices.Clip(t.corrections), c)
	for _, k := range t.roster.order {
		t.pin(k)
	}
	return nil
}

func (t *Tracker) correctable(c Correction) error {
	s, ok := t.catalog.SLA(c.SLA)
	if !ok {
		return fieldError("sla", "the catalog has no SLA %s", quote(c.SLA))
	}
	if c.Revokes != "" && !slices.ContainsFunc(t.corrections, func(other Correction) bool { return other.ID == c.Revokes && other.SLA == c.SLA }) {
		return fieldError("revokes", "%s has no correction %s", quote(s.ID), quote(c.Revokes))
	}
	if c.Objective != "" && t.roster.find(c.SLA+"/"+c.Objective) == nil {
		return fieldError("objective", "%s has no objective %s", quote(s.ID), quote(c.Objective))
	}
	return nil
}

func (t *Tracker) correction(sla, id string) int {
	return slices.IndexFunc(t.corrections, func(c Correction) bool { return c.SLA == sla && c.ID == id })
}

// pin keeps the edges of the corrections of an objective.
func (t *Tracker) pin(k *tracked) {
	for _, c := range t.corrections {
		if c.Revokes == "" && c.concerns(k.sla.ID, k.objective.Name, math.MinInt64, math.MaxInt64) {
			k.ledger.pin(nanos(c.Start))
			k.ledger.pin(nanos(c.End))
		}
	}
}

// concerning lists the corrections in force that touch [from, to) of an objective.
func (t *Tracker) concerning(k *tracked, from, to, known int64) []Correction {
	return slices.DeleteFunc(inForce(t.corrections, known), func(c Correction) bool {
		return !c.concerns(k.sla.ID, k.objective.Name, from, to)
	})
}

// Corrections lists all corrections that were entered, in that order.
func (t *Tracker) Corrections() []Correction {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return slices.Clone(t.corrections)
}

// Maintenance answers the planned correction of a whole SLA that covers an instant, the first to be entered of several,
// and whether there is one. During it the SLA does not run: it fits priority's WithMaintenance.
func (t *Tracker) Maintenance(sla string, at time.Time) (Correction, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.maintenance(sla, at, everything)
}

func (t *Tracker) maintenance(sla string, at time.Time, known int64) (Correction, bool) {
	for _, c := range inForce(t.corrections, known) {
		if c.SLA == sla && c.Objective == "" && c.Planned() && !at.Before(c.Start) && at.Before(c.End) {
			return c, true
		}
	}
	return Correction{}, false
}

// sameCorrection compares all fields, and instants by Equal.
func sameCorrection(a, b Correction) bool {
	same := a.Start.Equal(b.Start) && a.End.Equal(b.End) && a.At.Equal(b.At)
	a.Start, a.End, a.At = b.Start, b.End, b.At
	return same && a == b
}
