package schedule

import (
	"errors"
	"sort"
	"time"
)

var errNoCalendar = errors.New("schedule: calendar: never open")

// sum works out the open time of each weekday, and the corrections.
func (c *calendar) sum() {
	for wd := range c.weekly {
		spill := latestClose(c.weekly[(wd+6)%7]) - secondsPerDay
		c.usual[wd], _ = covered(c.weekly[wd], spill, 2*secondsPerDay)
		c.week += c.usual[wd]
	}

	c.swept = firstOf(sweepTo, time.January)
	days := map[int64]bool{}
	for _, d := range c.dates {
		days[d.day], days[d.day+1] = true, true
	}

	c.sweep(minDay, c.swept-1, func(day int64) { days[day] = true })
	var total int64
	for _, day := range sortedKeys(days, func(a, b int64) int { return int(a - b) }) {
		if departs := c.departs(day); departs != 0 {
			total += departs
			c.corrections = append(c.corrections, correction{day, total})
		}
	}
}

// departs returns how far the open time of a day departs from that of its weekday.
func (c *calendar) departs(day int64) int64 { return c.exact(day) - c.usual[weekday(day)] }

// sweep calls f, in ascending order, for each day in [from, to] whose open time a change of the
// clocks may alter: one of its windows meets the local times that are skipped or repeated. What
// reaches over from the day before alters it only if its own windows hold the same local time.
func (c *calendar) sweep(from, to int64, f func(day int64)) {
	b := blockAt(c.loc, max((from-margin)*secondsPerDay, minSecond))
	for b.end < min((to+margin)*secondsPerDay, maxSecond) {
		end := b.end
		next := blockAt(c.loc, end)
		lo, hi := end+min(b.offset, next.offset), end+max(b.offset, next.offset)
		first, _ := splitDay(lo)
		last, _ := splitDay(hi)
		for day := first - 1; lo < hi && day <= last; day++ {
			if from <= day && day <= to && c.meets(day, lo, hi) {
				f(day)
				from = day + 1
			}
		}
		b = next
		b.start = end
	}
}

// meets reports whether a window of the day has local times from lo to hi.
func (c *calendar) meets(day, lo, hi int64) bool {
	for _, w := range c.windows(day) {
		if day*secondsPerDay+w.open <= hi && day*secondsPerDay+w.close >= lo {
			return true
		}
	}
	return false
}

// between returns the open seconds of all days after base up to day, negative if day is before
// base.
func (c *calendar) between(base, day int64) int64 {
	if day < base {
		return -c.between(day, base)
	}
	weeks, rest := (day-base)/7, (day-base)%7
	total := weeks * c.week
	for ; rest > 0; rest-- {
		total += c.usual[weekday(day-rest+1)]
	}

	total += c.corrected(day) - c.corrected(base)
	if day >= c.swept && c.openWeekdays != 0 {
		c.sweep(max(c.swept, base+1), day, func(d int64) {
			if i := c.correctionFrom(d); i == len(c.corrections) || c.corrections[i].day != d {
				total += c.departs(d)
			}
		})
	}
	return total
}

// corrected returns the sum of the corrections of all days up to day.
func (c *calendar) corrected(day int64) int64 {
	if i := c.correctionFrom(day + 1); i > 0 {
		return c.corrections[i-1].total
	}
	return 0
}

// correctionFrom returns the index of the first correction that is not before day.
func (c *calendar) correctionFrom(day int64) int {
	if n := len(c.corrections); n == 0 || c.corrections[n-1].day < day {
		return n
	}
	return sort.Search(len(c.corrections), func(i int) bool { return c.corrections[i].day >= day })
}

// first returns the first instant before which the open time since the day base is want.
func (c *calendar) first(want openTime, base int64) (time.Time, bool) {
	return c.instant(want, base, func(total int64) bool {
		return want.sec < total || want.sec == total && want.nsec == 0
	})
}

// last returns the last instant before which the open time since the day base is want.
func (c *calendar) last(want openTime, base int64) (time.Time, bool) {
	return c.instant(want, base, func(total int64) bool { return want.sec < total })
}

// instant returns the instant before which the open time since base is want,
// in the first window by whose end there is enough.
func (c *calendar) instant(want openTime, base int64, enough func(total int64) bool) (time.Time, bool) {
	day, ok := c.firstDay(base, enough)
	if !ok {
		return time.Time{}, false
	}
	b := blockAt(c.loc, day*secondsPerDay)
	total, done := c.between(base, day-1), c.doneBefore(day, b)

	for _, w := range c.windows(day) {
		start, end := c.instants(day, w, b)
		start = max(start, done)
		if open := max(0, end-start); !enough(total + open) {
			total += open
			done = max(done, end)
			continue
		}
		sec := start + want.sec - total
		if sec < minSecond || sec >= maxSecond {
			return time.Time{}, false
		}
		return time.Unix(sec, want.nsec).In(c.loc), true
	}
	return time.Time{}, false
}

// firstDay returns the first day by whose end there is enough open time. It looks ever farther from
// base, and then halves, and sums no stretch of time twice: that is what it costs.
func (c *calendar) firstDay(base int64, enough func(total int64) bool) (int64, bool) {
	lo, total, step := base, int64(0), int64(1) // total is the open time after base up to lo
	for ; enough(total); step *= 2 {
		if lo < minDay {
			return 0, false
		}
		total -= c.between(lo-step, lo)
		lo -= step
	}

	for step = 1; ; step *= 2 {
		more := total + c.between(lo, lo+step)
		if enough(more) {
			break
		}
		if lo > maxDay {
			return 0, false
		}
		lo, total = lo+step, more
	}

	for step > 1 {
		half := step / 2
		if more := total + c.between(lo, lo+half); enough(more) {
			step = half
		} else {
			lo, total, step = lo+half, more, step-half
		}
	}
	return lo + 1, true
}

// closing returns the first instant after t, at which c is open, at which it closes.
func (c *calendar) closing(t time.Time) (time.Time, bool) {
	until := clampFloor(t)
	b := blockAt(c.loc, until)
	day, _ := splitDay(until + b.offset)

	for d := day - margin; d <= day+margin; d++ {
		var ok bool
		if d, until, ok = c.skipOpen(d, until); !ok {
			return time.Time{}, false
		}
		for _, w := range c.windows(d) {
			start, end := c.instants(d, w, b)
			if start > until {
				return c.at(until)
			}
			if end > until {
				until, day = end, d
			}
		}
	}
	return c.at(until)
}

// skipOpen leaps over days on which a calendar that is open all week does not close:
// to some days before the next date with windows of its own.
func (c *calendar) skipOpen(day, until int64) (int64, int64, bool) {
	if c.week != 7*secondsPerDay {
		return day, until, true
	}
	i := c.dateFrom(day - margin)
	if i == len(c.dates) {
		return 0, 0, false
	}
	if to := c.dates[i].day - margin; to > day {
		return to, max(until, firstAt(c.loc, to*secondsPerDay, blockAt(c.loc, until))), true
	}
	return day, until, true
}

func (c *calendar) at(sec int64) (time.Time, bool) {
	if sec <= minSecond || sec >= maxSecond {
		return time.Time{}, false
	}
	return time.Unix(sec, 0).In(c.loc), true
}
