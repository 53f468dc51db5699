package incident

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
)

// Targets are how fast people want to be, each from when an incident was opened, or reopened last. Zero or below: no target.
// What takes exactly as long as its target is in time. The zero Targets are none.
type Targets struct {
	Acknowledge time.Duration `json:"acknowledge,omitempty"` // until somebody owns it
	Mitigate    time.Duration `json:"mitigate,omitempty"`    // until the harm has ended
	Resolve     time.Duration `json:"resolve,omitempty"`     // until it is closed

	// Calendar says when time counts: the durations of the incident are open time. Zero: always, and they are elapsed time.
	Calendar schedule.Calendar `json:"calendar,omitzero"`
}

// elapsed is the time that counts between two instants. A clock that jumped back counts as no time.
func (t *Targets) elapsed(from, to time.Time) time.Duration {
	if t.Calendar.IsZero() {
		return max(0, to.Sub(from))
	}
	return max(0, t.Calendar.Elapsed(from, to))
}

// Times are durations of an incident. In [Incident.Times] they say how long it took, and what has not happened is [NotYet];
// in [Incident.Late] by how much that was too long.
type Times struct {
	Acknowledge time.Duration // until somebody acknowledged it
	Mitigate    time.Duration // until it was mitigated
	Resolve     time.Duration // until it was closed
}

// NotYet is the duration in [Times] of what has not happened.
const NotYet time.Duration = -1

// Times returns how long the incident took, from when it was opened, or reopened last, in the time that its targets count.
// A clock that jumped back counts as no time, and what has not happened is [NotYet].
func (i Incident) Times() Times {
	since := func(at time.Time) time.Duration {
		if at.IsZero() {
			return NotYet
		}
		return i.Targets.elapsed(i.began(), at)
	}
	return Times{since(i.AcknowledgedAt), since(i.MitigatedAt), since(i.ResolvedAt)}
}

// Late returns by how much each target is missed: by what took too long, and by what has not happened at an instant, or at its close. Zero: it is not,
// or there is no such target. What goes on in another incident is no longer late.
func (i Incident) Late(now time.Time) Times {
	if i.Into != "" {
		return Times{}
	}
	end := now
	if i.closed() {
		end = i.ResolvedAt
	}
	late := func(at time.Time, target time.Duration) time.Duration {
		if at.IsZero() {
			at = end
		}
		if target <= 0 {
			return 0
		}
		return max(0, i.Targets.elapsed(i.began(), at)-target)
	}
	return Times{late(i.AcknowledgedAt, i.Targets.Acknowledge), late(i.MitigatedAt, i.Targets.Mitigate), late(i.ResolvedAt, i.Targets.Resolve)}
}

func (i *Incident) began() time.Time {
	if i.ReopenedAt.IsZero() {
		return i.OpenedAt
	}
	return i.ReopenedAt
}

// Needs returns what the incident wants from people at an instant, the most pressing first, in words. What its targets wanted by now
// is marked: "an owner (5m overdue)". Nothing, when it is closed.
func (i Incident) Needs(now time.Time) []string {
	if i.closed() {
		return nil
	}
	var needs []string
	late := i.Late(now)
	add := func(missing bool, words string, late time.Duration) {
		if missing && late > 0 {
			words += " (" + brief(late) + " overdue)"
		}
		if missing {
			needs = append(needs, words)
		}
	}
	add(i.Owner(now) == "", "an owner", zeroUnless(i.AcknowledgedAt.IsZero(), late.Acknowledge))
	add(!i.Paired() && i.Report.Priority >= priority.P1, "a second engineer", 0)
	for _, r := range i.Requests {
		add(r.AnsweredAt.IsZero(), "an answer from "+plain(r.To), 0)
	}
	add(i.MitigatedAt.IsZero(), "mitigation", late.Mitigate)
	add(i.RootCause == "", "its root cause in writing", late.Resolve)
	add(i.RootCause != "" && !i.MitigatedAt.IsZero(), "to be resolved", late.Resolve)
	return needs
}

// zeroUnless tells the lease that has lapsed from the target that was missed.
func zeroUnless(when bool, d time.Duration) time.Duration {
	if when {
		return d
	}
	return 0
}
