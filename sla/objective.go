package sla

import (
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// An Objective is an SLO, one measurable part of an SLA: over the window, the target's share must
// be good. Its outcomes are:
//
//	Freshness is a freshness.Deadline    due instants: on time, late or missing
//	Freshness is any other policy        timeslices, kept or not; of a minute by default
//	no Freshness                         events that Tracker.Record counts: requests, rows, checks
//	no Freshness, and Timeslices         timeslices, by the share of good events in each
//
// An objective about latency counts as good the requests below its threshold, one about quality the
// rows that passed, and one about completeness the rows that came.
//
// The zero Objective is refused by [SLA.Validate]. An Objective must not be changed while several
// goroutines use it.
type Objective struct {
	Name   string // names the objective within its SLA; required, at most 1,024 bytes, no slash
	Asset  string // the asset that is measured; required
	Target Target // the share that must be good; required, but for zero tolerance
	Window Window // the span over which it must be; required

	// ZeroTolerance is "never, not once": there is no target and no budget, and one bad outcome
	// breaks the promise.
	ZeroTolerance bool

	Freshness  freshness.Policy // when data must land; nil: the objective is about events
	Timeslices Timeslices       // zero: outcomes are counted as they come
	NoData     NoData           // how time without data counts; plain events want NoDataIgnored

	// Burn lists the burn rules. Nil: DefaultBurnRules of the window's length that can fire at the
	// target. Empty and not nil: none. An asset that is due once a day has one outcome in most of
	// their windows, and each miss may fire several: an empty list leaves alerting to its check.
	Burn []BurnRule

	Weight int64 // in an SLA with a target of its own, where zero counts as 1; elsewhere zero
}

// BurnRules returns the burn rules in force: those of Burn, or if that is nil, those of
// [DefaultBurnRules] for the nominal length of the window that can fire at the target. Zero
// tolerance has none: there is no budget to burn.
func (o *Objective) BurnRules() []BurnRule {
	if o.Burn != nil || o.Target.IsZero() {
		return slices.Clone(o.Burn) // which may belong to a catalog
	}
	rules, err := DefaultBurnRules(o.Window.Nominal())
	if err != nil { // a length of odd nanoseconds: whole minutes make exact burn rates
		rules, _ = DefaultBurnRules(o.Window.Nominal().Truncate(time.Minute))
	}
	can := rules[:0]
	for _, r := range rules {
		if r.Validate(o.Target) == nil {
			can = append(can, r)
		}
	}
	return can
}

func (o *Objective) validate(f *fault.List, path string) {
	f.Required(path+".name", o.Name)
	if strings.Contains(o.Name, "/") {
		f.Add(path+".name", "%s holds a slash, which ends the ID of its SLA in the names of checks",
			plain.Quote(o.Name))
	}
	f.Required(path+".asset", o.Asset)
	o.validateTarget(f, path)
	f.Below(path, o.Window.Validate())
	if o.Freshness != nil {
		f.Below(path+".freshness", fault.Contain("its Validate", o.Freshness.Validate))
	}

	o.Timeslices.validate(f, path+".timeslices", o.Window)
	o.validateNoData(f, path+".no_data")
	o.validateBurn(f, path+".burn")
	if o.Weight < 0 {
		f.Add(path+".weight", "%d is negative", o.Weight)
	}
}

func (o *Objective) validateTarget(f *fault.List, path string) {
	switch {
	case o.Target.IsZero() && !o.ZeroTolerance:
		f.Add(path+".target", "is missing")
	case o.ZeroTolerance && !o.Target.IsZero():
		f.Add(path+".target", "%v leaves a budget, and zero tolerance has none: want one of the two",
			o.Target)
	}
}

func (o *Objective) validateNoData(f *fault.List, path string) {
	switch {
	case noDataTexts.Problem(int(o.NoData)) != "":
		f.Add(path, "%s", noDataTexts.Problem(int(o.NoData)))
	case o.NoData != NoDataIgnored && o.Freshness == nil && o.Timeslices.IsZero():
		f.Add(path, "events that did not happen cannot be counted as %v: set timeslices", o.NoData)
	}
}

func (o *Objective) validateBurn(f *fault.List, path string) {
	first := make(map[string]int, len(o.Burn))
	for i, r := range o.Burn {
		at := fault.Element(path, i)
		f.Below(at, r.Validate(o.Target))
		if j, again := first[r.Name]; again && r.Name != "" {
			f.Add(at+".name", "%s is already the name of %s", plain.Quote(r.Name), fault.Element("burn", j))
		} else {
			first[r.Name] = i
		}
		if long := o.Window.Nominal(); r.Long > long && long > 0 {
			f.Add(at+".long", "%v is longer than the window of the objective, %v", r.Long, o.Window)
		}
	}
}
