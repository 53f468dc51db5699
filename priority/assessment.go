package priority

import (
	"iter"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// An Assessment is the decision of a [Classifier] about one [Signal]: its priority, and why.
//
//	[Assessment.String]   one line: what is wrong, where it leads, and by when it is due
//	[Assessment.Explain]  one longer line, for the engineer who has to act
//	[Assessment.Reasons]  the same as a list
//	[Assessment.Impacts]  every SLA reached, each with its shortest path
//	[Assessment.Report]   all of it as data, which is also the JSON form
//
// Only the decision itself is made in advance. Explanations are computed on request, from the
// catalog and the matrix that decided, even if others have replaced them since.
//
// The zero Assessment is that of the zero signal before an empty catalog, at [P3]: nothing was
// assessed. An Assessment is a value, and safe for concurrent use by multiple goroutines as long as
// it is not assigned to.
type Assessment struct {
	// Priority is how urgent the signal is.
	Priority Priority

	// Rule is the rule that decided.
	Rule Rule

	// Signal is what was assessed.
	Signal Signal

	known bool
	tier  sla.Tier // the most important one reached, or nothing
	reach sla.Reach
	view  *view      // nil for the zero Assessment
	p1At  *time.Time // from when it is P1, if it is held

	upkeep *upkeep // if its lead is under maintenance
}

// Firing reports whether the signal is firing: it is not resolved.
func (a Assessment) Firing() bool { return !a.Signal.Resolved }

// Impacts iterates over every SLA that the signal reaches: by tier, then the nearest first, then by
// ID. Each has the shortest path to it, and among paths of one length the first by the IDs of their
// assets. The first impact is the lead: the SLA that the text forms name. SLAs under maintenance
// are left out; see [Classifier].Maintenance.
//
// The iteration walks the catalog. It may be repeated.
func (a Assessment) Impacts() iter.Seq[sla.Impact] { return a.running() }

// Lead returns the first of the impacts without walking the others, and false if there is none.
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

// levels returns the names of the impact and the urgency by which the matrix decides about the
// signal. Both are empty if the matrix had no part in the decision.
func (a *Assessment) levels() (impact, urgency string) {
	if !a.byMatrix() {
		return "", ""
	}
	row, column := a.place()
	return a.view.grid.impacts[row].Name, a.view.grid.urgencies[column].Name
}

// byMatrix reports whether the matrix had a part in the decision.
func (a *Assessment) byMatrix() bool {
	return a.view != nil && (a.Rule == RuleMatrix || a.Rule == RuleHeld)
}
