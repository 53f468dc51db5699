package plain

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

var (
	errForm  = errors.New(`is not a duration such as "5m", "1h30m" or "7d"`)
	errWhole = errors.New(`is not a duration such as "7d", "1d12h" or "2w": ` +
		`weeks and days are whole and come first`)
	errTooLong = errors.New("is longer than a duration holds, which is 292 years")
)

// ParseDuration reads a duration as definitions write it: what [time.ParseDuration] reads, and
// before that whole weeks and days of 24 hours, "2w", "7d", "1d12h", "1w2d6h30m". A sign is that of
// the whole. What a [time.Duration] cannot hold is refused. The error quotes the text.
//
// It reads back what [Notation] and [time.Duration.String] write, which have no days.
func ParseDuration(text string) (time.Duration, error) {
	d, err := parseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%s %w", Quote(text), err)
	}
	return d, nil
}

func parseDuration(text string) (time.Duration, error) {
	if !strings.ContainsAny(text, "dw") {
		d, err := time.ParseDuration(text)
		if err != nil {
			return 0, errForm
		}
		return d, nil
	}

	rest, minus := strings.CutPrefix(text, "-")
	if !minus {
		rest = strings.TrimPrefix(text, "+")
	}
	days, rest, err := leadingDays(rest)
	if err != nil {
		return 0, err
	}

	// It is summed below zero, where there is one more to hold. The sign also refuses another one.
	var clock time.Duration
	if rest != "" {
		if clock, err = time.ParseDuration("-" + rest); err != nil || rest == "0" {
			return 0, errWhole
		}
	}
	const least = math.MinInt64
	if days > -(least/int64(day)) || clock < least+time.Duration(days)*day {
		return 0, errTooLong
	}
	sum := clock - time.Duration(days)*day
	if minus {
		return sum, nil
	}
	if sum == least {
		return 0, errTooLong
	}
	return -sum, nil
}

// leadingDays reads the weeks and then the days with which text begins, in days.
func leadingDays(text string) (days int64, rest string, err error) {
	for _, unit := range []struct {
		letter byte
		days   int64
	}{{'w', 7}, {'d', 1}} {
		n := len(text) - len(strings.TrimLeft(text, "0123456789"))
		if n == 0 || n == len(text) || text[n] != unit.letter {
			continue
		}
		count, err := strconv.ParseInt(text[:n], 10, 64)
		if err != nil || count > math.MaxInt64/int64(day)/unit.days {
			return 0, text, errTooLong
		}
		days, text = days+count*unit.days, text[n+1:]
	}
	return days, text, nil
}
