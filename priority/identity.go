package priority

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// Identity names the condition that the signal is about, so that repeats and the end of it can be told to belong together.
// It is made of source, kind, asset and dimensions, and of nothing that changes while the condition lasts:
// not of severity, summary, instants or claims. Stale, AtRisk and Unmeasured are states of one condition and count as one kind.
//
// Signals with different parts never share an identity. The text is one line, for people too:
//
//	"airflow" failure "raw.orders" "dag"="orders"
func (s Signal) Identity() string {
	b := strconv.AppendQuote(nil, s.Source)
	b = append(append(append(b, ' '), s.Kind.condition().String()...), ' ')
	b = strconv.AppendQuote(b, s.Asset)
	for _, name := range slices.Sorted(maps.Keys(s.Dimensions)) {
		b = strconv.AppendQuote(append(b, ' '), name)
		b = strconv.AppendQuote(append(b, '='), s.Dimensions[name])
	}
	return string(b)
}

// condition is the kind under which the states of one condition are known.
func (k Kind) condition() Kind {
	switch {
	case k == AtRisk || k == Unmeasured:
		return Stale
	case k < Unspecified || k > Alert:
		return Unspecified
	}
	return k
}

// AsOf returns what the signal counts as at an instant: itself until it expires, at the instant of Expires included;
// and after that a firing signal of the same identity at that instant, of unknown severity, that says since when nothing was heard.
// A condition of which nobody hears any more is unknown. It is not resolved, nor is it well though it was.
func (s Signal) AsOf(now time.Time) Signal {
	if s.Expires.IsZero() || !now.After(s.Expires) {
		return s
	}
	heard := "was not heard of again: "
	if !s.At.IsZero() {
		heard = "was last heard of at " + stamp(s.At) + ": "
	}
	s.Summary, s.Severity, s.Resolved, s.At, s.Expires = heard+s.news(), SeverityUnknown, false, now, time.Time{}
	return s
}
