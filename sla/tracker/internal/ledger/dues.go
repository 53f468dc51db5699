package ledger

import (
	"cmp"
	"math"
	"slices"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A Due is a due instant, and what became of it.
type Due struct {
	At int64 // the due instant
	Outcome
}

// Observe records the outcome of a due instant, unless a better one is known, and reports whether
// it did. A ledger that does not count due instants records nothing.
func (l *Ledger) Observe(at int64, o Outcome) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := Due{at, o.proper()}
	if !l.join(d) {
		return false
	}
	if l.spec.Deltas {
		l.toDrain().addDue(d)
	}
	return true
}

// join sets the outcome of a due instant if it beats what is known about it, and reports whether it
// did. So replicas that hear of the same outcomes in different orders come to the same.
func (l *Ledger) join(d Due) bool {
	if !l.spec.Deadlines {
		return false
	}
	d.Outcome = d.proper()
	was := l.outcomeAt(d.At)
	if !d.beats(was) {
		return false
	}
	if tickOf(d.At) < l.floor {
		l.drop(1, 0)
		return false
	}

	if was.Kind != NotDue {
		l.noteChange(l.clock(), d.At, minus(d.counts(), was.counts()))
	}
	l.setDue(d)
	return true
}

// minus returns the difference that an outcome makes. It may be negative.
func minus(a, b sla.Counts) sla.Counts { return sla.Counts{Good: a.Good - b.Good, Bad: a.Bad - b.Bad} }

// outcomeAt returns what is known about a due instant.
func (l *Ledger) outcomeAt(at int64) (found Outcome) {
	for d := range l.each(at, exact.Add(at, 1)) {
		if d.At == at {
			found = d.Outcome
		}
	}
	// No instant comes after the last one, so that each never yields it.
	if at == math.MaxInt64 && len(l.list.bytes) > 0 && l.lo == at {
		found = l.list.bytes.newest().Outcome
	}
	return found
}

// setDue writes an outcome into the list, whose newest due instant is l.lo.
func (l *Ledger) setDue(d Due) {
	if len(l.list.bytes) > 0 && d.At <= l.lo {
		l.repackDues(setDue(l.list.bytes.unpackDues(nil, l.lo), d))
		return
	}
	if cap(l.list.bytes)-len(l.list.bytes) < 4 && len(l.list.bytes) > 0 {
		l.repackDues(l.list.bytes.unpackDues(nil, l.lo))
	}

	distance := int64(0)
	if len(l.list.bytes) > 0 {
		distance = d.At - l.lo
	}
	l.list.bytes = l.list.bytes.pushDue(distance, d.Outcome)
	l.lo = d.At
	l.newest = max(l.newest, d.At)
}

// setDue puts a due instant into a sorted list, in place of what is known about it.
func setDue(dues []Due, d Due) []Due {
	i, found := slices.BinarySearchFunc(dues, d, func(a, b Due) int { return cmp.Compare(a.At, b.At) })
	if found {
		dues[i] = d
		return dues
	}
	return slices.Insert(dues, i, d)
}

// repackDues writes the list anew, without what is too old.
func (l *Ledger) repackDues(dues []Due) {
	floor := l.oldest(func(yield func(int32) bool) {
		for i := len(dues) - 1; i >= 0 && yield(tickOf(dues[i].At)); i-- {
		}
	})
	n := 0
	for n < len(dues) && int64(tickOf(dues[n].At)) < floor {
		n++
	}
	if n > 0 {
		l.raise(floor)
	}
	l.list.bytes = l.list.bytes.packDues(dues[n:])
}

// each iterates over the due instants in [from, to), newest first.
func (l *Ledger) each(from, to int64) func(yield func(Due) bool) {
	return func(yield func(Due) bool) {
		at := l.lo
		for p := l.list.bytes; len(p) > 0; {
			run, before := p.popDues()
			for range run.n {
				if at < from {
					return
				}
				if at < to && !yield(Due{at, run.Outcome}) {
					return
				}
				at -= run.distance
			}
			p = before
		}
	}
}

// sumDues counts due instants. Neither of the bounds is widened: due instants have no length.
func (l *Ledger) sumDues(from, to int64) Tally {
	t := Tally{From: from, To: to, exact: true}
	for d := range l.each(from, to) {
		t.Counts = t.Counts.Add(d.counts())
	}
	return t
}

// Dues appends the outcomes of the due instants in [from, to), oldest first. It includes those that
// are excused.
func (l *Ledger) Dues(dst []Due, from, to int64) []Due {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := len(dst)
	for d := range l.each(from, to) {
		dst = append(dst, d)
	}
	slices.Reverse(dst[first:])
	return dst
}

// dueCells appends a cell without length for each due instant that counts.
func (l *Ledger) dueCells(dst []Cell, from, to int64) []Cell {
	first := len(dst)
	for d := range l.each(from, to) {
		if c := d.counts(); c != (sla.Counts{}) {
			dst = append(dst, Cell{d.At, d.At, c})
		}
	}
	slices.Reverse(dst[first:])
	return dst
}
