package ledger

import (
	"math"
	"slices"

	"github.com/alwaysp1/alwaysp1/sla"
)

// An undrained is what this replica recorded since the last call of [Ledger.Drain]. It takes at
// most as much memory as a ledger, or as one count for each slice and one outcome for each due
// instant that is kept.
type undrained struct {
	events *Ledger       // merges cells as the ledger that it belongs to does; nil while there are no events
	slices []sliceCounts // sorted
	dues   []Due         // sorted
}

// record books what this replica counted in the cell or slice that begins at start, and keeps it
// for Drain. What [Ledger.Apply] books is another replica's, and does not come this way.
func (l *Ledger) record(start, good, bad, known int64) {
	if l.spec.Slice > 0 {
		c := sliceCounts{SliceOf(start, int64(l.spec.Slice)), sla.Counts{Good: good, Bad: bad}}
		if l.bookSlice(c, known) && l.spec.Deltas {
			l.toDrain().addSlice(c)
		}
		return
	}
	at := tickOf(start)
	if booked := l.book(at, 0, good, bad, known); booked != (sla.Counts{}) && l.spec.Deltas {
		l.toDrain().addEvents(l, at, booked)
	}
}

// toDrain returns what is to be drained, and makes it if there is nothing yet.
func (l *Ledger) toDrain() *undrained {
	r := l.more()
	if r.undrained == nil {
		r.undrained = &undrained{}
	}
	return r.undrained
}

// addEvents adds events at a tick of l. The clock of the copy stands where that of l does: both
// merge alike.
func (u *undrained) addEvents(l *Ledger, at int32, c sla.Counts) {
	if u.events == nil {
		u.events = New(&Spec{Window: l.spec.Window})
	}
	u.events.lo, u.events.known = l.lo, l.known
	u.events.book(at, 0, c.Good, c.Bad, Never)
}

// addSlice adds the events of a slice to those of the same slice.
func (u *undrained) addSlice(c sliceCounts) {
	i, found := slices.BinarySearchFunc(u.slices, c.slice, compareSlices)
	if !found {
		u.slices = slices.Insert(u.slices, i, sliceCounts{slice: c.slice})
	}
	u.slices[i].Counts = u.slices[i].Add(c.Counts)
}

// addDue replaces the outcome of a due instant: others need only the best one.
func (u *undrained) addDue(d Due) { u.dues = setDue(u.dues, d) }

// Drain returns what was recorded since the last call, and nil if there is nothing. What was
// applied is not in it.
func (l *Ledger) Drain() []Booking {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	if l.rest == nil || l.rest.undrained == nil {
		return nil
	}
	u := l.rest.undrained
	l.rest.undrained = nil
	return u.bookings(int64(l.spec.Slice))
}

// bookings returns events, then slices, then due instants, each oldest first. length is that of a
// slice.
func (u *undrained) bookings(length int64) (list []Booking) {
	if u.events != nil {
		for _, c := range u.events.Cells(nil, math.MinInt64, math.MaxInt64) {
			list = append(list, Booking{At: c.Start, Span: c.End - c.Start, Good: c.Good, Bad: c.Bad})
		}
	}
	for _, c := range u.slices {
		// The first and the last slice of all time are shorter: their bounds saturate.
		start, end := SliceStart(c.slice, length), SliceStart(c.slice+1, length)
		list = append(list, Booking{At: start, Span: end - start, Good: c.Good, Bad: c.Bad})
	}
	for _, d := range u.dues {
		list = append(list, Booking{At: d.At, Kind: d.Kind, Late: d.Late})
	}
	return list
}
