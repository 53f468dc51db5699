package schedule

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Date is a day of the calendar, without a location: the day that clocks show wherever it is
// used.
type Date struct {
	Year  int        // from 1 to 9999
	Month time.Month // from January to December
	Day   int        // from 1 to the last day of the month
}

// dateOf returns the date that clocks show at t, in the location of t.
func dateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// String returns d in the form 2021-12-25, which is that of ISO 8601.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

func (d Date) check() error {
	switch {
	case d.Year < 1 || d.Year > 9999:
		return fmt.Errorf("year %d is not between 1 and 9999", d.Year)
	case d.Month < time.January || d.Month > time.December:
		return fmt.Errorf("month %d is not between 1 and 12", int(d.Month))
	case d.Day < 1 || d.Day > daysIn(int64(d.Year), d.Month):
		return fmt.Errorf("day %d is not in month %04d-%02d", d.Day, d.Year, int(d.Month))
	}
	return nil
}

func (d Date) number() int64 { return firstOf(int64(d.Year), d.Month) + int64(d.Day-1) }

// dateOfDay is the inverse of Date.number.
func dateOfDay(day int64) Date {
	year, month, dom := civil(day)
	return Date{int(year), month, dom}
}

// A TimeRange is a stretch of opening on clocks: from Open, inclusive, to Close, exclusive.
// Both are readings of a clock, given as the time since 00:00, in whole seconds:
// 09:30 is 9*time.Hour + 30*time.Minute, on days with 23 and 25 hours too.
//
// A Close before Open is on the next day: {22 * time.Hour, 6 * time.Hour} is a night.
// The zero TimeRange is empty, and an error in a Calendar.
type TimeRange struct {
	Open  time.Duration // from 00:00 to before 24:00
	Close time.Duration // from 00:00 to 24:00; before Open means on the next day; equal to Open is an error
}

// String returns sp in the form 09:00-17:30.
func (sp TimeRange) String() string { return clockText(sp.Open) + "-" + clockText(sp.Close) }

func clockText(d time.Duration) string {
	text := fmt.Sprintf("%02d:%02d", int(d/time.Hour), int(d/time.Minute)%60)
	if rest := d % time.Minute; rest != 0 {
		text += fmt.Sprintf(":%02d", int(rest/time.Second))
	}
	return text
}

func (sp TimeRange) check() error {
	switch {
	case sp.Open < 0 || sp.Open >= 24*time.Hour:
		return fmt.Errorf("open: %s is not between 00:00 and 23:59:59", sp.Open)
	case sp.Close < 0 || sp.Close > 24*time.Hour:
		return fmt.Errorf("close: %s is not between 00:00 and 24:00", sp.Close)
	case sp.Open%time.Second != 0 || sp.Close%time.Second != 0:
		return errors.New("not in whole seconds")
	case sp.Open == sp.Close:
		return fmt.Errorf("%s is empty", sp)
	}
	return nil
}

// Hours are what a [Calendar] is made of. The zero Hours are never open, which is an error.
type Hours struct {
	// Location is where the clocks are. Nil is UTC.
	Location *time.Location

	// Weekly are the spans of each weekday. One without spans is closed. They may overlap.
	Weekly map[time.Weekday][]TimeRange

	// Holidays are dates that are closed whatever their weekday. They may repeat, in any order.
	Holidays []Date

	// Openings are dates with spans of their own, in place of those of their weekday, holiday or
	// not. One without spans is closed.
	Openings map[Date][]TimeRange
}

// Weekdays returns weekly hours of the same spans from Monday to Friday, for [Hours.Weekly].
func Weekdays(spans ...TimeRange) map[time.Weekday][]TimeRange {
	week := make(map[time.Weekday][]TimeRange, 5)
	for day := time.Monday; day <= time.Friday; day++ {
		week[day] = spans
	}
	return week
}

// NewCalendar returns the Calendar of h, which it copies.
//
// The error joins everything that is wrong, each with its path, as in "weekly[Monday][0]:
// 09:00-09:00 is empty". Hours that are never open are an error.
func NewCalendar(h Hours) (Calendar, error) {
	if err := h.check(); err != nil {
		return Calendar{}, err
	}
	c := &calendar{loc: h.Location}
	if c.loc == nil {
		c.loc = time.UTC
	}

	for day, spans := range h.Weekly {
		if c.weekly[day] = newWindows(spans); len(spans) > 0 {
			c.openWeekdays |= 1 << day
		}
	}

	own := map[int64][]window{}
	for _, date := range h.Holidays {
		own[date.number()] = nil
	}
	for date, spans := range h.Openings {
		own[date.number()] = newWindows(spans)
	}

	for day, windows := range own {
		c.dates = append(c.dates, dated{day, windows})
	}
	slices.SortFunc(c.dates, func(a, b dated) int { return int(a.day - b.day) })
	if !c.opens() {
		return Calendar{}, errors.New("schedule: calendar: never open")
	}

	c.sum()
	return Calendar{c}, nil
}

// MustCalendar is like [NewCalendar] but panics if h is not valid. It is for hours that stand in
// the program.
func MustCalendar(h Hours) Calendar {
	c, err := NewCalendar(h)
	if err != nil {
		panic(err)
	}
	return c
}

func (h *Hours) check() error {
	var faults []error
	fault := func(err error, format string, args ...any) {
		if err != nil {
			faults = append(faults, fmt.Errorf("schedule: calendar: %s: %w", fmt.Sprintf(format, args...), err))
		}
	}

	fault(checkLocation(h.Location), "location")
	for _, day := range sortedKeys(h.Weekly, func(a, b time.Weekday) int { return int(a - b) }) {
		if day < time.Sunday || day > time.Saturday {
			fault(errors.New("no such weekday"), "weekly[%d]", int(day))
		}
		for i, sp := range h.Weekly[day] {
			fault(sp.check(), "weekly[%s][%d]", day, i)
		}
	}

	for i, date := range h.Holidays {
		fault(date.check(), "holidays[%d]", i)
	}
	for _, date := range sortedKeys(h.Openings, compareDates) {
		fault(date.check(), "openings[%s]", date)
		for i, sp := range h.Openings[date] {
			fault(sp.check(), "openings[%s][%d]", date, i)
		}
	}
	return errors.Join(faults...)
}

func compareDates(a, b Date) int {
	return cmp.Or(a.Year-b.Year, int(a.Month-b.Month), a.Day-b.Day)
}

func sortedKeys[K comparable, V any](m map[K]V, compare func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, compare)
	return keys
}

// A window is a TimeRange in seconds since 00:00 of the day on which it opens. Its close may lie on
// the next day.
type window struct {
	open, close int64
}

func newWindows(spans []TimeRange) []window {
	var windows []window
	for _, sp := range spans {
		w := window{int64(sp.Open / time.Second), int64(sp.Close / time.Second)}
		if w.close < w.open {
			w.close += secondsPerDay
		}
		windows = append(windows, w)
	}
	slices.SortFunc(windows, func(a, b window) int {
		if a.open != b.open {
			return int(a.open - b.open)
		}
		return int(a.close - b.close)
	})
	return slices.Compact(windows)
}

func (w window) span() TimeRange {
	sp := TimeRange{time.Duration(w.open) * time.Second, time.Duration(w.close) * time.Second}
	if sp.Close > 24*time.Hour {
		sp.Close -= 24 * time.Hour
	}
	return sp
}

// dated are the windows of one date.
type dated struct {
	day     int64
	windows []window
}
