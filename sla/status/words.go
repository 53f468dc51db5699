package status

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/alwaysp1/alwaysp1/sla"
)

// span says a duration in words of at most two units, cut: "2h 5m", "3d 4h", "less than a minute".
func span(d time.Duration) string {
	if d < 0 {
		d = -max(d, -1<<63+1)
	}
	days, rest := d/(24*time.Hour), d%(24*time.Hour)
	hours, minutes := rest/time.Hour, rest%time.Hour/time.Minute
	switch {
	case days >= 1000:
		return "more than 1000d"
	case days > 0 && hours > 0:
		return fmt.Sprintf("%dd %dh", days, hours)
	case days > 0:
		return fmt.Sprintf("%dd", days)
	case hours > 0 && minutes > 0:
		return fmt.Sprintf("%dh %dm", hours, minutes)
	case hours > 0:
		return fmt.Sprintf("%dh", hours)
	case minutes > 0:
		return fmt.Sprintf("%dm", minutes)
	}
	return "less than a minute"
}

// exactly says a duration without the units at its end that are zero: "2h5m".
func exactly(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}

// clockText says an instant to the minute, with its zone: "Mon 2 Mar 2026, 07:00 GMT".
func clockText(t time.Time) string { return t.Format("Mon 2 Jan 2006, 15:04 MST") }

// utcText says the same instant in UTC, to the second.
func utcText(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// rfcText says an instant for programs.
func rfcText(t time.Time) string { return written(t).Format(time.RFC3339) }

// written cuts an instant to the years that RFC 3339 can write, in any zone: JSON refuses others, and all that stands beside them.
func written(t time.Time) time.Time {
	switch year := t.UTC().Year(); {
	case year < 1:
		return time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).In(t.Location())
	case year > 9998:
		return time.Date(9998, 12, 31, 23, 59, 59, 0, time.UTC).In(t.Location())
	}
	return t
}

// percentOf says what was good in percent, floored, with one decimal more than the target has.
func percentOf(b sla.Budget) string {
	_, fraction, _ := strings.Cut(strings.TrimSuffix(b.Target.String(), "%"), ".")
	return percent(uint64(max(b.Counts.Good, 0)), b.Counts.Total(), max(2, len(fraction)+1))
}

// percent says part / whole in percent, floored: what is not whole is never 100%.
func percent(part, whole uint64, digits int) string {
	if whole == 0 {
		return "no data"
	}
	n := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)+2), nil)
	n.Mul(n, new(big.Int).SetUint64(part)).Quo(n, new(big.Int).SetUint64(whole))
	text := fmt.Sprintf("%0*s", digits+1, n.String())
	text = strings.TrimRight(text[:len(text)-digits]+"."+text[len(text)-digits:], "0")
	return strings.TrimSuffix(text, ".") + "%"
}

// share says a share in percent, floored to whole ones, also below zero: what is not all of it is never 100%.
func share(f float64) string {
	if f < -10 {
		return "less than -1000%"
	}
	return strconv.FormatFloat(math.Floor(f*100), 'f', 0, 64) + "%"
}

// oneLine makes a text fit for one line of at most so many bytes: what breaks, reorders or hides lines becomes a space.
func oneLine(text string, most int) string {
	return clip(strings.Map(printable, strings.ToValidUTF8(text, " ")), most)
}

// printable makes a space of what is not to be seen, or does more than that.
func printable(r rune) rune {
	if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
		return ' '
	}
	return r
}

// clip cuts a text to so many bytes, at a rune, and says so.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// errorText is the text of an error, in one line; one whose Error method panics says so.
func errorText(err error) (text string) {
	defer contain(func() { text = "the error cannot be told" })
	return oneLine(err.Error(), 500)
}

// plural says a number of things: "1 incident", "2 incidents".
func plural[N int | int64](n N, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(int64(n)) + " " + one + "s"
}

// list joins words: "a", "a and b", "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// thousands says a count with commas: "1,204,388".
func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
