package freshness

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// A Deadline is the rule "landed by": for each due instant of a schedule,
// data must have landed inside the window that ends at it. The due instant
// belongs to the promise: data that lands exactly then is on time.
//
// The last passed due instant is judged, so that a miss survives midnight,
// and then the one after it:
//
//	nothing landed for the last passed        Stale    past-limit, never-landed
//	nothing yet for the next:
//	  due and grace not over                  AtRisk   in-grace
//	  less than Warn before it                AtRisk   past-warning
//	  its window is open                      Fresh    not-due
//	  its window is not open, and for the
//	  last passed landed: in time             Fresh    on-time
//	                      within the grace    Fresh    in-grace
//	                      after the grace     Fresh    late
//	landed for the next too                   Fresh    on-time
//	none passed, and nothing ever landed      Unknown  not-due
//	the newest landing lies after now         Unknown  in-future
//
// A landing counts for a due instant from just after the window opens, at
// Due minus Lookback. The first one that counts decides: landed by Due it is in
// time, afterwards it clears the miss, and [Result].Late is how late it was.
// [Result].LastDue is the due instant that it was late for. A landing inside
// the window of the next due instant counts for that one alone: a source that
// reports only its newest landing proves nothing about the one before.
//
// With Partition or a number of rows set, only the right landings count;
// in place of past-warning, in-grace and past-limit the reason is then
// [ReasonPartial] where something landed but too little.
//
// The zero Deadline has no due instant, is refused by [Deadline.Validate] and
// measures nothing.
type Deadline struct {
	// Due holds the due instants. A schedule without any is not valid.
	Due schedule.Schedule

	// Lookback is how long before a due instant a landing counts for it.
	// Zero means half the time since the due instant before, and for the
	// first one that nothing is too early. With Partition, zero means that
	// nothing is too early.
	Lookback time.Duration

	// Warn is how long before a due instant the promise is at risk while
	// nothing has landed for it, but not before the due instant before has
	// passed. Zero means no warning.
	Warn time.Duration

	// Grace is how long after a due instant the promise is at risk rather
	// than broken while nothing has landed for it. Zero means none.
	Grace time.Duration

	// Skew is how far after the instant judged a landing may lie, because
	// clocks differ, and still count as landed. Zero means not at all.
	Skew time.Duration

	// Since is when a new asset was created: due instants before it are not
	// judged, so that nothing is missing before the first deadline.
	// Zero means that the asset is not new.
	Since time.Time

	// Partition is a layout of package time, such as "2006-01-02", of 64 bytes
	// at most. If it is set, a landing counts only for the due instant that it
	// formats, in the location of Due, as the landing's Partition. Each due
	// instant must be looked at then: neither Grace nor one partition may hold
	// more than 1000 of them, or nothing is measured.
	// Empty means that any landing counts.
	Partition string

	// DaysBack is how many days the partition lies before the due instant:
	// 1 means that today's deadline is about yesterday's data. At most 36525.
	DaysBack int

	// MinRows is how many rows a landing must hold to count.
	// Zero means any number.
	MinRows int64

	// MinPercent is how many percent of the usual number of rows a landing
	// must hold to count. The usual number is the median of the counted
	// landings before it, 15 at most; below 3 of them there is no usual
	// number, and the rule does not apply. Zero means no such rule.
	MinPercent int
}

// maxPending bounds how many due instants one judgement looks at: those
// within a grace or a partition that is longer than the time between them.
const maxPending = 1000

var errCrowded = fmt.Errorf("%w: its partitions or its grace hold more than %d due instants",
	ErrInvalid, maxPending)

// Check judges the last passed due instant, and the next. See [Policy].
func (p Deadline) Check(landed Landings, now time.Time) Result {
	if !p.valid() {
		return NotMeasured(ErrInvalid, now)
	}
	r, ok := begin(landed, now, p.Skew)
	if !ok {
		return r
	}
	w := deadlineWalk{p: p, landed: landed}
	return w.judge(r)
}

// A slot is a due instant and the instant at which its window opens.
type slot struct {
	due    time.Time
	opens  time.Time // the time to wait for it begins, if any is before
	always bool      // nothing is too early, opens or not
}

// slot returns the slot of a due instant.
func (p *Deadline) slot(due time.Time) slot {
	if p.Lookback > 0 {
		return slot{due: due, opens: exact.AddTime(due, -p.Lookback)}
	}
	before, ok := p.Due.Prev(due)
	return slot{due: due, opens: exact.AddTime(due, -due.Sub(before)/2), always: !ok || p.Partition != ""}
}

// prev returns the last due instant before t that is judged.
func (p *Deadline) prev(t time.Time) (slot, bool) {
	due, ok := p.Due.Prev(t)
	if !ok || due.Before(p.Since) {
		return slot{}, false
	}
	return p.slot(due), true
}

// next returns the first due instant after t that is judged.
func (p *Deadline) next(t time.Time) (slot, bool) {
	if t.Before(p.Since) {
		t = exact.AddTime(p.Since, -1)
	}
	due, ok := p.Due.Next(t)
	if !ok {
		return slot{}, false
	}
	return p.slot(due), true
}

// A deadlineWalk judges one instant. It goes through the due instants in
// order, from the last whose grace is over.
type deadlineWalk struct {
	p      Deadline
	landed Landings

	last    slot    // the last due instant that has passed and was landed for
	landing Landing // what landed first for it
	settled bool    // whether there is one

	ahead  slot // the first due instant not passed, if landed for
	early  bool // whether there is one
	open   slot // the first due instant that nothing has landed for
	opened bool // whether there is one

	lost bool // whether there were too many due instants to find it
}

func (w *deadlineWalk) judge(r Result) Result {
	over := exact.AddTime(r.At, -w.p.Grace)
	passed, ok := w.p.prev(over)
	if ok {
		if w.landing, ok = w.p.first(w.landed, passed); !ok {
			return w.missed(r, passed)
		}
		w.last, w.settled, over = passed, true, passed.due
	} else {
		over = exact.AddTime(over, -1)
	}

	w.walk(r, over)
	if w.lost {
		return w.crowded(r, over)
	}
	if w.settled && !w.booked() {
		r.LastDue = w.last.due
		r.Late = max(0, w.landing.At.Sub(w.last.due))
	}

	switch {
	case w.opened && w.open.due.Before(r.At):
		return w.inGrace(r)
	case w.early:
		return w.landedAhead(r)
	case w.opened:
		return w.waiting(r)
	}
	return w.ended(r)
}

// booked reports whether what came late for the last due instant counts for
// the next one instead, because it lies in the window of that.
func (w *deadlineWalk) booked() bool {
	return w.early && w.p.Partition == "" &&
		w.landing.At.After(w.last.due) && w.landing.At.After(w.ahead.opens)
}

// skip passes over the due instants after t that the newest landing counts
// for: those before it, and those less than a window after.
func (w *deadlineWalk) skip(r Result, t, far time.Time) time.Time {
	if r.At.Before(far) {
		far = r.At
	}
	s, ok := w.p.prev(far)
	if !ok || !s.due.After(t) {
		return t
	}
	w.last, w.settled = s, true
	w.landing, _ = w.p.first(w.landed, s)
	return s.due
}

// walk looks at the due instants after t, up to the first that nothing has
// landed for. Without partitions these are few, for the newest landing that
// counts does so for all that it skips.
func (w *deadlineWalk) walk(r Result, t time.Time) {
	var far time.Time
	if newest, ok := w.p.newest(w.landed); ok {
		far = exact.AddTime(newest.At.Round(0), w.p.Lookback)
		t = w.skip(r, t, far)
	}

	for range maxPending {
		s, ok := w.p.next(t)
		if !ok {
			return
		}
		landing, ok := w.p.first(w.landed, s)
		switch {
		case !ok:
			w.open, w.opened = s, true
			return
		case s.due.Before(r.At):
			w.last, w.landing, w.settled = s, landing, true
		case !w.early:
			w.ahead, w.early = s, true
		}
		t = s.due
		if before := exact.AddTime(far, -1); w.early && before.After(t) {
			t = before
		}
	}
	w.lost = true
}

// missed is the result when nothing has landed for a due instant whose grace is over.
func (w *deadlineWalk) missed(r Result, s slot) Result {
	why := ReasonPastLimit
	if !r.Landed {
		why = ReasonNeverLanded
	}
	if next, ok := w.p.next(s.due); ok {
		r.NextCheck = exact.JustAfter(exact.AddTime(next.due, w.p.Grace))
	}
	r.LastDue = s.due
	return w.orPartial(r.because(Stale, why, s.due), s)
}

// inGrace is the result when nothing has landed for a due instant that has
// passed, and its grace is not over.
func (w *deadlineWalk) inGrace(r Result) Result {
	r.FreshUntil = exact.AddTime(w.open.due, w.p.Grace)
	r.NextCheck = exact.JustAfter(r.FreshUntil)
	return w.orPartial(r.because(AtRisk, ReasonInGrace, w.open.due), w.open)
}

// landedAhead is the result when data for the next due instant has landed already.
func (w *deadlineWalk) landedAhead(r Result) Result {
	if w.opened {
		r.FreshUntil = exact.AddTime(w.open.due, w.p.Grace)
	}
	r.NextCheck = exact.JustAfter(w.ahead.due)
	return r.because(Fresh, ReasonOnTime, w.ahead.due)
}

// waiting is the result when nothing has landed for the next due instant yet.
func (w *deadlineWalk) waiting(r Result) Result {
	r.FreshUntil = exact.AddTime(w.open.due, w.p.Grace)
	r.NextCheck = exact.JustAfter(w.open.due)
	if w.p.Warn > 0 {
		warn := exact.AddTime(w.open.due, -w.p.Warn)
		if r.At.After(warn) {
			return w.orPartial(r.because(AtRisk, ReasonPastWarning, w.open.due), w.open)
		}
		r.NextCheck = exact.JustAfter(warn)
	}
	if !w.settled || r.At.After(w.open.opens) {
		return r.because(w.quiet(r), ReasonNotDue, w.open.due)
	}
	r.NextCheck = exact.Earlier(r.NextCheck, exact.JustAfter(w.open.opens))
	return r.because(Fresh, w.how(r), w.open.due)
}

// quiet is the status while nothing is missing.
func (w *deadlineWalk) quiet(r Result) Status {
	if !r.Landed {
		return Unknown
	}
	return Fresh
}

// how is the reason of data that landed for the last due instant.
func (w *deadlineWalk) how(r Result) Reason {
	switch {
	case r.Late == 0:
		return ReasonOnTime
	case r.Late <= w.p.Grace:
		return ReasonInGrace
	}
	return ReasonLate
}

// crowded is the result when the first due instant that nothing has landed for
// is not found, because too many follow over. There is one fewer when the grace
// of one is over.
func (w *deadlineWalk) crowded(r Result, over time.Time) Result {
	r = NotMeasured(errCrowded, r.At)
	if s, ok := w.p.next(over); ok {
		r.NextCheck = exact.JustAfter(exact.AddTime(s.due, w.p.Grace))
	}
	return r
}

// ended is the result when no due instant is left.
func (w *deadlineWalk) ended(r Result) Result {
	switch {
	case w.settled:
		return r.because(Fresh, w.how(r), time.Time{})
	case w.p.Since.IsZero():
		return NotMeasured(ErrInvalid, r.At) // the schedule holds no instants
	}
	return r.because(Unknown, ReasonNotDue, time.Time{})
}
