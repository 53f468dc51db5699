package dbt

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/jsontree"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// text reads a string into to. Null leaves it empty; a number, as dbt writes for some errors, is
// taken as its digits.
func (r *reader) text(to *string) error {
	c := r.begin()
	if c != '"' {
		return r.unquoted(c, to)
	}
	return r.quoted(to)
}

func (r *reader) quoted(to *string) error {
	text, err := r.Text()
	*to = string(text)
	return err
}

func (r *reader) unquoted(c byte, to *string) error {
	if c == '{' || c == '[' {
		return r.unwanted("a text", c)
	}
	return r.literal(to)
}

func (r *reader) literal(to *string) error {
	written, err := r.Literal()
	if *to = string(written); *to == "null" {
		*to = ""
	}
	return err
}

// unwanted leaves out a value that begins with c, where another was wanted.
func (r *reader) unwanted(want string, c byte) error {
	r.bad("want %s, not %q", want, rune(c))
	return r.Skip()
}

// texts reads a list of strings. One string alone is a list of one; null and what is not a text are
// left out.
func (r *reader) texts(to *[]string) error {
	if r.Peek() != '[' {
		return r.oneOfTexts(to)
	}
	return r.Array(func(int) error { return r.oneOfTexts(to) })
}

func (r *reader) oneOfTexts(to *[]string) error {
	var one string
	err := r.text(&one)
	if one != "" {
		*to = append(*to, one)
	}
	return err
}

// number reads a number, or one in quotes, into to. found is false for null.
func (r *reader) number(to *float64) (found bool, err error) {
	var text string
	if err := r.text(&text); err != nil || text == "" {
		return false, err
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		r.bad("%s is not a number", plain.Quote(text))
		return false, nil
	}
	*to = n
	return true, nil
}

// seconds reads a number of seconds into to, saturated.
func (r *reader) seconds(to *time.Duration) error {
	var n float64
	found, err := r.number(&n)
	if found {
		*to = saturate(n)
	}
	return err
}

// saturate turns seconds into a duration, to the nearest microsecond: that is what dbt measures in,
// and what a float holds.
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
func (r *reader) instant(to *time.Time) error {
	var text string
	err := r.text(&text)
	if err == nil && text != "" {
		r.setInstant(to, text)
	}
	return err
}

func (r *reader) setInstant(to *time.Time, text string) {
	if at, ok := parseInstant(text); ok {
		*to = at
	} else {
		r.bad("%s is not a timestamp like 2021-03-04T05:06:07.089Z", plain.Quote(text))
	}
}

// The forms in which dbt, Python's isoformat and SQL write an instant. A fraction of the second is
// read though no form shows it.
var instantForms = [...]string{
	"2006-01-02T15:04:05Z07:00",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04:05Z07",
	"2006-01-02T15:04:05Z07:00:00",
}

// parseInstant reads a timestamp. One without a zone is in UTC, as in dbt.
func parseInstant(text string) (time.Time, bool) {
	text = withT(strings.TrimSpace(text))
	for _, form := range instantForms {
		if at, err := time.Parse(form, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// withT turns the spaces of SQL, before the time and before the zone, into the form of ISO 8601.
func withT(text string) string {
	if len(text) > len("2006-01-02") && text[10] == ' ' {
		return text[:10] + "T" + strings.Replace(text[11:], " ", "", 1)
	}
	return text
}

// record reads an object; what is neither an object nor null is a fault.
func (r *reader) record(field func(key []byte) error) error {
	c := r.begin()
	if c == '{' {
		return r.Object(field)
	}
	return r.other("an object", c)
}

// only reads one member of an object.
func (r *reader) only(name string, read func() error) error {
	return r.record(func(key []byte) error {
		if string(key) == name {
			return read()
		}
		return r.Skip()
	})
}

// list reads an array; what is neither an array nor null is a fault.
func (r *reader) list(item func(i int) error) error {
	c := r.begin()
	if c == '[' {
		return r.Array(item)
	}
	return r.other("an array", c)
}

func (r *reader) other(want string, c byte) error {
	if strings.IndexByte(`{["`, c) >= 0 {
		return r.unwanted(want, c)
	}
	return r.nothing(want)
}

func (r *reader) nothing(want string) error {
	written, err := r.Literal()
	if err == nil && string(written) != "null" {
		r.bad("want %s, not %s", want, jsontree.Excerpt(written))
	}
	return err
}

// whole is the number of a count, which dbt documents as an integer.
func whole(n float64) (int64, bool) {
	if n != math.Trunc(n) || math.Abs(n) > 1<<53 {
		return 0, false
	}
	return int64(n), true
}
