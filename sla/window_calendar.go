package sla

import (
	"sort"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// calendarAt numbers the periods of the calendar, and finds the one that holds t. It is the one
// that t's local date suggests, or the next: when clocks go back over midnight, a period has begun
// although the wall shows the day before once more.
func (w Window) calendarAt(t time.Time) (start, end time.Time) {
	n := w.period(t.In(w.location()).Date())
	start, end = w.boundary(n), w.boundary(n+1)
	if !t.Before(end) {
		start, end = end, w.boundary(n+2)
	}
	return start, end
}

// period numbers the period to which a date belongs.
func (w Window) period(y int, m time.Month, d int) int {
	switch w.unit {
	case day:
		return dayNumber(y, m, d)
	case week:
		return floorDiv(dayNumber(y, m, d)-w.weekShift(), 7)
	}
	months := y*12 + int(m-time.January)
	if d < min(int(w.anchor), daysIn(y, m)) {
		months--
	}
	return floorDiv(months-w.firstMonth(), w.months())
}

// boundary is the instant at which the n-th period begins.
func (w Window) boundary(n int) time.Time {
	switch w.unit {
	case day:
		return startOfDay(1970, time.January, 1+n, w.location())
	case week:
		return startOfDay(1970, time.January, 1+n*7+w.weekShift(), w.location())
	}
	months := n*w.months() + w.firstMonth()
	y, m := floorDiv(months, 12), time.January+time.Month(floorMod(months, 12))
	return startOfDay(y, m, min(int(w.anchor), daysIn(y, m)), w.location())
}

// weekShift is the number of the first day on or after 1970-01-01, a Thursday, that begins a week.
func (w Window) weekShift() int { return floorMod(int(w.anchor)-int(time.Thursday), 7) }

// months is how many months a period has.
func (w Window) months() int {
	switch w.unit {
	case quarter:
		return 3
	case year:
		return 12
	}
	return 1
}

// firstMonth is the month of year 0 in which a period begins, counted from 0.
func (w Window) firstMonth() int {
	if w.unit == month {
		return 0
	}
	return int(w.month - time.January)
}

// dayNumber counts days since 1970-01-01.
func dayNumber(y int, m time.Month, d int) int {
	return floorDiv(int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/3600), 24)
}

func daysIn(y int, m time.Month) int { return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day() }

func floorDiv(a, b int) int {
	quotient, _ := exact.FloorDiv(a, b)
	return quotient
}

func floorMod(a, b int) int {
	_, rest := exact.FloorDiv(a, b)
	return rest
}

// startOfDay is the first instant at which a clock on the wall of loc shows the date or a later
// one: the earlier midnight where there are two, and the end of the gap where there is none.
//
// No zone is more than 16 hours from UTC, and none changes its offset twice in the 32 hours around
// a midnight, as a test over the whole database shows.
func startOfDay(y int, m time.Month, d int, loc *time.Location) time.Time {
	const farthest = 16 * 3600
	wall := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()
	before, after := offset(wall-farthest, loc), offset(wall+farthest, loc)

	// Mostly the offset does not change between the midnight and 16 hours before it. Else the one
	// of 16 hours after it counts, or the midnight is in a gap, and the change is searched for.
	at := wall - before
	if offset(at, loc) != before {
		at = wall - after
		if offset(at, loc) != after {
			from := wall - farthest
			at = from + int64(sort.Search(2*farthest, func(i int) bool {
				return offset(from+int64(i), loc) != before
			}))
		}
	}
	return time.Unix(at, 0).In(loc)
}

// offset is how many seconds loc is ahead of UTC.
func offset(unix int64, loc *time.Location) int64 {
	_, ahead := time.Unix(unix, 0).In(loc).Zone()
	return int64(ahead)
}
