package priority

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

// promised answers what the lead SLA has due about the asset at the end of the path: the first instant from the
// signal's own due instant on, where that has passed, and else from the signal's instant on.
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

// nextDue answers the first due instant of an SLA's objectives about an asset, at an instant or after it.
func nextDue(promise *sla.SLA, asset string, at time.Time) (time.Time, bool) {
	var first time.Time
	for i := range promise.Objectives {
		if o := &promise.Objectives[i]; o.Asset == asset {
			if due, ok := policyDue(o.Freshness, at); ok {
				first = earlier(first, due)
			}
		}
	}
	return first, !first.IsZero()
}

// policyDue answers the next due instant of a policy that has any. Of policies that are all asked for, the first counts.
// One of several that is enough has a due instant only if each has, and then the last counts.
func policyDue(p freshness.Policy, at time.Time) (time.Time, bool) {
	switch p := p.(type) {
	case freshness.Deadline:
		return p.Due.Next(at.Add(-1)) // a promise includes its limit
	case freshness.AllOf:
		var first time.Time
		for _, part := range p {
			if due, ok := policyDue(part, at); ok {
				first = earlier(first, due)
			}
		}
		return first, !first.IsZero()
	case freshness.AnyOf:
		var last time.Time
		for _, part := range p {
			due, ok := policyDue(part, at)
			if !ok {
				return time.Time{}, false
			}
			if due.After(last) {
				last = due
			}
		}
		return last, !last.IsZero()
	}
	return time.Time{}, false
}

// earlier is the earlier of two instants, of which a zero one does not count.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
