package priority

import (
	"cmp"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// Merge returns which of two signals of one condition describes its present state, and true. If
// their identities differ it returns s and false. The order and number of merges does not matter:
// they always result in the same signal.
//
//	a firing one without an instant before all others: it may be the newest
//	the later one
//	of one instant, a firing one before a resolved one, then the more severe, then the one due earlier
//
// Remaining ties are resolved by the other fields, so that nothing depends on the order.
func (s Signal) Merge(other Signal) (Signal, bool) {
	if s.Identity() != other.Identity() {
		return s, false
	}
	if s.compare(&other) < 0 {
		return other, true
	}
	return s, true
}

// compare orders signals of one identity, the one that Merge returns last. It returns 0 only for
// signals that are equal in all fields but the map of dimensions.
func (s *Signal) compare(o *Signal) int {
	return cmp.Or(
		cmp.Compare(s.undated(), o.undated()),
		s.At.Compare(o.At),
		exact.FalseFirst(!s.Resolved, !o.Resolved),
		cmp.Compare(s.Severity.rank(), o.Severity.rank()),
		sooner(s.Due, o.Due),

		// What follows only makes the order total.
		cmp.Compare(s.Kind, o.Kind),
		cmp.Compare(s.Severity, o.Severity),
		s.Expires.Compare(o.Expires),
		strings.Compare(s.Summary, o.Summary),
		strings.Compare(s.Impact, o.Impact),
		strings.Compare(s.Urgency, o.Urgency),
		byZone(s.At, o.At), byZone(s.Due, o.Due), byZone(s.Expires, o.Expires),
	)
}

// undated returns 1 for a firing signal without an instant.
func (s *Signal) undated() int {
	if s.At.IsZero() && !s.Resolved {
		return 1
	}
	return 0
}

// sooner orders the earlier of two due instants last, and none at all first.
func sooner(a, b time.Time) int {
	if a.IsZero() || b.IsZero() {
		return exact.FalseFirst(!a.IsZero(), !b.IsZero())
	}
	return b.Compare(a)
}

// byZone orders equal instants by the zones in which they are written.
func byZone(a, b time.Time) int {
	return cmp.Or(
		strings.Compare(a.Location().String(), b.Location().String()),
		strings.Compare(a.String(), b.String()),
	)
}
