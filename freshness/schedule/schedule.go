package schedule

import (
	"time"
)

// A kind is what a Schedule is made of.
type kind uint8

const (
	none    kind = iota // no instants
	pattern             // a cron pattern
	elapsed             // a fixed time apart
)

// A Schedule is a set of instants, read forwards by [Schedule.Next] and backwards by
// [Schedule.Prev].
//
// It is an immutable value:
//
//   - [Daily], [Cron], [Every] and [EveryFrom] make one in code, [Parse] makes one from text.
//   - [Schedule.EarlierAtOverlap] chooses which occurrence of a repeated local time counts.
//   - [Schedule.SkipClosed], [Schedule.ShiftBefore] and [Schedule.ShiftAfter] move it off the
//     closed dates of a [Calendar], and [Schedule.NthOpenDay] keeps one open date of a month.
//   - [Schedule.String], [Schedule.MarshalText] and [Schedule.UnmarshalText] write and read it.
//   - [Schedule.Validate] returns what is wrong with one made from bad arguments.
//
// All instants of a Schedule lie after the zero [time.Time] and before the year 10000 in UTC,
// which are the years that RFC 3339, and so JSON, can write.
//
// The zero Schedule holds no instants.
// A Schedule is safe for concurrent use by multiple goroutines.
type Schedule struct {
	spec *spec // nil for the zero Schedule
}

// A spec is what a Schedule is made of. It does not change once it is made.
type spec struct {
	kind    kind
	pattern cronPattern
	every   period
	loc     *time.Location // not nil, but where fault is not
	cal     *calendar
	fault   *fault
}

// A fault is why a Schedule made from bad arguments holds no instants, and how such a Schedule is
// printed.
type fault struct {
	text string
	err  error
}

// Next returns the first instant of s that is strictly after after, in the location of s. It
// returns false if there is none: s is the zero Schedule, is invalid, or after lies beyond its last
// instant.
//
// Next and [Schedule.Prev] are inverse: if Next(t) is u, then no instant of s lies between t and u,
// and Prev(u) is the last instant of s before u, which is t if t is an instant of s.
//
// Instants order as [time.Time.Compare] orders them.
// Next allocates nothing.
func (s Schedule) Next(after time.Time) (time.Time, bool) {
	p := s.spec
	if p == nil {
		return time.Time{}, false
	}
	switch p.kind {
	case pattern:
		if sec, ok := p.nextSecond(clampFloor(after)); ok {
			return time.Unix(sec, 0).In(p.loc), true
		}
	case elapsed:
		return p.every.next(after, p.loc)
	}
	return time.Time{}, false
}

// Prev returns the last instant of s that is strictly before before, in the location of s. It
// returns false if there is none: s is the zero Schedule, is invalid, or before is not after its
// first instant.
//
// Prev is the inverse of [Schedule.Next], and allocates nothing either.
func (s Schedule) Prev(before time.Time) (time.Time, bool) {
	p := s.spec
	if p == nil {
		return time.Time{}, false
	}
	switch p.kind {
	case pattern:
		if sec, ok := p.prevSecond(clampCeil(before) - 1); ok {
			return time.Unix(sec, 0).In(p.loc), true
		}
	case elapsed:
		return p.every.prev(before, p.loc)
	}
	return time.Time{}, false
}

// Location returns the location whose clocks s reads, and in which Next and Prev return instants.
// It is [time.UTC] for the zero Schedule, and never nil.
func (s Schedule) Location() *time.Location {
	if s.spec == nil || s.spec.loc == nil {
		return time.UTC
	}
	return s.spec.loc
}

// EarlierAtOverlap returns s with each fixed local time that occurs twice, because clocks were put
// back, placed at the earlier of its two occurrences. Without EarlierAtOverlap it is placed at the
// later one: a promise "by 01:30" is kept until 01:30 has passed for good.
//
// EarlierAtOverlap changes nothing for a Schedule that follows elapsed time: one made by [Every],
// and a pattern that runs in every hour or every few minutes, which [Cron] defines.
func (s Schedule) EarlierAtOverlap() Schedule {
	if s.spec == nil || s.spec.kind != pattern || s.spec.pattern.repeating {
		return s
	}
	p := *s.spec
	p.pattern.earlier = true
	return Schedule{&p}
}

// IsZero reports whether s is the zero Schedule.
// A JSON field with the option omitzero leaves such a Schedule out.
func (s Schedule) IsZero() bool { return s.spec == nil }

// Validate returns nil if s is well defined, and otherwise what is wrong.
// The zero Schedule is valid: it is defined to hold no instants.
// So is every Schedule that [Cron] or [Parse] returned without an error;
// those of [Daily], [Every] and [EveryFrom], and those with a [Calendar], can be invalid.
func (s Schedule) Validate() error {
	if s.spec == nil || s.spec.fault == nil {
		return nil
	}
	return s.spec.fault.err
}

// Equal reports whether s and t are defined alike, however they were written: "0 7 * * mon-fri"
// equals "00 07 * * 1,2,3,4,5". Locations are equal if they are the same, if both are fixed and
// their offsets agree, or if their names agree. Schedules that are Equal print the same text.
func (s Schedule) Equal(t Schedule) bool {
	p, q := s.spec, t.spec
	if p == q || p == nil || q == nil {
		return p == q
	}
	// What is refused has no definition to compare, only the text that was refused.
	if p.fault != nil || q.fault != nil {
		return p.fault != nil && q.fault != nil && p.fault.text == q.fault.text
	}
	return p.kind == q.kind && p.pattern == q.pattern && p.every == q.every &&
		zoneText(p.loc) == zoneText(q.loc) && p.cal.equal(q.cal)
}

// invalid returns a Schedule that holds no instants, prints as text and has err as its fault.
func invalid(text string, err error) Schedule {
	return Schedule{&spec{fault: &fault{text: text, err: err}}}
}
