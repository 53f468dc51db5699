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
	nth       int8  // which open day of a month, where shift is nthOpen; from -1 down: from its end
	first     int32 // the first second of each day
	last      int32 // the last second of each day
}

// nextLocal returns the first local second of the pattern that is after local,
// counted from 1970-01-01 00:00 on clocks of the location.
func (p *spec) nextLocal(local int64) (int64, bool) {
	today, second := splitDay(local)
	from := today
	if second >= int64(p.pattern.last) {
		from++
	}
	day, ok := int64(0), false
	if p.pattern.shift == keep {
		day, ok = p.pattern.days.next(from)
	} else {
		day, ok = p.nextDay(from)
	}
	if day > today || second < int64(p.pattern.first) {
		return day*secondsPerDay + int64(p.pattern.first), ok
	}
	return day*secondsPerDay + p.pattern.nextInDay(uint64(second)), ok
}

// prevLocal returns the last local second of the pattern that is not after local.
func (p *spec) prevLocal(local int64) (int64, bool) {
	today, second := splitDay(local)
	from := today
	if second < int64(p.pattern.first) {
		from--
	}
	day, ok := int64(0), false
	if p.pattern.shift == keep {
		day, ok = p.pattern.days.prev(from)
	} else {
		day, ok = p.prevDay(from)
	}
	if day < today || second >= int64(p.pattern.last) {
		return day*secondsPerDay + int64(p.pattern.last), ok
	}
	return day*secondsPerDay + p.pattern.prevInDay(uint64(second)), ok
}

// setBounds works out the first and last second of the pattern's days.
func (p *cronPattern) setBounds() {
	hour, minute := bits.TrailingZeros32(p.hour), bits.TrailingZeros64(p.minute)
	p.first = int32(hour*secondsPerHour + minute*secondsPerMinute)
	p.last = int32((bits.Len32(p.hour)-1)*secondsPerHour + (bits.Len64(p.minute)-1)*secondsPerMinute)
}

// nextInDay returns the first second of the pattern's day that is after second, which is before the
// last.
func (p *cronPattern) nextInDay(second uint64) int64 {
	minute := second/secondsPerMinute + 1
	h := minute / 60
	if p.hour>>h&1 != 0 {
		if later := p.minute >> (minute % 60); later != 0 {
			return int64(minute+uint64(bits.TrailingZeros64(later))) * secondsPerMinute
		}
		h++
	}
	h += uint64(bits.TrailingZeros32(p.hour >> h))
	return int64(h)*secondsPerHour + int64(bits.TrailingZeros64(p.minute))*secondsPerMinute
}

// prevInDay returns the last second of the pattern's day that is not after second, which is not
// before the first.
func (p *cronPattern) prevInDay(second uint64) int64 {
	minute := second / secondsPerMinute
	h := minute / 60
	if p.hour>>h&1 != 0 {
		if sooner := p.minute & (2<<(minute%60) - 1); sooner != 0 {
			return int64(h*60+uint64(bits.Len64(sooner))-1) * secondsPerMinute
		}
	}
	sooner := p.hour & (1<<h - 1)
	return int64(bits.Len32(sooner)-1)*secondsPerHour + int64(bits.Len64(p.minute)-1)*secondsPerMinute
}

// nextSecond returns the first instant of a pattern that is after sec, in Unix seconds.
func (p *spec) nextSecond(sec int64) (int64, bool) {
	if p.pattern.repeating {
		return inRange(p.nextRepeating(sec))
	}
	return inRange(p.nextFixed(sec))
}

// prevSecond returns the last instant of a pattern that is not after sec, in Unix seconds.
func (p *spec) prevSecond(sec int64) (int64, bool) {
	if p.pattern.repeating {
		return inRange(p.prevRepeating(sec))
	}
	return inRange(p.prevFixed(sec))
}

func inRange(sec int64, ok bool) (int64, bool) {
	if !ok || sec <= minSecond || sec >= maxSecond {
		return minSecond, false
	}
	return sec, true
}

// Each local time of a fixed pattern stands for one instant, and a later local time never for an
// earlier one. So the first instant after sec is that of the first local time whose instant is
// after sec, and whether it is follows from the local time that clocks have passed at sec.
//
// Two shortcuts lead to the same result. Where a pattern of certain months has nothing near sec,
// whatever the offset is, the offset there need not be known. And where clocks do not change soon,
// the block of sec alone decides.

func (p *spec) nextFixed(sec int64) (int64, bool) {
	if p.pattern.days.month != allMonths {
		local, ok := p.nextLocal(sec - maxOffset)
		if !ok || local > sec+maxOffset {
			return p.instantFar(local), ok
		}
	}

	b := blockAt(p.loc, sec)
	if sec+reach < b.end && !p.pattern.earlier {
		local, ok := p.nextLocal(sec + b.offset)
		if found := local - b.offset; found+reach < b.end {
			return found, ok
		}
		return p.instantOf(local, b), ok
	}

	local, ok := p.nextLocal(p.passed(sec, b))
	return p.instantOf(local, b), ok
}

func (p *spec) prevFixed(sec int64) (int64, bool) {
	if p.pattern.days.month != allMonths {
		local, ok := p.prevLocal(sec + maxOffset)
		if !ok || local < sec-maxOffset {
			return p.instantFar(local), ok
		}
	}

	b := blockAt(p.loc, sec)
	if sec+reach < b.end && !p.pattern.earlier {
		local, ok := p.prevLocal(sec + b.offset)
		if found := local - b.offset; found >= b.start {
			return found, ok
		}
		return p.instantOf(local, b), ok
	}

	local, ok := p.prevLocal(p.passed(sec, b))
	return p.instantOf(local, b), ok
}

// passed returns the latest local second whose instant is not after sec; b is the block that holds
// sec.
func (p *spec) passed(sec int64, b block) int64 {
	if p.pattern.earlier {
		return reached(p.loc, sec, b)
	}
	return settled(p.loc, sec, b)
}

// instantOf returns the instant that a local second stands for; near is any block, best the one
// that holds it.
func (p *spec) instantOf(local int64, near block) int64 {
	if p.pattern.earlier {
		return firstAt(p.loc, local, near)
	}
	return lastAt(p.loc, local, near)
}

// instantFar is instantOf where no block near is known.
func (p *spec) instantFar(local int64) int64 {
	b := blockAt(p.loc, local)
	if sec := local - b.offset; sec-reach >= b.start && sec+reach < b.end {
		return sec
	}
	return p.instantOf(local, b)
}

// An instant belongs to a repeating pattern if clocks show one of its local times then. The search
// goes block by block, and leaps to just before the next local time of the pattern if that is far.

func (p *spec) nextRepeating(sec int64) (int64, bool) {
	loc := p.loc
	for sec++; sec < maxSecond; {
		b := blockAt(loc, sec)
		local, ok := p.nextLocal(sec + b.offset - 1)
		if !ok {
			return 0, false
		}
		found := local - b.offset
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

func (p *spec) prevRepeating(sec int64) (int64, bool) {
	loc := p.loc
	for sec > minSecond {
		b := blockAt(loc, sec)
		local, ok := p.prevLocal(sec + b.offset)
		if !ok {
			return 0, false
		}
		found := local - b.offset
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

// Daily returns the Schedule of one local time every day: 07:00 in loc is Daily(7, 0, loc).
// A nil loc is UTC.
// Where clocks change, the local time happens once a day still: see [Cron].
//
// If hour is not 0 to 23 or minute not 0 to 59, the Schedule holds no instants and its Validate
// returns why.
func Daily(hour, minute int, loc *time.Location) Schedule {
	if err := checkDaily(hour, minute, loc); err != nil {
		return invalid(dailyText(hour, minute, loc), err)
	}
	return newSchedule(cronPattern{
		minute: 1 << minute,
		hour:   1 << hour,
		days:   dayRule{dom: allDays, month: allMonths, dow: allWeekdays, only: allWeekdays},
	}, loc)
}

// newSchedule returns the Schedule of p, whose sets are not empty.
func newSchedule(p cronPattern, loc *time.Location) Schedule {
	if loc == nil {
		loc = time.UTC
	}
	p.setBounds()
	return Schedule{&spec{kind: pattern, pattern: p, loc: loc}}
}
