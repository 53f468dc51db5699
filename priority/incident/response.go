package incident

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority"
)

// ResponseTargets are targets for time to acknowledge (TTA), time to mitigate (TTM) and time to
// resolve (TTR), each from when an incident was opened, or reopened last. Zero or below: no target.
// What takes exactly as long as its target is in time. The zero ResponseTargets are none.
type ResponseTargets struct {
	Acknowledge time.Duration `json:"acknowledge,omitempty"` // until somebody owns it
	Mitigate    time.Duration `json:"mitigate,omitempty"`    // until the harm has ended
	Resolve     time.Duration `json:"resolve,omitempty"`     // until it is closed

	// Calendar defines when time counts: the durations of the incident are then open time.
	// Zero: always, and they are elapsed time.
	Calendar schedule.Calendar `json:"calendar,omitzero"`
}

// elapsed returns the time that counts between two instants. It is zero where a clock jumped back.
func (t *ResponseTargets) elapsed(from, to time.Time) time.Duration {
	if t.Calendar.IsZero() {
		return max(0, to.Sub(from))
	}
	return max(0, t.Calendar.Elapsed(from, to))
}

// ResponseTimes are durations of an incident. As [Incident.ResponseTimes] returns them they are how
// long it took, and what has not happened is [NotYet]. As [Incident.Overdue] returns them they are
// by how much that was too long.
type ResponseTimes struct {
	Acknowledge time.Duration // until somebody acknowledged it
	Mitigate    time.Duration // until it was mitigated
	Resolve     time.Duration // until it was closed
}

// NotYet is the duration in [ResponseTimes] of what has not happened.
const NotYet time.Duration = -1

// ResponseTimes returns how long the incident took to be acknowledged, mitigated and resolved, from
// when it was opened, or reopened last, in the time that its targets count. A duration is zero
// where a clock jumped back, and [NotYet] where that has not happened.
func (i Incident) ResponseTimes() ResponseTimes {
	since := func(at time.Time) time.Duration {
		if at.IsZero() {
			return NotYet
		}
		return i.Targets.elapsed(i.began(), at)
	}
	return ResponseTimes{since(i.AcknowledgedAt), since(i.MitigatedAt), since(i.ResolvedAt)}
}

// Overdue returns by how much each response target is missed: by what took too long, and by what
// has not happened at now, or when the incident was closed. A duration is zero where the target is
// not missed, or where there is none. An incident that was merged into another is not overdue.
func (i Incident) Overdue(now time.Time) ResponseTimes {
	if i.MergedInto != "" {
		return ResponseTimes{}
	}
	end := now
	if i.closed() {
		end = i.ResolvedAt
	}

	over := func(at time.Time, target time.Duration) time.Duration {
		if target <= 0 {
			return 0
		}
		if at.IsZero() {
			at = end
		}
		return max(0, i.Targets.elapsed(i.began(), at)-target)
	}
	return ResponseTimes{
		Acknowledge: over(i.AcknowledgedAt, i.Targets.Acknowledge),
		Mitigate:    over(i.MitigatedAt, i.Targets.Mitigate),
		Resolve:     over(i.ResolvedAt, i.Targets.Resolve),
	}
}

// began returns when the incident was opened, or reopened last.
func (i *Incident) began() time.Time {
	if i.ReopenedAt.IsZero() {
		return i.OpenedAt
	}
	return i.ReopenedAt
}

// Needs returns what the incident needs from people at an instant, in words, the most pressing
// first. What is past its response target is marked: "an owner (5m overdue)". A closed incident
// needs nothing.
func (i Incident) Needs(now time.Time) []string {
	if i.closed() {
		return nil
	}
	var needs []string
	overdue := i.Overdue(now)
	if !i.AcknowledgedAt.IsZero() {
		overdue.Acknowledge = 0 // an owner is missing because the lease ended; no target is about that
	}
	add := func(missing bool, words string, over time.Duration) {
		switch {
		case missing && over > 0:
			needs = append(needs, words+" ("+plain.Duration(over)+" overdue)")
		case missing:
			needs = append(needs, words)
		}
	}

	mitigated, explained := !i.MitigatedAt.IsZero(), i.RootCause != ""
	add(i.Owner(now) == "", "an owner", overdue.Acknowledge)
	add(!i.Paired() && i.Assessment.Priority >= priority.P1, "a second engineer", 0)
	for _, q := range i.Questions {
		add(q.AnsweredAt.IsZero(), "an answer from "+plain.Name(q.To), 0)
	}
	add(!mitigated, "mitigation", overdue.Mitigate)
	add(!explained, "its root cause in writing", overdue.Resolve)
	add(explained && mitigated, "to be resolved", overdue.Resolve)
	return needs
}
