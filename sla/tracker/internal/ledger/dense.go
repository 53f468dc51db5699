package ledger

import (
	"slices"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A dense record holds what was counted as a cumulative function of time, by its edges. Any sum is
// the difference of two of them, and merging two cells drops the edge between.
//
// Counts are kept modulo 2^32, which is exact for differences below that. Where all counts together
// reach 2^32 their high halves are kept too.
type dense struct {
	edges     []edge
	rungs     []uint8    // how wide the cell of each edge is
	high      []highHalf // nil while all together is less than 2^32
	calendar  [2]int32   // the calendar-aligned window that was pinned last
	pins      []int32    // edges that are kept, sorted: bounds of calendar-aligned windows and of corrections
	good, bad uint64     // before the end
	goodFirst uint64     // before the first edge
	badFirst  uint64
}

// An edge is where a cell begins, and what had been counted before it.
type edge struct {
	at        int32
	good, bad uint32
}

// A highHalf is the upper 32 bits of the counts of an edge.
type highHalf struct{ good, bad uint32 }

// before returns what was counted before an edge; beyond the last it is all.
func (d *dense) before(i int) (good, bad uint64) {
	if i == len(d.edges) {
		return d.good, d.bad
	}
	e := &d.edges[i]
	if d.high != nil {
		return uint64(d.high[i].good)<<32 | uint64(e.good), uint64(d.high[i].bad)<<32 | uint64(e.bad)
	}
	return d.goodFirst + uint64(e.good-uint32(d.goodFirst)), d.badFirst + uint64(e.bad-uint32(d.badFirst))
}

// span returns what was counted in the cells [i, j).
func (d *dense) span(i, j int) sla.Counts {
	good, bad := d.before(j)
	g, b := d.before(i)
	return sla.Counts{Good: int64(good - g), Bad: int64(bad - b)}
}

// search returns how many cells begin before a tick. It halves without branches that depend on what
// it finds, which a processor would mispredict every other time.
func (d *dense) search(at int64) int {
	edges := d.edges
	if len(edges) == 0 || int64(edges[0].at) >= at {
		return 0
	}
	base := 0
	for n := len(edges); n > 1; {
		half := n / 2
		next := base + half
		if int64(edges[next].at) < at {
			base = next
		}
		n -= half
	}
	return base + 1
}

// end returns where a cell ends: with its width, at the next pin, or where the next cell begins.
func (d *dense) end(i int) int64 {
	at := d.edges[i].at
	_, end := block(at, d.rungs[i])
	if i+1 < len(d.edges) {
		end = min(end, int64(d.edges[i+1].at))
	}
	if p := d.pinned(at); p < len(d.pins) {
		end = min(end, int64(d.pins[p]))
	}
	return end
}

// cell returns the cell that holds a tick; or false, and the place where it would be.
func (d *dense) cell(at int32) (int, bool) {
	i := d.search(int64(at) + 1)
	if i > 0 && int64(at) < d.end(i-1) {
		return i - 1, true
	}
	return i, false
}

// add counts outcomes in the cell that holds a tick, or in a new one of the finest width.
func (d *dense) add(at int32, good, bad int64) {
	i, found := d.cell(at)
	if !found {
		d.insert(i, at, 0)
	}
	d.book(i, uint64(good), uint64(bad))
}

// book counts outcomes in a cell: all edges after it move up.
func (d *dense) book(i int, good, bad uint64) {
	d.good += good
	d.bad += bad
	if d.high == nil && (d.good-d.goodFirst)>>32|(d.bad-d.badFirst)>>32 != 0 {
		d.good, d.bad = d.good-good, d.bad-bad
		d.widen()
		d.good, d.bad = d.good+good, d.bad+bad
	}
	if d.high != nil {
		d.bookWide(i+1, good, bad)
		return
	}
	after := d.edges[i+1:]
	for k := range after {
		after[k].good += uint32(good)
		after[k].bad += uint32(bad)
	}
}

// bookWide moves up the edges from i on, with both halves of their counts.
func (d *dense) bookWide(i int, good, bad uint64) {
	for ; i < len(d.edges); i++ {
		g, b := d.before(i)
		d.set(i, g+good, b+bad)
	}
}

// set sets what was counted before an edge.
func (d *dense) set(i int, good, bad uint64) {
	d.edges[i].good, d.edges[i].bad = uint32(good), uint32(bad)
	if d.high != nil {
		d.high[i] = highHalf{uint32(good >> 32), uint32(bad >> 32)}
	}
}

// join makes one cell of a width around a tick out of the cells that lie in it, unless there is one
// as wide.
func (d *dense) join(at int32, rung uint8) {
	start, end := block(at, rung)
	p := d.pinned(at)
	if p > 0 {
		start = max(start, int64(d.pins[p-1]))
	}
	if p < len(d.pins) {
		end = min(end, int64(d.pins[p]))
	}

	i, j := d.search(start), d.search(end)
	if i > 0 && d.end(i-1) > start {
		return
	}
	good, bad := d.before(i)
	if i == j {
		d.insert(i, int32(start), rung)
		return
	}
	d.edges[i].at, d.rungs[i] = int32(start), max(d.rungs[i], rung)
	d.set(i, good, bad)
	d.edges = slices.Delete(d.edges, i+1, j)
	d.rungs = slices.Delete(d.rungs, i+1, j)
	if d.high != nil {
		d.high = slices.Delete(d.high, i+1, j)
	}
}

// widen begins to keep the high halves of counts.
func (d *dense) widen() {
	high := make([]highHalf, len(d.edges), cap(d.edges))
	for i := range high {
		good, bad := d.before(i)
		high[i] = highHalf{uint32(good >> 32), uint32(bad >> 32)}
	}
	d.high = high
}

// insert makes room for a cell without counts.
func (d *dense) insert(i int, at int32, rung uint8) {
	good, bad := d.before(i)
	d.edges = slices.Insert(d.edges, i, edge{at: at})
	d.rungs = slices.Insert(d.rungs, i, rung)
	if d.high != nil {
		d.high = slices.Insert(d.high, i, highHalf{})
	}
	d.set(i, good, bad)
}

// reserve makes room for so many cells, and no more: append would take up to twice as much.
func (d *dense) reserve(n int) {
	d.edges = append(make([]edge, 0, n), d.edges...)
	d.rungs = append(make([]uint8, 0, n), d.rungs...)
	if d.high != nil {
		d.high = append(make([]highHalf, 0, n), d.high...)
	}
}

// full reports whether the next cell needs more room.
func (d *dense) full() bool { return len(d.edges) == cap(d.edges) }
