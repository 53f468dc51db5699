package ledger

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A Booking is what one replica recorded and others apply: counts of events that were somewhere in
// a span of time, or the outcome of a due instant.
type Booking struct {
	At   int64         // where the span begins, or the due instant
	Span int64         // how long the span is, in nanoseconds; 0 for a due instant
	Good int64         // how many events were good
	Bad  int64         // how many were bad
	Kind OutcomeKind   // of a due instant; NotDue for events
	Late time.Duration // of a due instant that was late: by how much
}

// Refusal returns why this ledger cannot apply a booking, and an empty string if it can.
func (l *Ledger) Refusal(b Booking) string {
	length := int64(l.spec.Slice)
	switch {
	case l.spec.Deadlines && b.Kind == NotDue:
		return "counts events, and the objective deadlines"
	case !l.spec.Deadlines && b.Kind != NotDue:
		return "is about a due instant, and the objective counts events"
	case b.Kind != NotDue:
		return ""
	case length > 0 && SliceOf(b.At, length) != SliceOf(exact.Add(b.At, b.Span-1), length):
		return "spans more than one slice of the objective"
	case length == 0 && rungOf(b.At, b.Span) > topRung(l.spec.Keep()):
		span := plain.Duration(time.Duration(b.Span))
		return fmt.Sprintf("spans %s, more than a thirtieth of the window", span)
	}
	return ""
}

// Apply counts what another replica recorded, and that [Ledger.Refusal] does not refuse. Drain does
// not return it.
func (l *Ledger) Apply(b Booking) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case b.Kind != NotDue:
		l.join(Due{b.At, Outcome{b.Kind, b.Late}})
	case b.Good|b.Bad != 0:
		l.applyCounts(b)
	}
}

// applyCounts books the events of another replica. They may lie anywhere in the span, and move the
// clock as own events do: what a replica hears of late is late here too.
func (l *Ledger) applyCounts(b Booking) {
	l.fold() // what the open cell holds is this replica's own
	start, last := l.cellAt(b.At), exact.Add(b.At, b.Span-1)
	known := l.moveClock(start, last)
	l.newest = max(l.newest, last)

	if length := int64(l.spec.Slice); length > 0 {
		l.bookSlice(sliceCounts{SliceOf(start, length), sla.Counts{Good: b.Good, Bad: b.Bad}}, known)
		return
	}
	l.book(tickOf(start), rungOf(b.At, b.Span), b.Good, b.Bad, known)
}

// rungOf returns the narrowest rung of which a cell holds all of a span; the widest when none does.
func rungOf(at, span int64) (rung uint8) {
	first, end := tickOf(at), int64(tickUp(exact.Add(at, span)))
	for int(rung)+1 < len(ladder) {
		if _, e := block(first, rung); e >= end {
			break
		}
		rung++
	}
	return rung
}
