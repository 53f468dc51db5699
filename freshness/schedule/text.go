package schedule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// Parse returns the Schedule that text stands for. It reads what [Schedule.String] writes:
//
//	0 7 * * *                                     each day at 07:00 UTC
//	CRON_TZ=Europe/Dublin 0 7 * * 1-5             at 07:00 in Dublin on weekdays
//	CRON_TZ=Europe/Dublin 30 1 * * * earlier      at the earlier of two 01:30
//	@daily                                        a word of Cron
//	@every 15m                                    each full quarter of an hour
//	@every 1d12h                                  36 hours apart; a day has 24 hours, a week 7 days
//	@every 24h from 2021-03-04T07:00:00Z          Every with an anchor, in RFC 3339
//	0 7 1 * * after {mon-fri 09:00-17:00}         a Calendar, after skip, before or after
//	0 7 * * * nth -1 {mon-fri 09:00-17:00}        the last of the open days of each month: NthOpenDay
//
// TZ= may stand for CRON_TZ=. Without either, the zone is UTC.
// A zone is a name that [time.LoadLocation] knows, or a fixed offset such as +05:30.
// "Local" is the zone of the machine that parses, which can be another than the one that printed.
//
// The error is a [*ParseError].
func Parse(text string) (Schedule, error) {
	s, err := parseSchedule(token{text: text})
	if err != nil {
		err.Input = text
		return Schedule{}, err
	}
	return s, nil
}

// MustParse is like [Parse] but panics if text is not valid. It is for text that stands in the
// program.
func MustParse(text string) Schedule {
	s, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return s
}

func parseSchedule(t token) (Schedule, *ParseError) {
	loc, t, err := parseZone(t.trim())
	if err != nil {
		return Schedule{}, err
	}
	body, sh, cal, err := cutCalendar(t)
	if err != nil {
		return Schedule{}, err
	}
	n := 0
	if sh == nthOpen {
		body, n, _ = cutNth(body)
	}

	body, earlier := cutSuffix(body, "earlier")
	s, err := parseExpression(body, loc)
	if err != nil {
		return Schedule{}, err
	}

	if earlier {
		s = s.EarlierAtOverlap()
	}
	switch sh {
	case keep:
	case nthOpen:
		s = s.NthOpenDay(n, cal)
	default:
		s = s.with(cal, sh)
	}

	if err := s.Validate(); err != nil {
		bad := t.errorf("calendar", "%s", strings.TrimPrefix(err.Error(), "schedule: "))
		bad.Err = err
		return Schedule{}, bad
	}
	return s, nil
}

// cutCalendar cuts a calendar in braces off the end of t, with the word before it, which is its
// shift.
func cutCalendar(t token) (body token, sh shift, cal Calendar, err *ParseError) {
	brace := strings.IndexByte(t.text, '{')
	if brace < 0 {
		return t, keep, Calendar{}, nil
	}
	text := strings.TrimRight(t.text, " \t\r\n")
	if !strings.HasSuffix(text, "}") {
		return t, keep, Calendar{}, t.from(len(text)).errorf("calendar", "a closing brace is missing")
	}

	head := t.upTo(brace)
	for _, sh := range []shift{skip, shiftBefore, shiftAfter} {
		if body, found := cutSuffix(head, sh.String()); found {
			cal, err := parseCalendar(t.upTo(len(text) - 1).from(brace + 1))
			return body, sh, cal, err
		}
	}
	if _, _, found := cutNth(head); found {
		cal, err := parseCalendar(t.upTo(len(text) - 1).from(brace + 1))
		return head, nthOpen, cal, err
	}
	const rule = "the word before it is not skip, before, after or nth with a number"
	return t, keep, Calendar{}, t.from(brace).errorf("calendar", rule)
}

// cutSuffix cuts the last word off t if it is word.
func cutSuffix(t token, word string) (token, bool) {
	text := strings.TrimRight(t.text, " \t\r\n")
	body, found := strings.CutSuffix(strings.ToLower(text), word)
	if !found || body == "" || !isSpace(body[len(body)-1]) {
		return t, false
	}
	return t.upTo(len(text) - len(word)), true
}

// String returns the text of s, which [Parse] reads back as a Schedule that is Equal to s.
// The text is canonical: Equal schedules have the same.
//
// A zone is written by its name, one with a fixed offset by that offset, [time.Local] as Local, UTC
// not at all. The zero Schedule is "@never". The text of a Schedule that is not valid shows what it
// was made from; Parse refuses it.
func (s Schedule) String() string { return string(s.appendTo(nil)) }

func (s Schedule) appendTo(b []byte) []byte {
	p := s.spec
	switch {
	case p == nil:
		return append(b, "@never"...)
	case p.fault != nil:
		return append(b, p.fault.text...)
	case p.kind == elapsed:
		return p.every.appendTo(appendZone(b, p.loc))
	}

	b = p.pattern.appendTo(appendZone(b, p.loc))
	if p.pattern.earlier {
		b = append(b, " earlier"...)
	}
	if p.cal != nil {
		b = append(append(b, ' '), p.pattern.shift.String()...)
		if p.pattern.shift == nthOpen {
			b = fmt.Appendf(b, " %d", p.pattern.nth)
		}
		b = append(b, " {"...)
		b = append(p.cal.appendTo(b), '}')
	}
	return b
}

// AppendText appends what [Schedule.MarshalText] returns. It implements [encoding.TextAppender].
func (s Schedule) AppendText(b []byte) ([]byte, error) {
	if err := s.Validate(); err != nil {
		return b, err
	}
	return s.appendTo(b), nil
}

// MarshalText returns the text of [Schedule.String], or the error of [Schedule.Validate].
// It implements [encoding.TextMarshaler], so that a Schedule in JSON is a string.
func (s Schedule) MarshalText() ([]byte, error) { return s.AppendText(nil) }

// UnmarshalText sets s to what [Parse] returns for text, and leaves it alone if that is an error.
// It implements [encoding.TextUnmarshaler], so that a Schedule can be read from JSON or a flag.
func (s *Schedule) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

func (p period) appendTo(b []byte) []byte {
	b = append(b, "@every "...)
	b = append(b, plain.Notation(time.Duration(p.step))...)
	anchor := p.anchor()
	if anchor.Equal(time.Unix(0, 0)) {
		return b
	}
	b = append(b, " from "...)
	return anchor.AppendFormat(b, time.RFC3339Nano)
}

// parseEvery reads what follows @every: a duration, and "from" with an anchor.
func parseEvery(t token, loc *time.Location) (Schedule, *ParseError) {
	word, rest := t.word()
	d, err := plain.ParseDuration(word.text)
	if err != nil {
		bad := word.errorf("@every", "%v", err)
		bad.Err = err
		return Schedule{}, bad
	}

	anchor := time.Unix(0, 0)
	from, rest := rest.word()
	if from.text != "" {
		if !strings.EqualFold(from.text, "from") {
			return Schedule{}, from.errorf("@every", "unexpected %s", plain.Quote(from.text))
		}
		at, more := rest.word()
		if anchor, err = time.Parse(time.RFC3339Nano, at.text); err != nil {
			bad := at.errorf("@every", "%v", err)
			bad.Err = err
			return Schedule{}, bad
		}
		if bad := noMore(more); bad != nil {
			return Schedule{}, bad
		}
	}

	if loc == nil {
		loc = time.UTC
	}
	s := EveryFrom(anchor.In(loc), d)
	if s.spec.fault != nil {
		bad := word.errorf("@every", "%s", strings.TrimPrefix(s.spec.fault.err.Error(), "schedule: @every: "))
		bad.Err = s.spec.fault.err
		return Schedule{}, bad
	}
	return s, nil
}

func dailyText(hour, minute int, loc *time.Location) string {
	b := strconv.AppendInt(appendZone(nil, loc), int64(minute), 10)
	b = strconv.AppendInt(append(b, ' '), int64(hour), 10)
	return string(append(b, " * * *"...))
}

func checkDaily(hour, minute int, loc *time.Location) error {
	var faults []error
	if hour < 0 || hour > 23 {
		faults = append(faults, fmt.Errorf("schedule: hour: %d is not between 0 and 23", hour))
	}
	if minute < 0 || minute > 59 {
		faults = append(faults, fmt.Errorf("schedule: minute: %d is not between 0 and 59", minute))
	}
	if err := checkLocation(loc); err != nil {
		faults = append(faults, fmt.Errorf("schedule: zone: %w", err))
	}
	return errors.Join(faults...)
}

func checkEvery(anchor time.Time, d time.Duration) error {
	if d <= 0 {
		return fmt.Errorf("schedule: @every: %s is not above zero", d)
	}
	if sec := sinceYear1(anchor); sec < 0 || sec >= maxSecond-minSecond {
		return fmt.Errorf("schedule: @every: anchor %s is not in the years 1 to 9999", anchor)
	}
	if err := checkLocation(anchor.Location()); err != nil {
		return fmt.Errorf("schedule: zone: %w", err)
	}
	return nil
}
