package sla

import (
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// Lint says what about the SLA will disappoint though it is sound: each finding a [*FieldError] with its path, in the order of
// the fields. Nothing to say is nil.
//
//	nobody owns it, or one person alone; nobody consumes it; nothing of it can be measured
//	an objective stricter than its volume: the first bad outcome breaks it
//	burn rules that want more events than come, or that one bad event fires; an objective for which no default rule can fire
//	rules that page although the budget would last, as the default ones do for a window of a day
//	rules of its own whose short window is over when the grace of a deadline is
//	a deadline that is never due, and slices of which a window holds only one
//	a rule about freshness that the landings of the past would have broken more often than its target allows
//
// What comes is told by the caller: events says how many events a day each objective has, by its name, and landed what landed
// in the past, by asset. What is missing there, and nil maps, say nothing, and lead to no finding.
// Landings are judged from the first to the last by [freshness.Backtest].
//
// It should pass [SLA.Validate] first.
func (s SLA) Lint(events map[string]int64, landed map[string]freshness.Landings) []*FieldError {
	var l linter
	l.people(&s)
	for i := range s.Objectives {
		o := &s.Objectives[i]
		l.objective(o, element("objectives", i), events[o.Name], landed[o.Asset])
	}
	return l
}

type linter []*FieldError

func (l *linter) say(path, format string, args ...any) {
	*l = append(*l, fieldError(path, format, args...))
}

func (l *linter) people(s *SLA) {
	switch len(s.Owners) {
	case 0:
		l.say("owners", "nobody keeps it")
	case 1:
		l.say("owners", "%s alone keeps it: one engineer on leave must not stop the work", quote(s.Owners[0]))
	}
	if len(s.Consumers) == 0 {
		l.say("consumers", "it is promised to nobody: who would miss it?")
	}
	if len(s.Objectives) == 0 {
		l.say("objectives", "nothing of it can be measured")
	}
}

func (l *linter) objective(o *Objective, path string, perDay int64, landed freshness.Landings) {
	volume, unit, known := o.volume(perDay)
	if known && volume == 0 && o.Freshness != nil {
		l.say(path+".freshness", "nothing is ever due")
	}
	l.budget(o, path, volume, unit, known)
	l.burn(o, path, perDay)
	l.past(o, path, landed)
}

// volume is how many outcomes a window of its nominal length holds, as far as that is known.
func (o *Objective) volume(perDay int64) (n int64, unit string, known bool) {
	length := o.Window.nominal()
	if length <= 0 {
		return 0, "", false
	}
	switch due, timed := dueOf(o.Freshness); {
	case !o.Slices.IsZero():
		return int64(length / max(o.Slices.Length, 1)), "slices", true
	case timed:
		return dueIn(due, length), "due instants", true
	case o.Freshness != nil || perDay <= 0:
		return 0, "", false
	}
	return comeIn(length, perDay), "events", true
}

// comeIn answers how many of so many events a day come in a span, and the largest int64 where more do.
func comeIn(span time.Duration, perDay int64) int64 {
	n := new(big.Int).Mul(big.NewInt(perDay), big.NewInt(int64(span)))
	if n.Quo(n, big.NewInt(int64(Day))); !n.IsInt64() {
		return math.MaxInt64
	}
	return n.Int64()
}

// mostDue bounds the search: what has more due instants in a window than that is strict enough for any target.
const mostDue = 100_000

// dueIn counts due instants in a span that begins with the first one of an ordinary year, or of a later one: what is due
// once a year is due, wherever in the year that is.
func dueIn(d freshness.Deadline, length time.Duration) (n int64) {
	first, ok := d.Due.Next(time.Date(2024, 12, 31, 23, 59, 59, 0, time.UTC))
	for at := first; ok && at.Sub(first) < length && n < mostDue; at, ok = d.Due.Next(at) {
		n++
	}
	return n
}

func (l *linter) budget(o *Objective, path string, volume int64, unit string, known bool) {
	if !known || volume <= 0 || o.Target.IsZero() {
		return
	}
	if !o.Slices.IsZero() && volume < 2 {
		l.say(path+".slices", "a window holds only one: one bad slice is the whole window")
		return
	}
	if (Budget{Target: o.Target, Counts: Counts{Good: volume}}).Allowed() == 0 {
		l.say(path+".target", "%v of about %d %s in %v leaves none that may be bad: the first breaks it, as zero tolerance would", o.Target, volume, unit, o.Window)
	}
}

func (l *linter) burn(o *Objective, path string, perDay int64) {
	rules := o.BurnRules()
	if o.Burn == nil && len(rules) == 0 && !o.Target.IsZero() {
		l.say(path+".burn", "with a target of %v no default rule can fire: nobody is told before it is broken", o.Target)
	}
	for i, r := range rules {
		if at := o.burnPath(path, i); r.Page && r.Factor.over < r.Factor.under {
			l.say(at, "%s wakes somebody at %v times the budget, at which it lasts: a window of %v wants rules of its own", r.Name, r.Factor, o.Window)
		}
	}
	if due, ok := dueOf(o.Freshness); ok && o.Slices.IsZero() {
		for i, r := range o.Burn {
			if r.Short <= due.Grace {
				l.say(element(path+".burn", i), "%s cannot fire: a miss is known after the grace, %v, and then lies before its short window, %v", r.Name, due.Grace, r.Short)
			}
		}
	}
	if perDay <= 0 || o.Freshness != nil || !o.Slices.IsZero() {
		return
	}
	for i, r := range rules {
		at := o.burnPath(path, i)
		come := comeIn(r.Long, perDay)
		one := Burn{Rule: r, Target: o.Target, Long: Counts{Good: max(come-1, 0), Bad: 1}, Short: Counts{Bad: 1}}
		switch {
		case r.MinEvents > come:
			l.say(at, "%s wants %d events in %v, and about %d come: it will not fire", r.Name, r.MinEvents, r.Long, come)
		case one.Firing():
			l.say(at, "%s fires at one bad event, since about %d come in %v: ask for a minimum of events, or a longer window", r.Name, come, r.Long)
		}
	}
}

// burnPath is the path of a rule in force.
func (o *Objective) burnPath(path string, i int) string {
	if o.Burn == nil {
		return path + ".burn"
	}
	return element(path+".burn", i)
}

// past holds the rule against what has landed.
func (l *linter) past(o *Objective, path string, landed freshness.Landings) {
	if o.Freshness == nil || len(landed) < 2 || o.Target.IsZero() {
		return
	}
	landed = slices.Clone(landed)
	landed.Sort()
	report, err := freshness.Backtest(o.Freshness, landed, landed[0].At, landed[len(landed)-1].At)
	if err != nil {
		return
	}
	if judged := int64(report.Judged()); judged > 0 {
		kept := Budget{Target: o.Target, Counts: Counts{Good: int64(report.Kept()), Bad: judged - int64(report.Kept())}}
		if kept.State() == Breached {
			l.say(path+".freshness", "of %d due instants in the past %s were kept, and the target is %v", judged, flooredShare(uint64(kept.Counts.Good), kept.Counts.Total(), percentDecimals(o.Target)), o.Target)
		}
		return
	}
	// By time, in whole seconds: what was neither kept nor broken counts for neither.
	kept := Budget{Target: o.Target, Counts: Counts{Good: int64((report.Fresh + report.AtRisk) / time.Second), Bad: int64(report.Stale / time.Second)}}
	if kept.State() == Breached {
		l.say(path+".freshness", "it was kept for %s of the past, and the target is %v", flooredShare(uint64(kept.Counts.Good), kept.Counts.Total(), percentDecimals(o.Target)), o.Target)
	}
}
