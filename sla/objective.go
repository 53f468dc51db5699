package sla

import (
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// An Objective is one measurable part of an SLA: over the window, the target's share must be good. What is counted:
//
//	Freshness is a freshness.Deadline        one outcome for each due instant: on time, late, missing
//	Freshness is any other policy            slices of time, by whether the promise was kept in them; of a minute if Slices says nothing
//	no Freshness                             events, as Tracker.Record is told of them: requests, rows, checks
//	no Freshness, and Slices                 slices of time, by the share of good events in each
//
// So an objective about latency counts as good the requests below its threshold, one about quality the rows that passed,
// and one about completeness the rows that came.
//
// The zero Objective is refused by [SLA.Validate]. An Objective must not be changed while several goroutines use it.
type Objective struct {
	Name   string // names the objective within its SLA; required, at most 1,024 bytes, no slash
	Asset  string // the asset that is measured; required
	Target Target // the share that must be good; required, but for zero tolerance
	Window Window // the span over which it must be; required

	// ZeroTolerance says "never, not once": there is no target, the budget is 0, and one bad outcome breaks the promise.
	ZeroTolerance bool

	Freshness freshness.Policy // when data must land; nil: the objective is about events
	Slices    Slices           // zero: outcomes are counted as they come
	Silence   Silence          // what it means when nothing was recorded; bare events leave no silence, and want SilenceIgnored

	// Burn lists the rules for burn alerts. Nil: DefaultBurnRules of the window's length, but for those that can
	// never fire at the target. A list that is empty and not nil: none. What is due once a day is the only outcome in most of
	// their windows, so that each miss may fire several: an empty list leaves it to the results of its check to tell.
	Burn []BurnRule

	Weight int64 // its weight in an SLA with a target of its own; zero counts as 1, and is the only weight elsewhere
}

// BurnRules answers the rules for burn alerts that are in force: those of Burn; or where that is nil, those of
// [DefaultBurnRules] for the length of the window that can fire at the target. The days of a calendar window count as
// 24 hours, its months as 30 days, its quarters as 90 and its years as 365. Zero tolerance has none: its first bad
// outcome breaks the promise, and there is no budget to burn.
func (o *Objective) BurnRules() []BurnRule {
	if o.Burn != nil || o.Target.IsZero() {
		return slices.Clone(o.Burn) // which may belong to a catalog
	}
	rules, err := DefaultBurnRules(o.Window.nominal())
	if err != nil { // a length of odd nanoseconds: whole minutes make exact factors
		rules, _ = DefaultBurnRules(o.Window.nominal().Truncate(time.Minute))
	}
	can := rules[:0]
	for _, r := range rules {
		if r.Validate(o.Target) == nil {
			can = append(can, r)
		}
	}
	return can
}

func (o *Objective) validate(f *faults, path string) {
	f.required(path+".name", o.Name)
	if strings.Contains(o.Name, "/") {
		f.add(path+".name", "%s holds a slash, which parts it from the ID of its SLA in the names of checks", quote(o.Name))
	}
	f.required(path+".asset", o.Asset)
	o.validateTarget(f, path)
	f.below(path, o.Window.Validate())
	if o.Freshness != nil {
		f.below(path+".freshness", contained(o.Freshness.Validate))
	}
	o.Slices.validate(f, path+".slices", o.Window)
	o.validateSilence(f, path+".silence")
	o.validateBurn(f, path+".burn")
	if o.Weight < 0 {
		f.add(path+".weight", "%d is negative", o.Weight)
	}
}

func (o *Objective) validateTarget(f *faults, path string) {
	switch {
	case o.Target.IsZero() && !o.ZeroTolerance:
		f.add(path+".target", "is missing")
	case o.ZeroTolerance && !o.Target.IsZero():
		f.add(path+".target", "%v leaves a budget, and zero tolerance has none: want one of the two", o.Target)
	}
}

func (o *Objective) validateSilence(f *faults, path string) {
	switch {
	case !o.Silence.known():
		f.add(path, "%v is none of ignored, good, bad", o.Silence)
	case o.Silence != SilenceIgnored && o.Freshness == nil && o.Slices.IsZero():
		f.add(path, "events that did not happen cannot be counted as %v: count slices of time", o.Silence)
	}
}

func (o *Objective) validateBurn(f *faults, path string) {
	first := make(map[string]int, len(o.Burn))
	for i, r := range o.Burn {
		f.below(element(path, i), r.Validate(o.Target))
		if j, again := first[r.Name]; again && r.Name != "" {
			f.add(element(path, i)+".name", "%s is already the name of %s", quote(r.Name), element("burn", j))
		} else {
			first[r.Name] = i
		}
		if long := o.Window.nominal(); r.Long > long && long > 0 {
			f.add(element(path, i)+".long", "%v is longer than the window of the objective, %v", r.Long, o.Window)
		}
	}
}

// nominal is the length by which a window is planned with, whatever the calendar does: see [Objective.BurnRules].
func (w Window) nominal() time.Duration {
	return [...]time.Duration{rolling: w.length, day: Day, week: 7 * Day, month: 30 * Day, quarter: 90 * Day, year: 365 * Day}[w.unit]
}
