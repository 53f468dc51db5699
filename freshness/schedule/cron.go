package schedule

import (
	"math/bits"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// Cron returns the Schedule of a cron expression, read on clocks in loc; a nil loc is UTC.
//
// An expression is five fields, or a word:
//
//	minute        0-59
//	hour          0-23
//	day of month  1-31, or L for the last day of the month
//	month         1-12, or jan-dec
//	day of week   0-7, or sun-sat; both 0 and 7 are Sunday
//
//	@yearly, @annually   0 0 1 1 *
//	@monthly             0 0 1 * *
//	@weekly              0 0 * * 0
//	@daily, @midnight    0 0 * * *
//	@hourly              0 * * * *
//	@every 15m           Every(15 * time.Minute), whose instants loc only shows
//	@never               the zero Schedule
//
// A field is a list of items separated by commas. An item is * for every value, a value, or a range
// n-m; after a slash, a step takes every so many of them: */15, 9-17/2. A value with a step, 5/15,
// runs to the field's end. Names and words are read without regard to case. The range fri-sun ends
// on the Sunday after.
//
// The two day fields combine as in Vixie cron. If either begins with *, a day must match both, so
// that a plain * leaves the choice to the other; otherwise it need match only one: "0 0 13 * 5" is
// midnight on each 13th and on each Friday, "0 0 */2 * 5" on Fridays with an odd date.
//
// # When clocks change
//
// Most patterns list local times, and each of them happens once on each of its days. One that
// clocks skip moves to the first instant after the gap, where it is one instant with any other that
// falls there. One that clocks show twice happens at the later occurrence, or the earlier with
// [Schedule.EarlierAtOverlap].
//
// Patterns that run in every hour or every few minutes follow elapsed time instead:
// both passes of a repeated hour count, and nothing happens for a skipped one.
// They are those whose hour field holds all 24 hours, however that is written,
// and those whose minute field begins with * and holds more than one minute.
// So "0 */2 * * *" lists twelve local times, and "*/10 2 * * *" follows elapsed time.
//
// # Errors
//
// The error is a [*ParseError] that names the field and the offset.
// It includes expressions that no day can match, as "0 0 30 2 *",
// and steps longer than their field, as "*/90" minutes, which could only run each hour.
func Cron(expr string, loc *time.Location) (Schedule, error) {
	s, err := parseExpression(token{text: expr}, loc)
	if err != nil {
		err.Input = expr
		return Schedule{}, err
	}
	if err := checkLocation(loc); err != nil {
		return Schedule{}, &ParseError{Input: expr, Field: "zone", Reason: err.Error(), Err: err}
	}
	return s, nil
}

// MustCron is like [Cron] but panics if the expression is not valid.
// It is for expressions that stand in the program.
func MustCron(expr string, loc *time.Location) Schedule {
	s, err := Cron(expr, loc)
	if err != nil {
		panic(err)
	}
	return s
}

// words returns the expression that a word such as @daily stands for, and "" if it is none.
func words(word string) string {
	switch strings.ToLower(word) {
	case "@yearly", "@annually":
		return "0 0 1 1 *"
	case "@monthly":
		return "0 0 1 * *"
	case "@weekly":
		return "0 0 * * 0"
	case "@daily", "@midnight":
		return "0 0 * * *"
	case "@hourly":
		return "0 * * * *"
	}
	return ""
}

func parseExpression(t token, loc *time.Location) (Schedule, *ParseError) {
	t = t.trim()
	if t.text == "" {
		return Schedule{}, t.errorf("expression", "nothing to parse")
	}
	if t.text[0] != '@' {
		return parseFive(t, loc)
	}

	word, rest := t.word()
	switch {
	case strings.EqualFold(word.text, "@every"):
		return parseEvery(rest, loc)
	case strings.EqualFold(word.text, "@never"):
		return Schedule{}, noMore(rest)
	}

	five := words(word.text)
	if five == "" {
		return Schedule{}, word.errorf("expression", "unknown word %s", plain.Quote(word.text))
	}
	if err := noMore(rest); err != nil {
		return Schedule{}, err
	}
	return parseFive(token{text: five}, loc)
}

func noMore(rest token) *ParseError {
	if rest.text != "" {
		return rest.errorf("expression", "unexpected %s", plain.Quote(rest.text))
	}
	return nil
}

// tooMuch returns the fault of text after the fields, with where it belongs if that is known.
func tooMuch(t token) *ParseError {
	if word, _ := t.word(); strings.Contains(word.text, "/") || word.text == "UTC" {
		if _, err := loadZone(word); err == nil {
			return t.errorf("expression", "unexpected %s after 5 fields: a zone comes before them, as CRON_TZ=%s",
				plain.Quote(t.text), word.text)
		}
	}
	return t.errorf("expression",
		"unexpected %s after 5 fields, which are minute, hour, day of month, month and day of week",
		plain.Quote(t.text))
}

func parseFive(t token, loc *time.Location) (Schedule, *ParseError) {
	fields := [5]field{minuteField(), hourField(), domField(), monthField(), dowField()}
	var words [5]token
	var sets [5]valueSet
	for i := range fields {
		var err *ParseError
		words[i], t = t.word()
		if words[i].text == "" {
			const rule = "the field is missing: a cron expression has 5, this one %d"
			return Schedule{}, words[i].errorf(fields[i].name, rule, i)
		}
		if sets[i], err = fields[i].parse(words[i]); err != nil {
			return Schedule{}, err
		}
	}

	if t.text != "" {
		return Schedule{}, tooMuch(t)
	}
	p := newPattern(sets)
	if !p.days.possible() {
		month, day := words[3].text, words[2]
		return Schedule{}, day.errorf("day of month", "no month of %q has day %s", month, day.text)
	}
	return newSchedule(p, loc), nil
}

func newPattern(sets [5]valueSet) cronPattern {
	minute, hour := sets[0], sets[1]
	return cronPattern{
		minute:    minute.bits,
		hour:      uint32(hour.bits),
		days:      newDayRule(sets[2], sets[3], sets[4]),
		repeating: hour.bits == allHours || minute.star && bits.OnesCount64(minute.bits) > 1,
	}
}

// newDayRule combines the day fields.
// Where a day need match only one of them and either holds every value, all days match.
func newDayRule(dom, month, dow valueSet) dayRule {
	r := dayRule{
		dom:   uint32(dom.bits),
		month: uint16(month.bits),
		dow:   uint8(dow.bits|dow.bits>>7) & allWeekdays,
		last:  dom.last,
		only:  allWeekdays,
		or:    !dom.star && !dow.star,
	}

	if r.or && (r.dom == allDays || r.dow == allWeekdays) {
		r.dom, r.dow, r.or = allDays, allWeekdays, false
	}
	if r.dom == allDays {
		r.last = false
	}

	r.leap = r.leapDay()
	return r
}

// possible reports whether any day matches: any weekday does in any month, and falls on any date
// sooner or later.
func (r *dayRule) possible() bool {
	if r.or || r.last {
		return true
	}
	for month := time.January; month <= time.December; month++ {
		if r.month>>month&1 != 0 && bits.TrailingZeros32(r.dom) <= daysIn(2000, month) {
			return true
		}
	}
	return false
}

// appendTo appends the five fields of the pattern.
func (p *cronPattern) appendTo(b []byte) []byte {
	b = append(appendMinute(b, p), ' ')
	b = append(appendHour(b, p.hour), ' ')
	b = append(appendDom(b, &p.days), ' ')
	b = append(appendMonth(b, p.days.month), ' ')
	return appendDow(b, &p.days)
}

// appendMinute writes the * that makes a pattern repeat, where the hours do not.
func appendMinute(b []byte, p *cronPattern) []byte {
	if p.repeating {
		if p.hour != allHours || isStepped(p.minute, 0, 59) {
			return appendStar(b, p.minute, 0, 59)
		}
	}
	return appendList(b, p.minute, 59)
}

func appendHour(b []byte, hour uint32) []byte {
	if isStepped(uint64(hour), 0, 23) {
		return appendStar(b, uint64(hour), 0, 23)
	}
	return appendList(b, uint64(hour), 23)
}

func appendMonth(b []byte, month uint16) []byte {
	if isStepped(uint64(month), 1, 12) {
		return appendStar(b, uint64(month), 1, 12)
	}
	return appendList(b, uint64(month), 12)
}

// Where a day must match both day fields, one of them must begin with *. Day 1 is always among the
// dates of such a rule, or Sunday among its weekdays, since it was written with a *.

func appendDom(b []byte, r *dayRule) []byte {
	if !r.or && (r.dom&(1<<1) != 0 && r.dow != allWeekdays || isStepped(uint64(r.dom), 1, 31)) {
		b = appendStar(b, uint64(r.dom), 1, 31)
	} else if r.dom != 0 {
		b = appendList(b, uint64(r.dom), 31)
	}
	switch {
	case !r.last:
		return b
	case r.dom == 0:
		return append(b, 'L')
	}
	return append(b, ",L"...)
}

func appendDow(b []byte, r *dayRule) []byte {
	if !r.or && (r.dom&(1<<1) == 0 || isStepped(uint64(r.dow), 0, 6)) {
		return appendStar(b, uint64(r.dow), 0, 6)
	}
	return appendList(b, uint64(r.dow), 6)
}

// isStepped reports whether */n for some n selects the set, which has more than one value.
func isStepped(set uint64, lo, hi int) bool {
	for step := 1; step <= (hi-lo+1)/2; step++ {
		if set == valueRange(lo, hi, step) {
			return true
		}
	}
	return false
}
