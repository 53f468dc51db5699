package sla

import (
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// Lint returns what is sound in the SLA and will disappoint, each finding a [*FieldError] with its
// path, in the order of the fields:
//
//	no owner, or one alone; no consumer; nothing that can be measured
//	an objective stricter than its volume: the first bad outcome breaks it
//	a target at which no default burn rule can fire
//	burn rules that want more events than come, or that one bad event fires
//	burn rules that page although the budget would last, as the default ones for a window of a day
//	burn rules whose short window is over when the grace of a deadline is
//	a deadline that is never due; timeslices of which a window holds only one
//	a policy that the past would have broken more often than its target allows
//
// events is the number of events a day that each objective has, by its name; landed are the
// landings of the past, by asset, judged from the first to the last by [history.Backtest]. What is
// missing there leads to no finding.
//
// The SLA should pass [SLA.Validate] first.
func (s SLA) Lint(events map[string]int64, landed map[string]freshness.Landings) []*FieldError {
	var l linter
	l.people(&s)
	for i := range s.Objectives {
		o := &s.Objectives[i]
		l.objective(o, fault.Element("objectives", i), events[o.Name], landed[o.Asset])
	}
	return l
}

type linter []*FieldError

func (l *linter) add(path, format string, args ...any) {
	*l = append(*l, fault.New(path, format, args...))
}

func (l *linter) people(s *SLA) {
	switch len(s.Owners) {
	case 0:
		l.add("owners", "there is none to keep it")
	case 1:
		l.add("owners", "%s alone keeps it: one engineer on leave must not stop the work",
			plain.Quote(s.Owners[0]))
	}
	if len(s.Consumers) == 0 {
		l.add("consumers", "there is none: it is promised to no one")
	}
	if len(s.Objectives) == 0 {
		l.add("objectives", "nothing of it can be measured")
	}
}

func (l *linter) objective(o *Objective, path string, perDay int64, landed freshness.Landings) {
	volume, unit, known := o.volume(perDay)
	if known && volume == 0 && o.Freshness != nil {
		l.add(path+".freshness", "nothing is ever due")
	}
	l.budget(o, path, volume, unit, known)
	l.burn(o, path, perDay)
	l.past(o, path, landed)
}

// volume returns the number of outcomes in a window of nominal length, as far as that is known.
func (o *Objective) volume(perDay int64) (n int64, unit string, known bool) {
	length := o.Window.Nominal()
	if length <= 0 {
		return 0, "", false
	}
	switch {
	case !o.Timeslices.IsZero():
		return int64(length / max(o.Timeslices.Length, 1)), "timeslices", true
	case freshness.CountsDues(o.Freshness):
		return dueIn(o.Freshness, length), "due instants", true
	case o.Freshness != nil || perDay <= 0:
		return 0, "", false
	}
	return comeIn(length, perDay), "events", true
}

// comeIn returns how many events come in a span at so many a day. It saturates at the largest
// int64.
func comeIn(span time.Duration, perDay int64) int64 {
	n := new(big.Int).Mul(big.NewInt(perDay), big.NewInt(int64(span)))
	if n.Quo(n, big.NewInt(int64(Day))); !n.IsInt64() {
		return math.MaxInt64
	}
	return n.Int64()
}

// mostDue bounds the search: a policy with more due instants in a window is strict enough for any
// target.
const mostDue = 100_000

// dueIn counts the due instants in a span that begins with the first one of an ordinary year, or of
// a later one. So what is due once a year is counted, wherever in the year that is.
func dueIn(p freshness.Policy, length time.Duration) (n int64) {
	var first time.Time
	for due := range freshness.Dues(p, time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), exact.EndOfTime()) {
		if first.IsZero() {
			first = due.At
		}
		if due.At.Sub(first) >= length || n == mostDue {
			break
		}
		if due.Excused == freshness.ReasonNone {
			n++
		}
	}
	return n
}

func (l *linter) budget(o *Objective, path string, volume int64, unit string, known bool) {
	if !known || volume <= 0 || o.Target.IsZero() {
		return
	}
	if !o.Timeslices.IsZero() && volume < 2 {
		l.add(path+".timeslices", "a window holds only one: one bad timeslice is the whole window")
		return
	}
	if (Budget{Target: o.Target, Counts: Counts{Good: volume}}).Allowed() == 0 {
		l.add(path+".target", "%v of about %d %s in %v leaves none that may be bad: "+
			"the first breaks it, as zero tolerance would", o.Target, volume, unit, o.Window)
	}
}

func (l *linter) burn(o *Objective, path string, perDay int64) {
	rules := o.BurnRules()
	if o.Burn == nil && len(rules) == 0 && !o.Target.IsZero() {
		l.add(path+".burn", "with a target of %v no default rule can fire: the first alert is the breach",
			o.Target)
	}

	for i, r := range rules {
		if r.Page && r.BurnRate.over < r.BurnRate.under {
			l.add(o.burnPath(path, i), "%s pages at %v times the budget, at which it lasts: "+
				"a window of %v wants rules of its own", r.Name, r.BurnRate, o.Window)
		}
	}
	l.grace(o, path)
	if perDay > 0 && o.Freshness == nil && o.Timeslices.IsZero() {
		l.volume(o, path, rules, perDay)
	}
}

// grace finds rules of the objective that are over before a miss is known.
func (l *linter) grace(o *Objective, path string) {
	grace := freshness.Grace(o.Freshness)
	if !freshness.CountsDues(o.Freshness) || !o.Timeslices.IsZero() {
		return
	}
	for i, r := range o.Burn {
		if r.Short <= grace {
			l.add(fault.Element(path+".burn", i), "%s cannot fire: a miss is known after the grace, %v, "+
				"and then lies before its short window, %v", r.Name, grace, r.Short)
		}
	}
}

// volume finds rules that want more events than come, or that fire at a single bad one.
func (l *linter) volume(o *Objective, path string, rules []BurnRule, perDay int64) {
	for i, r := range rules {
		at, come := o.burnPath(path, i), comeIn(r.Long, perDay)
		one := Burn{
			Rule: r, Target: o.Target,
			Long: Counts{Good: max(come-1, 0), Bad: 1}, Short: Counts{Bad: 1},
		}
		switch {
		case r.MinEvents > come:
			l.add(at, "%s wants %d events in %v, and about %d come: it will not fire",
				r.Name, r.MinEvents, r.Long, come)
		case one.Firing():
			l.add(at, "%s fires at one bad event, since about %d come in %v: "+
				"ask for a minimum of events, or a longer window", r.Name, come, r.Long)
		}
	}
}

// burnPath returns the path of a rule in force. Default rules are those of the whole field.
func (o *Objective) burnPath(path string, i int) string {
	if o.Burn == nil {
		return path + ".burn"
	}
	return fault.Element(path+".burn", i)
}

// past compares the policy and its target with what has landed.
func (l *linter) past(o *Objective, path string, landed freshness.Landings) {
	if o.Freshness == nil || len(landed) < 2 || o.Target.IsZero() {
		return
	}
	landed = slices.Clone(landed)
	landed.Sort()
	report, err := history.Backtest(o.Freshness, landed, landed[0].At, landed[len(landed)-1].At)
	if err != nil {
		return
	}
	if judged := int64(report.Judged()); judged > 0 {
		kept := Counts{Good: int64(report.Kept()), Bad: judged - int64(report.Kept())}
		if share, below := o.below(kept); below {
			l.add(path+".freshness", "of %d due instants in the past %s were kept, and the target is %v",
				judged, share, o.Target)
		}
		return
	}

	// By time, in whole seconds: what was neither kept nor broken counts for neither.
	good, bad := report.Fresh+report.AtRisk, report.Stale
	kept := Counts{Good: int64(good / time.Second), Bad: int64(bad / time.Second)}
	if share, below := o.below(kept); below {
		l.add(path+".freshness", "it was kept for %s of the past, and the target is %v", share, o.Target)
	}
}

// below returns the share that was good, and whether it misses the target.
func (o *Objective) below(c Counts) (share string, below bool) {
	share = plain.Percent(uint64(c.Good), c.Total(), o.Target.Decimals())
	return share, Budget{Target: o.Target, Counts: c}.State() == StateBreached
}
