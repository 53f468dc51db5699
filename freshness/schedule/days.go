package schedule

import (
	"math/bits"
	"time"
)

// Days are counted from 1970-01-01. These are the first and the last that a search looks at,
// one outside the range of instants on either side.
const (
	minDay = minSecond/secondsPerDay - 3
	maxDay = maxSecond/secondsPerDay + 3
)

// shiftDays and shiftYears move days and years into positive numbers: by twelve eras of 400 years,
// and by the days from 1 March of the year 0 to 1970.
const (
	shiftDays  = 719468 + 12*146097
	shiftYears = 12 * 400
)

// civil returns the year, month and day of month of a day.
//
// The method is that of Cassio Neri and Lorenz Schneider, "Euclidean affine functions and their
// application to calendar algorithms" (2022): years begin in March, so that the leap day comes
// last.
func civil(day int64) (year int64, month time.Month, dom int) {
	n1 := 4*uint64(day+shiftDays) + 3
	century, n2 := n1/146097, n1%146097|3
	p2 := 2939745 * n2
	yoc, doy := p2>>32, p2&(1<<32-1)/2939745/4
	n3 := 2141*doy + 197913
	year = int64(100*century+yoc) - shiftYears
	month, dom = time.Month(n3>>16), int(n3&(1<<16-1)/2141+1)
	if month > time.December {
		return year + 1, month - 12, dom
	}
	return year, month, dom
}

// firstOf returns the first day of a month.
func firstOf(year int64, month time.Month) int64 {
	y, m := uint64(year+shiftYears), uint64(month)
	if m < 3 {
		y, m = y-1, m+12
	}
	century := y / 100
	return int64(1461*y/4-century+century/4+(979*m-2919)/32) - shiftDays
}

// weekday returns the weekday of a day. 1970-01-01 was a Thursday, and the days of an era are full
// weeks.
func weekday(day int64) uint { return uint(uint64(day+4+12*146097) % 7) }

func isLeap(year int64) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// daysIn returns the number of days of a month.
func daysIn(year int64, month time.Month) int {
	if month == time.February {
		if isLeap(year) {
			return 29
		}
		return 28
	}
	return 30 + int((month+month>>3)&1)
}

const (
	allMonths   = 1<<13 - 2
	allDays     = 1<<32 - 2
	allWeekdays = 1<<7 - 1
	allHours    = 1<<24 - 1
	allMinutes  = 1<<60 - 1
)

// A dayRule is a set of days: bit n of month, dom and dow stands for value n.
// The set is empty only if month or dom is.
type dayRule struct {
	dom   uint32
	month uint16
	dow   uint8
	last  bool  // the last day of each month counts among dom
	or    bool  // a day need match only one of dom and dow
	only  uint8 // weekdays outside of it never match
	leap  bool  // only 29 February can match: derived from the others, for the sake of speed
}

// weekly reports whether only the weekday decides.
func (r *dayRule) weekly() bool { return r.dom == allDays && r.month == allMonths }

// monthMask returns the matching days of a month as bits 1 to 31; first is the month's first day.
func (r *dayRule) monthMask(year int64, month time.Month, first int64) uint64 {
	n := daysIn(year, month)
	dom := uint64(r.dom)
	if r.last {
		dom |= 1 << n
	}

	if r.dow != allWeekdays {
		dow := weeks(r.dow) >> weekday(first) << 1
		if r.or {
			dom |= dow
		} else {
			dom &= dow
		}
	}

	if r.only != allWeekdays {
		dom &= weeks(r.only) >> weekday(first) << 1
	}
	return dom & (1<<(n+1) - 1)
}

// weeks repeats a set of weekdays for six weeks, which hold every month.
func weeks(dow uint8) uint64 { return uint64(dow) * (1 | 1<<7 | 1<<14 | 1<<21 | 1<<28 | 1<<35) }

// holds reports whether the day matches.
func (r *dayRule) holds(day int64) bool {
	found, ok := r.next(day)
	return ok && found == day
}

// empty reports whether no day matches because no weekday can.
func (r *dayRule) empty() bool { return r.only == 0 || !r.or && r.dow&r.only == 0 }

// next returns the first matching day that is not before day, and false if there is none up to
// maxDay.
func (r *dayRule) next(day int64) (int64, bool) {
	if r.empty() {
		return maxDay, false
	}
	if r.weekly() {
		week := uint(r.dow&r.only) * (1 | 1<<7)
		day += int64(bits.TrailingZeros(week >> weekday(day)))
		return day, day <= maxDay
	}

	if r.leap {
		return r.nextLeapDay(day)
	}
	year, month, dom := civil(day)
	first := day - int64(dom-1)
	for first <= maxDay {
		if later := r.month >> month; later&1 == 0 {
			year, month = r.skipMonths(year, month, later)
			first, dom = firstOf(year, month), 1
		}
		if mask := r.monthMask(year, month, first) >> dom; mask != 0 {
			day = first + int64(dom-1+bits.TrailingZeros64(mask))
			return day, day <= maxDay
		}
		first += int64(daysIn(year, month))
		if month++; month > time.December {
			year, month = year+1, time.January
		}
		dom = 1
	}
	return maxDay, false
}

// skipMonths returns the first month in the rule after the one given;
// later holds the rule's months from that one on.
func (r *dayRule) skipMonths(year int64, month time.Month, later uint16) (int64, time.Month) {
	if later != 0 {
		return year, month + time.Month(bits.TrailingZeros16(later))
	}
	return year + 1, time.Month(bits.TrailingZeros16(r.month))
}

// leapDay reports whether only 29 February can match.
func (r *dayRule) leapDay() bool {
	return r.month == 1<<time.February && r.dom&(1<<29-1) == 0 && !r.last && !r.or
}

// prev returns the last matching day that is not after day, and false if there is none from minDay
// on.
func (r *dayRule) prev(day int64) (int64, bool) {
	if r.empty() {
		return minDay, false
	}
	if r.weekly() {
		week := uint16(r.dow&r.only) * (1 | 1<<7)
		day -= int64(bits.LeadingZeros16(week << (8 - weekday(day))))
		return day, day >= minDay
	}

	if r.leap {
		return r.prevLeapDay(day)
	}
	year, month, dom := civil(day)
	first := day - int64(dom-1)
	for first > minDay-31 { // the month that holds minDay is the last
		if r.month>>month&1 == 0 {
			year, month = r.skipMonthsBack(year, month)
			first, dom = firstOf(year, month), 31
		}
		if mask := r.monthMask(year, month, first) & (2<<dom - 1); mask != 0 {
			day = first + int64(bits.Len64(mask)) - 2
			return day, day >= minDay
		}
		if month--; month < time.January {
			year, month = year-1, time.December
		}
		first -= int64(daysIn(year, month))
		dom = 31
	}
	return minDay, false
}

// skipMonthsBack returns the last month in the rule before the one given.
func (r *dayRule) skipMonthsBack(year int64, month time.Month) (int64, time.Month) {
	if sooner := r.month & (1<<month - 1); sooner != 0 {
		return year, time.Month(bits.Len16(sooner) - 1)
	}
	return year - 1, time.Month(bits.Len16(r.month) - 1)
}

// nextLeapDay is next for a rule that only 29 February can match, on the rule's weekdays.
func (r *dayRule) nextLeapDay(day int64) (int64, bool) {
	year, month, _ := civil(day)
	if month > time.February {
		year++
	}
	for year = (year + 3) &^ 3; ; year += 4 {
		day = firstOf(year, time.March) - 1
		if isLeap(year) && r.onWeekday(day) || day > maxDay {
			return day, day <= maxDay
		}
	}
}

// prevLeapDay is prev for a rule that only 29 February can match.
func (r *dayRule) prevLeapDay(day int64) (int64, bool) {
	year, month, dom := civil(day)
	if month < time.February || month == time.February && dom < 29 {
		year--
	}
	for year &^= 3; ; year -= 4 {
		day = firstOf(year, time.March) - 1
		if isLeap(year) && r.onWeekday(day) || day < minDay {
			return day, day >= minDay
		}
	}
}

// onWeekday reports whether the weekday of a day matches.
func (r *dayRule) onWeekday(day int64) bool {
	week := r.dow & r.only
	return week == allWeekdays || week>>weekday(day)&1 != 0
}
