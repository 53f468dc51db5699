package ledger

import (
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A lateBooking is what became known only later than it happened. Of slices and due instants it is
// the difference that it made, so that its counts may be negative.
type lateBooking struct {
	known, at int64
	sla.Counts
}

// maxLate is how many late bookings are remembered.
const maxLate = 64

// leeway returns how late a booking may be before it is called late: a minute, or 1/4096 of the
// window.
func (l *Ledger) leeway() int64 { return max(int64(time.Minute), int64(l.spec.Keep())/4096) }

// clock returns where the clock stands when something is booked: at the newest instant that was
// recorded or passed to Advance, unless the recorded one is not believed yet.
func (l *Ledger) clock() int64 {
	stands := l.lo
	if l.newest < exact.Add(l.lo, max(tick, int64(l.spec.Slice))) {
		stands = l.newest
	}
	return max(stands, l.advanced())
}

// lateSince returns the instant at which something is booked, if it is late; else Never.
func (l *Ledger) lateSince(at int64) int64 {
	if clock := l.clock(); exact.Add(at, l.leeway()) < clock {
		return clock
	}
	return Never
}

// noteLate counts outcomes as late, and remembers the difference that they make.
func (l *Ledger) noteLate(known, at, outcomes int64, made sla.Counts) {
	a := &l.more().account
	a.Late = exact.AddCounts(a.Late, outcomes)
	l.noteChange(known, at, made)
}

// noteChange remembers a difference that became known only now. Those of one instant that became
// known in the same 5 s are one. When there are too many, the eighth that became known first is
// forgotten.
func (l *Ledger) noteChange(known, at int64, made sla.Counts) {
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

// SumAsOf is [Ledger.Sum] without what was booked after known. A booking is known from the newest
// instant on that was recorded, or passed to Advance, before it, rounded up to 5 s. One that is
// late by no more than a minute, or 1/4096 of the window, counts as known when it happened. It is
// exact unless bookings that became known after known were forgotten.
func (l *Ledger) SumAsOf(from, to, known int64) Tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	t := l.sumBooked(from, min(to, known))
	if l.rest == nil {
		return t
	}
	t.exact = known >= l.rest.forgot
	for _, e := range l.rest.late {
		if e.known > known && t.From <= e.at && e.at < t.To {
			t.Good -= e.Good
			t.Bad -= e.Bad
		}
	}
	return t
}
