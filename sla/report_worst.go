package sla

import (
	"cmp"
	"math/bits"
	"slices"
	"time"
)

// worst lists the moments in which the most was bad, of equals the newest first. Slices that follow each other are one moment.
func (v *view) worst(start int64, in *time.Location) []Moment {
	list := v.k.ledger.badCells(start, v.at)
	slices.SortFunc(list, func(a, b cell) int { return cmp.Or(cmp.Compare(b.Bad, a.Bad), cmp.Compare(b.start, a.start)) })
	var moments []Moment
	for _, c := range list[:min(len(list), mostWorst)] {
		moments = append(moments, Moment{instantOf(c.start).In(in), instantOf(c.end).In(in), c.Counts})
	}
	return moments
}

// badCells answers the cells in [from, to) in which something was bad, and of slices the stretches in which all were.
func (l *ledger) badCells(from, to int64) []cell {
	if l.spec.slice == 0 {
		return slices.DeleteFunc(l.cells(nil, from, to), func(c cell) bool { return c.Bad == 0 })
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	length := int64(l.spec.slice)
	if from >= to || l.rest == nil || l.rest.slices == nil {
		return nil
	}
	var list []cell
	for w := range l.rest.slices.within(sliceOf(from, length), sliceUp(to, length)) {
		for b := w.bad; b != 0; b &= b - 1 {
			n := w.at<<6 + int64(bits.TrailingZeros64(b))
			c := cell{sliceStart(n, length), sliceStart(n+1, length), Counts{Bad: 1}}
			if last := len(list) - 1; last >= 0 && list[last].end == c.start {
				list[last].end, list[last].Bad = c.end, list[last].Bad+1
				continue
			}
			list = append(list, c)
		}
	}
	return list
}
