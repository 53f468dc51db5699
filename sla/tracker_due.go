package sla

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// mostAhead bounds how many due instants one result proves ahead, or excuses.
const mostAhead = 1000

// observeDue counts the due instants that a result tells about:
//
//	the last one that is settled        on time, late, or missing
//	those up to which it stays kept     on time: what was due for them has landed
//	those that could be judged only in  excused
//	a pause, if it has just ended
func (k *tracked) observeDue(now *look, o *Objective) {
	f := k.follow
	p, _ := dueOf(o.Freshness)
	if now.excused() {
		if f.pausedFrom == never {
			f.pausedFrom = now.at
		}
		return
	}
	said := now.settled(p.Grace)
	if f.pausedFrom != never {
		k.excusePaused(now, p)
		if said.kind == late && f.pausedFrom <= addNanos(now.last, int64(p.Grace)+1) && addNanos(now.last, int64(now.late)) <= f.pauseEnd(now) {
			said.kind = excused // it was never said to be missing, for it landed in the pause
		}
		f.pausedFrom = never
	}
	if now.last != never && (now.kept() || now.stale()) {
		k.ledger.observe(now.last, said)
	}
	if now.status == int8(freshness.Fresh) {
		k.provenAhead(now, p)
	}
}

// settled is the outcome of the last due instant that is settled. One that came late but within the grace was kept.
func (l *look) settled(grace time.Duration) outcome {
	switch {
	case l.stale() && l.last == l.due:
		return outcome{kind: missing}
	case l.late > grace:
		return outcome{late, l.late}
	}
	return outcome{kind: onTime}
}

// provenAhead counts the due instants for which data has landed before they were due.
// FreshUntil is the end of the grace of the first for which nothing has: those before it cannot be missed any more.
func (k *tracked) provenAhead(now *look, p freshness.Deadline) {
	due, ok := p.Due.Next(instantOf(addNanos(max(now.at, nanos(p.Since)), -1)))
	for range mostAhead {
		at := nanos(due)
		switch {
		case !ok, now.freshUntil != never && addNanos(at, int64(p.Grace)) >= now.freshUntil:
			return
		case now.freshUntil == never && at != now.due: // none is open: there are no more after the one that landed
			return
		}
		k.ledger.observe(at, outcome{kind: onTime})
		due, ok = p.Due.Next(due)
	}
}

// excusePaused excuses the due instants whose whole time to be judged lay in a pause that has ended.
func (k *tracked) excusePaused(now *look, p freshness.Deadline) {
	f := k.follow
	end := f.pauseEnd(now)
	due, ok := p.Due.Next(instantOf(addNanos(f.pausedFrom, -int64(p.Grace)-1)))
	for range mostAhead {
		if !ok || nanos(due) >= now.at {
			return
		}
		next, more := p.Due.Next(due)
		if !more || nanos(due) == now.last {
			return
		}
		if until := over(next, p); until > end && (now.status == int8(freshness.Unknown) || now.at > end) {
			return // it may still be judged, or could have been
		}
		k.ledger.observe(nanos(due), outcome{kind: excused})
		due, ok = next, more
	}
}

// pauseEnd is when the pause ended that the newest result knows nothing of any more.
func (f *follower) pauseEnd(now *look) int64 {
	if f.look.excused() && f.look.until() != never {
		return min(now.at, f.look.until())
	}
	return now.at
}

// over is the first instant at which a due instant can be said to be missed.
func over(due time.Time, p freshness.Deadline) int64 {
	return addNanos(nanos(due), addNanos(int64(p.Grace), 1))
}

// A dueCount is what became of the due instants of a stretch of time, recorded or not.
type dueCount struct {
	silent   []int64 // nobody looked while they could be judged, oldest first; from the first observation on
	before   int64   // as silent, but before anything was observed
	measured int64   // with an outcome that counts
	excused  int64
}

// countDues goes through the due instants from one instant to another. One without an outcome is silent once the one after it
// could be missed, for from then on no look tells about it; until then somebody may still look.
func (k *tracked) countDues(from, to int64) (c dueCount) {
	p, _ := dueOf(k.objective.Freshness)
	known, began := k.ledger.dues(nil, from, to), k.began.Load()
	due, ok := p.Due.Next(instantOf(addNanos(max(from, nanos(p.Since)), -1)))
	for ok && nanos(due) < to {
		for len(known) > 0 && known[0].at < nanos(due) {
			c.count(known[0].outcome)
			known = known[1:]
		}
		next, more := p.Due.Next(due)
		switch {
		case len(known) > 0 && known[0].at == nanos(due):
			c.count(known[0].outcome)
			known = known[1:]
		case !more || over(next, p) > to:
		case k.excuses(over(due, p), over(next, p)):
			c.excused++
		case nanos(due) < began:
			c.before++
		default:
			c.silent = append(c.silent, nanos(due))
		}
		due, ok = next, more
	}
	for _, d := range known {
		c.count(d.outcome)
	}
	return c
}

func (c *dueCount) count(o outcome) {
	if o.kind == excused {
		c.excused++
	} else {
		c.measured++
	}
}

// excuses says whether the policy itself judges nothing from one instant to another.
func (k *tracked) excuses(from, to int64) bool {
	if _, plain := k.objective.Freshness.(freshness.Deadline); plain {
		return false
	}
	said := k.objective.Freshness.Check(nil, instantOf(from))
	return excusing(said.Reason) && (said.Until.IsZero() || nanos(said.Until) >= to)
}
