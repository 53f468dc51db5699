package contract

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/foreign"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

const (
	noLength = "%s has no fixed length: give days"
	noValue  = "%s is no length such as 4 with a unit, 90m or PT1H30M"
)

// units are lengths by the words that people write. The letter m is minutes.
var units = map[string]time.Duration{
	"ms": time.Millisecond, "millisecond": time.Millisecond,
	"s": time.Second, "sec": time.Second, "second": time.Second,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hour": time.Hour,
	"d": sla.Day, "day": sla.Day,
	"w": 7 * sla.Day, "wk": 7 * sla.Day, "week": 7 * sla.Day,
}

// unitOf returns the length of a unit, in the singular or plural; why it has none, otherwise.
func unitOf(text string) (length time.Duration, problem string) {
	lower := strings.ToLower(text)
	single := lower
	if len(single) > 2 {
		single = strings.TrimSuffix(single, "s")
	}
	switch {
	case text == "M", strings.HasPrefix(lower, "mo"), strings.HasPrefix(lower, "y"),
		strings.HasPrefix(lower, "quarter"):
		return 0, fmt.Sprintf(noLength, plain.Quote(text))
	case units[single] == 0:
		return 0, fmt.Sprintf("%s is no unit: want ms, s, min, h, d or w", plain.Quote(text))
	}
	return units[single], ""
}

// duration reads a length that is positive: a number and its unit, both in one text, or ISO 8601.
func duration(value, unit foreign.Node) time.Duration {
	if !value.Is() {
		value.Missing()
		return 0
	}
	text := textOf(value)
	if value.IsNumber() {
		text = value.Number()
	}
	if strings.HasPrefix(text, "P") {
		d, problem := parseISO(text)
		if problem != "" {
			value.Refuse("%s", problem)
		}
		return d
	}

	number := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	written := text[len(number):]
	amount, ok := decimal(strings.TrimSpace(number))
	if !ok || amount.Sign() <= 0 {
		value.Refuse(noValue, excerpt(value))
		return 0
	}
	length := lengthOf(value, unit, written)
	if length == 0 {
		return 0
	}
	d, ok := times(amount, length)
	if !ok {
		value.Refuse("%s is no length in whole nanoseconds of at most 292 years", excerpt(value))
	}
	return d
}

// lengthOf returns the unit that stands in the value, or else beside it, and zero after a fault.
func lengthOf(value, unit foreign.Node, written string) time.Duration {
	at, text := unit, textOf(unit)
	switch {
	case written == "" && text == "":
		if !unit.Is() || unit.Value.Raw[0] == '"' { // another value has been refused
			unit.Missing()
		}
		return 0
	case written != "":
		at, text = value, written
	}
	length, problem := unitOf(text)
	if problem != "" {
		at.Refuse("%s", problem)
		return 0
	}
	if beside, _ := unitOf(textOf(unit)); written != "" && textOf(unit) != "" && beside != length {
		unit.Refuse("is another unit than that of the value, %s", plain.Quote(written))
		return 0
	}
	return length
}

func excerpt(n foreign.Node) string { return plain.Cut(string(n.Value.Raw), 40) }

// decimal reads a number without sign and exponent, exactly.
func decimal(text string) (*big.Rat, bool) {
	if len(text) > 40 || strings.Trim(text, "0123456789.") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// times returns so many times a unit, where that is a whole number of nanoseconds.
func times(amount *big.Rat, unit time.Duration) (time.Duration, bool) {
	product := new(big.Rat).Mul(amount, new(big.Rat).SetInt64(int64(unit)))
	if !product.IsInt() || !product.Num().IsInt64() {
		return 0, false
	}
	return time.Duration(product.Num().Int64()), true
}

// parseISO reads a duration of ISO 8601, such as P1DT12H, or returns why it is none.
func parseISO(text string) (d time.Duration, problem string) {
	bad := fmt.Sprintf(noValue, plain.Quote(text))
	rest, total, clock := text[1:], int64(0), false
	for rest != "" {
		if !clock && rest[0] == 'T' {
			clock, rest = true, rest[1:]
			if rest == "" {
				return 0, bad
			}
			continue
		}
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789."))
		amount, ok := decimal(rest[:digits])
		if !ok || digits == len(rest) {
			return 0, bad
		}

		letter := rest[digits]
		// Before the T an M is a month, which like a year has no fixed length.
		if rest = rest[digits+1:]; !clock && (letter == 'M' || letter == 'Y') {
			return 0, fmt.Sprintf(noLength, plain.Quote(text))
		}
		part, ok := times(amount, isoUnit(letter, clock))
		if !ok || isoUnit(letter, clock) == 0 {
			return 0, bad
		}
		total = exact.Add(total, int64(part))
	}
	if total <= 0 {
		return 0, bad
	}
	return time.Duration(total), ""
}

var (
	isoDays  = map[byte]time.Duration{'D': sla.Day, 'W': 7 * sla.Day}
	isoClock = map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second}
)

func isoUnit(letter byte, clock bool) time.Duration {
	if clock {
		return isoClock[letter]
	}
	return isoDays[letter]
}

// share reads a percentage that must be good, or may be bad.
func share(o *sla.Objective, value, unit foreign.Node, bad bool) {
	if !value.Is() {
		value.Missing()
		return
	}
	written := textOf(value)
	if value.IsNumber() {
		written = value.Number()
	}
	text, percent := strings.CutSuffix(strings.TrimSpace(written), "%")
	switch strings.ToLower(textOf(unit)) {
	case "%", "percent", "pct":
		percent = true
	case "":
	default:
		unit.Refuse("%s is no unit of a share: want %%", plain.Quote(textOf(unit)))
		return
	}

	part, ok := decimal(strings.TrimSpace(text))
	hundred := big.NewRat(100, 1)
	if !ok || part.Cmp(hundred) > 0 {
		value.Refuse("%s is no percentage", excerpt(value))
		return
	}
	if !percent && part.Cmp(big.NewRat(1, 1)) <= 0 {
		value.Refuse("%s could be a share or a percentage: give the unit", excerpt(value))
		return
	}
	if bad {
		part = new(big.Rat).Sub(hundred, part)
	}
	promised(o, value, part.Mul(part, big.NewRat(exact.Billion/100, 1)))
}

// promised sets a target of so many billionths.
func promised(o *sla.Objective, value foreign.Node, good *big.Rat) {
	switch {
	case !good.IsInt():
		value.Refuse("%s has more than 7 decimals", excerpt(value))
	case good.Num().Int64() == exact.Billion:
		o.ZeroTolerance = true
		value.Note("%s leaves no budget: it is zero tolerance here", excerpt(value))
	case good.Sign() == 0:
		value.Refuse("%s promises nothing", excerpt(value))
	default:
		o.Target = sla.MustTarget(fmt.Sprintf("0.%09d", good.Num().Int64()))
	}
}
