package sla

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// pending is what was recorded and not yet drained: as much as a ledger at most, or one count for each slice that is kept.
type pending struct {
	ledger *ledger       // of events
	slices []sliceCounts // sorted
	dues   []due         // sorted
}

// pends answers where to keep what is recorded; nil where it is not kept, and for what other replicas recorded.
func (l *ledger) pends() *pending {
	if !l.spec.deltas || l.rest != nil && l.rest.applying {
		return nil
	}
	r := l.more()
	if r.pending == nil {
		r.pending = &pending{}
	}
	return r.pending
}

func (l *ledger) pend(at int32, rung uint8, good, bad int64) {
	p := l.pends()
	if p == nil {
		return
	}
	if p.ledger == nil {
		p.ledger = newLedger(&ledgerSpec{window: l.spec.window})
	}
	p.ledger.lo, p.ledger.known = l.lo, l.known
	p.ledger.book(at, rung, good, bad, never)
}

func (l *ledger) pendSlice(c sliceCounts) {
	p := l.pends()
	if p == nil {
		return
	}
	i, found := slices.BinarySearchFunc(p.slices, c.slice, compareSlices)
	if !found {
		p.slices = slices.Insert(p.slices, i, sliceCounts{slice: c.slice})
	}
	p.slices[i].Counts = p.slices[i].Add(c.Counts)
}

func (l *ledger) pendDue(d due) {
	if p := l.pends(); p != nil {
		p.dues = setDue(p.dues, d)
	}
}

// drain appends what was recorded since the last call.
func (l *ledger) drain(dst []Booking, check string) []Booking {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	if l.rest == nil || l.rest.pending == nil {
		return dst
	}
	p := l.rest.pending
	l.rest.pending = nil
	if p.ledger != nil {
		for _, c := range p.ledger.cells(nil, math.MinInt64, math.MaxInt64) {
			dst = append(dst, Booking{Check: check, At: instantOf(c.start), Span: time.Duration(c.end - c.start), Good: c.Good, Bad: c.Bad})
		}
	}
	length := int64(l.spec.slice)
	for _, c := range p.slices {
		start, end := sliceStart(c.slice, length), sliceStart(c.slice+1, length) // the first and the last of all time are shorter
		dst = append(dst, Booking{Check: check, At: instantOf(start), Span: time.Duration(end - start), Good: c.Good, Bad: c.Bad})
	}
	for _, d := range p.dues {
		dst = append(dst, Booking{Check: check, At: instantOf(d.at), Outcome: d.kind.String(), Late: d.late})
	}
	return dst
}

// accepts says what is wrong with a booking for this ledger; empty when nothing is.
func (l *ledger) accepts(b Booking) string {
	switch {
	case l.spec.deadlines != (b.Outcome != ""):
		if l.spec.deadlines {
			return "counts events, and the objective deadlines"
		}
		return "is about a due instant, and the objective counts events"
	case l.spec.slice > 0 && sliceOf(nanos(b.At), int64(l.spec.slice)) != sliceOf(addNanos(nanos(b.At), int64(b.Span)-1), int64(l.spec.slice)):
		return "spans more than one slice of the objective"
	case l.spec.slice == 0 && b.Outcome == "" && rungOf(nanos(b.At), int64(b.Span)) > topRung(l.spec.keep()):
		return fmt.Sprintf("spans %v, more than a thirtieth of the window", b.Span)
	}
	return ""
}

// apply books what another replica recorded. It is not drained again.
func (l *ledger) apply(b Booking) {
	if b.Outcome != "" {
		l.applyDue(due{nanos(b.At), outcome{kindOf(b.Outcome), b.Late}})
		return
	}
	if b.Good|b.Bad != 0 {
		l.applyCounts(nanos(b.At), int64(b.Span), b.Good, b.Bad)
	}
}

func (l *ledger) applyDue(d due) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.foreign(func() { l.join(d.at, d.outcome) })
}

// foreign does what shall not be drained.
func (l *ledger) foreign(book func()) {
	r := l.more()
	r.applying = true
	book()
	r.applying = false
}

func (l *ledger) applyCounts(at, span, good, bad int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	start := l.cellAt(at)
	last := addNanos(at, span-1)
	known := l.lateSince(last)
	if l.near(start) || l.missed(start) {
		l.open(start, known)
	}
	l.newest = max(l.newest, last)
	l.foreign(func() {
		if l.spec.slice > 0 {
			l.bookSlice(start, good, bad, known)
			return
		}
		l.book(tickOf(start), rungOf(at, span), good, bad, known)
	})
}

// rungOf is the narrowest rung of which a cell holds all of a span; the widest when none does.
func rungOf(at, span int64) (rung uint8) {
	first, end := tickOf(at), int64(tickUp(addNanos(at, span)))
	for int(rung)+1 < len(ladder) {
		if _, e := block(first, rung); e >= end {
			break
		}
		rung++
	}
	return rung
}
