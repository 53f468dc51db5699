package priority

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// Due returns the instant by which the asset has to be healthy, and true: the signal's own due
// instant, or else the next one of the lead SLA, at the signal's instant or after it. It returns
// false if none is known, and for a resolved signal.
//
// If an asset upstream of its lead SLA is overdue, the first due instant of that SLA from then on
// takes the place of the signal's own: it can still be met, or is the one that was just missed.
func (a Assessment) Due() (time.Time, bool) {
	own, at := a.Signal.Due, a.Signal.At
	switch {
	case a.Signal.Resolved:
		return time.Time{}, false
	case !own.IsZero() && (a.hops() == 0 || !own.Before(at)):
		return own, true
	}
	if next, ok := a.promised(); ok {
		return next, true
	}
	return own, !own.IsZero()
}

// atEnd returns what is due at the end of the path, where the lead SLA is. If nothing is due there,
// it returns what is due of the asset itself.
func (a *Assessment) atEnd() (time.Time, bool) {
	if a.hops() > 0 && !a.Signal.Resolved {
		if due, ok := a.promised(); ok {
			return due, true
		}
	}
	return a.Due()
}

// promised returns what the lead SLA has due about the asset at the end of the path: the first
// instant from the signal's own due instant on if that has passed, and else from the signal's
// instant on.
func (a *Assessment) promised() (time.Time, bool) {
	lead := a.lead()
	if lead == nil || a.Signal.At.IsZero() {
		return time.Time{}, false
	}
	from := a.Signal.At
	if own := a.Signal.Due; !own.IsZero() && own.Before(from) {
		from = own
	}
	return nextDue(lead, a.end(), from)
}

// nextDue returns the first due instant of an SLA's objectives about an asset, at an instant or
// after it.
func nextDue(promise *sla.SLA, asset string, at time.Time) (time.Time, bool) {
	var first time.Time
	for i := range promise.Objectives {
		if o := &promise.Objectives[i]; o.Asset == asset {
			if due, ok := freshness.NextDue(o.Freshness, at); ok {
				first = exact.Earlier(first, due)
			}
		}
	}
	return first, !first.IsZero()
}

// left returns the time from the signal to its own due instant, negative if that has passed, and
// false if one of the two is unknown.
func (s *Signal) left() (time.Duration, bool) {
	if s.Due.IsZero() || s.At.IsZero() {
		return 0, false
	}
	return s.Due.Sub(s.At), true
}
