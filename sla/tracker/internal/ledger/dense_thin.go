package ledger

// thin merges cells that are old enough, at ref, for a wider one. The edges between them go, except
// pins. The outcome depends on the cells and ref alone, not on how often they were merged on the
// way. With ahead, cells far after ref are merged too.
func (d *dense) thin(ref int64, top uint8, ahead bool) {
	kept, widest := 0, top
	for i := range d.edges {
		at := d.edges[i].at
		if !ahead {
			top = widest // the younger a cell, the narrower
		}
		widest = rungAt(at, ref, top, ahead)

		rung := max(d.rungs[i], widest)
		start, _ := block(at, rung)
		if p := d.pinned(at); p > 0 {
			start = max(start, int64(d.pins[p-1]))
		}
		if kept > 0 && int64(d.edges[kept-1].at) >= start {
			d.rungs[kept-1] = max(d.rungs[kept-1], rung)
			continue
		}

		good, bad := d.before(i)
		d.edges[kept].at, d.rungs[kept] = int32(start), rung
		d.set(kept, good, bad)
		kept++
	}
	d.cut(0, kept)
}

// cut keeps the cells [from, to). Those after them must have been merged into the last one.
func (d *dense) cut(from, to int) {
	if from > 0 {
		d.goodFirst, d.badFirst = d.before(from)
	}
	d.edges = d.edges[:copy(d.edges, d.edges[from:to])]
	d.rungs = d.rungs[:copy(d.rungs, d.rungs[from:to])]
	if d.high != nil {
		d.high = d.high[:copy(d.high, d.high[from:to])]
	}
}

// expire forgets cells that ended before a tick, and pins that no cell needs any more.
func (d *dense) expire(floor int64) {
	n := 0
	for n < len(d.edges) && d.end(n) <= floor {
		n++
	}
	d.cut(n, len(d.edges))

	p := 0
	for p < len(d.pins) && int64(d.pins[p]) < floor {
		p++
	}
	if n > 0 && p > 1 {
		d.pins = d.pins[:copy(d.pins, d.pins[p-1:])]
	}
}
