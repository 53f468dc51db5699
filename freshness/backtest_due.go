package freshness

import "time"

// A dueJudge finds the outcome of one due instant.
type dueJudge struct {
	report *Report
	p      *Deadline
	known  Landings
	slot   slot
	next   slot // the due instant after it
	more   bool // whether there is one
}

func (j *dueJudge) outcome() Outcome {
	o := Outcome{Due: j.slot.due}
	if o.Landing, o.Landed = j.landing(); o.Landed {
		o.Late = max(0, o.Landing.At.Sub(o.Due))
	}
	over := justAfter(addSat(o.Due, j.p.Grace))
	switch {
	case o.Landed && o.Late == 0:
		o.Reason = ReasonOnTime
	case o.Landed && o.Late <= j.p.Grace:
		o.Reason = ReasonInGrace
	case !over.Before(j.report.To):
		o.Reason = ReasonNotDue
	default:
		o.Reason = j.broken(o, over)
	}
	return o
}

// landing returns the first landing that counts for the due instant, and for
// no other.
func (j *dueJudge) landing() (Landing, bool) {
	landing, ok := j.p.first(j.known, j.slot)
	if !ok || j.elsewhere(landing.At) {
		return Landing{}, false
	}
	return landing, true
}

// elsewhere reports whether a landing that came too late is booked for the
// due instant after, or for a later one.
func (j *dueJudge) elsewhere(at time.Time) bool {
	return j.more && j.p.Partition == "" && at.After(j.slot.due) && at.After(j.next.opens)
}

// broken says how a promise was broken that could be from over on.
func (j *dueJudge) broken(o Outcome, over time.Time) Reason {
	end := j.report.To
	if j.more {
		end = earlier(end, justAfter(addSat(j.next.due, j.p.Grace)))
	}
	if o.Landed {
		end = earlier(end, o.Landing.At)
	}
	if why, ok := j.excuse(over, end); ok {
		return why
	}
	if o.Landed {
		return ReasonLate
	}
	return j.missing(over, end)
}

// excuse returns why the policy says nothing all the time from over until end.
func (j *dueJudge) excuse(over, end time.Time) (Reason, bool) {
	if _, plain := j.report.Policy.(Deadline); plain {
		return ReasonNone, false
	}
	said := j.report.Policy.Check(j.known[:j.known.after(over)], over)
	silent := said.Reason == ReasonPaused || said.Reason == ReasonOutsideHours
	return said.Reason, silent && (said.Until.IsZero() || !said.Until.Before(end))
}

// missing says how a due instant is missing that was broken from over until end.
func (j *dueJudge) missing(over, end time.Time) Reason {
	if !j.p.plain() {
		known := j.known[:j.known.after(addSat(end, -1))]
		if i := j.p.find(known, j.slot, 0); i < len(known) && !j.elsewhere(known[i].At) {
			return ReasonPartial
		}
	}
	if j.known.after(over) == 0 {
		return ReasonNeverLanded
	}
	return ReasonPastLimit
}
