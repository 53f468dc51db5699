package schedule

import (
	"math"
	"math/bits"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A period is the set of instants since + n*step nanoseconds after the zero time.Time, 0 <= since <
// step.
type period struct {
	step, since uint64
}

// Every returns the Schedule of instants that lie d apart, counted from 1970-01-01T00:00:00Z:
// Every(15*time.Minute) holds each full quarter of an hour in UTC. It follows elapsed time and
// reads no local clock: Every(24*time.Hour) is the same instant in UTC each day, where [Daily] is
// the same local time. Its location is UTC.
//
// If d is not above zero, the Schedule holds no instants and its Validate returns why.
func Every(d time.Duration) Schedule { return EveryFrom(time.Unix(0, 0).UTC(), d) }

// EveryFrom returns the Schedule of instants that lie d apart, before and after anchor, which is
// one of them. Its location is that of anchor, which decides only how instants are shown. Anchors
// that differ by a multiple of d make Equal schedules.
//
// If d is not above zero, or anchor is outside the years 1 to 9999 in UTC,
// the Schedule holds no instants and its Validate returns why.
func EveryFrom(anchor time.Time, d time.Duration) Schedule {
	if err := checkEvery(anchor, d); err != nil {
		text := "@every " + plain.Notation(d)
		if anchor.Unix() != 0 {
			text += " from " + anchor.Format(time.RFC3339Nano)
		}
		return invalid(text, err)
	}
	since := nanosMod(sinceYear1(anchor), anchor.Nanosecond(), uint64(d))
	return Schedule{&spec{kind: elapsed, every: period{step: uint64(d), since: since}, loc: anchor.Location()}}
}

// nanosMod returns (sec*1e9 + nsec) mod m for sec >= 0.
func nanosMod(sec int64, nsec int, m uint64) uint64 {
	hi, lo := bits.Mul64(uint64(sec), nanosPerSecond)
	lo, carry := bits.Add64(lo, uint64(nsec), 0)
	return bits.Rem64(hi+carry, lo, m)
}

// past returns how many nanoseconds before the instant the last instant of p was, 0 if it is one.
func (p period) past(sec int64, nsec int) uint64 {
	past := nanosMod(sec-minSecond, nsec, p.step)
	if past >= p.since {
		return past - p.since
	}
	return past + p.step - p.since
}

func (p period) next(after time.Time, loc *time.Location) (time.Time, bool) {
	sec, nsec := clamp(after)
	if sec >= maxSecond {
		return time.Time{}, false
	}
	return plusNanos(sec, nsec, int64(p.step-p.past(sec, nsec)), loc)
}

func (p period) prev(before time.Time, loc *time.Location) (time.Time, bool) {
	sec, nsec := clamp(before)
	if sec <= minSecond && nsec == 0 {
		return time.Time{}, false
	}
	past := p.past(sec, nsec)
	if past == 0 {
		past = p.step
	}
	return plusNanos(sec, nsec, -int64(past), loc)
}

// clamp returns t as Unix time, moved into the range of instants.
func clamp(t time.Time) (sec int64, nsec int) {
	sec = clampFloor(t)
	if sec-minSecond == sinceYear1(t) && sec < maxSecond {
		nsec = t.Nanosecond()
	}
	return sec, nsec
}

// plusNanos returns the instant d nanoseconds after sec and nsec, and false if it is out of range.
func plusNanos(sec int64, nsec int, d int64, loc *time.Location) (time.Time, bool) {
	q, rest := exact.FloorDiv(d, nanosPerSecond)
	sec, rest = sec+q, rest+int64(nsec)
	if rest >= nanosPerSecond {
		sec, rest = sec+1, rest-nanosPerSecond
	}
	if sec < minSecond || sec >= maxSecond || sec == minSecond && rest == 0 {
		return time.Time{}, false
	}
	return time.Unix(sec, rest).In(loc), true
}

// anchor returns an instant of p: the first one that is not before 1970.
func (p period) anchor() time.Time {
	past := p.past(0, 0)
	if past == 0 {
		return time.Unix(0, 0).UTC()
	}
	return time.Unix(0, int64(min(p.step-past, math.MaxInt64))).UTC()
}
