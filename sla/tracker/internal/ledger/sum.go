package ledger

import (
	"math"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// Sum returns what was counted in [from, to), widened to the cells that it touches. The end is not
// widened if nothing was recorded after it. What was forgotten is left out: then From is later than
// from. If from is not before to, it counts nothing.
func (l *Ledger) Sum(from, to int64) Tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	return l.sumBooked(from, to)
}

// Trailing sums the windows of some lengths that end at an instant into a slice as long. It takes
// the lock once, and allocates nothing.
func (l *Ledger) Trailing(at int64, lengths []time.Duration, into []Tally) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	if d := l.dense(); d != nil {
		d.trailing(at, lengths, into, l)
		return
	}
	for i, length := range lengths {
		into[i] = l.sumBooked(exact.Add(at, -int64(length)), at)
	}
}

// atOnce is how many windows are searched for side by side.
const atOnce = 8

// trailing finds the end of all windows once, and searches for their beginnings side by side: the
// steps of one search do not wait for those of another.
func (d *dense) trailing(at int64, lengths []time.Duration, into []Tally, l *Ledger) {
	floor, last, end := l.floorStart(), d.until(at), at
	if last > 0 && l.newest >= at {
		end = max(end, tickStart(d.end(last-1)))
	}
	good, bad := d.before(last)

	for len(lengths) > 0 {
		var firsts, ticks [atOnce]int32
		n := min(len(lengths), atOnce)
		for i, length := range lengths[:n] {
			into[i] = Tally{From: max(exact.Add(at, -int64(length)), floor), To: at, exact: true}
			ticks[i] = tickOf(into[i].From)
		}
		d.searchAll(&ticks, &firsts)

		for i := range n {
			t := &into[i]
			if first := d.straddled(int(firsts[i]), t.From); first < last {
				g, b := d.before(first)
				t.Good, t.Bad = int64(good-g), int64(bad-b)
				t.From, t.To = min(t.From, tickStart(int64(d.edges[first].at))), end
			}
		}
		lengths, into = lengths[n:], into[n:]
	}
}

// searchAll counts how many cells begin at each tick or before. It is dense.search for several
// ticks at once.
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

// floorStart returns the instant before which all is forgotten.
func (l *Ledger) floorStart() int64 {
	if l.floor == math.MinInt32 {
		return math.MinInt64
	}
	return tickStart(int64(l.floor))
}

// sumBooked is Sum of what is booked already.
func (l *Ledger) sumBooked(from, to int64) Tally {
	from = max(from, l.floorStart())
	t := Tally{From: from, To: to, exact: true}
	switch {
	case from >= to:
		return t
	case l.spec.Slice > 0:
		return l.sumSlices(from, to)
	case l.spec.Deadlines:
		return l.sumDues(from, to)
	case l.dense() != nil:
		l.rest.dense.sum(&t, l.newest)
	default:
		l.sumPacked(&t)
	}
	return t
}

// sumPacked sums the packed list into t. Its cells are read from the newest on, so that recent
// windows are cheap.
func (l *Ledger) sumPacked(t *Tally) {
	end := tickUp(t.To)
	c, oldest := l.list.sum(int64(tickOf(t.From)), int64(end))
	t.Counts = c
	if c != (sla.Counts{}) {
		t.From = min(t.From, tickStart(int64(oldest)))
	}
	if l.newest >= t.To {
		t.To = tickStart(int64(end))
	}
}

// sum sums the dense record into t, and widens t to the cells that it touches.
func (d *dense) sum(t *Tally, newest int64) {
	i, j := d.touching(t.From, t.To)
	if i == j {
		return
	}
	t.Counts = d.span(i, j)
	t.From = min(t.From, tickStart(int64(d.edges[i].at)))
	if newest >= t.To {
		t.To = max(t.To, tickStart(d.end(j-1)))
	}
}

// touching returns which cells touch [from, to): those numbered [i, j).
func (d *dense) touching(from, to int64) (i, j int) {
	i, j = d.since(from), d.until(to)
	return min(i, j), j
}

// since returns the first cell that ends after an instant.
func (d *dense) since(from int64) int {
	return d.straddled(d.search(int64(tickOf(from))+1), from)
}

// straddled returns the cell before i if it ends after an instant that is before cell i, else i.
// The widths are read first, for they are near: only between pins may a cell end before its width
// does.
func (d *dense) straddled(i int, from int64) int {
	switch {
	case i == 0 || tickStart(int64(d.edges[i-1].at)+ladder[d.rungs[i-1]]) <= from:
		return i
	case len(d.pins) == 0 || tickStart(d.end(i-1)) > from:
		return i - 1
	}
	return i
}

// until returns the first cell that does not begin before an instant.
func (d *dense) until(to int64) int {
	n := len(d.edges)
	if n > 0 && tickStart(int64(d.edges[n-1].at)) >= to {
		return d.search(int64(tickUp(to)))
	}
	return n
}
