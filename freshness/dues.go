package freshness

import (
	"cmp"
	"iter"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// Dues yields the due instants in [from, to) that are not before Since. See [Dues].
func (p Deadline) Dues(from, to time.Time) iter.Seq[Due] {
	return func(yield func(Due) bool) {
		s, ok := p.next(exact.AddTime(from, -1))
		for ok && s.due.Before(to) && yield(p.due(s)) {
			s, ok = p.next(s.due)
		}
	}
}

func (p *Deadline) due(s slot) Due {
	d := Due{At: s.due, Opens: s.opens, Over: exact.AddTime(s.due, p.Grace), rule: p}
	if s.always {
		d.Opens = time.Time{}
	}
	return d
}

// Dues yields the due instants of the policy in it. See [Dues].
func (p Paused) Dues(from, to time.Time) iter.Seq[Due] {
	return excusing(p, Dues(p.Policy, from, exact.EndOfTime()), to)
}

// Dues yields the due instants of the policy in it. See [Dues].
func (p During) Dues(from, to time.Time) iter.Seq[Due] {
	return excusing(p, Dues(p.Policy, from, exact.EndOfTime()), to)
}

// Dues yields the due instants of all the policies, each instant once. See [Dues].
func (p AllOf) Dues(from, to time.Time) iter.Seq[Due] {
	return stepping(from, to, p.nextDue)
}

// nextDue returns the earliest of the next due instants of the policies.
func (p AllOf) nextDue(at time.Time) (first Due, ok bool) {
	for _, part := range p {
		if due, has := firstDue(part, at); has && (!ok || due.compare(first) < 0) {
			first, ok = due, true
		}
	}
	return first, ok
}

// compare orders by time. Of two at one instant the one that is judged comes first, and then the
// one that can be missed first: that is what a combination of both can be missed for.
func (d Due) compare(e Due) int {
	excused := func(d Due) int { return min(int(d.Excused), 1) }
	return cmp.Or(d.At.Compare(e.At), excused(d)-excused(e), d.Over.Compare(e.Over))
}

// Dues yields the due instants at which the last of the policies is due. See [Dues].
func (p AnyOf) Dues(from, to time.Time) iter.Seq[Due] {
	return excusing(p, stepping(from, exact.EndOfTime(), p.nextDue), to)
}

// nextDue returns the latest of the next due instants of the policies. It can be missed when each
// of them can.
func (p AnyOf) nextDue(at time.Time) (last Due, ok bool) {
	for _, part := range p {
		due, has := firstDue(part, at)
		if !has {
			return Due{}, false
		}
		over := exact.Later(last.Over, due.Over)
		if !ok || due.At.After(last.At) {
			last, ok = due, true
		}
		last.Over = over
	}
	return last, ok
}

// stepping yields the due instants before to that next returns: the first at from, and each other
// just after the one before.
func stepping(from, to time.Time, next func(at time.Time) (Due, bool)) iter.Seq[Due] {
	return func(yield func(Due) bool) {
		due, ok := next(from)
		for ok && due.At.Before(to) && yield(due) {
			due, ok = next(exact.JustAfter(due.At))
		}
	}
}

// excusing yields those of dues that lie before to, and excuses those that p never judges. Dues
// must go on after to: a due instant is judged until the one after it can be missed.
func excusing(p Policy, dues iter.Seq[Due], to time.Time) iter.Seq[Due] {
	return func(yield func(Due) bool) {
		var last Due
		held := false
		for due := range dues {
			if held && !yield(last.excusedBy(p, exact.JustAfter(due.Over))) {
				return
			}
			if last, held = due, due.At.Before(to); !held {
				return
			}
		}
		if held {
			yield(last.excusedBy(p, time.Time{}))
		}
	}
}

// excusedBy returns d, excused if p judges nothing from when d can be missed until an instant. Zero
// means that there is no end.
//
// It calls the Check of p, so that the two never disagree.
func (d Due) excusedBy(p Policy, until time.Time) Due {
	r := p.Check(nil, exact.JustAfter(d.Over))
	why := r.Reason
	for range maxPauses {
		if r.Reason != ReasonPaused && r.Reason != ReasonOutsideHours {
			return d
		}
		if r.Until.IsZero() || !until.IsZero() && !r.Until.Before(until) {
			d.Excused = why
			return d
		}
		r = p.Check(nil, r.Until) // another pause may follow, or closed hours
	}
	return d
}
