package sla

import (
	"fmt"
	"time"
)

// Day is 24 hours, the unit of rolling windows.
// A day of the calendar may have 23 or 25 of them: see [Daily].
const Day = 24 * time.Hour

// A Window is the span of time over which a target must hold: rolling, or aligned to the calendar of a time zone.
// [Window.At] answers its bounds.
//
// The zero Window is none: [SLA.Validate] refuses it.
// Windows may be compared by [Window.Equal]. A Window is a value, and safe for concurrent use.
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

// Rolling is the window that ends wherever one looks, and is always d long.
// A d that is not positive makes a window that [Window.Validate] refuses.
func Rolling(d time.Duration) Window { return Window{unit: rolling, length: d} }

// Daily is each day of the calendar, from midnight to midnight in loc, whether it has 23, 24 or 25 hours.
// A nil loc is UTC.
//
// In all windows of the calendar, a midnight that does not exist is the first instant after the gap,
// and one that exists twice is the earlier; a day that a zone skipped is no window.
func Daily(loc *time.Location) Window { return Window{unit: day, zone: loc} }

// Weekly is each week of the calendar in loc, from the given weekday. A nil loc is UTC.
func Weekly(first time.Weekday, loc *time.Location) Window {
	return Window{unit: week, anchor: narrow(int(first)), zone: loc}
}

// Monthly is each month of the calendar in loc, from the given day, 1 to 31. A nil loc is UTC.
// A month that is too short for that day begins on its last: 31 makes windows that start on
// 31 January, 28 or 29 February, 31 March, 30 April.
func Monthly(firstDay int, loc *time.Location) Window {
	return Window{unit: month, anchor: narrow(firstDay), zone: loc}
}

// Quarterly is each quarter of the year that begins on the given date, in loc:
// time.January and 1 for the quarters of the calendar year. A nil loc is UTC.
// Days beyond the end of a month clamp as those of [Monthly].
func Quarterly(firstMonth time.Month, firstDay int, loc *time.Location) Window {
	return Window{unit: quarter, month: firstMonth, anchor: narrow(firstDay), zone: loc}
}

// Yearly is each year that begins on the given date, in loc: time.April and 6 for the British tax year.
// A nil loc is UTC. Days beyond the end of a month clamp as those of [Monthly].
func Yearly(firstMonth time.Month, firstDay int, loc *time.Location) Window {
	return Window{unit: year, month: firstMonth, anchor: narrow(firstDay), zone: loc}
}

// narrow keeps what cannot be an anchor recognisable as such.
func narrow(n int) int8 {
	if n < -1 || n > 100 {
		return -1
	}
	return int8(n)
}

// IsZero says whether this is the zero Window, which is none.
func (w Window) IsZero() bool { return w.Equal(Window{}) }

// Equal says whether both windows have the same bounds at every instant because they are defined alike.
func (w Window) Equal(other Window) bool {
	same := w.location().String() == other.location().String()
	w.zone, other.zone = nil, nil
	return same && w == other
}

// Location answers the time zone of a window of the calendar, and UTC for others.
func (w Window) Location() *time.Location { return w.location() }

func (w Window) location() *time.Location {
	if w.zone == nil {
		return time.UTC
	}
	return w.zone
}

// Validate says what is wrong with the window, as a [*FieldError] whose path is "window"; nil when nothing is.
// The zone must be one that its name finds again, UTC or of the IANA database, for the window to have a text form;
// [time.Local] is none where it is only called so, since it differs between machines.
func (w Window) Validate() error {
	if problem := w.problem(); problem != "" {
		return fieldError("window", "%s", problem)
	}
	return nil
}

func (w Window) problem() string {
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
		return fmt.Sprintf("%s is not the name of an IANA time zone", quote(name))
	}
	return ""
}

// At answers the bounds [start, end) of the window at t.
// A window of the calendar contains t, and its bounds are in its zone.
// A rolling window ends at t: its bounds are t less its length and t.
// A window that does not pass [Window.Validate] answers two zero times.
func (w Window) At(t time.Time) (start, end time.Time) {
	switch {
	case w.unit == rolling && w.length > 0:
		return t.Add(-w.length), t
	case w.unit == none || w.unit == rolling || !w.anchored():
		return time.Time{}, time.Time{}
	}
	return w.calendarAt(t)
}

// anchored says whether the anchors name real days.
func (w Window) anchored() bool {
	w.zone = nil
	return w.problem() == ""
}
