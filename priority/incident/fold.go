package incident

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
)

// What [Incident.Add] and [Desk] refuse, to be told apart with errors.Is.
var (
	// ErrNoRootCause is why an incident may not be resolved yet.
	ErrNoRootCause = errors.New("incident: it has no root cause in writing")

	// ErrClosed is why a closed incident takes no entry but a note, or one that reopens it.
	ErrClosed = errors.New("incident: it is closed")

	// ErrUnknown is the error about an ID that names no incident.
	ErrUnknown = errors.New("incident: there is no such incident")

	// ErrEntry is why an entry is refused that lacks what its kind needs, or does not belong where it stands.
	ErrEntry = errors.New("incident: bad entry")
)

// Fold returns the state of the incident whose entries these are, in order.
// The first entry that may not be added is the error, and ends it.
func Fold(entries iter.Seq[Entry]) (Incident, error) {
	var i Incident
	for e := range entries {
		next, err := i.Add(e)
		if err != nil {
			return i, err
		}
		i = next
	}
	return i, nil
}

// Add returns the state after one more entry; i stays as it was. What is refused, and why:
//
//	resolved without a root cause                                       ErrNoRootCause
//	anything but a note or reopened, when it is closed                  ErrClosed
//	another incident's entry, a Seq that is not the next, a zero At     ErrEntry
//	opened twice; any other kind before opened; reopened while open     ErrEntry
//	no author where people act; no text of a note, a root cause,
//	a mitigation or a forced close; a lease that ends before it begins;
//	opened, recurred or reopened without a report                       ErrEntry
func (i Incident) Add(e Entry) (Incident, error) {
	if err := i.check(e); err != nil {
		return i, err
	}
	i.Entries = e.Seq
	i.take(e)
	return i, nil
}

func bad(e Entry, format string, args ...any) error {
	return fmt.Errorf("%w: %v %d of %q: %s", ErrEntry, e.Kind, e.Seq, e.Incident, fmt.Sprintf(format, args...))
}

func (i *Incident) check(e Entry) error {
	switch {
	case e.Kind < Opened || e.Kind > Forced:
		return bad(e, "it has no kind")
	case (e.Kind == Opened) != (i.Entries == 0):
		return bad(e, "an incident is opened by its first entry, and only by that")
	case e.Incident == "" || i.Entries > 0 && e.Incident != i.ID:
		return bad(e, "it is not of incident %q", i.ID)
	case e.Seq != i.Entries+1:
		return bad(e, "the next is %d", i.Entries+1)
	case e.At.IsZero():
		return bad(e, "it has no instant")
	}
	return errors.Join(i.state(e), parts(e))
}

// state says whether the entry may come now.
func (i *Incident) state(e Entry) error {
	switch {
	case i.closed && e.Kind != Noted && e.Kind != Reopened:
		return fmt.Errorf("%w: %q takes no entry of kind %v", ErrClosed, i.ID, e.Kind)
	case !i.closed && e.Kind == Reopened:
		return bad(e, "it is not closed")
	case e.Kind == Resolved && i.RootCause == "":
		return fmt.Errorf("%w: %q cannot be resolved", ErrNoRootCause, i.ID)
	}
	return nil
}

// parts says whether the entry has what its kind needs.
func parts(e Entry) error {
	var list []error
	need := func(what string, missing bool, kinds ...Kind) {
		for _, k := range kinds {
			if missing && e.Kind == k {
				list = append(list, bad(e, "it has no %s", what))
			}
		}
	}
	need("author", blank(e.Author), Owned, Joined, Noted, Mitigated, RootCaused, Resolved, Forced)
	need("text", blank(e.Text), Noted, Mitigated, RootCaused, Forced)
	need("lease that ends after it", !e.Until.After(e.At), Owned)
	need("report", e.Report == nil, Opened, Recurred, Reopened)
	return errors.Join(list...)
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// take makes a checked entry part of the state.
func (i *Incident) take(e Entry) {
	switch e.Kind {
	case Opened:
		i.ID, i.Identity, i.Before, i.OpenedAt = e.Incident, e.Identity, e.Before, e.At
		i.Report, i.Firing = *e.Report, true
	case Cleared:
		i.Firing = false
	case Recurred: // a mitigation that did not hold was none
		i.Report, i.Firing, i.MitigatedAt = *e.Report, true, time.Time{}
	case Reopened:
		i.reopen(e)
	case Owned:
		i.Lease, i.LeaseUntil, i.Responders = e.Author, e.Until, i.with(e.Author)
		if i.AcknowledgedAt.IsZero() {
			i.AcknowledgedAt = e.At
		}
	case Joined:
		i.Responders = i.with(e.Author)
	case Mitigated:
		if i.MitigatedAt.IsZero() {
			i.MitigatedAt = e.At
		}
	case RootCaused:
		i.RootCause, i.RootCauseBy = e.Text, e.Author
	case Resolved:
		i.ResolvedAt, i.closed = e.At, true
	case Forced:
		i.ResolvedAt, i.closed = e.At, true
		i.Forced, i.ForcedBy = e.Text, e.Author
	}
}

// reopen begins again: what was done has not helped, and those who did it may have gone home.
func (i *Incident) reopen(e Entry) {
	fresh := Incident{
		ID: i.ID, Identity: i.Identity, Before: i.Before, OpenedAt: i.OpenedAt, AcknowledgedAt: i.AcknowledgedAt, ReopenedAt: e.At,
		Report: *e.Report, Firing: true, Entries: i.Entries,
	}
	*i = fresh
}
