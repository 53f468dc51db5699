package tracker

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// A packedResult is a result as an objective keeps its newest: a [freshness.Result] is three times
// as large. An instant that does not exist is Never.
type packedResult struct {
	at, landing, due, last, freshUntil, nextCheck int64
	late, age                                     time.Duration
	detail                                        *resultDetail // nil where there is none
	status, reason                                int8
	landed                                        bool
}

// A resultDetail is what few results have: a landing that is more than its instant, the end of a
// pause, an error.
type resultDetail struct {
	landing freshness.Landing
	until   int64
	err     error
}

// pack packs a result. It shares the detail of the one before if that is the same.
func pack(r freshness.Result, before *packedResult) packedResult {
	p := packedResult{
		at: exact.Nanos(r.At), landing: exact.Nanos(r.Landing.At), due: exact.Nanos(r.Due),
		last: exact.Nanos(r.LastDue), freshUntil: exact.Nanos(r.FreshUntil),
		nextCheck: exact.Nanos(r.NextCheck), late: r.Late, age: r.Age,
		status: int8(r.Status), reason: int8(r.Reason), landed: r.Landed,
	}
	d := resultDetail{r.Landing, exact.Nanos(r.Until), r.Err}
	switch {
	case r.Landing == freshness.Landing{At: r.Landing.At} && r.Until.IsZero() && r.Err == nil:
	case r.Err == nil && before.detail != nil && before.detail.sameAs(d):
		p.detail = before.detail
	default:
		kept := d // on the heap, as d is not
		p.detail = &kept
	}
	return p
}

// sameAs compares details without an error. Errors may not be comparable.
func (d *resultDetail) sameAs(other resultDetail) bool {
	return d.err == nil && d.until == other.until && d.landing == other.landing
}

// unpack is the inverse of pack, for a report.
func (p *packedResult) unpack(k *tracked) freshness.Result {
	zone := k.objective.Window.Location()
	if loc := freshness.Location(k.objective.Freshness); loc != nil {
		zone = loc
	}
	instant := func(ns int64) time.Time {
		if ns == ledger.Never {
			return time.Time{}
		}
		return exact.Instant(ns).In(zone)
	}

	r := freshness.Result{
		Asset: k.objective.Asset, Check: k.check(), At: instant(p.at),
		Status: freshness.Status(p.status), Reason: freshness.Reason(p.reason),
		Landed: p.landed, Due: instant(p.due), LastDue: instant(p.last), Late: p.late, Age: p.age,
		FreshUntil: instant(p.freshUntil), NextCheck: instant(p.nextCheck),
	}
	if !r.Due.IsZero() {
		r.Slack = r.Due.Sub(r.At)
	}
	if p.landed {
		r.Landing.At = instant(p.landing)
	}
	if p.detail != nil {
		r.Landing, r.Until, r.Err = p.detail.landing, instant(p.detail.until), p.detail.err
	}
	return r
}

// kept reports whether the promise is kept: a result at risk is, too.
func (p *packedResult) kept() bool {
	return p.status == int8(freshness.Fresh) || p.status == int8(freshness.AtRisk)
}

// stale reports whether the promise is broken.
func (p *packedResult) stale() bool { return p.status == int8(freshness.Stale) }

// excused reports whether nothing was judged on purpose.
func (p *packedResult) excused() bool {
	r := freshness.Reason(p.reason)
	return r == freshness.ReasonPaused || r == freshness.ReasonOutsideHours
}

// until returns the end of the pause or of the closed hours; Never if there is none.
func (p *packedResult) until() int64 {
	if p.detail == nil {
		return ledger.Never
	}
	return p.detail.until
}

// A follower is what the results of one objective have shown so far.
type follower struct {
	newest     packedResult
	pausedFrom int64 // deadlines: since when all results are excused; Never: the newest is not
	*timeState       // of an objective that counts time
}

// setBack is how far behind the newest result another one must lie to be taken as newer, from a
// clock that was set back.
const setBack = int64(time.Minute)

// observe counts what a result shows. The objective is passed along, for it may be replaced
// meanwhile.
func (k *tracked) observe(r freshness.Result, o *sla.Objective, s *shape) {
	limit := int64(ledger.Never)
	if s.kind == timeKind {
		limit = brokenFrom(o.Freshness, r)
	}
	at := exact.Nanos(r.At)
	k.begin(at)
	k.ledger.Advance(at)

	k.mu.Lock()
	defer k.mu.Unlock()
	f := k.following(at, s.kind)
	now := pack(r, &f.newest)
	if s.kind == deadlineKind {
		k.observeDue(&now, o)
	} else {
		f.observeTime(k.ledger, &s.spec, &now, limit)
	}
	if now.at >= f.newest.at || now.at < f.newest.at-setBack {
		f.newest = now
		if f.timeState != nil {
			f.prove()
		}
	}
}

// following returns what the results so far have shown, and begins with that at an instant if there
// were none.
func (k *tracked) following(at int64, kind kind) *follower {
	if k.follow == nil {
		k.follow = &follower{newest: packedResult{at: at}, pausedFrom: ledger.Never}
	}
	if kind == timeKind && k.follow.timeState == nil {
		k.follow.timeState = &timeState{proven: ledger.Never, through: at, slice: ledger.Never}
	}
	return k.follow
}

// brokenFrom returns until when the newest landing of a stale result had kept the promise; Never if
// that is unknown.
func brokenFrom(p freshness.Policy, r freshness.Result) int64 {
	limit := int64(ledger.Never)
	if r.Status != freshness.Stale || !r.Landed {
		return limit
	}
	_ = fault.Contain("policy", func() error {
		if then := p.Check(freshness.Landings{r.Landing}, r.Landing.At); then.Kept() {
			limit = exact.Nanos(then.FreshUntil)
		}
		return nil
	})
	return limit
}

// lastResult returns the newest result observed; nil if there is none.
func (k *tracked) lastResult() *freshness.Result {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.follow == nil {
		return nil
	}
	r := k.follow.newest.unpack(k)
	return &r
}
