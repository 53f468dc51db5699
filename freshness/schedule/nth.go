package schedule

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// mostOpen is how many days a month can have open.
const mostOpen = 31

// NthOpenDay returns s with only its instants on the nth of its open days of each month: dates of
// the month on which s has instants and c has a span that opens. From 1 on they are counted from the
// month's begin, and from -1 down from its end: "on the third working day of the month", "on the last
// working day but one". A month that has fewer has none. For the rest it is like
// [Schedule.SkipClosed].
//
// If n is zero, or no month can have so many, the Schedule holds no instants and its Validate
// returns why.
func (s Schedule) NthOpenDay(n int, c Calendar) Schedule {
	nth := s.with(c, nthOpen)
	if nth.spec == nil || nth.spec.fault != nil {
		return nth
	}
	if n < -mostOpen || n == 0 || n > mostOpen {
		return invalid(fmt.Sprintf("%s nth %d {%s}", s, n, c),
			fmt.Errorf("schedule: nth: %d is not between 1 and 31, or -31 and -1", n))
	}
	nth.spec.pattern.nth = int8(n)
	if _, ok := nth.spec.nextDay(minDay); !ok {
		return invalid(nth.String(), fmt.Errorf("schedule: nth: no month has an open day %d of this schedule", n))
	}
	return nth
}

// nextNth returns the first day that is the nth open one of its month and not before day.
func (p *spec) nextNth(day int64) (int64, bool) {
	for month := monthOf(day); ; month = monthOf(month + 31) {
		// The next open day leads to the next month that has one: empty ones cost nothing.
		open, ok := p.nextUnskipped(max(month, minDay))
		if !ok {
			return maxDay, false
		}
		month = monthOf(open)
		if found, ok := p.nthIn(month); ok && found >= day {
			return found, found <= maxDay
		}
	}
}

// prevNth returns the last day that is the nth open one of its month and not after day.
func (p *spec) prevNth(day int64) (int64, bool) {
	for month := monthOf(day); ; month = monthOf(month - 1) {
		open, ok := p.prevUnskipped(min(monthOf(month+31)-1, maxDay))
		if !ok {
			return minDay, false
		}
		month = monthOf(open)
		if found, ok := p.nthIn(month); ok && found <= day {
			return found, found >= minDay
		}
	}
}

// monthOf returns the first day of the month that holds a day.
func monthOf(day int64) int64 {
	_, _, dom := civil(day)
	return day - int64(dom-1)
}

// nthIn returns the nth open day of the month that begins with first, and false if it has fewer. It
// looks at each day of the month itself, for a search ends at the last day that instants can have,
// and days beyond it count as well.
func (p *spec) nthIn(first int64) (int64, bool) {
	open, n := p.openIn(first), int(p.pattern.nth)
	if n > 0 {
		for range n - 1 {
			open &= open - 1
		}
		return first + int64(bits.TrailingZeros64(open)) - 1, open != 0
	}
	for range -n - 1 {
		open &^= 1 << bits.Len64(open) >> 1
	}
	return first + int64(bits.Len64(open)) - 2, open != 0
}

// openIn returns the open days of the pattern in the month that begins with first, as bits 1 to 31.
func (p *spec) openIn(first int64) uint64 {
	year, month, _ := civil(first)
	if p.pattern.days.month>>month&1 == 0 {
		return 0
	}
	usual := p.pattern.days
	usual.only = p.cal.openWeekdays
	open, all := usual.monthMask(year, month, first), p.pattern.days.monthMask(year, month, first)

	end := first + int64(daysIn(year, month))
	for i := p.cal.dateFrom(first); i < len(p.cal.dates) && p.cal.dates[i].day < end; i++ {
		d := &p.cal.dates[i]
		bit := uint64(2) << (d.day - first)
		if open &^= bit; len(d.windows) > 0 {
			open |= all & bit
		}
	}
	return open
}

// cutNth cuts "nth 3" off the end of t, which stands before a calendar.
func cutNth(t token) (body token, n int, found bool) {
	text := strings.TrimRight(t.text, " \t\r\n")
	at := strings.LastIndexAny(text, " \t\r\n") + 1
	n, err := strconv.Atoi(text[at:])
	if err != nil {
		return t, 0, false
	}
	body, found = cutSuffix(t.upTo(at), "nth")
	return body, n, found
}
