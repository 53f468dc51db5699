package incident

import (
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
)

// An Incident is the state of one incident: the fold of its entries, and nothing else.
//
//	[Incident.State]  where it stands
//	[Incident.Owner]  who owns it at an instant
//	[Incident.Needs]  what it wants next, in words
//	[Incident.Times]  how long it took to acknowledge, mitigate and resolve
//	[Incident.Add]    the state after one more entry, or why it may not be added
//
// The zero Incident is one without entries: it can only be opened.
// An Incident is a value. Its slices are shared with copies and must not be changed.
type Incident struct {
	// ID names the incident, and Identity the condition that it is about.
	ID, Identity string

	// Before is the ID of an earlier incident about the same condition, or empty.
	Before string

	// Report is the assessment of the signal that opened it, or that reopened it or recurred last.
	Report priority.Report

	// OpenedAt is when it was opened, and ReopenedAt when it was reopened last. Zero: never.
	OpenedAt, ReopenedAt time.Time

	// AcknowledgedAt is when it was acknowledged first; MitigatedAt and ResolvedAt are when that happened, until it fires again.
	// Zero: it has not.
	AcknowledgedAt, MitigatedAt, ResolvedAt time.Time

	// Firing says that the signal has not been resolved.
	Firing bool

	// Lease is who acknowledged it last, and LeaseUntil until when that counts. See Owner.
	Lease      string
	LeaseUntil time.Time

	// Responders lists who owned or joined it, in that order, each once.
	Responders []string

	// RootCause is what was written, by the author. Empty: nothing yet. Reopening empties it: the cause was another, or not all of it.
	RootCause, RootCauseBy string

	// Forced is why it was closed without a root cause, and ForcedBy by whom. Empty: it was not.
	Forced, ForcedBy string

	// Entries counts the entries.
	Entries int

	closed bool
}

// A State says where an incident stands. The zero State is Open.
type State int

// The states.
const (
	Open     State = iota // nobody has acknowledged it
	Taken                 // somebody has, though the lease may have lapsed; it does harm yet
	Harmless              // it was mitigated, and is not over
	Closed                // it was resolved, or closed by force
)

// String returns the text of s: "open", "taken", "harmless" or "closed". A value without a name is taken for Open.
func (s State) String() string {
	switch s {
	case Taken:
		return "taken"
	case Harmless:
		return "harmless"
	case Closed:
		return "closed"
	}
	return "open"
}

// State returns where the incident stands. Whether a lease has lapsed is for [Incident.Owner] to say.
func (i Incident) State() State {
	switch {
	case i.closed:
		return Closed
	case !i.MitigatedAt.IsZero():
		return Harmless
	case i.Lease != "":
		return Taken
	}
	return Open
}

// Owner returns who owns the incident at an instant, or empty where nobody does:
// an acknowledgement is a lease, which counts until its end, that instant included.
func (i Incident) Owner(now time.Time) string {
	if i.closed || i.Lease == "" || now.After(i.LeaseUntil) {
		return ""
	}
	return i.Lease
}

// Paired reports whether two people have worked on it: a P1 wants two.
func (i Incident) Paired() bool { return len(i.Responders) >= 2 }

// Needs returns what the incident wants from people at an instant, the most pressing first, in words. Nothing, when it is closed.
func (i Incident) Needs(now time.Time) []string {
	var needs []string
	add := func(missing bool, words string) {
		if missing && !i.closed {
			needs = append(needs, words)
		}
	}
	add(i.Owner(now) == "", "an owner")
	add(!i.Paired(), "a second engineer")
	add(i.MitigatedAt.IsZero(), "mitigation")
	add(i.RootCause == "", "its root cause in writing")
	add(i.RootCause != "" && !i.MitigatedAt.IsZero(), "to be resolved")
	return needs
}

// Times are how long an incident took, from when it was opened. What has not happened is [NotYet].
type Times struct {
	Acknowledge time.Duration // until somebody acknowledged it first
	Mitigate    time.Duration // until it was mitigated
	Resolve     time.Duration // until it was closed last
}

// NotYet is the duration in [Times] of what has not happened.
const NotYet time.Duration = -1

// Times returns how long the incident took. A clock that jumped back counts as no time, and what has not happened is [NotYet].
func (i Incident) Times() Times {
	since := func(at time.Time) time.Duration {
		if at.IsZero() {
			return NotYet
		}
		return max(0, at.Sub(i.OpenedAt))
	}
	return Times{since(i.AcknowledgedAt), since(i.MitigatedAt), since(i.ResolvedAt)}
}

// with returns the responders with one more.
func (i *Incident) with(who string) []string {
	if slices.Contains(i.Responders, who) {
		return i.Responders
	}
	return append(slices.Clip(i.Responders), who)
}
