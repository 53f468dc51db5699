package source

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// These are the causes of a [ValueError]. The first two end when [Format] is set.
var (
	// ErrNoZone is a timestamp without an offset where Format.DefaultLocation is not set.
	ErrNoZone = errors.New("source: a timestamp without a zone: set Format.DefaultLocation to its location")

	// ErrNoUnit is a number where Format.EpochUnit is not set.
	ErrNoUnit = errors.New("source: a number: set Format.EpochUnit to its unit, such as time.Millisecond")

	// ErrNotInstant is any other value that is not an instant: text of another form, an infinity of
	// PostgreSQL or of a floating-point number, MySQL's 0000-00-00, or an instant outside the years
	// 1 to 9999. The last is most often a number in another unit than Format.EpochUnit. The message
	// names the reason.
	ErrNotInstant = errors.New("source: not a timestamp")
)

var (
	errInfinite = fmt.Errorf("%w: infinity", ErrNotInstant)
	errZeroDate = fmt.Errorf("%w: a date of zeros", ErrNotInstant)
	errRange    = fmt.Errorf("%w: outside the years 1 to 9999", ErrNotInstant)
)

// A ValueError is a value that could not be read as an instant, and why. It wraps ErrNoZone,
// ErrNoUnit or ErrNotInstant, which [errors.Is] finds; [errors.As] finds the value:
//
//	var bad *source.ValueError
//	if errors.As(err, &bad) {
//		fmt.Println(bad.Column, bad.Type)
//	}
type ValueError struct {
	Column string // the column or field; empty where there is none
	Type   string // its database type, where one is known
	Value  string // the value as text; a long one is cut to 64 bytes and an ellipsis
	Err    error  // why
}

// Error returns the reason, the value, the column and its type.
func (e *ValueError) Error() string {
	text := fmt.Sprintf("%v: %q", cmp.Or(e.Err, ErrNotInstant), e.Value)
	if e.Column != "" {
		text += " in " + fmt.Sprintf("%q", e.Column)
	}
	if e.Type != "" {
		text += " of type " + e.Type
	}
	return text
}

// Unwrap returns the reason.
func (e *ValueError) Unwrap() error { return e.Err }

func badValue(value string, why error) *ValueError {
	return &ValueError{Value: plain.Cut(value, 64), Err: why}
}

// A Format is how to read values that lack a zone or a unit.
// The zero Format reads only text and columns that carry an offset.
type Format struct {
	// DefaultLocation is the location of timestamps without an offset. Nil means that they are
	// refused with ErrNoZone.
	DefaultLocation *time.Location

	// EpochUnit is the unit of numbers, counted from 1970-01-01 UTC: time.Second, time.Millisecond,
	// time.Microsecond or time.Nanosecond. Zero means that numbers are refused with ErrNoUnit.
	EpochUnit time.Duration
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

// Parse reads a timestamp from text: RFC 3339 and the forms in which PostgreSQL, MySQL, SQLite and
// Go write one, with an offset or, if f.DefaultLocation is set, without. Digits alone are a number
// of f.EpochUnit. The error is a [*ValueError].
func (f Format) Parse(text string) (time.Time, error) {
	trimmed := strings.TrimSpace(text)
	switch strings.ToLower(trimmed) {
	case "infinity", "-infinity", "+infinity", "inf", "-inf", "+inf":
		return time.Time{}, badValue(text, errInfinite)
	case "":
		return time.Time{}, badValue(text, ErrNotInstant)
	}

	if isZeroDate(trimmed) {
		return time.Time{}, badValue(text, errZeroDate)
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
	return time.Time{}, badValue(text, ErrNotInstant)
}

// settle returns the instant of a timestamp that was read as if in UTC.
func (f Format) settle(t time.Time, aware bool, text string) (time.Time, error) {
	switch {
	case aware:
		return inYears(t, text)
	case f.DefaultLocation == nil:
		return time.Time{}, badValue(text, ErrNoZone)
	}
	return inYears(local(t, f.DefaultLocation), text)
}

// These bound the instants, in Unix seconds: the day before the year 1, for that is the year 1 on
// some clocks and stands for no data in many a system, and the year 10000.
const (
	firstSecond = -62135596800 - 24*60*60
	endSecond   = 253402300800
)

// inYears returns an instant in UTC. Years that RFC 3339 cannot write are errors:
// [time.Time.MarshalJSON] fails for them.
func inYears(t time.Time, text string) (time.Time, error) {
	if sec := t.Unix(); sec < firstSecond || sec >= endSecond {
		return time.Time{}, badValue(text, errRange)
	}
	return t.UTC(), nil
}

// local returns the instant at which clocks in loc show what t shows, and the earlier one where
// they show it twice. A time in a gap, which they never show, is read with the offset before the
// gap.
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

// isZeroDate reports whether text begins with a date whose month or day is zero, as MySQL may hold:
// 2026-00-00.
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
	if f.EpochUnit <= 0 {
		return time.Time{}, badValue(text, ErrNoUnit)
	}
	if len(text) > 40 {
		return time.Time{}, badValue(text, ErrNotInstant)
	}

	count, ok := new(big.Rat).SetString(text)
	if !ok {
		return time.Time{}, badValue(text, ErrNotInstant)
	}
	nanos := count.Mul(count, new(big.Rat).SetInt64(int64(f.EpochUnit)))
	whole := new(big.Int).Div(nanos.Num(), nanos.Denom())
	seconds, rest := new(big.Int).DivMod(whole, big.NewInt(1e9), new(big.Int))
	if seconds.Cmp(big.NewInt(firstSecond)) < 0 || seconds.Cmp(big.NewInt(endSecond)) >= 0 {
		return time.Time{}, badValue(text, fmt.Errorf("%w: is Format.EpochUnit the unit of the number?", errRange))
	}
	return time.Unix(seconds.Int64(), rest.Int64()).UTC(), nil
}
