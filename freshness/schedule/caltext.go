package schedule

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// ParseCalendar returns the Calendar that text stands for. It reads what [Calendar.String] writes:
//
//	mon-fri 09:00-17:00
//	TZ=Europe/Dublin mon-thu 09:00-12:00,13:00-17:30; fri 09:00-13:00; 2021-12-27 closed
//	TZ=Asia/Dubai sun-thu 22:00-06:00; 2021-12-31 22:00-24:00
//
// The zone is written as in [Parse]; without one it is UTC. Entries are separated by semicolons. An
// entry is a weekday, a range of them or a date, and then spans with commas between them, or
// "closed". Names are read without regard to case, seconds may be added as in 23:59:30, and a day
// may be named once, by its date and by its weekday.
//
// The error is a [*ParseError].
func ParseCalendar(text string) (Calendar, error) {
	c, err := parseCalendar(token{text: text})
	if err != nil {
		err.Input = text
		return Calendar{}, err
	}
	return c, nil
}

func parseCalendar(t token) (Calendar, *ParseError) {
	loc, rest, err := parseZone(t.trim())
	if err != nil {
		return Calendar{}, err
	}
	h := Hours{Location: loc, Weekly: map[time.Weekday][]TimeRange{}, Openings: map[Date][]TimeRange{}}
	for more := true; more; {
		entry := rest
		var end int
		if end = strings.IndexByte(rest.text, ';'); end < 0 {
			more = false
		} else {
			entry, rest = rest.upTo(end), rest.from(end+1)
		}
		if err := h.parseEntry(entry.trim()); err != nil {
			return Calendar{}, err
		}
	}

	c, fault := NewCalendar(h)
	if fault != nil {
		bad := t.errorf("calendar", "%s", strings.TrimPrefix(fault.Error(), "schedule: calendar: "))
		bad.Err = fault
		return Calendar{}, bad
	}
	return c, nil
}

// parseEntry reads "mon-fri 09:00-17:00" or "2021-12-27 closed".
func (h *Hours) parseEntry(t token) *ParseError {
	days, rest := t.word()
	if days.text == "" {
		return days.errorf("entry", "a weekday or a date is missing")
	}
	spans, err := parseSpans(rest)
	if err != nil {
		return err
	}

	if c := days.text[0]; c >= '0' && c <= '9' {
		return h.addDate(days, spans)
	}
	f := dowField()
	lo, hi, err := f.parseRange(days, false)
	if err != nil {
		err.Field = "weekday"
		return err
	}

	for day := lo; day <= hi; day++ {
		wd := time.Weekday(day % 7)
		if _, twice := h.Weekly[wd]; twice {
			return days.errorf("weekday", "%s has hours already", wd)
		}
		h.Weekly[wd] = spans
	}
	return nil
}

func (h *Hours) addDate(t token, spans []TimeRange) *ParseError {
	at, err := time.Parse(time.DateOnly, t.text)
	if err != nil {
		bad := t.errorf("date", "%v", err)
		bad.Err = err
		return bad
	}
	date := dateOf(at)
	if err := date.check(); err != nil {
		return t.errorf("date", "%v", err)
	}
	if _, twice := h.Openings[date]; twice {
		return t.errorf("date", "%s has hours already", date)
	}
	h.Openings[date] = spans
	return nil
}

// parseSpans reads "closed" or spans with commas between them.
func parseSpans(t token) ([]TimeRange, *ParseError) {
	word, rest := t.word()
	if rest.text != "" {
		return nil, rest.errorf("hours", "unexpected %s", plain.Quote(rest.text))
	}
	if strings.EqualFold(word.text, "closed") {
		return nil, nil
	}

	var spans []TimeRange
	for {
		end := strings.IndexByte(word.text, ',')
		item := word
		if end >= 0 {
			item = word.upTo(end)
		}
		sp, err := parseSpan(item)
		if err != nil {
			return nil, err
		}
		spans = append(spans, sp)
		if end < 0 {
			return spans, nil
		}
		word = word.from(end + 1)
	}
}

func parseSpan(t token) (TimeRange, *ParseError) {
	dash := strings.IndexByte(t.text, '-')
	if dash < 0 {
		const rule = "%s is not a span such as 09:00-17:00, nor closed"
		return TimeRange{}, t.errorf("hours", rule, plain.Quote(t.text))
	}
	open, err := parseClock(t.upTo(dash))
	if err != nil {
		return TimeRange{}, err
	}

	end, err := parseClock(t.from(dash + 1))
	if err != nil {
		return TimeRange{}, err
	}
	sp := TimeRange{open, end}
	if fault := sp.check(); fault != nil {
		return TimeRange{}, t.errorf("hours", "%v", fault)
	}
	return sp, nil
}

// parseClock reads 09:00, 09:00:30 or 24:00.
func parseClock(t token) (time.Duration, *ParseError) {
	if t.text == "24:00" {
		return 24 * time.Hour, nil
	}
	layout := "15:04"
	if len(t.text) == len("15:04:05") {
		layout = "15:04:05"
	}
	at, err := time.Parse(layout, t.text)
	if err != nil || len(t.text) != len(layout) {
		return 0, t.errorf("hours", "%s is not a clock time such as 09:00", plain.Quote(t.text))
	}
	return at.Sub(at.Truncate(24 * time.Hour)), nil
}

// String returns the text of c, which [ParseCalendar] reads back as a Calendar that is Equal to c.
// It is canonical: holidays and openings are both dates. The zero Calendar is "never open", which
// cannot be read back.
func (c Calendar) String() string {
	if c.c == nil {
		return "never open"
	}
	return string(c.c.appendTo(nil))
}

// AppendText appends what [Calendar.MarshalText] returns. It implements [encoding.TextAppender].
func (c Calendar) AppendText(b []byte) ([]byte, error) {
	if c.c == nil {
		return b, errNoCalendar
	}
	return c.c.appendTo(b), nil
}

// MarshalText returns the text of [Calendar.String], and an error for the zero Calendar.
// It implements [encoding.TextMarshaler], so that a Calendar in JSON is a string.
func (c Calendar) MarshalText() ([]byte, error) { return c.AppendText(nil) }

// UnmarshalText sets c to what [ParseCalendar] returns for text, and leaves it alone if that is an
// error. It implements [encoding.TextUnmarshaler].
func (c *Calendar) UnmarshalText(text []byte) error {
	parsed, err := ParseCalendar(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

func (c *calendar) appendTo(b []byte) []byte {
	if zone := zoneText(c.loc); zone != "" {
		b = fmt.Appendf(b, "TZ=%s ", zone)
	}
	start := len(b)
	// Monday first, and weekdays with the same hours together.
	for i := 1; i <= 7; {
		end := i
		for end < 7 && slices.Equal(c.weekly[(end+1)%7], c.weekly[i%7]) {
			end++
		}
		if windows := c.weekly[i%7]; len(windows) > 0 {
			b = append(entry(b, start), weekdayText(i)...)
			if end > i {
				b = append(append(b, '-'), weekdayText(end)...)
			}
			b = appendWindows(append(b, ' '), windows)
		}
		i = end + 1
	}

	for _, d := range c.dates {
		b = append(entry(b, start), dateOfDay(d.day).String()...)
		b = appendWindows(append(b, ' '), d.windows)
	}
	return b
}

// entry separates an entry from one before it, if any was written from start on.
func entry(b []byte, start int) []byte {
	if len(b) > start {
		b = append(b, "; "...)
	}
	return b
}

func weekdayText(day int) string {
	f := dowField()
	return f.names[day%7]
}

func appendWindows(b []byte, windows []window) []byte {
	if len(windows) == 0 {
		return append(b, "closed"...)
	}
	for i, w := range windows {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, w.span().String()...)
	}
	return b
}
