package priority

import (
	"iter"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// An Assessment is a [Classifier]'s answer about one [Signal]: its priority, and why.
//
//	[Assessment.String]   one line: what is wrong, where it leads, and by when
//	[Assessment.Explain]  one longer line, for whoever has to act
//	[Assessment.Reasons]  the same as a list
//	[Assessment.Impacts]  every SLA reached, each with its shortest path
//	[Assessment.Report]   all of it as data, which is also the JSON form
//
// Only the decision itself is made in advance. The explanations are worked out when they are asked for,
// from the catalog and the table that decided, whatever has replaced them since.
//
// The zero Assessment says that nothing was assessed: [P3], of the zero signal, which reaches nothing.
// An Assessment is a value, and safe for concurrent use by multiple goroutines as long as nobody assigns to it.
type Assessment struct {
	// Priority is how urgent the signal is.
	Priority Priority

	// Rule is which rule decided that.
	Rule Rule

	// Signal is what was assessed.
	Signal Signal

	known bool
	tier  sla.Tier // the most important one reached, or nothing
	reach sla.Reach
	view  *view      // nil for the zero Assessment
	p1At  *time.Time // from when on it is P1, where it is held

	upkeep *upkeep // where its lead is under maintenance
}

// Firing reports whether the signal is firing: it is not resolved.
func (a Assessment) Firing() bool { return !a.Signal.Resolved }

// Known reports whether the catalog knows the asset. If not, it has no impacts,
// and the priority rests on what [AssumeUnknown] says.
func (a Assessment) Known() bool { return a.known }

// Impacts iterates over every SLA that the signal reaches: by tier, then the nearest first, then by ID;
// each with the shortest path to it, and among those of one length the first by the IDs of its assets.
// The first is the lead: the SLA that the text forms name.
// The iteration walks the catalog, and may be repeated.
//
// What is under maintenance, as [WithMaintenance] tells, is not among them.
func (a Assessment) Impacts() iter.Seq[sla.Impact] { return a.running() }

// Lead returns the first of the impacts without walking the others, and false where there is none.
func (a Assessment) Lead() (sla.Impact, bool) {
	promise := a.lead()
	if promise == nil {
		return sla.Impact{}, false
	}
	if a.upkeep != nil {
		return sla.Impact{SLA: promise, Path: slices.Clone(a.upkeep.lead.Path)}, true
	}
	impact := sla.Impact{SLA: promise, Path: make([]string, 0, a.reach.Hops()+1)}
	for asset := range a.reach.Path() {
		impact.Path = append(impact.Path, asset)
	}
	return impact, true
}

// Cell returns the names of the row and the column by which the table decides about the signal;
// both are empty where the table was not asked, as [Assessment.Rule] says.
func (a Assessment) Cell() (impact, urgency string) {
	if !a.tabled() {
		return "", ""
	}
	row, column := a.place()
	return a.view.grid.rows[row].Name, a.view.grid.columns[column].Name
}

// tabled reports whether the table had a part in the decision.
func (a *Assessment) tabled() bool {
	return a.view != nil && (a.Rule == RuleTable || a.Rule == RuleHeld)
}

// Due returns the instant by which the asset has to be well, and false where none is known:
// the signal's own; else what the lead SLA has due next, at the signal's instant or after it.
// What an asset upstream of its lead SLA has overdue gives way to what that SLA has due first from then on:
// that can still be saved, or is what has just been broken. Nothing is due of a resolved signal.
func (a Assessment) Due() (time.Time, bool) {
	own, at := a.Signal.Due, a.Signal.At
	switch {
	case a.Signal.Resolved:
		return time.Time{}, false
	case !own.IsZero() && (a.hops() == 0 || !own.Before(at)):
		return own, true
	}
	if next, ok := a.promised(); ok {
		return next, true
	}
	return own, !own.IsZero()
}

// Left returns the time from the signal to its due instant, negative when that has passed,
// and false where one of the two is unknown.
func (a Assessment) Left() (time.Duration, bool) {
	due, ok := a.Due()
	if !ok || a.Signal.At.IsZero() {
		return 0, false
	}
	return due.Sub(a.Signal.At), true
}
