package priority

import (
	"iter"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A maintenance is the field Maintenance of a Classifier.
type maintenance func(sla string, at time.Time) (sla.Correction, bool)

// ask asks about one SLA, and accepts only a correction that may count: the caller's function may
// return anything, or panic.
func (m maintenance) ask(id string, at time.Time) (c sla.Correction, ok bool) {
	err := fault.Contain("Maintenance", func() error {
		c, ok = m(id, at)
		return nil
	})
	if err != nil {
		return sla.Correction{}, false
	}
	return c, ok && c.SLA == id && c.Objective == "" && c.Planned() && !at.Before(c.Start) && at.Before(c.End)
}

// An upkeep is the maintenance found when the lead of a signal does not run.
type upkeep struct {
	list []sla.Correction // of the first impacts, which do not run
	slas []*sla.SLA       // the SLAs of list, in the same order
	lead sla.Impact       // the first impact that runs; without an SLA if there is none
}

// maintain finds the first impact that runs, if the lead does not.
func (a *Assessment) maintain() {
	if a.Signal.Resolved || a.Signal.At.IsZero() || a.reach.SLA() == nil {
		return
	}
	if _, ok := a.view.maintenance.ask(a.reach.SLA().ID, a.Signal.At); !ok {
		return
	}
	a.upkeep, a.tier = a.view.maintenance.upkeep(a.reach, a.Signal.At)
}

func (m maintenance) upkeep(reach sla.Reach, at time.Time) (*upkeep, sla.Tier) {
	u := &upkeep{}
	for i := range reach.Impacts() {
		c, ok := m.ask(i.SLA.ID, at)
		if !ok {
			u.lead = i
			return u, i.SLA.Tier
		}
		u.list, u.slas = append(u.list, c), append(u.slas, i.SLA)
	}
	return u, nothing
}

// running iterates over the impacts that run. Those up to the lead were asked about during the
// decision, and are not asked about again: the function may return something else by now.
func (a *Assessment) running() iter.Seq[sla.Impact] {
	if a.view == nil || a.view.maintenance == nil || a.Signal.Resolved || a.Signal.At.IsZero() {
		return a.reach.Impacts()
	}
	v, at, reach, lead := a.view, a.Signal.At, a.reach, 0
	if a.upkeep != nil {
		lead = len(a.upkeep.list)
	}

	return func(yield func(sla.Impact) bool) {
		n := -1
		for i := range reach.Impacts() {
			n++
			if n < lead {
				continue
			}
			// The lead itself runs: the decision has asked about it.
			if n > lead {
				if _, ok := v.maintenance.ask(i.SLA.ID, at); ok {
					continue
				}
			}
			if !yield(i) {
				return
			}
		}
	}
}

// lead returns the SLA that the decision is about, or nil.
func (a *Assessment) lead() *sla.SLA {
	if a.upkeep != nil {
		return a.upkeep.lead.SLA
	}
	return a.reach.SLA()
}

// hops returns the number of edges between the asset and the lead.
func (a *Assessment) hops() int {
	if a.upkeep != nil {
		return max(0, len(a.upkeep.lead.Path)-1)
	}
	return a.reach.Hops()
}

// end returns the asset at the end of the path to the lead.
func (a *Assessment) end() (end string) {
	if a.upkeep != nil {
		return a.upkeep.lead.Path[a.hops()]
	}
	for end = range a.reach.Path() {
	}
	return end
}

// resumes returns when the first primary SLA under maintenance runs again. The signal is P1 then if
// nothing else changes.
func (u *upkeep) resumes() (first time.Time) {
	for i, c := range u.list {
		if u.slas[i].Tier == sla.Primary {
			first = exact.Earlier(first, c.End)
		}
	}
	return first
}

// reasons returns which SLAs do not run, and until when, in words.
func (u *upkeep) reasons() (reasons []string) {
	for i, c := range u.list {
		promise := u.slas[i]
		reasons = append(reasons, quoted(promise.Title())+" ("+promise.Tier.String()+") is under maintenance "+
			"until "+instant(c.End)+": "+plain.Name(c.Reason)+", planned by "+plain.Name(c.Author))
	}
	return reasons
}
