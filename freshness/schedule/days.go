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

// civil returns the year, month and day of month of a day.
//
// The method is that of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms":
// years begin in March, so that the leap day comes last, in eras of 400 years, which all are alike.
func civil(day int64) (year int64, month time.Month, dom int) {
	era, doe := floorDiv(day+719468, 146097)
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	dom = int(doy - (153*mp+2)/5 + 1)
	year = yoe + era*400
	if mp < 10 {
		return year, time.Month(mp + 3), dom
	}
	return year + 1, time.Month(mp - 9), dom
}

// dayOf is the inverse of civil.
func dayOf(year int64, month time.Month, dom int) int64 {
	mp := int64(month) - 3
	if month < time.March {
		year, mp = year-1, mp+12
	}
	era, yoe := floorDiv(year, 400)
	doy := (153*mp+2)/5 + int64(dom) - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

// weekday returns the weekday of a day. 1970-01-01 was a Thursday.
func weekday(day int64) int {
	_, wd := floorDiv(day+4, 7)
	return int(wd)
}

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
	last  bool // the last day of each month counts among dom
	or    bool // a day need match only one of dom and dow
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
	week := uint64(r.dow)
	week |= week<<7 | week<<14 | week<<21 | week<<28 | week<<35
	dow := week >> weekday(first) << 1
	if r.or {
		dom |= dow
	} else {
		dom &= dow
	}
	return dom & (1<<(n+1) - 1)
}

// next returns the first matching day that is not before day, and false if there is none up to maxDay.
func (r *dayRule) next(day int64) (int64, bool) {
	if r.weekly() {
		week := uint(r.dow) | uint(r.dow)<<7
		day += int64(bits.TrailingZeros(week >> weekday(day)))
		return day, day <= maxDay
	}
	year, month, dom := civil(day)
	for day <= maxDay {
		if later := r.month >> month; later&1 == 0 {
			year, month, dom = r.skipMonths(year, month, later)
		}
		first := dayOf(year, month, 1)
		if mask := r.monthMask(year, month, first) >> dom; mask != 0 {
			day = first + int64(dom-1+bits.TrailingZeros64(mask))
			return day, day <= maxDay
		}
		day = first + 31
		if month++; month > time.December {
			year, month = year+1, time.January
		}
		dom = 1
	}
	return 0, false
}

// skipMonths returns the first day of the first month in the rule after the one given;
// later holds the rule's months from that one on.
func (r *dayRule) skipMonths(year int64, month time.Month, later uint16) (int64, time.Month, int) {
	if later != 0 {
		return year, month + time.Month(bits.TrailingZeros16(later)), 1
	}
	year++
	if r.month == 1<<time.February && r.dom>>29 != 0 && r.dom&(1<<29-1) == 0 && !r.last && !r.or {
		year = nextLeap(year)
	}
	return year, time.Month(bits.TrailingZeros16(r.month)), 1
}

// prev returns the last matching day that is not after day, and false if there is none from minDay on.
func (r *dayRule) prev(day int64) (int64, bool) {
	if r.weekly() {
		week := uint16(r.dow) | uint16(r.dow)<<7
		day -= int64(bits.LeadingZeros16(week << (8 - weekday(day))))
		return day, day >= minDay
	}
	year, month, dom := civil(day)
	for day >= minDay {
		if r.month>>month&1 == 0 {
			year, month, dom = r.skipMonthsBack(year, month)
		}
		first := dayOf(year, month, 1)
		if mask := r.monthMask(year, month, first) & (2<<dom - 1); mask != 0 {
			day = first + int64(bits.Len64(mask)) - 2
			return day, day >= minDay
		}
		day = first - 1
		if month--; month < time.January {
			year, month = year-1, time.December
		}
		dom = 31
	}
	return 0, false
}

// skipMonthsBack returns the last day of the last month in the rule before the one given.
func (r *dayRule) skipMonthsBack(year int64, month time.Month) (int64, time.Month, int) {
	if sooner := r.month & (1<<month - 1); sooner != 0 {
		return year, time.Month(bits.Len16(sooner) - 1), 31
	}
	year--
	if r.month == 1<<time.February && r.dom>>29 != 0 && r.dom&(1<<29-1) == 0 && !r.last && !r.or {
		year = prevLeap(year)
	}
	return year, time.Month(bits.Len16(r.month) - 1), 31
}

// nextLeap returns the first leap year that is not before year.
func nextLeap(year int64) int64 {
	year = (year + 3) &^ 3
	if !isLeap(year) {
		year += 4
	}
	return year
}

// prevLeap returns the last leap year that is not after year.
func prevLeap(year int64) int64 {
	year &^= 3
	if !isLeap(year) {
		year -= 4
	}
	return year
}
