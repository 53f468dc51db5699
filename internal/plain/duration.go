package plain

import (
	"math"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Duration returns the size of d for people, in at most two units: "2d 1h", "1h 5m", "42m", "30s".
// A day has 24 hours.
//
// From a minute on it is rounded to the nearest minute, half up, so that 59m59s is "1h"; what is
// smaller than the second unit is dropped then. Below a minute it is rounded down to whole seconds,
// and what is shorter than a second is written as package time does. Texts alone are rounded:
// verdicts compare exact durations.
func Duration(d time.Duration) string {
	if d < 0 {
		d = -max(d, -math.MaxInt64)
	}
	if d < time.Minute {
		if d >= time.Second {
			d = d.Truncate(time.Second)
		}
		return d.String()
	}

	d = d.Round(time.Minute) // saturates
	days, hours, minutes := d/day, d%day/time.Hour, d%time.Hour/time.Minute
	switch {
	case days > 0:
		return units(days, "d", hours, "h")
	case hours > 0:
		return units(hours, "h", minutes, "m")
	}
	return units(minutes, "m", 0, "")
}

func units(n time.Duration, unit string, rest time.Duration, smaller string) string {
	text := strconv.FormatInt(int64(n), 10) + unit
	if rest > 0 {
		text += " " + strconv.FormatInt(int64(rest), 10) + smaller
	}
	return text
}

// Notation returns exactly d as definitions write it, in the form that package time reads back:
// without the units at its end that are zero, "2h5m" and not "2h5m0s".
func Notation(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if short, ok := strings.CutSuffix(text, zero); ok {
			text = short + zero[:1]
		}
	}
	return text
}

// Minute returns an instant to the minute, in its own location.
func Minute(t time.Time) string { return t.Format("2006-01-02 15:04 MST") }

// Second returns an instant to the second, in its own location.
func Second(t time.Time) string { return t.Format("2006-01-02 15:04:05 MST") }
