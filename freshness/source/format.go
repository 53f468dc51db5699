package source

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// Why a value is no instant. Each stands behind a [ValueError].
var (
	// ErrNaive is a timestamp without an offset where Format.Naive says no location.
	ErrNaive = errors.New("source: a timestamp without a zone: set Format.Naive to its location")

	// ErrUnit is a number where Format.Epoch says no unit.
	ErrUnit = errors.New("source: a number: set Format.Epoch to its unit, such as time.Millisecond")

	// ErrInfinite is an infinity, of PostgreSQL or of a floating-point number.
	ErrInfinite = errors.New("source: infinity is no instant")

	// ErrZeroDate is MySQL's 0000-00-00, or a date like it whose month or day is zero.
	ErrZeroDate = errors.New("source: a date of zeros is no instant")

	// ErrRange is an instant that lies outside the years 1 to 9999. Most often it is a number in another unit
	// than Format.Epoch says.
	ErrRange = errors.New("source: an instant outside the years 1 to 9999")

	// ErrNoTime is whatever else is no timestamp.
	ErrNoTime = errors.New("source: not a timestamp")
)

// A ValueError says which value could not be read as an instant, and why.
// Use [errors.Is] with the reasons above, or
//
//	var bad *source.ValueError
//	if errors.As(err, &bad) { fmt.Println(bad.Column, bad.Type) }
type ValueError struct {
	Column string // the column or field; empty where there is none
	Type   string // its database type, where one is known
	Value  string // the value as text, cut after 64 bytes
	Err    error  // why
}

// Error names the column, its type, the value and the reason.
func (e *ValueError) Error() string {
	text := fmt.Sprintf("%v: %q", cmp.Or(e.Err, ErrNoTime), e.Value)
	if e.Column != "" {
		text += " in " + fmt.Sprintf("%q", e.Column)
	}
	if e.Type != "" {
		text += " of type " + e.Type
	}
	return text
}

// Unwrap answers the reason.
func (e *ValueError) Unwrap() error { return e.Err }

func badValue(value string, why error) *ValueError {
	return &ValueError{Value: value[:min(len(value), 64)], Err: why}
}

// A Format says how to read what does not say for itself which instant it means.
// The zero Format reads only text and columns that carry an offset.
type Format struct {
	// Naive is the location of timestamps without an offset. Nil means that they are refused with ErrNaive.
	Naive *time.Location

	// Epoch is the unit of numbers, counted from 1970-01-01 UTC: time.Second, time.Millisecond,
	// time.Microsecond or time.Nanosecond. Zero means that numbers are refused with ErrUnit.
	Epoch time.Duration
}

// layouts are the forms of timestamps that databases and programs write. Fractions of a second,
// up to nine digits, are read behind the seconds of each.
var layouts = []struct {
	form  string
	aware bool
}{
	{"2006-01-02T15:04:05Z07:00", true},
	{"2006-01-02T15:04:05Z0700", true},
	{"2006-01-02T15:04:05Z07", true},
	{"2006-01-02 15:04:05Z07:00", true},
	{"2006-01-02 15:04:05Z0700", true},
	{"2006-01-02 15:04:05Z07", true},
	{"2006-01-02T15:04Z07:00", true},
	{"2006-01-02 15:04Z07:00", true},
	{"2006-01-02 15:04:05 -07:00", true},
	{"2006-01-02 15:04:05 -0700", true},
	{"2006-01-02 15:04:05 -0700 MST", true}, // as time.Time prints itself
	{"2006-01-02 15:04:05 UTC", true},
	{"2006-01-02T15:04:05", false},
	{"2006-01-02 15:04:05", false},
	{"2006-01-02T15:04", false},
	{"2006-01-02 15:04", false},
	{"2006-01-02", false},
}

// Parse reads a timestamp from text: RFC 3339 and the forms in which PostgreSQL, MySQL, SQLite and Go write one,
// with an offset or, if f.Naive is set, without. Digits alone are a number, read as f.Epoch says.
// The error is a [*ValueError].
func (f Format) Parse(text string) (time.Time, error) {
	trimmed := strings.TrimSpace(text)
	switch strings.ToLower(trimmed) {
	case "infinity", "-infinity", "+infinity", "inf", "-inf", "+inf":
		return time.Time{}, badValue(text, ErrInfinite)
	case "":
		return time.Time{}, badValue(text, ErrNoTime)
	}
	if isZeroDate(trimmed) {
		return time.Time{}, badValue(text, ErrZeroDate)
	}
	if isNumber(trimmed) {
		return f.number(trimmed)
	}
	trimmed, _, _ = strings.Cut(trimmed, " m=") // the monotonic reading that time.Time prints
	for _, l := range layouts {
		if t, err := time.Parse(l.form, trimmed); err == nil {
			return f.settle(t, l.aware, text)
		}
	}
	return time.Time{}, badValue(text, ErrNoTime)
}

// settle answers the instant of a timestamp that was read as if in UTC.
func (f Format) settle(t time.Time, aware bool, text string) (time.Time, error) {
	switch {
	case aware:
		return inYears(t, text)
	case f.Naive == nil:
		return time.Time{}, badValue(text, ErrNaive)
	}
	return inYears(local(t, f.Naive), text)
}

// These bound the instants, in Unix seconds: the day before the year 1, for that is the year 1 on some clocks and
// stands for no data in many a system, and the year 10000.
const (
	firstSecond = -62135596800 - 24*60*60
	endSecond   = 253402300800
)

// inYears answers an instant in UTC, unless nobody can write it: [time.Time.MarshalJSON] fails for such years.
func inYears(t time.Time, text string) (time.Time, error) {
	if sec := t.Unix(); sec < firstSecond || sec >= endSecond {
		return time.Time{}, badValue(text, ErrRange)
	}
	return t.UTC(), nil
}

// local answers the instant at which clocks in loc show what t shows: the earlier, where they show it twice.
// What they never show, in a gap, is read with the offset before the gap, as if they had not been changed.
func local(t time.Time, loc *time.Location) time.Time {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	const far = 26 * time.Hour // no offset is larger, so that one change lies between the two probes
	before := wall.Add(-offset(wall.Add(-far), loc))
	after := wall.Add(-offset(wall.Add(far), loc))
	okBefore := wall.Sub(before) == offset(before, loc)
	okAfter := wall.Sub(after) == offset(after, loc)
	if okAfter && (!okBefore || after.Before(before)) {
		return after
	}
	return before
}

func offset(t time.Time, loc *time.Location) time.Duration {
	_, seconds := t.In(loc).Zone()
	return time.Duration(seconds) * time.Second
}

// isZeroDate reports whether text begins with a date whose month or day is zero, as MySQL may hold: 2026-00-00.
func isZeroDate(text string) bool {
	year, rest, _ := strings.Cut(text, "-")
	month, rest, ok := strings.Cut(rest, "-")
	return ok && len(year) == 4 && isNumber(year) && len(month) == 2 && isNumber(month) &&
		(month == "00" || strings.HasPrefix(rest, "00"))
}

// isNumber reports whether text is a decimal number with at most one point.
func isNumber(text string) bool {
	digits := strings.TrimLeft(text, "+-")
	if len(text)-len(digits) > 1 {
		return false
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	return whole != "" && strings.Trim(whole+fraction, "0123456789") == ""
}

// number reads a count of units since 1970, exactly: a fraction beyond nanoseconds is cut off.
func (f Format) number(text string) (time.Time, error) {
	if f.Epoch <= 0 {
		return time.Time{}, badValue(text, ErrUnit)
	}
	if len(text) > 40 {
		return time.Time{}, badValue(text, ErrNoTime)
	}
	count, ok := new(big.Rat).SetString(text)
	if !ok {
		return time.Time{}, badValue(text, ErrNoTime)
	}
	nanos := count.Mul(count, new(big.Rat).SetInt64(int64(f.Epoch)))
	whole := new(big.Int).Div(nanos.Num(), nanos.Denom())
	seconds, rest := new(big.Int).DivMod(whole, big.NewInt(1e9), new(big.Int))
	if seconds.Cmp(big.NewInt(firstSecond)) < 0 || seconds.Cmp(big.NewInt(endSecond)) >= 0 {
		return time.Time{}, badValue(text, fmt.Errorf("%w: is Format.Epoch the unit of the number?", ErrRange))
	}
	return time.Unix(seconds.Int64(), rest.Int64()).UTC(), nil
}
