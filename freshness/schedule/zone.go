package schedule

import (
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// reach is the farthest apart, in seconds, that two readings of one local time can lie:
// RFC 8536 has the offsets of a zone above -25 h and below 26 h.
const reach = 51 * secondsPerHour

// forever bounds, in Unix seconds, the blocks that have no end.
const forever = 1 << 60

// maxOffset bounds the offset of a location that never changes its clocks.
const maxOffset = 26 * secondsPerHour

// A block is a stretch of time, [start, end) in Unix seconds, during which a location keeps one
// offset. Its neighbours may keep the same offset: package time cuts blocks at the ends of years.
type block struct {
	offset, start, end int64
}

// blockAt returns the block of loc that holds sec.
func blockAt(loc *time.Location, sec int64) block {
	if loc == time.UTC {
		return block{start: -forever, end: forever}
	}
	t := time.Unix(sec, 0).In(loc)
	_, offset := t.Zone()
	start, end := t.ZoneBounds()
	b := block{offset: int64(offset), start: -forever, end: forever}
	if !start.IsZero() {
		b.start = min(start.Unix(), sec)
	}

	if !end.IsZero() {
		if b.end = end.Unix(); b.end <= sec {
			b.end = nextMidnight(sec)
		}
	}
	return b
}

// nextMidnight returns the first midnight in UTC after sec.
//
// It ends the blocks to which Time.ZoneBounds gives an end that is not after the instant asked for.
// Through go1.26 it does so on 31 December of leap years, for zones whose rules are extrapolated:
// it takes every year to end after 365 days. The offset holds until the year truly ends.
func nextMidnight(sec int64) int64 {
	day, _ := exact.FloorDiv(sec, secondsPerDay)
	return (day + 1) * secondsPerDay
}

// settled returns the latest local second that clocks in loc have shown, or skipped, up to sec and
// never show after it; b is the block that holds sec. A local time L occurs for the last time after
// sec if and only if L is above it.
func settled(loc *time.Location, sec int64, b block) int64 {
	local := sec + b.offset
	for b.end <= sec+reach {
		end := b.end
		b = blockAt(loc, end)
		local = min(local, end+b.offset-1)
	}
	return local
}

// reached returns the latest local second that clocks in loc have shown up to sec;
// b is the block that holds sec.
// A local time L occurs for the first time after sec if and only if L is above it.
func reached(loc *time.Location, sec int64, b block) int64 {
	local := sec + b.offset
	for b.start > sec-reach {
		end := b.start - 1
		b = blockAt(loc, end)
		local = max(local, end+b.offset)
	}
	return local
}

// lastAt returns the instant after which clocks in loc show more than the local second for good:
// the later occurrence of a local time that happens twice,
// and the first instant after the gap for one that does not happen.
// near is a block of loc, which saves a look-up if the result lies well inside it.
func lastAt(loc *time.Location, local int64, near block) int64 {
	for range 2 {
		sec := local - near.offset
		if sec >= near.start && sec+reach < near.end {
			return sec
		}
		if sec < near.start || sec >= near.end {
			near = blockAt(loc, sec)
		}
	}

	b := near
	if late := local - near.offset + reach; late >= b.end {
		b = blockAt(loc, late)
	}
	for local-b.offset < b.start {
		b = blockAt(loc, b.start-1)
	}
	return min(local-b.offset, b.end)
}

// firstAt returns the first instant at which clocks in loc show the local second or more:
// the earlier occurrence of a local time that happens twice,
// and the first instant after the gap for one that does not happen.
// near is a block of loc, which saves a look-up if the result lies well inside it.
func firstAt(loc *time.Location, local int64, near block) int64 {
	for range 2 {
		sec := local - near.offset
		if sec < near.end && sec-reach >= near.start {
			return sec
		}
		if sec < near.start || sec >= near.end {
			near = blockAt(loc, sec)
		}
	}

	b := near
	if early := local - near.offset - reach; early < b.start {
		b = blockAt(loc, early)
	}
	for local-b.offset >= b.end {
		b = blockAt(loc, b.end)
	}
	return max(local-b.offset, b.start)
}
