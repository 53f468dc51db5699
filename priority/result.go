package priority

import (
	"github.com/alwaysp1/alwaysp1/freshness"
)

// FromResult turns what a freshness check said into a signal about its asset, from the source "freshness",
// with the check's name as dimension "check", and the result's instant and due instant.
//
//	Fresh                                       resolved, of kind Stale
//	AtRisk                                      firing, AtRisk, a warning
//	Stale                                       firing, Stale, critical
//	Unknown: not due, paused, outside hours     resolved: there is nothing that could be broken
//	Unknown for any other reason                firing, Unmeasured, of unknown severity, so counted as the worst
//
// The three kinds are states of one condition, and count as one in the signal's identity.
// The summary is empty, which reads "has not landed", where the result says no more than that.
func FromResult(r freshness.Result) Signal {
	s := Signal{Asset: r.Asset, Source: "freshness", At: r.At, Due: r.Due}
	if r.Check != "" {
		s.Dimensions = map[string]string{"check": r.Check}
	}
	switch {
	case r.Status == freshness.Fresh, r.Status == freshness.Unknown && idle(r.Reason):
		s.Kind, s.Severity, s.Resolved = Stale, SeverityInfo, true
		s.Summary = wellBecause(r)
	case r.Status == freshness.AtRisk:
		s.Kind, s.Severity = AtRisk, SeverityWarning
		s.Summary = lastLanding(r)
	case r.Status == freshness.Stale:
		s.Kind, s.Severity = Stale, SeverityCritical
		s.Summary = lastLanding(r)
	default:
		s.Kind = Unmeasured
		s.Summary = unknownBecause(r)
	}
	return s
}

// idle reports whether a reason for an unknown status says that there is nothing to judge.
func idle(why freshness.Reason) bool {
	return why == freshness.ReasonNotDue || why == freshness.ReasonPaused || why == freshness.ReasonOutsideHours
}

func wellBecause(r freshness.Result) string {
	switch r.Reason {
	case freshness.ReasonNotDue:
		return "is not due yet"
	case freshness.ReasonPaused:
		return "is not judged during a pause"
	case freshness.ReasonOutsideHours:
		return "is not judged outside working time"
	case freshness.ReasonLate:
		return "has landed, " + brief(r.Late) + " late"
	}
	return "has landed"
}

func lastLanding(r freshness.Result) string {
	switch {
	case r.Reason == freshness.ReasonPartial:
		return "has landed in part"
	case r.Reason == freshness.ReasonNeverLanded:
		return "has never landed"
	case !r.Landed:
		return ""
	case r.Reason == freshness.ReasonInGrace && r.Late > 0:
		return "has landed, " + brief(r.Late) + " late"
	}
	return "has not landed " + since(r.Landing.At, r.At)
}

func unknownBecause(r freshness.Result) string {
	switch {
	case r.Reason == freshness.ReasonInFuture && r.Landed:
		return "has a landing in the future, at " + stamp(r.Landing.At)
	case r.Err != nil:
		return "could not be measured: " + errorText(r.Err)
	}
	return ""
}
