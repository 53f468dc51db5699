package ledger

import (
	"math"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// tick is the finest width of a cell.
const tick = int64(5 * time.Second)

// tickOf returns the number of the cell of the finest width in which an instant lies, counted from
// 1970. It fits into 32 bits: an int64 has room for 292 years of nanoseconds on either side.
func tickOf(ns int64) int32 {
	n, _ := exact.FloorDiv(ns, tick)
	return int32(n)
}

// tickStart returns the instant at which a cell of the finest width begins. It saturates. It is
// SliceStart of a constant length, which a compiler makes two comparisons of: every read of a
// window calls it.
func tickStart(n int64) int64 {
	switch {
	case n > math.MaxInt64/tick:
		return math.MaxInt64
	case n < math.MinInt64/tick:
		return math.MinInt64
	}
	return n * tick
}

// minCells is in how many cells a window is measured, at least.
const minCells = 30

// ladder holds the widths of cells, in ticks: 5 s, 10 s, 20 s, 1 m, 2 m, 4 m, 12 m, 1 h, 2 h, 4 h,
// 12 h, and 1, 2, 4 … days. Each is a multiple of the one before, so that cells nest and merging
// them in any order comes to the same. The last, of 2,048 days, measures windows of 168 years.
var ladder = [...]int64{
	1, 2, 4, 12, 24, 48, 144, 720, 1440, 2880, 8640,
	day, day << 1, day << 2, day << 3, day << 4, day << 5,
	day << 6, day << 7, day << 8, day << 9, day << 10, day << 11,
}

const day = 17280 // in ticks

// block returns the bounds, in ticks, of the cell of a width that holds a tick.
func block(at int32, rung uint8) (start, end int64) {
	w := ladder[rung]
	n, _ := exact.FloorDiv(int64(at), w)
	return n * w, (n + 1) * w
}

// rungAt returns the widest rung, at most top, whose cell around a tick ends at least minCells of
// its widths before ref. With ahead, one that begins as far after ref is wide enough too. It
// depends on the cell alone, not on where in it the tick lies, so that merging step by step comes
// to the same as merging at once.
func rungAt(at int32, ref int64, top uint8, ahead bool) uint8 {
	for ; top > 0; top-- {
		start, end := block(at, top)
		if far := minCells * ladder[top]; ref-end >= far || ahead && start-ref >= far {
			break
		}
	}
	return top
}

// topRung returns the widest rung for counts that are kept that long.
func topRung(keep time.Duration) (rung uint8) {
	for int(rung)+1 < len(ladder) && ladder[rung+1]*minCells <= int64(keep)/tick {
		rung++
	}
	return rung
}

// tickUp returns the first tick that begins at an instant or after it.
func tickUp(ns int64) int32 {
	n := tickOf(ns)
	if tickStart(int64(n)) < ns {
		n++
	}
	return n
}
