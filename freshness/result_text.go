package freshness

import (
	"log/slog"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// String returns the result in one line:
//
//	mart.orders: stale (past-limit): landed 2021-03-03 06:12:00 UTC, due 2021-03-04 07:00:00 GMT, overdue 2h 5m
//
// Instants are shown in their own location, to the second.
func (r Result) String() string {
	b := make([]byte, 0, 160)
	if name := r.name(); name != "" {
		b = append(append(b, plain.Line(name)...), ": "...)
	}
	b = append(b, r.Status.String()...)
	b = append(append(append(b, " ("...), r.Reason.String()...), ')')
	for i, part := range r.parts() {
		b = append(append(b, []string{": ", ", "}[min(i, 1)]...), part...)
	}
	return string(b)
}

// name returns the asset and the check, if both are set and differ.
func (r Result) name() string {
	switch {
	case r.Check == "" || r.Check == r.Asset:
		return r.Asset
	case r.Asset == "":
		return r.Check
	}
	return r.Asset + " [" + r.Check + "]"
}

// parts returns what follows the status, in order.
func (r Result) parts() []string {
	var parts []string
	// Where the probe failed, landings are unknown: there may be some.
	if r.Landed {
		parts = append(parts, "landed "+plain.Second(r.Landing.At))
	} else if r.Reason != ReasonNone && r.Reason != ReasonNotMeasured {
		parts = append(parts, "nothing landed")
	}

	if r.Late > 0 {
		parts = append(parts, plain.Duration(r.Late)+" late for "+plain.Second(r.LastDue))
	}
	if !r.Due.IsZero() {
		parts = append(parts, "due "+plain.Second(r.Due), slackText(r.Slack))
	}

	switch {
	case r.Reason == ReasonInFuture:
		parts = append(parts, plain.Duration(-r.Age)+" in the future")
	case r.Due.IsZero() && r.Landed:
		parts = append(parts, "age "+plain.Duration(r.Age))
	}

	if !r.Until.IsZero() {
		parts = append(parts, "until "+plain.Second(r.Until))
	}
	if r.Err != nil {
		parts = append(parts, plain.Line(fault.Text(r.Err)))
	}
	return parts
}

func slackText(d time.Duration) string {
	if d < 0 {
		return "overdue " + plain.Duration(d)
	}
	return plain.Duration(d) + " left"
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
	instant("last_due", r.LastDue)
	duration("late", r.Late)
	duration("age", r.Age)
	instant("fresh_until", r.FreshUntil)
	instant("next_check", r.NextCheck)
	instant("until", r.Until)
	if r.Err != nil {
		text("error", fault.Text(r.Err))
	}
	return slog.GroupValue(attrs...)
}
