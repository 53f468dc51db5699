package ledger

import (
	"math/bits"
	"slices"

	"github.com/alwaysp1/alwaysp1/sla"
)

// Cells appends the cells with counts that touch [from, to), oldest first.
func (l *Ledger) Cells(dst []Cell, from, to int64) []Cell {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	switch {
	case from >= to:
		return dst
	case l.spec.Slice > 0:
		return l.sliceCells(dst, from, to)
	case l.spec.Deadlines:
		return l.dueCells(dst, from, to)
	case l.dense() != nil:
		return l.rest.dense.cells(dst, from, to)
	}
	for _, c := range l.list.unpack(nil) {
		start, end := tickStart(int64(c.at)), tickStart(int64(c.at)+1)
		if end > from && start < to {
			dst = append(dst, Cell{start, end, sla.Counts{Good: c.good, Bad: c.bad}})
		}
	}
	return dst
}

// cells appends the cells that touch [from, to), each with where it really ends.
func (d *dense) cells(dst []Cell, from, to int64) []Cell {
	i, j := d.touching(from, to)
	for ; i < j; i++ {
		dst = append(dst, Cell{tickStart(int64(d.edges[i].at)), tickStart(d.end(i)), d.span(i, i+1)})
	}
	return dst
}

// sliceCells appends a cell for each slice with a verdict.
func (l *Ledger) sliceCells(dst []Cell, from, to int64) []Cell {
	length := int64(l.spec.Slice)
	if l.rest == nil || l.rest.slices == nil {
		return dst
	}
	for w := range l.rest.slices.within(SliceOf(from, length), SliceUp(to, length)) {
		for b := w.good | w.bad; b != 0; b &= b - 1 {
			n := w.at<<6 + int64(bits.TrailingZeros64(b))
			dst = append(dst, Cell{SliceStart(n, length), SliceStart(n+1, length), w.verdict(n)})
		}
	}
	return dst
}

// BadCells returns the cells that touch [from, to) and in which something was bad, oldest first.
// Bad slices that follow each other are one cell.
func (l *Ledger) BadCells(from, to int64) []Cell {
	if l.spec.Slice == 0 {
		return slices.DeleteFunc(l.Cells(nil, from, to), func(c Cell) bool { return c.Bad == 0 })
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	length := int64(l.spec.Slice)
	if from >= to || l.rest == nil || l.rest.slices == nil {
		return nil
	}
	var list []Cell
	for w := range l.rest.slices.within(SliceOf(from, length), SliceUp(to, length)) {
		for b := w.bad; b != 0; b &= b - 1 {
			n := w.at<<6 + int64(bits.TrailingZeros64(b))
			c := Cell{SliceStart(n, length), SliceStart(n+1, length), sla.Counts{Bad: 1}}
			if last := len(list) - 1; last >= 0 && list[last].End == c.Start {
				list[last].End, list[last].Bad = c.End, list[last].Bad+1
				continue
			}
			list = append(list, c)
		}
	}
	return list
}
