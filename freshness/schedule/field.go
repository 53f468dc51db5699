package schedule

import (
	"math/bits"
	"strconv"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A field is one of the five of a cron expression.
type field struct {
	name     string
	min, max int      // the numbers that may be written
	names    []string // names of the numbers from min on; nil if it has none
	steps    int      // how many different values it has, and so its largest step
}

func minuteField() field { return field{name: "minute", max: 59, steps: 60} }
func hourField() field   { return field{name: "hour", max: 23, steps: 24} }
func domField() field    { return field{name: "day of month", min: 1, max: 31, steps: 31} }

func monthField() field {
	return field{name: "month", min: 1, max: 12, steps: 12, names: []string{
		"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}}
}

func dowField() field {
	return field{name: "day of week", max: 7, steps: 7, names: []string{
		"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}
}

// A valueSet is what a field selects.
type valueSet struct {
	bits uint64 // bit n for value n
	star bool   // the text begins with *
	last bool   // L is among the items
}

// parse reads a list of items: *, a value or a range, the first two of them with or without a step,
// and L.
func (f *field) parse(t token) (valueSet, *ParseError) {
	set := valueSet{star: strings.HasPrefix(t.text, "*")}
	for {
		end := strings.IndexByte(t.text, ',')
		item := t
		if end >= 0 {
			item = t.upTo(end)
		}
		if err := f.parseItem(item, &set); err != nil {
			return valueSet{}, err
		}
		if end < 0 {
			return set, nil
		}
		t = t.from(end + 1)
	}
}

func (f *field) parseItem(t token, set *valueSet) *ParseError {
	if strings.EqualFold(t.text, "L") && f.name == "day of month" {
		set.last = true
		return nil
	}
	step := 1
	body := t
	slash := strings.IndexByte(t.text, '/')
	if slash >= 0 {
		body = t.upTo(slash)
		var err *ParseError
		if step, err = f.parseStep(t.from(slash + 1)); err != nil {
			return err
		}
	}

	lo, hi, err := f.parseRange(body, slash >= 0)
	if err != nil {
		return err
	}
	for v := lo; v <= hi; v += step {
		set.bits |= 1 << v
	}
	return nil
}

// parseRange reads *, n or n-m. With a step, n alone means from n to the field's last value.
func (f *field) parseRange(t token, stepped bool) (lo, hi int, err *ParseError) {
	if t.text == "*" {
		return f.min, f.max, nil
	}
	dash := strings.IndexByte(t.text, '-')
	if dash < 0 {
		if lo, err = f.parseValue(t); err != nil || !stepped {
			return lo, lo, err
		}
		return lo, f.max, nil
	}

	if lo, err = f.parseValue(t.upTo(dash)); err != nil {
		return 0, 0, err
	}
	end := t.from(dash + 1)
	if hi, err = f.parseValue(end); err != nil {
		return 0, 0, err
	}

	if hi < lo && strings.EqualFold(end.text, "sun") {
		hi = 7
	}
	if hi < lo {
		return 0, 0, end.errorf(f.name, "range %q ends before it begins", t.text)
	}
	return lo, hi, nil
}

func (f *field) parseValue(t token) (int, *ParseError) {
	if t.text == "" {
		return 0, t.errorf(f.name, "a value is missing")
	}
	for i, name := range f.names {
		if strings.EqualFold(t.text, name) {
			return f.min + i, nil
		}
	}

	n, err := f.parseNumber(t)
	if err != nil {
		return 0, err
	}
	if n < f.min || n > f.max {
		return 0, t.errorf(f.name, "%s is not between %d and %d", t.text, f.min, f.max)
	}
	return n, nil
}

func (f *field) parseStep(t token) (int, *ParseError) {
	if t.text == "" {
		return 0, t.errorf(f.name, "a step is missing")
	}
	n, err := f.parseNumber(t)
	if err != nil {
		return 0, err
	}
	if n < 1 || n > f.steps {
		return 0, t.errorf(f.name, "step %s is not between 1 and %d", t.text, f.steps)
	}
	return n, nil
}

// parseNumber reads decimal digits. A number of more than four is cut to one that no field allows.
func (f *field) parseNumber(t token) (int, *ParseError) {
	for i, c := range t.text {
		if c < '0' || c > '9' {
			return 0, t.from(i).errorf(f.name, "unexpected %q in %s", c, plain.Quote(t.text))
		}
	}
	if len(t.text) > 4 {
		return 9999, nil
	}
	n, _ := strconv.Atoi(t.text) // four digits at most
	return n, nil
}

// valueRange returns the bits lo to hi, in steps.
func valueRange(lo, hi, step int) uint64 {
	var set uint64
	for v := lo; v <= hi; v += step {
		set |= 1 << v
	}
	return set
}

// appendStar appends set, which holds lo, as text that begins with *; hi is the last value of the
// field.
func appendStar(b []byte, set uint64, lo, hi int) []byte {
	for step := 1; step <= hi-lo+1; step++ {
		if set == valueRange(lo, hi, step) {
			return appendStep(append(b, '*'), step)
		}
	}
	b = appendStep(append(b, '*'), hi-lo+1)
	return appendList(append(b, ','), set&^(1<<lo), hi)
}

func appendStep(b []byte, step int) []byte {
	if step == 1 {
		return b
	}
	return strconv.AppendInt(append(b, '/'), int64(step), 10)
}

// appendList appends set as values and ranges, or as one range with a step; hi is the last value of
// the field.
func appendList(b []byte, set uint64, hi int) []byte {
	first, last, n := bits.TrailingZeros64(set), bits.Len64(set)-1, bits.OnesCount64(set)
	if step := (last - first) / max(n-1, 1); n > 2 && step > 1 && set == valueRange(first, last, step) {
		b = appendRange(b, first, last)
		return appendStep(b, step)
	}

	for v := 0; v <= hi; v++ {
		if set>>v&1 == 0 {
			continue
		}
		end := v + bits.TrailingZeros64(^(set >> v)) - 1
		if end == v+1 {
			end = v
		}
		if v > first {
			b = append(b, ',')
		}
		b = appendRange(b, v, end)
		v = end
	}
	return b
}

func appendRange(b []byte, lo, hi int) []byte {
	b = strconv.AppendInt(b, int64(lo), 10)
	if hi > lo {
		b = strconv.AppendInt(append(b, '-'), int64(hi), 10)
	}
	return b
}
