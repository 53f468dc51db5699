package schedule

import (
	"math/bits"
	"time"
)

// A cronPattern is the meaning of a cron expression: bit n of a set stands for value n.
type cronPattern struct {
	minute    uint64
	hour      uint32
	days      dayRule
	repeating bool // follows elapsed time
	earlier   bool // a repeated local time counts at its earlier occurrence
	shift     shift
}

// nextMinute returns the first local minute of the pattern that is not before minute,
// counted from 1970-01-01 00:00 on clocks of the location.
func (s *Schedule) nextMinute(minute int64) (int64, bool) {
	day, rest := floorDiv(minute, minutesPerDay)
	d, ok := s.nextDay(day)
	if !ok {
		return 0, false
	}
	if d > day {
		return d*minutesPerDay + s.pattern.firstInDay(), true
	}
	if m, ok := s.pattern.nextInDay(int(rest)); ok {
		return day*minutesPerDay + m, true
	}
	d, ok = s.nextDay(day + 1)
	return d*minutesPerDay + s.pattern.firstInDay(), ok
}

// prevMinute returns the last local minute of the pattern that is not after minute.
func (s *Schedule) prevMinute(minute int64) (int64, bool) {
	day, rest := floorDiv(minute, minutesPerDay)
	d, ok := s.prevDay(day)
	if !ok {
		return 0, false
	}
	if d < day {
		return d*minutesPerDay + s.pattern.lastInDay(), true
	}
	if m, ok := s.pattern.prevInDay(int(rest)); ok {
		return day*minutesPerDay + m, true
	}
	d, ok = s.prevDay(day - 1)
	return d*minutesPerDay + s.pattern.lastInDay(), ok
}

func (p *cronPattern) firstInDay() int64 {
	return int64(bits.TrailingZeros32(p.hour)*60 + bits.TrailingZeros64(p.minute))
}

func (p *cronPattern) lastInDay() int64 {
	return int64((bits.Len32(p.hour)-1)*60 + bits.Len64(p.minute) - 1)
}

// nextInDay returns the first minute of the pattern's day that is not before minute.
func (p *cronPattern) nextInDay(minute int) (int64, bool) {
	h, m := minute/60, minute%60
	if p.hour>>h&1 != 0 {
		if later := p.minute >> m; later != 0 {
			return int64(minute + bits.TrailingZeros64(later)), true
		}
	}
	later := p.hour >> (h + 1)
	if later == 0 {
		return 0, false
	}
	h += 1 + bits.TrailingZeros32(later)
	return int64(h*60 + bits.TrailingZeros64(p.minute)), true
}

// prevInDay returns the last minute of the pattern's day that is not after minute.
func (p *cronPattern) prevInDay(minute int) (int64, bool) {
	h, m := minute/60, minute%60
	if p.hour>>h&1 != 0 {
		if sooner := p.minute & (2<<m - 1); sooner != 0 {
			return int64(h*60 + bits.Len64(sooner) - 1), true
		}
	}
	sooner := p.hour & (1<<h - 1)
	if sooner == 0 {
		return 0, false
	}
	h = bits.Len32(sooner) - 1
	return int64(h*60 + bits.Len64(p.minute) - 1), true
}

// nextSecond returns the first instant of a pattern that is after sec, in Unix seconds.
func (s *Schedule) nextSecond(sec int64) (int64, bool) {
	var ok bool
	if s.pattern.repeating {
		sec, ok = s.nextRepeating(sec)
	} else {
		sec, ok = s.nextFixed(sec)
	}
	return inRange(sec, ok)
}

// prevSecond returns the last instant of a pattern that is not after sec, in Unix seconds.
func (s *Schedule) prevSecond(sec int64) (int64, bool) {
	var ok bool
	if s.pattern.repeating {
		sec, ok = s.prevRepeating(sec)
	} else {
		sec, ok = s.prevFixed(sec)
	}
	return inRange(sec, ok)
}

func inRange(sec int64, ok bool) (int64, bool) {
	if !ok || sec <= minSecond || sec >= maxSecond {
		return minSecond, false
	}
	return sec, true
}

// Each local time of a fixed pattern stands for one instant, and a later local time never for an earlier one.
// So the first instant after sec is that of the first local time whose instant is after sec,
// and whether it is can be told from the local time that clocks have passed at sec.

func (s *Schedule) nextFixed(sec int64) (int64, bool) {
	b := blockAt(s.Location(), sec)
	minute, _ := floorDiv(s.passed(sec, b), secondsPerMinute)
	minute, ok := s.nextMinute(minute + 1)
	return s.instantOf(minute*secondsPerMinute, b), ok
}

func (s *Schedule) prevFixed(sec int64) (int64, bool) {
	b := blockAt(s.Location(), sec)
	minute, _ := floorDiv(s.passed(sec, b), secondsPerMinute)
	minute, ok := s.prevMinute(minute)
	return s.instantOf(minute*secondsPerMinute, b), ok
}

func (s *Schedule) passed(sec int64, b block) int64 {
	if s.pattern.earlier {
		return reached(s.Location(), sec, b)
	}
	return settled(s.Location(), sec, b)
}

func (s *Schedule) instantOf(local int64, near block) int64 {
	if s.pattern.earlier {
		return firstAt(s.Location(), local, near)
	}
	return lastAt(s.Location(), local, near)
}

// An instant belongs to a repeating pattern if clocks show one of its local times then.
// The search goes block by block, and leaps to just before the next local time of the pattern if that is far.

func (s *Schedule) nextRepeating(sec int64) (int64, bool) {
	loc := s.Location()
	for sec++; sec < maxSecond; {
		b := blockAt(loc, sec)
		minute, rest := floorDiv(sec+b.offset, secondsPerMinute)
		if rest > 0 {
			minute++
		}
		minute, ok := s.nextMinute(minute)
		if !ok {
			return 0, false
		}
		found := minute*secondsPerMinute - b.offset
		if found < b.end {
			return found, true
		}
		if b.end > sec+reach {
			sec = max(b.end, found-reach)
		} else {
			sec = b.end
		}
	}
	return 0, false
}

func (s *Schedule) prevRepeating(sec int64) (int64, bool) {
	loc := s.Location()
	for sec > minSecond {
		b := blockAt(loc, sec)
		minute, _ := floorDiv(sec+b.offset, secondsPerMinute)
		minute, ok := s.prevMinute(minute)
		if !ok {
			return 0, false
		}
		found := minute*secondsPerMinute - b.offset
		if found >= b.start {
			return found, true
		}
		if b.start <= sec-reach {
			sec = min(b.start-1, found+reach)
		} else {
			sec = b.start - 1
		}
	}
	return 0, false
}

// nextDay returns the first day of the pattern that is not before day.
func (s *Schedule) nextDay(day int64) (int64, bool) { return s.pattern.days.next(day) }

// prevDay returns the last day of the pattern that is not after day.
func (s *Schedule) prevDay(day int64) (int64, bool) { return s.pattern.days.prev(day) }

// daily returns the pattern of one minute of every day.
func daily(hour, minute int) cronPattern {
	return cronPattern{
		minute: 1 << minute,
		hour:   1 << hour,
		days:   dayRule{dom: allDays, month: allMonths, dow: allWeekdays},
	}
}

// Daily returns the Schedule of one local time every day: 07:00 in loc is Daily(7, 0, loc).
// A nil loc is UTC.
// Where clocks change, the local time happens once a day still: see [Cron].
//
// If hour is not 0 to 23 or minute not 0 to 59, the Schedule holds no instants and its Validate says why.
func Daily(hour, minute int, loc *time.Location) Schedule {
	if err := checkDaily(hour, minute, loc); err != nil {
		return invalid(dailyText(hour, minute, loc), err)
	}
	return Schedule{kind: pattern, pattern: daily(hour, minute), loc: loc}
}
