package priority

import (
	"cmp"
	"strings"
	"time"
)

// Merge returns which of two signals of one condition tells how it stands, and false, with s, where their identities differ.
// In whatever order signals arrive, and however often, merging them comes to the same signal:
//
//	the later one; of one instant, a firing one before a resolved one, then the severer, then the one due earlier
//	a firing one of which nobody said when it was, before all: it may be the newest
//
// What is left to choose is chosen by the other fields, so that nothing depends on the order.
func (s Signal) Merge(other Signal) (Signal, bool) {
	if s.Identity() != other.Identity() {
		return s, false
	}
	if s.compare(&other) < 0 {
		return other, true
	}
	return s, true
}

// compare orders signals of one identity, the one that tells more last. Only of signals that are the same in all it answers 0.
func (s *Signal) compare(o *Signal) int {
	return cmp.Or(
		cmp.Compare(s.undated(), o.undated()), s.At.Compare(o.At), firmer(!s.Resolved, !o.Resolved),
		cmp.Compare(s.Severity.rank(), o.Severity.rank()), sooner(s.Due, o.Due),
		cmp.Compare(s.Kind, o.Kind), cmp.Compare(s.Severity, o.Severity), s.Expires.Compare(o.Expires),
		strings.Compare(s.Summary, o.Summary), strings.Compare(s.Impact, o.Impact), strings.Compare(s.Urgency, o.Urgency),
		placed(s.At, o.At), placed(s.Due, o.Due), placed(s.Expires, o.Expires),
	)
}

// undated is 1 for a firing signal of which nobody said when it was.
func (s *Signal) undated() int {
	if s.At.IsZero() && !s.Resolved {
		return 1
	}
	return 0
}

func firmer(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// sooner puts the earlier of two due instants last, and none at all first.
func sooner(a, b time.Time) int {
	if a.IsZero() || b.IsZero() {
		return firmer(!a.IsZero(), !b.IsZero())
	}
	return b.Compare(a)
}

// placed orders equal instants by the clocks that they are shown on.
func placed(a, b time.Time) int {
	return cmp.Or(strings.Compare(a.Location().String(), b.Location().String()), strings.Compare(a.String(), b.String()))
}
