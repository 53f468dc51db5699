package sla

import (
	"math"
	"time"
)

// tick is the finest width of a cell.
const tick = int64(5 * time.Second)

// nanos answers an instant as nanoseconds since 1970, UTC. What lies beyond the years 1678 to 2262 saturates.
func nanos(t time.Time) int64 {
	switch sec := t.Unix(); {
	case sec >= math.MaxInt64/int64(time.Second) && t.After(instantOf(math.MaxInt64)):
		return math.MaxInt64
	case sec < math.MinInt64/int64(time.Second) && t.Before(instantOf(math.MinInt64)):
		return math.MinInt64
	}
	return t.UnixNano()
}

// instantOf is the inverse of nanos, in UTC.
func instantOf(ns int64) time.Time { return time.Unix(0, ns).UTC() }

// tickOf numbers the cell of the finest width in which an instant lies, counted from 1970. It needs 32 bits.
func tickOf(ns int64) int32 {
	n := ns / tick
	if ns%tick < 0 {
		n--
	}
	return int32(n)
}

// tickStart is the instant at which a cell begins; the first one that an int64 can tell begins there.
func tickStart(n int64) int64 {
	switch {
	case n > math.MaxInt64/tick:
		return math.MaxInt64
	case n < math.MinInt64/tick:
		return math.MinInt64
	}
	return n * tick
}

// addNanos adds a duration to an instant, and saturates.
func addNanos(at, d int64) int64 {
	sum := at + d
	switch {
	case d > 0 && sum < at:
		return math.MaxInt64
	case d < 0 && sum > at:
		return math.MinInt64
	}
	return sum
}

// buckets is in how many cells a window is measured, at least.
const buckets = 30

// ladder holds the widths of cells, in ticks: 5 s, 10 s, 20 s, 1 m, 2 m, 4 m, 12 m, 1 h, 2 h, 4 h, 12 h, and 1, 2, 4 … days.
// Each is a multiple of the one before, so that cells nest and merging them in any order comes to the same.
// The last, of 2,048 days, measures windows of 168 years.
var ladder = [...]int64{1, 2, 4, 12, 24, 48, 144, 720, 1440, 2880, 8640,
	17280, 17280 << 1, 17280 << 2, 17280 << 3, 17280 << 4, 17280 << 5, 17280 << 6, 17280 << 7, 17280 << 8, 17280 << 9, 17280 << 10, 17280 << 11}

// block answers the bounds of the cell of a width that holds a tick.
func block(at int32, rung uint8) (start, end int64) {
	w := ladder[rung]
	n := int64(at) / w
	if int64(at)%w < 0 {
		n--
	}
	return n * w, (n + 1) * w
}

// rungAt is the widest rung, at most top, whose cell around a tick ends so many of its widths before ref.
// With ahead, a cell that begins as far after ref will do.
// It depends on the cell alone, not on where in it the tick lies, so that merging step by step comes to the same as at once.
func rungAt(at int32, ref int64, top uint8, ahead bool) uint8 {
	for ; top > 0; top-- {
		start, end := block(at, top)
		if far := buckets * ladder[top]; ref-end >= far || ahead && start-ref >= far {
			break
		}
	}
	return top
}

// topRung is the widest rung for counts that are kept that long.
func topRung(keep time.Duration) (rung uint8) {
	for int(rung)+1 < len(ladder) && ladder[rung+1]*buckets <= int64(keep)/tick {
		rung++
	}
	return rung
}
