package sla

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// Day is 24 hours, the unit of rolling windows. A calendar day may have 23 or 25: see
// [CalendarDay].
const Day = 24 * time.Hour

// A Window is the span of time over which a target must hold: rolling, or aligned to the calendar
// of a time zone.
//
// The zero Window is none, and [SLA.Validate] refuses it. Windows compare with [Window.Equal]. A
// Window is a value, and safe for concurrent use.
type Window struct {
	unit   unit
	anchor int8       // the first weekday of a week; the first day of a month
	month  time.Month // the first month of a year or of one of its quarters
	length time.Duration
	zone   *time.Location // nil is UTC
}

type unit int8

const (
	none unit = iota
	rolling
	day
	week
	month
	quarter
	year
)

// Rolling returns a window of length d that ends at the instant being evaluated. [Window.Validate]
// refuses a d that is not positive.
func Rolling(d time.Duration) Window { return Window{unit: rolling, length: d} }

// CalendarDay returns the window of each calendar day, from midnight to midnight in loc, whether it
// has 23, 24 or 25 hours. A nil loc is UTC.
//
// In all calendar windows, a midnight that does not exist is the first instant after the gap, and
// one that exists twice is the earlier. A day that a zone skipped is no window.
func CalendarDay(loc *time.Location) Window { return Window{unit: day, zone: loc} }

// CalendarWeek returns the window of each week in loc, from the given weekday. A nil loc is UTC.
func CalendarWeek(first time.Weekday, loc *time.Location) Window {
	return Window{unit: week, anchor: narrow(int(first)), zone: loc}
}

// CalendarMonth returns the window of each month in loc, from the given day, 1 to 31. A nil loc is
// UTC. A month that is too short for that day begins on its last: 31 makes windows that start on 31
// January, 28 or 29 February, 31 March, 30 April.
func CalendarMonth(firstDay int, loc *time.Location) Window {
	return Window{unit: month, anchor: narrow(firstDay), zone: loc}
}

// CalendarQuarter returns the window of each quarter of the year that begins on the given date, in
// loc: time.January and 1 for the quarters of the calendar year. A nil loc is UTC. Days beyond the
// end of a month clamp as in [CalendarMonth].
func CalendarQuarter(firstMonth time.Month, firstDay int, loc *time.Location) Window {
	return Window{unit: quarter, month: firstMonth, anchor: narrow(firstDay), zone: loc}
}

// CalendarYear returns the window of each year that begins on the given date, in loc: time.April
// and 6 for the British tax year. A nil loc is UTC. Days beyond the end of a month clamp as in
// [CalendarMonth].
func CalendarYear(firstMonth time.Month, firstDay int, loc *time.Location) Window {
	return Window{unit: year, month: firstMonth, anchor: narrow(firstDay), zone: loc}
}

// narrow keeps what cannot be an anchor recognisable as such.
func narrow(n int) int8 {
	if n < -1 || n > 100 {
		return -1
	}
	return int8(n)
}

// IsZero reports whether this is the zero Window.
func (w Window) IsZero() bool { return w.Equal(Window{}) }

// Equal reports whether both windows are defined alike, so that they have the same bounds at every
// instant.
func (w Window) Equal(other Window) bool {
	same := w.location().String() == other.location().String()
	w.zone, other.zone = nil, nil
	return same && w == other
}

// Location returns the time zone of a calendar window, and UTC for others.
func (w Window) Location() *time.Location { return w.location() }

func (w Window) location() *time.Location {
	if w.zone == nil {
		return time.UTC
	}
	return w.zone
}

// Validate returns what is wrong with the window, a [*FieldError] whose path is "window", and
// otherwise nil. The zone must be one that its name finds again on every machine: UTC or one of the
// IANA database, and not [time.Local].
func (w Window) Validate() error {
	if problem := w.problem(); problem != "" {
		return fault.New("window", "%s", problem)
	}
	return nil
}

func (w Window) problem() string {
	// The units are in order of length, and a longer one has all settings of the shorter.
	switch {
	case w.unit == none:
		return "is missing"
	case w.unit == rolling && w.length <= 0:
		return fmt.Sprintf("%v is no length: it must be positive", w.length)
	case w.unit == rolling:
		return ""
	case w.unit == week && (w.anchor < 0 || w.anchor > 6):
		return "the first day of a week must be a weekday"
	case w.unit >= month && (w.anchor < 1 || w.anchor > 31):
		return "the first day must be between 1 and 31"
	case w.unit >= quarter && (w.month < time.January || w.month > time.December):
		return "the first month must be between January and December"
	}
	return w.zoneProblem()
}

func (w Window) zoneProblem() string {
	name := w.location().String()
	if name == "UTC" {
		return ""
	}
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		return noZone(name)
	}
	return ""
}

// Bounds returns the bounds [start, end) of the window at t. A calendar window contains t, and its
// bounds are in its zone. A rolling window ends at t. A window that does not pass [Window.Validate]
// has two zero times.
func (w Window) Bounds(t time.Time) (start, end time.Time) {
	switch {
	case w.unit == rolling && w.length > 0:
		return t.Add(-w.length), t
	case w.unit == none || w.unit == rolling || !w.anchored():
		return time.Time{}, time.Time{}
	}
	return w.calendarAt(t)
}

// anchored reports whether the anchors name real days.
func (w Window) anchored() bool {
	w.zone = nil
	return w.problem() == ""
}

// IsRolling reports whether the window ends at the instant being evaluated.
func (w Window) IsRolling() bool { return w.unit == rolling }

// Nominal returns the length by which a window is planned, whatever the calendar does: days have 24
// hours, months 30 days, quarters 90 and years 365.
func (w Window) Nominal() time.Duration {
	return [...]time.Duration{
		rolling: w.length, day: Day, week: 7 * Day, month: 30 * Day, quarter: 90 * Day, year: 365 * Day,
	}[w.unit]
}

// Longest returns the longest that the window can be. A calendar window is longest where clocks go
// back: by three hours at most.
func (w Window) Longest() time.Duration {
	const back = 3 * time.Hour
	switch w.unit {
	case rolling:
		return w.length
	case day:
		return Day + back
	case week:
		return 7*Day + back
	case month:
		return 31*Day + back
	case quarter:
		return 92*Day + back
	}
	return 366*Day + back
}
