package priority

import (
	"fmt"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A Counterfactual is the priority that one single change would result in.
type Counterfactual struct {
	// If is the change in words: `SLA "orders" were secondary`. It is one line, as
	// Assessment.String is.
	If string `json:"if"`

	// Priority is what would be assessed then.
	Priority Priority `json:"priority"`
}

// String returns the counterfactual in words: would be P3 if SLA "orders" were secondary.
func (c Counterfactual) String() string { return "would be " + c.Priority.String() + " if " + c.If }

// Counterfactuals returns each single change that would give the signal another priority, in a
// fixed order:
//
//	another tier of the one SLA that decides, if only one does
//	another severity
//	an unknown asset that were known and fed nothing
//	a modifier that did not apply
//	an SLA that were not under maintenance
//	a firing signal that were resolved, and the other way round
//
// A change that makes no difference is left out. An empty list means that no single change decides:
// two primary SLAs are reached, for instance. Like Impacts, it walks the catalog.
func (a Assessment) Counterfactuals() []Counterfactual {
	if a.view == nil {
		return nil
	}
	var list changes
	list.tiers(a)

	for severity := SeverityInfo; severity <= SeverityCritical; severity++ {
		other := a
		other.Signal.Severity = severity
		list.add(a, other, a.tier, "its severity were "+severity.String())
	}
	if !a.known {
		other := a
		other.known, other.tier = true, nothing
		list.add(a, other, a.tier, "the catalog knew the asset, and it fed no SLA")
	}
	list.modifiers(a)
	list.maintenance(a)

	other, words := a, "it were resolved"
	if other.Signal.Resolved = !a.Signal.Resolved; a.Signal.Resolved {
		words = "it were still firing"
	}
	list.add(a, other, a.tier, words)
	return list
}

// A changes collects counterfactuals.
type changes []Counterfactual

// add judges the other case, in which the lead SLA has this tier, and keeps it if it makes a
// difference.
func (l *changes) add(a, other Assessment, lead sla.Tier, words string) {
	other.p1At = nil
	other.judge(lead)
	if other.Priority != a.Priority {
		*l = append(*l, Counterfactual{words, other.Priority})
	}
}

// tiers changes the tier of the lead SLA. The tier reached is then the more important of that and
// the next one.
func (l *changes) tiers(a Assessment) {
	lead, ok := a.Lead()
	if !ok {
		return
	}
	next := a.next()
	for tier := sla.Primary; tier < nothing; tier++ {
		other := a
		other.tier = min(tier, next)
		if tier != lead.SLA.Tier {
			l.add(a, other, tier, fmt.Sprintf("SLA %s were %v", quoted(lead.SLA.ID), tier))
		}
	}
}

// modifiers leaves out each modifier that applies.
func (l *changes) modifiers(a Assessment) {
	if !a.byMatrix() {
		return
	}
	for i := range a.view.grid.modifiers {
		if m := &a.view.grid.modifiers[i]; m.applies(&a) {
			other, v, g := a, *a.view, *a.view.grid
			g.modifiers = slices.Delete(slices.Clone(g.modifiers), i, i+1)
			v.grid, other.view = &g, &v
			l.add(a, other, a.tier, "modifier "+quoted(m.Name)+" did not apply")
		}
	}
}

// maintenance ends the maintenance of each SLA before the lead.
func (l *changes) maintenance(a Assessment) {
	if a.upkeep == nil {
		return
	}
	for _, promise := range a.upkeep.slas {
		other, v := a, *a.view
		v.maintenance = func(id string, at time.Time) (sla.Correction, bool) {
			if id == promise.ID {
				return sla.Correction{}, false
			}
			return a.view.maintenance(id, at)
		}

		other.view, other.upkeep, other.tier = &v, nil, promise.Tier
		other.maintain()
		if other.upkeep == nil {
			other.tier = a.reach.SLA().Tier
		}
		l.add(a, other, other.tier, "SLA "+quoted(promise.ID)+" were not under maintenance")
	}
}

// next returns the most important tier that is reached besides the lead.
func (a *Assessment) next() sla.Tier {
	at := 0
	for i := range a.Impacts() {
		if at++; at == 2 {
			return i.SLA.Tier
		}
	}
	return nothing
}
