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
	if d := l.dense(); d != nil {
		d.trailing(at, lengths, into, l)
		return
	}
	for i, length := range lengths {
		into[i] = l.sumBooked(addNanos(at, -int64(length)), at)
	}
}

// atOnce is how many windows are searched for side by side.
const atOnce = 8

// trailing does for all windows at once what it can: their end, and the steps of the search, which do not wait for each other.
func (d *dense) trailing(at int64, lengths []time.Duration, into []tally, l *ledger) {
	floor, last, end := l.floorStart(), d.until(at), at
	if last > 0 && l.newest >= at {
		end = max(end, tickStart(d.end(last-1)))
	}
	good, bad := d.before(last)
	for len(lengths) > 0 {
		var firsts, ticks [atOnce]int32
		n := min(len(lengths), atOnce)
		for i, length := range lengths[:n] {
			into[i] = tally{from: max(addNanos(at, -int64(length)), floor), to: at, exact: true}
			ticks[i] = tickOf(into[i].from)
		}
		d.searchAll(&ticks, &firsts)
		for i := range n {
			t := &into[i]
			if first := d.straddled(int(firsts[i]), t.from); first < last {
				g, b := d.before(first)
				t.Good, t.Bad = int64(good-g), int64(bad-b)
				t.from, t.to = min(t.from, tickStart(int64(d.edges[first].at))), end
			}
		}
		lengths, into = lengths[n:], into[n:]
	}
}

// searchAll answers how many cells begin at each tick or before.
func (d *dense) searchAll(ticks, counts *[atOnce]int32) {
	edges := d.edges
	if len(edges) == 0 {
		return
	}
	for n := len(edges); n > 1; {
		half := n / 2
		for i := range counts {
			next := counts[i] + int32(half)
			if edges[next].at <= ticks[i] {
				counts[i] = next
			}
		}
		n -= half
	}
	for i := range counts {
		if edges[counts[i]].at <= ticks[i] {
			counts[i]++
		}
	}
}

// floorStart is the instant before which all is forgotten.
func (l *ledger) floorStart() int64 {
	if l.floor == math.MinInt32 {
		return math.MinInt64
	}
	return tickStart(int64(l.floor))
}

func (l *ledger) sumBooked(from, to int64) tally {
	from = max(from, l.floorStart())
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
	c, oldest := l.list.sum(int64(tickOf(t.from)), int64(end))
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
	i, j = d.since(from), d.until(to)
	return min(i, j), j
}

// since is the first cell that ends after an instant.
func (d *dense) since(from int64) int {
	return d.straddled(d.search(int64(tickOf(from))+1), from)
}

// straddled is the cell before one, if it ends after an instant that is before the one. Cells begin where their width says, but at pins.
func (d *dense) straddled(i int, from int64) int {
	switch {
	case i == 0 || tickStart(int64(d.edges[i-1].at)+ladder[d.rungs[i-1]]) <= from:
		return i
	case len(d.pins) == 0 || tickStart(d.end(i-1)) > from:
		return i - 1
	}
	return i
}

// until is the first cell that does not begin before an instant.
func (d *dense) until(to int64) int {
	n := len(d.edges)
	if n > 0 && tickStart(int64(d.edges[n-1].at)) >= to {
		return d.search(int64(tickUp(to)))
	}
	return n
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
	for _, c := range l.list.unpack(nil) {
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
	if d := l.dense(); d != nil {
		d.pin(tickUp(at))
		return
	}
	r := l.more()
	r.pins = pinned(r.pins, tickUp(at))
}
