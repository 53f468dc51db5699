package sla

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

var unitNames = [...]string{
	rolling: "rolling", day: "day", week: "week", month: "month", quarter: "quarter", year: "year",
}

// ParseWindow reads a window from text. Words may be in upper or lower case, and what stands in
// brackets may be left out:
//
//	rolling 90d                    or another duration: 36h, 1d12h, 4w
//	day [UTC]
//	week [from Monday] [Europe/Dublin]
//	month [from 31] [Europe/Dublin]
//	quarter [from January 1] [America/New_York]
//	year [from April 6] [Europe/London]
//
// The error is a [*FieldError] whose path is "window".
func ParseWindow(text string) (Window, error) {
	w, err := parseWindow(text)
	if err == nil {
		err = errors.Unwrap(w.Validate())
	}
	if err != nil {
		return Window{}, &FieldError{Path: "window", Err: err}
	}
	return w, nil
}

func parseWindow(text string) (Window, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Window{}, fmt.Errorf("is missing")
	}
	w := Window{unit: unitOf(words[0]), month: time.January, anchor: 1}
	words = words[1:]
	if w.unit == none {
		return w, fmt.Errorf("%s is no window: want rolling, day, week, month, quarter or year first",
			plain.Quote(text))
	}
	if w.unit == rolling {
		return parseRolling(text, words)
	}

	words, ok := w.parseAnchor(words)
	if !ok || len(words) > 1 {
		return w, fmt.Errorf("%s is no window: want %s", plain.Quote(text), w.form())
	}
	if len(words) == 1 {
		return w.in(words[0])
	}
	return w.normal(), nil
}

func unitOf(word string) unit {
	for u, name := range unitNames {
		if name != "" && strings.EqualFold(name, word) {
			return unit(u)
		}
	}
	return none
}

func parseRolling(text string, words []string) (Window, error) {
	if len(words) != 1 {
		return Window{}, fmt.Errorf("%s is no window: want a duration behind rolling, as 90d or 36h",
			plain.Quote(text))
	}
	d, err := plain.ParseDuration(words[0])
	if err != nil {
		return Window{}, err
	}
	return Rolling(d), nil
}

// parseAnchor reads "from …", if it is given, and returns the words behind it.
func (w *Window) parseAnchor(words []string) (rest []string, ok bool) {
	if w.unit == week {
		w.anchor = int8(time.Monday)
	}
	if len(words) == 0 || !strings.EqualFold(words[0], "from") {
		return words, true
	}

	words = words[1:]
	if w.unit == day || len(words) == 0 { // a day begins at midnight, and nowhere else
		return nil, false
	}
	switch w.unit {
	case week:
		w.anchor, ok = named(words[0], time.Sunday, time.Saturday)
		return words[1:], ok
	case month:
		w.anchor, ok = dayOfMonth(words[0])
		return words[1:], ok
	}

	if len(words) < 2 {
		return nil, false
	}
	month, ok := named(words[0], time.January, time.December)
	if ok {
		w.month = time.Month(month)
		w.anchor, ok = dayOfMonth(words[1])
	}
	return words[2:], ok
}

func named[T interface {
	~int
	String() string
}](word string, first, last T) (int8, bool) {
	for v := first; v <= last; v++ {
		if strings.EqualFold(v.String(), word) {
			return int8(v), true
		}
	}
	return 0, false
}

func dayOfMonth(word string) (int8, bool) {
	n, err := strconv.Atoi(word)
	return narrow(n), err == nil && digits(word)
}

func (w Window) form() string {
	return map[unit]string{
		day: "day Europe/Dublin", week: "week from Monday Europe/Dublin", month: "month from 1 Europe/Dublin",
		quarter: "quarter from January 1 Europe/Dublin", year: "year from January 1 Europe/Dublin",
	}[w.unit]
}

func (w Window) in(zone string) (Window, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" { // which may be called UTC on this machine, and otherwise on the next
		return w, errors.New(noZone(zone))
	}
	w.zone = loc
	return w.normal(), nil
}

// noZone returns what is wrong with the name of a zone that could not be found.
func noZone(name string) string {
	return plain.Quote(name) + " is not the name of an IANA time zone" + plain.NoZones()
}

// normal clears what the unit does not use, and makes UTC nil, so that equal windows have equal
// fields.
func (w Window) normal() Window {
	if w.unit < week {
		w.anchor = 0
	}
	if w.unit < quarter {
		w.month = 0
	}
	return w
}

// String returns the text that [ParseWindow] reads back as an equal window. It returns "" for the
// zero Window.
func (w Window) String() string { return string(w.append(nil)) }

func (w Window) append(b []byte) []byte {
	if w.unit == none {
		return b
	}
	b = append(append(b, unitNames[w.unit]...), ' ')
	switch {
	case w.unit == rolling:
		return append(b, lengthText(w.length)...)
	case w.unit == week:
		b = fmt.Appendf(b, "from %v ", time.Weekday(w.anchor))
	case w.unit == month && w.anchor != 1:
		b = fmt.Appendf(b, "from %d ", w.anchor)
	case w.unit > month && (w.anchor != 1 || w.month != time.January):
		b = fmt.Appendf(b, "from %v %d ", w.month, w.anchor)
	}
	return append(b, w.location().String()...)
}

// lengthText writes whole days as such, and other lengths as package time does.
func lengthText(d time.Duration) string {
	if d%Day == 0 && d != 0 {
		return strconv.FormatInt(int64(d/Day), 10) + "d"
	}
	return plain.Notation(d)
}

// AppendText implements [encoding.TextAppender]. A window that does not pass [Window.Validate] is
// an error, but the zero Window is empty text.
func (w Window) AppendText(b []byte) ([]byte, error) {
	if w.IsZero() {
		return b, nil
	}
	if err := w.Validate(); err != nil {
		return b, err
	}
	return w.append(b), nil
}

// MarshalText implements [encoding.TextMarshaler], as AppendText.
func (w Window) MarshalText() ([]byte, error) { return w.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads what [ParseWindow] reads, and empty
// text as the zero Window.
func (w *Window) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*w = Window{}
		return nil
	}
	parsed, err := ParseWindow(string(text))
	if err == nil {
		*w = parsed
	}
	return err
}
