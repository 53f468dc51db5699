package dbt

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// begin returns the first byte of a value, and notes where it stands.
func (s *scanner) begin() byte {
	c := s.peek()
	s.valueLine, s.valueAt = s.line, s.base+int64(s.pos)
	return c
}

// wrong says what is the matter with the value that began last.
func (s *scanner) wrong(format string, args ...any) *FileError {
	return s.failAt(s.valueLine, s.valueAt, fmt.Errorf(format, args...))
}

// bad notes that the value that began last is not what it should be; reading
// goes on.
func (s *scanner) bad(format string, args ...any) {
	s.add(s.wrong("%w: "+format, append([]any{ErrValue}, args...)...))
}

// missing notes that the object just read lacks a key.
func (s *scanner) missing(key string) {
	s.add(s.fail(fmt.Errorf("%w: %s is missing", ErrValue, key)))
}

// text reads a string into to. Null leaves it empty; a number, as dbt writes
// for some errors, is taken as its digits.
func (s *scanner) text(to *string) error {
	switch c := s.begin(); c {
	case '"':
		if err := s.scanString(true); err != nil {
			return err
		}
		*to = string(s.unquoted())
		return nil
	case '{', '[':
		s.bad("want a text, not %q", rune(c))
		return s.skip()
	}
	if err := s.scanLiteral(); err != nil {
		return err
	}
	if *to = string(s.token); *to == "null" {
		*to = ""
	}
	return nil
}

// texts reads a list of strings. One string alone is a list of one; null and
// what is not a text are left out.
func (s *scanner) texts(to *[]string) error {
	if s.peek() != '[' {
		return s.oneOfTexts(to)
	}
	return s.array(func(int) error { return s.oneOfTexts(to) })
}

func (s *scanner) oneOfTexts(to *[]string) error {
	var one string
	err := s.text(&one)
	if one != "" {
		*to = append(*to, one)
	}
	return err
}

// number reads a number, or one in quotes, into to; null says that there is
// none.
func (s *scanner) number(to *float64) (found bool, err error) {
	var text string
	if err := s.text(&text); err != nil || text == "" {
		return false, err
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		s.bad("%q is not a number", brief(text))
		return false, nil
	}
	*to = n
	return true, nil
}

// seconds reads a number of seconds into to, saturated.
func (s *scanner) seconds(to *time.Duration) error {
	var n float64
	found, err := s.number(&n)
	if found {
		*to = saturate(n)
	}
	return err
}

// saturate turns seconds into a duration, to the nearest microsecond: that is
// what dbt measures in, and what a float holds.
func saturate(seconds float64) time.Duration {
	micros := math.Round(seconds * 1e6)
	const most = float64(math.MaxInt64 / 1000)
	switch {
	case micros >= most:
		return math.MaxInt64
	case micros <= -most:
		return math.MinInt64
	}
	return time.Duration(micros) * time.Microsecond
}

// instant reads a timestamp into to. Null leaves it zero.
func (s *scanner) instant(to *time.Time) error {
	var text string
	if err := s.text(&text); err != nil || text == "" {
		return err
	}
	at, ok := parseInstant(text)
	if !ok {
		s.bad("%q is not a timestamp like 2021-03-04T05:06:07.089Z", brief(text))
		return nil
	}
	*to = at
	return nil
}

// The forms in which dbt, Python's isoformat and SQL write an instant. A
// fraction of the second is read though no form shows it.
var instantForms = [...]string{
	"2006-01-02T15:04:05Z07:00",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04:05Z07",
	"2006-01-02T15:04:05Z07:00:00",
}

// parseInstant reads a timestamp. One without a zone is in UTC, as in dbt.
func parseInstant(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if len(text) > len("2006-01-02") && text[10] == ' ' {
		text = text[:10] + "T" + strings.Replace(text[11:], " ", "", 1)
	}
	for _, form := range instantForms {
		if at, err := time.Parse(form, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// record reads an object; what is neither an object nor null is a fault.
func (s *scanner) record(field func(key []byte) error) error {
	switch c := s.begin(); c {
	case '{':
		return s.object(field)
	case '[', '"':
		s.bad("want an object, not %q", rune(c))
		return s.skip()
	}
	return s.nothing("an object")
}

// list reads an array; what is neither an array nor null is a fault.
func (s *scanner) list(item func(i int) error) error {
	switch c := s.begin(); c {
	case '[':
		return s.array(item)
	case '{', '"':
		s.bad("want an array, not %q", rune(c))
		return s.skip()
	}
	return s.nothing("an array")
}

func (s *scanner) nothing(want string) error {
	if err := s.scanLiteral(); err != nil {
		return err
	}
	if string(s.token) != "null" {
		s.bad("want %s, not %s", want, brief(string(s.token)))
	}
	return nil
}

// whole is the number of a count, which dbt documents as an integer.
func whole(n float64) (int64, bool) {
	if n != math.Trunc(n) || math.Abs(n) > 1<<53 {
		return 0, false
	}
	return int64(n), true
}
