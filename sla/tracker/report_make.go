package tracker

import (
	"cmp"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// reportOf reports an SLA by what was known at an instant. The tracker is locked for reading.
func (t *Tracker) reportOf(s *sla.SLA, at, asOf time.Time, known int64) Report {
	r := Report{SLA: s.ID, Name: s.Name, Tier: s.Tier, Target: s.Target, At: at, AsOf: asOf}
	touching := map[string]bool{}
	for i := range s.Objectives {
		k := t.roster.find(checkName(s, &s.Objectives[i]))
		v := t.view(k, exact.Nanos(at), known, k.back(min(exact.Nanos(at), known)))
		r.Objectives = append(r.Objectives, v.report(at))
		for _, c := range v.corrections {
			touching[c.ID] = true
		}
	}

	for _, c := range t.corrections {
		if touching[c.ID] {
			r.Corrections = append(r.Corrections, c)
		}
	}
	slices.SortStableFunc(r.Corrections, func(a, b sla.Correction) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID))
	})
	if c, ok := t.maintenance(s.ID, at, known); ok {
		r.Maintenance = &c
	}
	r.State, r.DecidedBy = composed(s.Target, r.parts())
	return r
}

// parts returns the objectives as the state of the SLA is made of them.
func (r Report) parts() []part {
	var parts []part
	for _, o := range r.Objectives {
		parts = append(parts, part{o.Name, o.Budget, o.State, o.Weight})
	}
	return parts
}

// report is the report of one objective.
func (v *view) report(at time.Time) ObjectiveReport {
	k, o := v.k, v.k.objective
	start, end := v.window()
	c := v.count(start, v.at)
	account := k.ledger.Account()
	r := ObjectiveReport{
		Name: o.Name, Check: k.check(), Asset: o.Asset, Window: o.Window, Weight: o.Weight,
		Start: exact.Instant(c.from).In(at.Location()), End: exact.Instant(c.to).In(at.Location()),
		Resolution: time.Duration(max(start-c.from, c.to-v.at, 0)),
		Budget:     sla.Budget{Target: o.Target, Counts: c.counts},
		Raw:        sla.Budget{Target: o.Target, Counts: c.raw},
		Burns:      v.burns(nil), Worst: v.worst(start, at.Location()),
		LateArrivals: account.Late, Dropped: account.Dropped, LastResult: k.lastResult(),
	}
	r.Coverage, r.NoData, r.Excused = v.coverage(start)

	f := forecast{o.Target, c.counts, start, end, v.at, o.Window.IsRolling()}
	r.ExhaustsAt, r.WorstExhaustsAt = f.exhausted(r.presentBurn(), at), f.exhausted(r.worstBurn(), at)
	r.State = r.stands(!r.ExhaustsAt.IsZero())
	return r
}

// stands returns the state: that of the budget, and at risk if that is met but soon exhausted, or
// burns so fast that a page fires.
func (o ObjectiveReport) stands(soon bool) sla.State {
	pages := func(b sla.Burn) bool { return b.Rule.Page && b.Firing() }
	state := o.Budget.State()
	if state == sla.StateMet && (soon || slices.ContainsFunc(o.Burns, pages)) {
		return sla.StateAtRisk
	}
	return state
}
