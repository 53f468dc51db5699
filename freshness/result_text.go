package freshness

import (
	"log/slog"
	"strings"
	"time"
)

// String returns the result in one line, in words an engineer on call can act
// on:
//
//	mart.orders: stale (past-limit): landed 2021-03-03 06:12:00 UTC, due 2021-03-04 07:00:00 GMT, overdue 2h5m
//
// Instants are shown in their own location, to the second.
func (r Result) String() string {
	b := make([]byte, 0, 160)
	if name := r.name(); name != "" {
		b = append(append(b, oneLine(name)...), ": "...)
	}
	b = append(b, r.Status.String()...)
	b = append(append(append(b, " ("...), r.Reason.String()...), ')')
	for i, part := range r.parts() {
		b = append(append(b, []string{": ", ", "}[min(i, 1)]...), part...)
	}
	return string(b)
}

// name joins the names of the asset and of the check, if both are there and
// differ.
func (r Result) name() string {
	switch {
	case r.Check == "" || r.Check == r.Asset:
		return r.Asset
	case r.Asset == "":
		return r.Check
	}
	return r.Asset + " [" + r.Check + "]"
}

// parts lists what is worth saying, in order.
func (r Result) parts() []string {
	var parts []string
	if r.Landed {
		parts = append(parts, "landed "+instantText(r.Landing.At))
	} else if r.Reason != ReasonNone && r.Reason != ReasonNotMeasured {
		parts = append(parts, "nothing landed")
	}
	if r.Late > 0 {
		parts = append(parts, durationText(r.Late)+" late for "+instantText(r.Last))
	}
	if !r.Due.IsZero() {
		parts = append(parts, "due "+instantText(r.Due), slackText(r.Slack))
	}
	switch {
	case r.Reason == ReasonInFuture:
		parts = append(parts, durationText(-r.Age)+" in the future")
	case r.Due.IsZero() && r.Landed:
		parts = append(parts, "age "+durationText(r.Age))
	}
	if !r.Until.IsZero() {
		parts = append(parts, "until "+instantText(r.Until))
	}
	if r.Err != nil {
		parts = append(parts, oneLine(errorText(r.Err)))
	}
	return parts
}

func slackText(d time.Duration) string {
	if d < 0 {
		return "overdue " + durationText(-max(d, -1<<63+1))
	}
	return durationText(d) + " left"
}

// durationText is Duration.String without what is less than a second, unless it is all there is, and without the units
// at its end that are zero: "2h5m" for "2h5m0.3s". So nobody is told of more time than is left.
func durationText(d time.Duration) string {
	if d >= time.Second {
		d = d.Truncate(time.Second)
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}

func instantText(t time.Time) string { return t.Format("2006-01-02 15:04:05 MST") }

// oneLine replaces what would break a line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}

// LogValue returns the result as a group, without the fields that are zero.
func (r Result) LogValue() slog.Value {
	attrs := make([]slog.Attr, 0, 14)
	text := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	instant := func(key string, t time.Time) {
		if !t.IsZero() {
			attrs = append(attrs, slog.Time(key, t))
		}
	}
	duration := func(key string, d time.Duration) {
		if d != 0 {
			attrs = append(attrs, slog.Duration(key, d))
		}
	}
	text("asset", r.Asset)
	text("check", r.Check)
	text("status", r.Status.String())
	text("reason", r.Reason.String())
	instant("at", r.At)
	if r.Landed {
		attrs = append(attrs, slog.Time("landing", r.Landing.At))
	}
	instant("due", r.Due)
	duration("slack", r.Slack)
	instant("last", r.Last)
	duration("late", r.Late)
	duration("age", r.Age)
	instant("fresh_until", r.FreshUntil)
	instant("next_check", r.NextCheck)
	instant("until", r.Until)
	if r.Err != nil {
		text("error", errorText(r.Err))
	}
	return slog.GroupValue(attrs...)
}
