package priority

import (
	"math"
	"strconv"
	"time"
)

// stamp writes an instant to the minute, or to the second where it has one, with its zone.
func stamp(t time.Time) string {
	if t.Second() == 0 {
		return t.Format("2006-01-02 15:04 MST")
	}
	return t.Format("2006-01-02 15:04:05 MST")
}

// brief writes the size of a duration in its two largest units: 2d3h, 1h5m, 42m, 30s. Days have 24 hours.
// What is smaller is dropped, so that nobody is promised time that is not left.
func brief(d time.Duration) string {
	const day = 24 * time.Hour
	if d < 0 {
		d = -max(d, -math.MaxInt64)
	}
	switch {
	case d >= day:
		return two(d, day, "d", time.Hour, "h")
	case d >= time.Hour:
		return two(d, time.Hour, "h", time.Minute, "m")
	case d >= time.Minute:
		return two(d, time.Minute, "m", time.Second, "s")
	case d >= time.Second:
		return d.Truncate(time.Second).String()
	}
	return d.String()
}

func two(d, large time.Duration, big string, small time.Duration, little string) string {
	text := strconv.Itoa(int(d/large)) + big
	if rest := d % large / small; rest > 0 {
		text += strconv.Itoa(int(rest)) + little
	}
	return text
}

// dueText says how a due instant stands to the instant of the signal.
func dueText(due, at time.Time) string {
	left := due.Sub(at)
	switch {
	case left < 0:
		return "due " + brief(left) + " ago"
	case left == 0:
		return "due now"
	}
	return "due in " + brief(left)
}

// leftText writes the time left behind a due instant, where the instant it is counted from is known.
func leftText(due, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	left := due.Sub(at)
	if left < 0 {
		return ", overdue by " + brief(left)
	}
	return ", " + brief(left) + " left"
}

// ownText says how the asset itself stands to its own due instant.
func ownText(left time.Duration) string {
	if left < 0 {
		return "overdue by " + brief(left)
	}
	return "itself due in " + brief(left)
}

// since says for how long something has been so, and from a thousand days on, since which day.
func since(from, at time.Time) string {
	const long = 1000 * 24 * time.Hour
	if length := at.Sub(from); length < long {
		return "for " + brief(length)
	}
	return "since " + from.Format(time.DateOnly)
}

// plural writes a count and its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
