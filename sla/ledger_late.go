package sla

import (
	"slices"
	"time"
)

// A lateBooking is what became known only after it was. Of slices and deadlines it is the difference that it made,
// so that its counts may be negative.
type lateBooking struct {
	known, at int64
	Counts
}

// maxLate is how many late bookings are remembered.
const maxLate = 64

// leeway is how late a booking may be before it is called late: a minute, or 1/4096 of the window.
func (l *ledger) leeway() int64 { return max(int64(time.Minute), int64(l.spec.keep())/4096) }

// clock is where the clock stands when something is booked: at the newest instant that was recorded or told,
// unless the recorded one is not believed yet.
func (l *ledger) clock() int64 {
	stands := l.lo
	if l.newest < addNanos(l.lo, max(tick, int64(l.spec.slice))) {
		stands = l.newest
	}
	return max(stands, l.told())
}

// lateSince answers the instant at which something is booked, where it is late; else never.
func (l *ledger) lateSince(at int64) int64 {
	if clock := l.clock(); addNanos(at, l.leeway()) < clock {
		return clock
	}
	return never
}

// noteLate counts outcomes as late, and remembers the difference that they make.
func (l *ledger) noteLate(known, at, outcomes int64, made Counts) {
	a := &l.more().account
	a.late = addCounts(a.late, outcomes)
	l.noteChange(known, at, made)
}

// noteChange remembers a difference that became known only now. Those of one instant that became known in the same 5 s are one;
// when there are too many, the eighth that became known first is forgotten.
func (l *ledger) noteChange(known, at int64, made Counts) {
	r := l.more()
	known = tickStart(int64(tickUp(known)))
	i, _ := slices.BinarySearchFunc(r.late, known, func(e lateBooking, known int64) int {
		if e.known <= known {
			return -1
		}
		return 1
	})
	for k := i - 1; k >= 0 && r.late[k].known == known; k-- {
		if e := &r.late[k]; e.at == at {
			e.Good, e.Bad = e.Good+made.Good, e.Bad+made.Bad
			return
		}
	}
	r.late = slices.Insert(r.late, i, lateBooking{known, at, made})
	if len(r.late) > maxLate {
		const eighth = maxLate / 8
		r.forgot = max(r.forgot, r.late[eighth-1].known)
		r.late = slices.Delete(r.late, 0, eighth)
	}
}

// sumAsOf is sum without what was booked after known. A booking is known from the newest instant on that was recorded or told
// before it, rounded up to 5 s; one that was late by no more than the leeway counts as known when it was.
// It is exact unless bookings that became known after known were forgotten.
func (l *ledger) sumAsOf(from, to, known int64) tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	t := l.sumBooked(from, min(to, known))
	if l.rest == nil {
		return t
	}
	t.exact = known >= l.rest.forgot
	for _, e := range l.rest.late {
		if e.known > known && t.from <= e.at && e.at < t.to {
			t.Good -= e.Good
			t.Bad -= e.Bad
		}
	}
	return t
}
