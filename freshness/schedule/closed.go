package schedule

import (
	"errors"
	"fmt"
)

// A shift is what becomes of the days of a pattern that its Calendar has closed.
type shift uint8

const (
	keep        shift = iota // nothing: there is no Calendar
	skip                     // they drop out
	shiftBefore              // they move to the last open day before
	shiftAfter               // they move to the first open day after
	nthOpen                  // they drop out, and of each month one open day stays
)

// String returns how a shift is written in the text of a Schedule.
func (sh shift) String() string { return [...]string{"", "skip", "before", "after", "nth"}[sh] }

// SkipClosed returns s without its instants on closed days: dates on which c has no span that
// opens. Only the dates of c matter, not its hours: a Schedule at 07:00 keeps its days with a c
// that opens at 09:00. Dates are those of the local times of s, in the location of s, whatever the
// location of c.
//
// A Schedule has one Calendar: the last of SkipClosed, [Schedule.ShiftBefore],
// [Schedule.ShiftAfter] and [Schedule.NthOpenDay] counts. Next and Prev stay strict, and inverse to
// each other.
//
// If c is the zero Calendar, or s is made by [Every] and so has no dates,
// the Schedule holds no instants and its Validate returns why. The zero Schedule stays as it is.
func (s Schedule) SkipClosed(c Calendar) Schedule { return s.with(c, skip) }

// ShiftBefore returns s with its instants on closed days moved to the same local time on the last
// open day before: "on the last day of the month, or the last working day before it". Instants that
// meet are one. For the rest it is like [Schedule.SkipClosed].
func (s Schedule) ShiftBefore(c Calendar) Schedule { return s.with(c, shiftBefore) }

// ShiftAfter returns s with its instants on closed days moved to the same local time on the first
// open day after: "on the first of the month, or the first working day after it". Instants that
// meet are one. For the rest it is like [Schedule.SkipClosed].
func (s Schedule) ShiftAfter(c Calendar) Schedule { return s.with(c, shiftAfter) }

func (s Schedule) with(c Calendar, sh shift) Schedule {
	if s.spec == nil || s.spec.fault != nil {
		return s
	}
	switch {
	case c.c == nil:
		return invalid(fmt.Sprintf("%s %s {}", s, sh), errNoCalendar)
	case s.spec.kind == elapsed:
		text := fmt.Sprintf("%s %s {%s}", s, sh, c)
		return invalid(text, errors.New("schedule: @every has no dates that a calendar could close"))
	}
	p := *s.spec
	p.cal, p.pattern.shift, p.pattern.nth = c.c, sh, 0
	return Schedule{&p}
}

// nextDay returns the first day of the pattern that is not before day, as its calendar has it.
func (p *spec) nextDay(day int64) (int64, bool) {
	r := &p.pattern.days
	switch p.pattern.shift {
	case skip:
		return p.nextUnskipped(day)
	case nthOpen:
		return p.nextNth(day)
	case shiftBefore:
		open, ok := p.cal.nextOpenDay(day)
		if !ok {
			return maxDay, false
		}
		if day, ok = r.next(open); !ok {
			return maxDay, false
		}
		return p.cal.prevOpenDay(day)
	case shiftAfter:
		open, ok := p.cal.nextOpenDay(day)
		if !ok {
			return maxDay, false
		}
		// Days after the open day before move to this one or a later one.
		from, ok := p.cal.prevOpenDay(open - 1)
		if !ok {
			from = minDay - 1
		}
		if day, ok = r.next(from + 1); !ok {
			return maxDay, false
		}
		return p.cal.nextOpenDay(day)
	}
	return r.next(day)
}

// prevDay returns the last day of the pattern that is not after day, as its calendar has it.
func (p *spec) prevDay(day int64) (int64, bool) {
	r := &p.pattern.days
	switch p.pattern.shift {
	case skip:
		return p.prevUnskipped(day)
	case nthOpen:
		return p.prevNth(day)
	case shiftBefore:
		open, ok := p.cal.prevOpenDay(day)
		if !ok {
			return minDay, false
		}
		// Days before the open day after move to this one or a sooner one.
		to, ok := p.cal.nextOpenDay(open + 1)
		if !ok {
			to = maxDay + 1
		}
		if day, ok = r.prev(to - 1); !ok {
			return minDay, false
		}
		return p.cal.prevOpenDay(day)
	case shiftAfter:
		open, ok := p.cal.prevOpenDay(day)
		if !ok {
			return minDay, false
		}
		if day, ok = r.prev(open); !ok {
			return minDay, false
		}
		return p.cal.nextOpenDay(day)
	}
	return r.prev(day)
}

// nextUnskipped returns the first open day of the pattern that is not before day:
// one on an open weekday, or a date with hours of its own.
func (p *spec) nextUnskipped(day int64) (int64, bool) {
	usual, any := p.pattern.days, p.pattern.days
	usual.only = p.cal.openWeekdays

	for {
		found, ok := usual.next(day)
		for i := p.cal.dateFrom(day); i < len(p.cal.dates); i++ {
			d := &p.cal.dates[i]
			if ok && d.day > found {
				break
			}
			if len(d.windows) > 0 && any.holds(d.day) {
				return d.day, true
			}
		}
		if !ok || !p.cal.hasDate(found) {
			return found, ok
		}
		day = found + 1
	}
}

// prevUnskipped returns the last open day of the pattern that is not after day.
func (p *spec) prevUnskipped(day int64) (int64, bool) {
	usual, any := p.pattern.days, p.pattern.days
	usual.only = p.cal.openWeekdays

	for {
		found, ok := usual.prev(day)
		for i := p.cal.dateFrom(day+1) - 1; i >= 0; i-- {
			d := &p.cal.dates[i]
			if ok && d.day < found {
				break
			}
			if len(d.windows) > 0 && any.holds(d.day) {
				return d.day, true
			}
		}
		if !ok || !p.cal.hasDate(found) {
			return found, ok
		}
		day = found - 1
	}
}

// hasDate reports whether day has windows of its own, or is closed by a date of its own.
func (c *calendar) hasDate(day int64) bool {
	i := c.dateFrom(day)
	return i < len(c.dates) && c.dates[i].day == day
}

// nextOpenDay returns the first day with a window that is not before day.
func (c *calendar) nextOpenDay(day int64) (int64, bool) {
	usual := dayRule{dom: allDays, month: allMonths, dow: allWeekdays, only: c.openWeekdays}
	found, ok := usual.next(day)
	for i := c.dateFrom(day); i < len(c.dates); i++ {
		switch d := &c.dates[i]; {
		case ok && d.day > found:
			return found, true
		case len(d.windows) > 0:
			return d.day, true
		case d.day == found:
			found, ok = usual.next(found + 1)
		}
	}
	return found, ok
}

// prevOpenDay returns the last day with a window that is not after day.
func (c *calendar) prevOpenDay(day int64) (int64, bool) {
	usual := dayRule{dom: allDays, month: allMonths, dow: allWeekdays, only: c.openWeekdays}
	found, ok := usual.prev(day)
	for i := c.dateFrom(day+1) - 1; i >= 0; i-- {
		switch d := &c.dates[i]; {
		case ok && d.day < found:
			return found, true
		case len(d.windows) > 0:
			return d.day, true
		case d.day == found:
			found, ok = usual.prev(found - 1)
		}
	}
	return found, ok
}
