package tracker

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// maxDues bounds how many due instants one result proves ahead, or excuses.
const maxDues = 1000

// observeDue counts the due instants that a result decides:
//
//	the last one that is settled        on time, late, or missing
//	those up to which it stays kept     on time: what was due for them has landed
//	those that could be judged only in  excused
//	a pause, if it has just ended
func (k *tracked) observeDue(now *packedResult, o *sla.Objective) {
	f := k.follow
	if now.excused() {
		if f.pausedFrom == ledger.Never {
			f.pausedFrom = now.at
		}
		return
	}

	p, grace := o.Freshness, freshness.Grace(o.Freshness)
	outcome := now.settled(grace)
	if f.pausedFrom != ledger.Never {
		k.excusePaused(now, p, grace)
		missable, landed := exact.Add(now.last, int64(grace)+1), exact.Add(now.last, int64(now.late))
		if outcome.Kind == ledger.Late && f.pausedFrom <= missable && landed <= f.pauseEnd(now) {
			outcome.Kind = ledger.Excused // no result showed it missing, for it landed in the pause
		}
		f.pausedFrom = ledger.Never
	}

	if now.last != ledger.Never && (now.kept() || now.stale()) {
		k.ledger.Observe(now.last, outcome)
	}
	if now.status == int8(freshness.Fresh) {
		k.provenAhead(now, p, grace)
	}
}

// settled returns the outcome of the last due instant that is settled. One that came late but
// within the grace was kept.
func (p *packedResult) settled(grace time.Duration) ledger.Outcome {
	switch {
	case p.stale() && p.last == p.due:
		return ledger.Outcome{Kind: ledger.Missing}
	case p.late > grace:
		return ledger.Outcome{Kind: ledger.Late, Late: p.late}
	}
	return ledger.Outcome{Kind: ledger.OnTime}
}

// provenAhead counts the due instants for which data has landed before they were due. FreshUntil is
// the end of the grace of the first for which nothing has landed: those before it cannot be missed
// any more.
func (k *tracked) provenAhead(now *packedResult, p freshness.Policy, grace time.Duration) {
	if now.freshUntil != ledger.Never && exact.Add(now.due, int64(grace)) >= now.freshUntil {
		return // the next due instant is the first for which nothing has landed
	}
	for { // a pause excuses nothing for which data has landed
		inner, wrapped := p.(interface{ Unwrap() freshness.Policy })
		if !wrapped {
			break
		}
		p = inner.Unwrap()
	}

	from := exact.Instant(now.at)
	for range maxDues {
		due, ok := freshness.NextDue(p, from)
		at := exact.Nanos(due)
		switch {
		case !ok, now.freshUntil != ledger.Never && exact.Add(at, int64(grace)) >= now.freshUntil:
			return
		case now.freshUntil == ledger.Never && at != now.due:
			return // none is open: there are no more after the one that landed
		}
		k.ledger.Observe(at, ledger.Outcome{Kind: ledger.OnTime})
		from = due.Add(1)
	}
}

// excusePaused excuses the due instants that could be judged only in a pause that has ended.
func (k *tracked) excusePaused(now *packedResult, p freshness.Policy, grace time.Duration) {
	end := k.follow.pauseEnd(now)
	result := *now // what the loop below holds is on the heap, and now is on a hot path
	var due freshness.Due
	left := maxDues
	from := exact.Instant(exact.Add(k.follow.pausedFrom, -int64(grace)))
	for next := range freshness.Dues(p, from, exact.EndOfTime()) {
		if !due.At.IsZero() && !k.excuseOne(&result, due, next, end) || left == 0 {
			return
		}
		due, left = next, left-1
	}
}

// excuseOne excuses a due instant if it could be judged only in a pause that ended at an instant.
// It returns false if the due instants after it were not in the pause either.
func (k *tracked) excuseOne(now *packedResult, due, next freshness.Due, end int64) bool {
	at := exact.Nanos(due.At)
	if at >= now.at || at == now.last {
		return false
	}
	if over(next) > end && (now.status == int8(freshness.Unknown) || now.at > end) {
		return false // it may still be judged, or could have been
	}
	k.ledger.Observe(at, ledger.Outcome{Kind: ledger.Excused})
	return true
}

// pauseEnd returns when the pause ended of which the newest result shows nothing any more.
func (f *follower) pauseEnd(now *packedResult) int64 {
	if f.newest.excused() && f.newest.until() != ledger.Never {
		return min(now.at, f.newest.until())
	}
	return now.at
}

// over returns the first instant at which a due instant is known to be missed.
func over(due freshness.Due) int64 { return exact.Add(exact.Nanos(due.Over), 1) }

// A dueCount is what became of the due instants of a stretch of time, recorded or not.
type dueCount struct {
	noData   []int64 // without a result while they could be judged, since the first result; oldest first
	before   int64   // as noData, but before anything was observed
	measured int64   // with an outcome that counts
	excused  int64
}

// countDues counts the due instants in [from, to). One without an outcome has no data once the one
// after it could be missed: from then on no result decides it. Until then one may still come.
func (k *tracked) countDues(from, to int64) (c dueCount) {
	known := k.ledger.Dues(nil, from, to)
	var due freshness.Due
	for next := range freshness.Dues(k.objective.Freshness, exact.Instant(from), exact.EndOfTime()) {
		if !due.At.IsZero() {
			known = k.countDue(&c, known, due, over(next) <= to)
		}
		if due = next; exact.Nanos(next.At) >= to {
			due = freshness.Due{}
			break
		}
	}

	if !due.At.IsZero() { // the last of all: a result for it may always come
		known = k.countDue(&c, known, due, false)
	}
	for _, d := range known {
		c.count(d.Outcome)
	}
	return c
}

// countDue counts a due instant, after those recorded before it, and returns the recorded ones
// after it. past is whether no result decides it any more.
func (k *tracked) countDue(c *dueCount, known []ledger.Due, d freshness.Due, past bool) []ledger.Due {
	at := exact.Nanos(d.At)
	for len(known) > 0 && known[0].At < at {
		c.count(known[0].Outcome)
		known = known[1:]
	}
	switch {
	case len(known) > 0 && known[0].At == at:
		c.count(known[0].Outcome)
		return known[1:]
	case !past:
	case d.Excused != freshness.ReasonNone:
		c.excused++
	case at < k.began.Load():
		c.before++
	default:
		c.noData = append(c.noData, at)
	}
	return known
}

// count counts an outcome that was recorded.
func (c *dueCount) count(o ledger.Outcome) {
	if o.Kind == ledger.Excused {
		c.excused++
	} else {
		c.measured++
	}
}
