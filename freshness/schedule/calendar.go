package schedule

import (
	"math"
	"slices"
	"sort"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// A Calendar is a set of opening hours: weekly hours, holidays and one-off openings, read on clocks
// in a location.
//
//   - [NewCalendar] makes one from [Hours], [ParseCalendar] from text.
//   - [Calendar.IsOpen] is about an instant, [Calendar.NextOpening] and
//     [Calendar.NextClosing] about those that follow.
//   - [Calendar.Elapsed] measures open time, [Calendar.Add] adds it.
//   - [Schedule.SkipClosed], [Schedule.ShiftBefore] and [Schedule.ShiftAfter] use its dates.
//
// A span belongs to the date on which it opens: a night that opens on the day before a holiday runs
// to its end. Where spans meet or overlap, the place is open throughout.
//
// Where clocks change, a span opens at the earlier occurrence of a local time that happens twice,
// and closes at the later: each hour that clocks repeat while the place is open is open both times.
// An end that clocks skip moves to the first instant after the gap. A span that is skipped as a
// whole does not happen.
//
// A Calendar covers the instants that a [Schedule] can hold, after the zero [time.Time] and before
// the year 10000. The zero Calendar is never open, which is not valid where working time is wanted.
// A Calendar is an immutable value, and safe for concurrent use by multiple goroutines.
type Calendar struct {
	c *calendar
}

// A calendar is the compiled form of Hours.
type calendar struct {
	loc    *time.Location
	weekly [7][]window
	dates  []dated // ascending

	openWeekdays uint8 // bit n if weekly[n] has windows

	// Open time is summed by days: that of a day is the length of its windows without what windows
	// of the days before cover. It is that of its weekday, except where a correction applies:
	// holidays, openings, changes of the clocks.
	usual       [7]int64 // seconds of each weekday
	week        int64    // seconds of all of them
	corrections []correction
	swept       int64 // corrections include changes of the clocks on days before this one
}

// A correction is how far open time up to and including a day departs from that of the weekly
// hours, in seconds.
type correction struct {
	day, total int64
}

// sweepTo is the year up to which changes of the clocks are worked out once.
// Later ones are worked out each time they are needed.
const sweepTo = 2100

// IsZero reports whether c is the zero Calendar.
func (c Calendar) IsZero() bool { return c.c == nil }

// Location returns the location whose clocks c reads. It is [time.UTC] for the zero Calendar, and
// never nil.
func (c Calendar) Location() *time.Location {
	if c.c == nil {
		return time.UTC
	}
	return c.c.loc
}

// IsOpen reports whether c is open at t. It is open at the instant of opening, and closed at that
// of closing.
func (c Calendar) IsOpen(t time.Time) bool {
	sec, _ := clamp(t)
	if c.c == nil || sec <= minSecond && sinceYear1(t) < 0 || sec >= maxSecond {
		return false
	}
	_, open := c.c.position(sec, baseDay(t))
	return open
}

// Elapsed returns the open time between two instants, exactly. It is negative if to is before from,
// and as long as from and to are in the other order. It is cut to the longest time.Duration, about
// 292 years, and counts nothing outside the years 1 to 9999. The zero Calendar has no open time.
//
// Its cost does not grow with the distance, but that each change of the clocks after the year 2100
// between the two is looked up.
// Elapsed allocates nothing.
func (c Calendar) Elapsed(from, to time.Time) time.Duration {
	if c.c == nil {
		return 0
	}
	base := baseDay(from)
	a, b := c.c.openBefore(from, base), c.c.openBefore(to, base)
	return a.until(b)
}

// Add returns the instant at which the open time d has passed since t, in the location of c:
// the nearest to t of those where Elapsed(t, instant) is d.
// So 8 hours after an opening at 09:00 are over at a closing at 17:00, not at the next opening,
// and 8 hours before a closing is the opening. Add(t, 0) is t.
//
// It returns false if there is no such instant in the years 1 to 9999, as for the zero Calendar.
//
// Its cost is that of Elapsed between the two: about a microsecond up to the year 2100, and a tenth
// of a second where it looks through all years up to 9999. Add allocates nothing.
func (c Calendar) Add(t time.Time, d time.Duration) (time.Time, bool) {
	switch {
	case c.c == nil:
		return time.Time{}, false
	case d == 0:
		return t.In(c.c.loc), true
	case d > 0:
		return c.c.first(c.c.openBefore(t, baseDay(t)).plus(d), baseDay(t))
	}
	return c.c.last(c.c.openBefore(t, baseDay(t)).plus(d), baseDay(t))
}

// NextOpening returns the first instant strictly after t at which c opens, in the location of c.
// It returns false if there is none, as for a Calendar that never closes again.
func (c Calendar) NextOpening(t time.Time) (time.Time, bool) {
	if c.IsOpen(t) {
		var ok bool
		if t, ok = c.NextClosing(t); !ok {
			return time.Time{}, false
		}
	}
	if c.c == nil {
		return time.Time{}, false
	}
	return c.c.last(c.c.openBefore(t, baseDay(t)), baseDay(t))
}

// NextClosing returns the first instant strictly after t at which c closes, in the location of c.
// It returns false if there is none, as for a Calendar that never closes again.
func (c Calendar) NextClosing(t time.Time) (time.Time, bool) {
	if !c.IsOpen(t) {
		var ok bool
		if t, ok = c.NextOpening(t); !ok {
			return time.Time{}, false
		}
	}
	return c.c.closing(t)
}

// openTime is an amount of open time, in seconds and nanoseconds.
type openTime struct {
	sec, nsec int64
}

func (a openTime) until(b openTime) time.Duration {
	sec, nsec := b.sec-a.sec, b.nsec-a.nsec
	const most = math.MaxInt64 / nanosPerSecond
	switch {
	case sec > most || sec == most && nsec > math.MaxInt64%nanosPerSecond:
		return math.MaxInt64
	case sec < -most || sec == -most && nsec < -(math.MaxInt64%nanosPerSecond):
		return math.MinInt64
	}
	return time.Duration(sec*nanosPerSecond + nsec)
}

func (a openTime) plus(d time.Duration) openTime {
	sec, nsec := exact.FloorDiv(int64(d), nanosPerSecond)
	sec, nsec = a.sec+sec, a.nsec+nsec
	if nsec >= nanosPerSecond {
		sec, nsec = sec+1, nsec-nanosPerSecond
	}
	return openTime{sec, nsec}
}

// baseDay returns a day near t. Open time is summed from there, so that only what lies between
// counts towards the cost.
func baseDay(t time.Time) int64 {
	day, _ := splitDay(clampFloor(t))
	return day
}

// openBefore returns the open time before t, counted from the end of the day base.
func (c *calendar) openBefore(t time.Time, base int64) openTime {
	sec, nsec := clamp(t)
	total, open := c.position(sec, base)
	if !open {
		nsec = 0
	}
	return openTime{total, int64(nsec)}
}

// opens reports whether any day is open.
func (c *calendar) opens() bool {
	return c.openWeekdays != 0 || slices.ContainsFunc(c.dates, func(d dated) bool { return len(d.windows) > 0 })
}

// equal reports whether two calendars have the same location, weekly hours and dates.
func (c *calendar) equal(d *calendar) bool {
	if c == nil || d == nil || c == d {
		return c == d
	}
	for wd := range c.weekly {
		if !slices.Equal(c.weekly[wd], d.weekly[wd]) {
			return false
		}
	}
	return zoneText(c.loc) == zoneText(d.loc) && slices.EqualFunc(c.dates, d.dates, func(a, b dated) bool {
		return a.day == b.day && slices.Equal(a.windows, b.windows)
	})
}

// Equal reports whether c and d have the same hours on the same dates in the same location, where
// locations are compared as by [Schedule.Equal]. Calendars that are Equal print the same text.
func (c Calendar) Equal(d Calendar) bool { return c.c.equal(d.c) }

// windows returns the windows that open on a day.
func (c *calendar) windows(day int64) []window {
	if i := c.dateFrom(day); i < len(c.dates) && c.dates[i].day == day {
		return c.dates[i].windows
	}
	return c.weekly[weekday(day)]
}

// dateFrom returns the index of the first date with windows of its own that is not before day.
func (c *calendar) dateFrom(day int64) int {
	if n := len(c.dates); n == 0 || c.dates[n-1].day < day {
		return n
	}
	return sort.Search(len(c.dates), func(i int) bool { return c.dates[i].day >= day })
}

// spill returns the local second, from the day's 00:00 on, up to which windows of the day before
// reach.
func (c *calendar) spill(day int64) int64 { return latestClose(c.windows(day-1)) - secondsPerDay }

func latestClose(windows []window) int64 {
	var last int64
	for _, w := range windows {
		last = max(last, w.close)
	}
	return last
}

// covered returns how many local seconds of windows lie from second covered on and before second
// upTo, and whether upTo lies in one of them.
func covered(windows []window, from, upTo int64) (total int64, open bool) {
	for _, w := range windows {
		total += max(0, min(w.close, upTo)-max(w.open, from))
		open = open || w.open <= upTo && upTo < w.close
		from = max(from, w.close)
	}
	return total, open
}

// position returns the open seconds before sec, counted from the end of the day base, and whether c
// is open at sec.
func (c *calendar) position(sec, base int64) (total int64, open bool) {
	b := blockAt(c.loc, sec)
	if sec-calm < b.start || sec+calm >= b.end {
		return c.positionNear(sec, base, b)
	}
	// Far from changes of the clocks, local time is as good as time.
	day, second := splitDay(sec + b.offset)
	before, open1 := covered(c.windows(day-1), c.spill(day-1), second+secondsPerDay)
	today, open2 := covered(c.windows(day), c.spill(day), second)
	return c.between(base, day-2) + before + today, open1 || open2
}

// calm is how far from a change of the clocks an instant must lie, in seconds,
// for all windows of its day and the day before to be where their local times are.
const calm = reach + secondsPerDay

// margin is how many days around the one that clocks show can matter to an instant near a change of
// the clocks.
const margin = 3

// positionNear is position near a change of the clocks. It finds the instants of each window.
func (c *calendar) positionNear(sec, base int64, b block) (total int64, open bool) {
	day, _ := splitDay(sec + b.offset)
	first := day - margin
	total = c.between(base, first-1)
	done := c.doneBefore(first, b)
	for d := first; d <= day+margin; d++ {
		for _, w := range c.windows(d) {
			start, end := c.instants(d, w, b)
			total += max(0, min(end, sec)-max(start, done))
			open = open || start <= sec && sec < end
			done = max(done, end)
		}
	}
	return total, open
}

// instants returns when a window of a day opens and closes; near is any block. It does not happen
// if they are equal.
func (c *calendar) instants(day int64, w window, near block) (start, end int64) {
	midnight := day * secondsPerDay
	return firstAt(c.loc, midnight+w.open, near), lastAt(c.loc, midnight+w.close, near)
}

// doneBefore returns when the windows of the days before day have closed.
func (c *calendar) doneBefore(day int64, near block) int64 {
	var done int64 = -forever
	for d := day - margin; d < day; d++ {
		for _, w := range c.windows(d) {
			_, end := c.instants(d, w, near)
			done = max(done, end)
		}
	}
	return done
}

// exact returns the open time of a day, clocks changed or not.
func (c *calendar) exact(day int64) int64 {
	near := blockAt(c.loc, day*secondsPerDay)
	done := c.doneBefore(day, near)
	var total int64
	for _, w := range c.windows(day) {
		start, end := c.instants(day, w, near)
		total += max(0, end-max(start, done))
		done = max(done, end)
	}
	return total
}
