package sla

import (
	"math"
	"time"
)

// tickUp is the first tick that begins at or after an instant.
func tickUp(ns int64) int32 {
	n := tickOf(ns)
	if tickStart(int64(n)) < ns {
		n++
	}
	return n
}

// sum answers what was counted from one instant to another, widened to the cells that it touches.
// The end is as asked where nothing later was recorded. What was forgotten is not among the bounds: then from is later than asked.
// Where from is not before to it counts nothing.
func (l *ledger) sum(from, to int64) tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	return l.sumBooked(from, to)
}

// trailing answers the sums of the windows of some lengths that end at an instant.
func (l *ledger) trailing(at int64, lengths []time.Duration, into []tally) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	for i, length := range lengths {
		into[i] = l.sumBooked(addNanos(at, -int64(length)), at)
	}
}

func (l *ledger) sumBooked(from, to int64) tally {
	if l.floor != math.MinInt32 {
		from = max(from, tickStart(int64(l.floor)))
	}
	t := tally{from: from, to: to, exact: true}
	switch {
	case from >= to:
		return t
	case l.spec.slice > 0:
		return l.sumSlices(from, to)
	case l.spec.deadlines:
		return l.sumDues(from, to)
	case l.dense() != nil:
		l.rest.dense.sum(&t, l.newest)
	default:
		l.sumPacked(&t)
	}
	return t
}

func (l *ledger) sumPacked(t *tally) {
	end := tickUp(t.to)
	c, oldest := l.packed.sum(l.last, int64(tickOf(t.from)), int64(end))
	t.Counts = c
	if c != (Counts{}) {
		t.from = min(t.from, tickStart(int64(oldest)))
	}
	if l.newest >= t.to {
		t.to = tickStart(int64(end))
	}
}

func (d *dense) sum(t *tally, newest int64) {
	i, j := d.touching(t.from, t.to)
	if i == j {
		return
	}
	t.Counts = d.span(i, j)
	t.from = min(t.from, tickStart(int64(d.edges[i].at)))
	if newest >= t.to {
		t.to = max(t.to, tickStart(d.end(j-1)))
	}
}

// touching answers which cells touch [from, to).
func (d *dense) touching(from, to int64) (i, j int) {
	j = len(d.edges)
	if j > 0 && tickStart(int64(d.edges[j-1].at)) >= to {
		j = d.search(int64(tickUp(to)))
	}
	i = d.search(int64(tickOf(from)) + 1)
	if i > 0 && tickStart(d.end(i-1)) > from {
		i--
	}
	return min(i, j), j
}

// cells appends the cells with counts that touch [from, to), oldest first.
func (l *ledger) cells(dst []cell, from, to int64) []cell {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	switch {
	case from >= to:
		return dst
	case l.spec.slice > 0:
		return l.sliceCells(dst, from, to)
	case l.spec.deadlines:
		return l.dueCells(dst, from, to)
	case l.dense() != nil:
		return l.rest.dense.cells(dst, from, to)
	}
	for _, c := range l.packed.unpack(nil, l.last) {
		start, end := tickStart(int64(c.at)), tickStart(int64(c.at)+1)
		if end > from && start < to {
			dst = append(dst, cell{start, end, Counts{c.good, c.bad}})
		}
	}
	return dst
}

func (d *dense) cells(dst []cell, from, to int64) []cell {
	i, j := d.touching(from, to)
	for ; i < j; i++ {
		dst = append(dst, cell{tickStart(int64(d.edges[i].at)), tickStart(d.end(i)), d.span(i, i+1)})
	}
	return dst
}

// pin keeps an edge at an instant from now on, or at the next multiple of 5 s; what was merged already stays so.
func (l *ledger) pin(at int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.spec.slice > 0 || l.spec.deadlines {
		return
	}
	l.fold()
	l.makeDense().pin(tickUp(at))
}
