package sla

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A look is the newest result observed, packed: a [freshness.Result] is three times as large.
// An instant that does not exist is never.
type look struct {
	at, landing, due, last, freshUntil, nextCheck, until int64
	late, age                                            time.Duration
	zone                                                 *time.Location     // of Due or Last
	detail                                               *freshness.Landing // of a landing that says more than its instant
	err                                                  error
	status                                               int8
	reason                                               int8
	landed                                               bool
}

func lookOf(r freshness.Result, before *look) look {
	l := look{
		at: nanos(r.At), landing: nanos(r.Landing.At), due: nanos(r.Due), last: nanos(r.Last), freshUntil: nanos(r.FreshUntil),
		nextCheck: nanos(r.NextCheck), until: nanos(r.Until), late: r.Late, age: r.Age, err: r.Err,
		status: int8(r.Status), reason: int8(r.Reason), landed: r.Landed, zone: r.Due.Location(),
	}
	if r.Due.IsZero() {
		l.zone = r.Last.Location()
	}
	bare := freshness.Landing{At: r.Landing.At}
	switch {
	case r.Landing == bare:
	case before != nil && before.detail != nil && *before.detail == r.Landing:
		l.detail = before.detail
	default:
		landing := r.Landing
		l.detail = &landing
	}
	return l
}

// result is the inverse, for a report.
func (l *look) result(check, asset string) freshness.Result {
	instant := func(ns int64) time.Time {
		if ns == never {
			return time.Time{}
		}
		return instantOf(ns).In(l.zone)
	}
	r := freshness.Result{
		Asset: asset, Check: check, Status: freshness.Status(l.status), Reason: freshness.Reason(l.reason), At: instant(l.at),
		Landed: l.landed, Due: instant(l.due), Last: instant(l.last), Late: l.late, Age: l.age,
		FreshUntil: instant(l.freshUntil), NextCheck: instant(l.nextCheck), Until: instant(l.until), Err: l.err,
	}
	if !r.Due.IsZero() {
		r.Slack = r.Due.Sub(r.At)
	}
	switch {
	case l.detail != nil:
		r.Landing = *l.detail
	case l.landed:
		r.Landing.At = instant(l.landing)
	}
	return r
}

func (l *look) kept() bool {
	return l.status == int8(freshness.Fresh) || l.status == int8(freshness.AtRisk)
}

func (l *look) stale() bool { return l.status == int8(freshness.Stale) }

// excused says that nothing was judged on purpose.
func (l *look) excused() bool {
	return excusing(freshness.Reason(l.reason))
}

func excusing(r freshness.Reason) bool {
	return r == freshness.ReasonPaused || r == freshness.ReasonOutsideHours
}

// A follower keeps what the results of one objective have said.
type follower struct {
	look        look
	pausedFrom  int64  // deadlines: since when all results were excused; never: the newest is not
	proven      int64  // time: until when the promise is proven to be kept, by all that was observed
	through     int64  // time: what is before it has been counted
	slice       int64  // time: the number of the slice in progress, which is not in the ledger yet
	part        Counts // time: nanoseconds kept and broken in that slice
	excusedTime []span // time: stretches in which nothing was judged on purpose, in order
}

// setBack is how far behind the newest result another one must lie to be taken as newer, from a clock that was set back.
const setBack = int64(time.Minute)

// observe counts what a result says. The objective is passed along, for it may be replaced meanwhile.
func (k *tracked) observe(r freshness.Result, o *Objective, s *shape) {
	limit := int64(never)
	if s.kind == timeKind {
		limit = brokenFrom(o.Freshness, r)
	}
	at := nanos(r.At)
	k.begin(at)
	k.ledger.advance(at)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.follow == nil {
		k.follow = &follower{look: look{at: at}, pausedFrom: never, proven: never, through: at, slice: never}
	}
	f := k.follow
	now := lookOf(r, &f.look)
	if s.kind == deadlineKind {
		k.observeDue(&now, o)
	} else {
		f.observeTime(k.ledger, &s.spec, &now, limit)
	}
	if now.at >= f.look.at || now.at < f.look.at-setBack {
		f.look = now
		f.prove()
	}
}

// brokenFrom answers until when the newest landing of a broken promise had kept it; never where nobody can say.
func brokenFrom(p freshness.Policy, r freshness.Result) (limit int64) {
	if r.Status != freshness.Stale || !r.Landed {
		return never
	}
	defer func() {
		if recover() != nil { // somebody's policy
			limit = never
		}
	}()
	then := p.Check(freshness.Landings{r.Landing}, r.Landing.At)
	if !then.Kept() {
		return never
	}
	return nanos(then.FreshUntil)
}
