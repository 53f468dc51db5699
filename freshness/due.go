package freshness

import (
	"iter"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// A Due is one due instant of a policy: what must have landed by then, and from when it is missed.
// [Dues] yields them. A Due is a value, and safe for concurrent use.
type Due struct {
	// At is the due instant. Data that lands at it is on time.
	At time.Time

	// Opens is the instant just after which a landing counts for it.
	// Zero means that no landing is too early.
	Opens time.Time

	// Over is the end of the grace: just after it the due instant can be missed.
	Over time.Time

	// Excused is why it cannot be missed: ReasonPaused or ReasonOutsideHours, if the policy judges
	// nothing from just after Over until the next due instant can be missed. Otherwise ReasonNone.
	Excused Reason

	rule *Deadline // decides which landings count; nil: each after Opens
}

// First returns the first landing that counts for the due instant, however late it is.
// It returns false if there is none.
func (d Due) First(landed Landings) (Landing, bool) {
	if d.rule != nil {
		return d.rule.first(landed, d.slot())
	}
	return d.Any(landed)
}

// Any returns the first landing of the right partition, even if it holds too few rows to count.
// It returns false if there is none.
func (d Due) Any(landed Landings) (Landing, bool) {
	var i int
	switch {
	case d.rule != nil:
		i = d.rule.find(landed, d.slot(), 0)
	case !d.Opens.IsZero():
		i = landed.After(d.Opens)
	}
	if i >= len(landed) {
		return Landing{}, false
	}
	return landed[i], true
}

// Partitioned reports whether a landing counts only for the due instant that its partition names.
func (d Due) Partitioned() bool { return d.rule != nil && d.rule.Partition != "" }

func (d Due) slot() slot { return slot{due: d.At, opens: d.Opens, always: d.Opens.IsZero()} }

// Dues yields the due instants of p in [from, to), oldest first. It yields nothing for a policy
// that has none, such as a [MaxAge], and for nil.
//
// The due instants of an [AllOf] are those of all its policies, each instant once. The next one of
// an [AnyOf] is the instant by which each of its policies has been due once more; it has none
// unless each of them has. Inside a [Paused] or a [During] a due instant that is never judged is
// excused. A policy of another package has due instants if it has a method Dues: see [Policy].
func Dues(p Policy, from, to time.Time) iter.Seq[Due] {
	if has, ok := p.(dueser); ok {
		return has.Dues(from, to)
	}
	return func(func(Due) bool) {}
}

type dueser interface {
	Dues(from, to time.Time) iter.Seq[Due]
}

// maxExcused bounds how many due instants in a row NextDue passes because they are excused.
const maxExcused = 5000

// NextDue returns the first due instant of p at an instant or after it that is not excused. It
// returns false if there is none, or if more than 5000 in a row are excused.
// It allocates nothing for a [Deadline].
func NextDue(p Policy, at time.Time) (time.Time, bool) {
	if d, ok := p.(Deadline); ok { // a classifier calls this for each signal
		s, ok := d.next(exact.AddTime(at, -1))
		return s.due, ok
	}
	return nextJudged(p, at)
}

func nextJudged(p Policy, at time.Time) (time.Time, bool) {
	excused := 0
	for due := range Dues(p, at, exact.EndOfTime()) {
		if due.Excused == ReasonNone {
			return due.At, true
		}
		if excused++; excused > maxExcused {
			break
		}
	}
	return time.Time{}, false
}

// LastDues returns the last due instants of p before an instant, oldest first and at most n.
// It looks back a century at most.
func LastDues(p Policy, before time.Time, n int) []Due {
	const century = 100 * 366 * 24 * time.Hour
	var last []Due
	// Policies yield forwards alone: look back twice as far until there are enough.
	for back := 24 * time.Hour; ; back *= 2 {
		last = last[:0]
		for due := range Dues(p, before.Add(-min(back, century)), before) {
			last = append(last, due)
		}
		if len(last) >= n || back >= century {
			return last[max(0, len(last)-n):]
		}
	}
}

// CountsDues reports whether what p promises is counted by its due instants, one outcome for each.
// That is so for a [Deadline], also inside a [Paused] or a [During], and for a policy of another
// package that has due instants. Any other policy, combinations included, is kept or broken at each
// instant of time.
func CountsDues(p Policy) bool {
	_, outside := p.(dueser)
	p = innermost(p)
	_, inside := p.(dueser)
	_, combined := p.(combination)
	return outside && inside && !combined
}

// Grace returns how long after a due instant of p the promise is at risk rather than broken. It is
// zero for combinations and for a policy without due instants. For a policy of another package it
// is that of its first due instant.
func Grace(p Policy) time.Duration {
	p = innermost(p)
	if d, ok := p.(Deadline); ok {
		return d.Grace
	}
	if _, combined := p.(combination); combined {
		return 0
	}
	due, _ := firstDue(p, time.Time{})
	return due.Over.Sub(due.At)
}

// A wrapper is a policy that decides when another one is judged.
type wrapper interface {
	Policy
	Unwrap() Policy
}

// A combination is a policy made of several.
type combination interface {
	Policy
	parts() []Policy
}

// innermost returns the policy inside all wrappers. It gives up on wrappers without end.
func innermost(p Policy) Policy {
	for range maxDepth {
		w, ok := p.(wrapper)
		if !ok {
			return p
		}
		p = w.Unwrap()
	}
	return p
}

// firstDue returns the first due instant of a policy at an instant or after it.
func firstDue(p Policy, at time.Time) (Due, bool) {
	for due := range Dues(p, at, exact.EndOfTime()) {
		return due, true
	}
	return Due{}, false
}
