package priority

import (
	"iter"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

type maintenance func(sla string, at time.Time) (sla.Correction, bool)

func (m maintenance) apply(c *config) { c.maintenance = m }

// WithMaintenance lets planned maintenance count: while it lasts an SLA does not run, so that a firing signal has no impact on it.
// All other SLAs that the signal reaches count as ever, the first of them as the lead. The assessment names the maintenance,
// and [Assessment.P1At] tells when a primary SLA runs again. Default: none.
//
// The function answers the correction that covers an instant; a tracker's method Maintenance does. Only what was planned counts,
// by [sla.Correction.Planned], for the SLA as a whole and at that instant: anything else that it answers, and a panic, is no maintenance.
// Nor is there any for a signal without an instant.
//
// With maintenance set, a decision asks about the lead, and if that does not run, walks the other impacts and allocates; not set, it costs nothing.
// The function may be called concurrently with itself, with no lock held, and must answer at once. Nil is none.
func WithMaintenance(under func(sla string, at time.Time) (sla.Correction, bool)) Option {
	return maintenance(under)
}

// ask asks about one SLA, and believes only what may count.
func (m maintenance) ask(id string, at time.Time) (c sla.Correction, ok bool) {
	defer func() {
		if recover() != nil {
			c, ok = sla.Correction{}, false
		}
	}()
	c, ok = m(id, at)
	return c, ok && c.SLA == id && c.Objective == "" && c.Planned() && !at.Before(c.Start) && at.Before(c.End)
}

// An upkeep is what was found of maintenance when the lead of a signal does not run.
type upkeep struct {
	list []sla.Correction // of the first impacts, which do not run
	slas []*sla.SLA       // the same by their SLAs
	lead sla.Impact       // the first that does; without an SLA there is none
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

// running iterates over the impacts that run. Those up to the lead were asked about when it was decided.
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

// lead is the SLA that the decision is about, or nil.
func (a *Assessment) lead() *sla.SLA {
	if a.upkeep != nil {
		return a.upkeep.lead.SLA
	}
	return a.reach.SLA()
}

// hops is how many edges lie between the asset and the lead.
func (a *Assessment) hops() int {
	if a.upkeep != nil {
		return max(0, len(a.upkeep.lead.Path)-1)
	}
	return a.reach.Hops()
}

// end is the asset at the end of the way to the lead.
func (a *Assessment) end() (end string) {
	if a.upkeep != nil {
		return a.upkeep.lead.Path[a.hops()]
	}
	for end = range a.reach.Path() {
	}
	return end
}

// resumes is when the first primary SLA runs again that does not, and the signal is P1 if nothing changes.
func (u *upkeep) resumes() (first time.Time) {
	for i, c := range u.list {
		if u.slas[i].Tier == sla.Primary {
			first = earlier(first, c.End)
		}
	}
	return first
}

// reasons says what does not run, and until when.
func (u *upkeep) reasons() (reasons []string) {
	for i, c := range u.list {
		reasons = append(reasons, quoted(u.slas[i].Title())+" ("+u.slas[i].Tier.String()+") is under maintenance until "+stamp(c.End)+": "+plain(c.Reason)+", planned by "+plain(c.Author))
	}
	return reasons
}
