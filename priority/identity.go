package priority

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// Identity names the condition that the signal is about, so that its repeats and its end belong
// together. It consists of source, kind, asset and dimensions, and of nothing that changes while
// the condition lasts: not of severity, summary, instants or claims. KindStale, KindAtRisk and
// KindNotMeasured are states of one condition and count as one kind.
//
// Signals that differ in one of these parts never share an identity. The text is one line, readable
// by people:
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

// Expire returns what the signal counts as at an instant: itself up to and including the instant of
// Expires, and after that a firing signal of the same identity at that instant, of unknown
// severity, whose summary has when the condition was last heard of. A condition without recent news
// is unknown. It is neither resolved nor healthy, even if it was.
func (s Signal) Expire(now time.Time) Signal {
	if s.Expires.IsZero() || !now.After(s.Expires) {
		return s
	}
	heard := "was not heard of again: "
	if !s.At.IsZero() {
		heard = "was last heard of at " + instant(s.At) + ": "
	}
	s.Summary, s.Severity, s.Resolved = heard+s.news(), SeverityUnknown, false
	s.At, s.Expires = now, time.Time{}
	return s
}
