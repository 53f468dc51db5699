package history

import (
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

const day = 24 * time.Hour

// These bound the instants of a history. What lies outside is a placeholder of some system, such as
// the year 1 or 9999; local times between them fit into an int64 of nanoseconds.
const (
	minHistory = 0          // 1970-01-01T00:00:00Z
	maxHistory = 9214646400 // 2262-01-01T00:00:00Z
)

// inHistory reports whether a history can hold t.
func inHistory(t time.Time) bool { return t.Unix() >= minHistory && t.Unix() < maxHistory }

// A civil is a local time as clocks on the wall show it: nanoseconds since 1970-01-01 00:00 of the
// same location. The difference of two is the time that such clocks show as passed, so that 06:15
// is 06:15 on each day of the year.
type civil int64

// civilOf returns what the clock on the wall shows at an instant of history.
func civilOf(t time.Time, loc *time.Location) civil {
	_, offset := t.In(loc).Zone()
	return civil(t.UnixNano() + int64(offset)*int64(time.Second))
}

// split returns the day in which c lies, counted from 1970-01-01, and how long after its start, if
// days begin at cut after midnight. The start of a day belongs to the day before, as a due instant
// belongs to its window.
func (c civil) split(cut time.Duration) (n int64, since time.Duration) {
	n, past := exact.FloorDiv(int64(c)-int64(cut)-1, int64(day))
	return n, time.Duration(past + 1)
}

// sinceMidnight returns the time of day that clocks show.
func (c civil) sinceMidnight() time.Duration {
	_, since := exact.FloorDiv(int64(c), int64(day))
	return time.Duration(since)
}

// add returns the local time a wait after c, and the end of history if the sum lies beyond it.
func (c civil) add(wait time.Duration) civil {
	const last = civil(maxHistory * int64(time.Second))
	if civil(wait) > last-c {
		return last
	}
	return c + civil(wait)
}

// civilStart returns where the n-th day begins.
func civilStart(n int64, cut time.Duration) civil { return civil(n*int64(day) + int64(cut)) }

// weekdayOf returns the weekday of the n-th day after 1970-01-01, a Thursday.
func weekdayOf(n int64) time.Weekday {
	_, w := exact.FloorDiv(n+int64(time.Thursday), 7)
	return time.Weekday(w)
}

// instant returns the first instant later than after at which clocks on the wall show c, and the
// last one if none is later. For a c that clocks skip it returns the end of the gap.
//
// A local time has one instant, or two when clocks are set back, or none when they are set forward.
// The candidates are the offsets two days before and after it, which is far enough for a zone that
// skips a whole day.
func (c civil) instant(loc *time.Location, after time.Time) time.Time {
	before, behind := offsetAt(c, -2*day, loc), offsetAt(c, 2*day, loc)
	first, second := c.minus(before, loc), c.minus(behind, loc)
	if second.Before(first) {
		first, second = second, first
	}

	switch shown, again := civilOf(first, loc) == c, civilOf(second, loc) == c; {
	case shown && (first.After(after) || !again):
		return first
	case again:
		return second
	}
	start, _ := second.ZoneBounds()
	return start
}

// offsetAt returns the offset of loc about d after c.
func offsetAt(c civil, d time.Duration, loc *time.Location) time.Duration {
	_, offset := time.Unix(0, int64(c)+int64(d)).In(loc).Zone()
	return time.Duration(offset) * time.Second
}

// minus returns the instant at which clocks with this offset show c.
func (c civil) minus(offset time.Duration, loc *time.Location) time.Time {
	return time.Unix(0, int64(c)-int64(offset)).In(loc)
}
