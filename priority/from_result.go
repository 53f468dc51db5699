package priority

import (
	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// FromResult turns the result of a freshness check into a signal about its asset, from the source
// "freshness", with the check's name as dimension "check", and the result's instant and due
// instant.
//
//	Fresh                                       resolved, of kind KindStale
//	AtRisk                                      firing, KindAtRisk, a warning
//	Stale                                       firing, KindStale, critical
//	Unknown: not due, paused, outside hours     resolved: there is nothing that could be broken
//	Unknown for any other reason                firing, KindNotMeasured, of unknown severity
//
// The three kinds are states of one condition, and count as one in the signal's identity.
// The summary is empty, which reads "has not landed", if the result has no further detail.
func FromResult(r freshness.Result) Signal {
	s := Signal{Asset: r.Asset, Source: "freshness", At: r.At, Due: r.Due}
	if r.Check != "" {
		s.Dimensions = map[string]string{"check": r.Check}
	}

	switch {
	case r.Status == freshness.Fresh, r.Status == freshness.Unknown && idle(r.Reason):
		s.Kind, s.Severity, s.Resolved = KindStale, SeverityInfo, true
		s.Summary = healthyBecause(r)
	case r.Status == freshness.AtRisk:
		s.Kind, s.Severity = KindAtRisk, SeverityWarning
		s.Summary = lastLanding(r)
	case r.Status == freshness.Stale:
		s.Kind, s.Severity = KindStale, SeverityCritical
		s.Summary = lastLanding(r)
	default:
		s.Kind = KindNotMeasured
		s.Summary = unknownBecause(r)
	}
	return s
}

// idle reports whether a result of unknown status has this reason because there is nothing to
// judge.
func idle(why freshness.Reason) bool {
	switch why {
	case freshness.ReasonNotDue, freshness.ReasonPaused, freshness.ReasonOutsideHours:
		return true
	}
	return false
}

func healthyBecause(r freshness.Result) string {
	switch r.Reason {
	case freshness.ReasonNotDue:
		return "is not due yet"
	case freshness.ReasonPaused:
		return "is not judged during a pause"
	case freshness.ReasonOutsideHours:
		return "is not judged outside working time"
	case freshness.ReasonLate:
		return "has landed, " + plain.Duration(r.Late) + " late"
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
		return "has landed, " + plain.Duration(r.Late) + " late"
	}
	return "has not landed " + since(r.Landing.At, r.At)
}

func unknownBecause(r freshness.Result) string {
	switch {
	case r.Reason == freshness.ReasonInFuture && r.Landed:
		return "has a landing in the future, at " + instant(r.Landing.At)
	case r.Err != nil:
		return "could not be measured: " + fault.Text(r.Err)
	}
	return ""
}
