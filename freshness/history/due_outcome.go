package history

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// A dueJudge finds the outcome of one due instant.
type dueJudge struct {
	result *BacktestResult
	known  freshness.Landings
	due    freshness.Due
	next   freshness.Due // the due instant after it; zero: there is none
}

// outcome returns the outcome of the due instant. A miss counts only once the grace is over, which
// it is just after Over: a limit belongs to the promise.
func (j *dueJudge) outcome() Outcome {
	o := Outcome{Due: j.due.At}
	if o.Landing, o.Landed = j.landing(); o.Landed {
		o.Late = max(0, o.Landing.At.Sub(o.Due))
	}

	over := exact.JustAfter(j.due.Over)
	switch {
	case o.Landed && o.Late == 0:
		o.Reason = freshness.ReasonOnTime
	case o.Landed && !o.Landing.At.After(j.due.Over):
		o.Reason = freshness.ReasonInGrace
	case !over.Before(j.result.End):
		o.Reason = freshness.ReasonNotDue
	default:
		o.Reason = j.broken(o, over)
	}
	return o
}

// landing returns the first landing that counts for the due instant, and for no other.
func (j *dueJudge) landing() (freshness.Landing, bool) {
	landing, ok := j.due.First(j.known)
	if !ok || j.elsewhere(landing.At) {
		return freshness.Landing{}, false
	}
	return landing, true
}

// elsewhere reports whether a landing came too late and counts for the next due instant or a later
// one. A partition names the due instant that it is for, and so never counts elsewhere.
func (j *dueJudge) elsewhere(at time.Time) bool {
	return !j.next.At.IsZero() && !j.due.Partitioned() && at.After(j.due.At) && at.After(j.next.Opens)
}

// broken returns the reason of a due instant that was not kept. Check reported that from over until
// the earliest of these: the data landed, the next due instant was judged, and the time ended.
func (j *dueJudge) broken(o Outcome, over time.Time) freshness.Reason {
	end := j.result.End
	if !j.next.At.IsZero() {
		end = exact.Earlier(end, exact.JustAfter(j.next.Over))
	}
	if o.Landed {
		end = exact.Earlier(end, o.Landing.At)
	}

	if why, excused := j.excuse(over, end); excused {
		return why
	}
	if o.Landed {
		return freshness.ReasonLate
	}
	return j.missing(over, end)
}

// excuse reports whether the policy does not judge from over until end, and returns why.
func (j *dueJudge) excuse(over, end time.Time) (freshness.Reason, bool) {
	r := j.result.Policy.Check(j.known[:j.known.After(over)], over)
	paused := r.Reason == freshness.ReasonPaused || r.Reason == freshness.ReasonOutsideHours
	return r.Reason, paused && (r.Until.IsZero() || !r.Until.Before(end))
}

// missing returns the reason of a due instant that was broken from over until end, and for which
// nothing landed that is enough.
func (j *dueJudge) missing(over, end time.Time) freshness.Reason {
	known := j.known[:j.known.After(exact.AddTime(end, -1))]
	if some, ok := j.due.Any(known); ok && !j.elsewhere(some.At) {
		return freshness.ReasonPartial
	}
	if j.known.After(over) == 0 {
		return freshness.ReasonNeverLanded
	}
	return freshness.ReasonPastLimit
}
