package sla

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A look is the newest result observed, packed: a [freshness.Result] is three times as large.
// An instant that does not exist is never.
type look struct {
	at, landing, due, last, freshUntil, nextCheck int64
	late, age                                     time.Duration
	detail                                        *lookDetail // nil where there is none
	status, reason                                int8
	landed                                        bool
}

// A lookDetail is what few results say: a landing that is more than its instant, the end of a pause, what went wrong.
type lookDetail struct {
	landing freshness.Landing
	until   int64
	err     error
}

func lookOf(r freshness.Result, before *look) look {
	l := look{
		at: nanos(r.At), landing: nanos(r.Landing.At), due: nanos(r.Due), last: nanos(r.Last), freshUntil: nanos(r.FreshUntil),
		nextCheck: nanos(r.NextCheck), late: r.Late, age: r.Age,
		status: int8(r.Status), reason: int8(r.Reason), landed: r.Landed,
	}
	d := lookDetail{r.Landing, nanos(r.Until), r.Err}
	switch {
	case r.Landing == freshness.Landing{At: r.Landing.At} && r.Until.IsZero() && r.Err == nil:
	case r.Err == nil && before.detail != nil && before.detail.err == nil && before.detail.until == d.until && before.detail.landing == d.landing:
		l.detail = before.detail
	default:
		kept := d // on the heap, as d is not
		l.detail = &kept
	}
	return l
}

// result is the inverse, for a report.
func (l *look) result(k *tracked) freshness.Result {
	zone := k.objective.Window.Location()
	if due, ok := dueOf(k.objective.Freshness); ok {
		zone = due.Due.Location()
	}
	instant := func(ns int64) time.Time {
		if ns == never {
			return time.Time{}
		}
		return instantOf(ns).In(zone)
	}
	r := freshness.Result{
		Asset: k.objective.Asset, Check: k.check(), Status: freshness.Status(l.status), Reason: freshness.Reason(l.reason), At: instant(l.at),
		Landed: l.landed, Due: instant(l.due), Last: instant(l.last), Late: l.late, Age: l.age,
		FreshUntil: instant(l.freshUntil), NextCheck: instant(l.nextCheck),
	}
	if !r.Due.IsZero() {
		r.Slack = r.Due.Sub(r.At)
	}
	if l.landed {
		r.Landing.At = instant(l.landing)
	}
	if l.detail != nil {
		r.Landing, r.Until, r.Err = l.detail.landing, instant(l.detail.until), l.detail.err
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

// until is the end of the pause or of the closed hours; never: there is none.
func (l *look) until() int64 {
	if l.detail == nil {
		return never
	}
	return l.detail.until
}

// A follower keeps what the results of one objective have said.
type follower struct {
	look       look
	pausedFrom int64 // deadlines: since when all results were excused; never: the newest is not
	*timeState       // of an objective that counts time
}

// A timeState is how far time has been counted.
type timeState struct {
	proven      int64  // until when the promise is proven to be kept, by all that was observed
	through     int64  // what is before it has been counted
	slice       int64  // the number of the slice in progress, which is not in the ledger yet
	part        Counts // nanoseconds kept and broken in that slice
	excusedTime []span // stretches in which nothing was judged on purpose, in order
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
		k.follow = &follower{look: look{at: at}, pausedFrom: never}
	}
	if s.kind == timeKind && k.follow.timeState == nil {
		k.follow.timeState = &timeState{proven: never, through: at, slice: never}
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
		if f.timeState != nil {
			f.prove()
		}
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
