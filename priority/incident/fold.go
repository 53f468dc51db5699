package incident

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
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
// The first entry that may not be added is the error, which names it, and ends it.
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
//	opened twice; any other kind before opened; reopened while open,
//	or when it goes on in another; an answer to no question             ErrEntry
//	no author where people act; no text of a note, what was found,
//	asked or answered, a root cause, a mitigation or a forced close;
//	nobody who is asked; a lease that ends before it begins             ErrEntry
//	opened, recurred, reopened, lowered or raised without a report;
//	lowered to what is not less, or raised to what is not more, than
//	where it stands; attached without an identity; merged or linked without another incident, or with
//	itself; lapsed without a lease that has ended                       ErrEntry
//	a text of more than 64 KiB, or that is not UTF-8                    ErrEntry
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
	case !e.Kind.known():
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
	case i.closed() && e.Kind != Noted && e.Kind != Reopened:
		return fmt.Errorf("%w: %q takes no entry %d of kind %v", ErrClosed, i.ID, e.Seq, e.Kind)
	case e.Kind == Reopened && (!i.closed() || i.Into != ""):
		return bad(e, "it is not closed")
	case e.Kind == Resolved && i.RootCause == "":
		return fmt.Errorf("%w: %q cannot be resolved", ErrNoRootCause, i.ID)
	case e.Kind == Lapsed && (i.Lease == "" || i.Lapsed || !e.At.After(i.LeaseUntil)):
		return bad(e, "no lease has ended")
	case e.Kind == Answered && i.request(e.Re) < 0:
		return bad(e, "re: %d is not the seq of a question", e.Re)
	case e.Report != nil && (e.Kind == Lowered && e.Report.Priority >= i.Report.Priority || e.Kind == Raised && e.Report.Priority <= i.Report.Priority):
		return bad(e, "it stands at %v already, or beyond: %v", i.Report.Priority, e.Report.Priority)
	}
	return nil
}

func (i *Incident) request(seq int) int {
	return slices.IndexFunc(i.Requests, func(r Request) bool { return r.Seq == seq })
}

// longestText is how many bytes people may write in one entry.
const longestText = 64 << 10

// parts says whether the entry has what its kind needs.
func parts(e Entry) error {
	var list []error
	need := func(what string, missing bool, kinds ...Kind) {
		if missing && slices.Contains(kinds, e.Kind) {
			list = append(list, bad(e, "it has no %s", what))
		}
	}
	need("author", blank(e.Author), Owned, Joined, Noted, Mitigated, RootCaused, Resolved, Forced, Triaged, Asked, Answered)
	need("text", blank(e.Text), Noted, Mitigated, RootCaused, Forced, Triaged, Asked, Answered)
	need("lease that ends after it", !e.Until.After(e.At), Owned)
	need("report", e.Report == nil, Opened, Recurred, Reopened, Lowered, Raised)
	need("to: nobody is asked", blank(e.To), Asked)
	need("identity", e.Identity == "", Attached)
	need("other incident", e.Other == "" || e.Other == e.Incident, Merged, Linked)
	for _, field := range []struct{ name, text string }{{"author", e.Author}, {"text", e.Text}, {"to", e.To}} {
		if !utf8.ValidString(field.text) {
			list = append(list, bad(e, "%s: it is not UTF-8", field.name))
		}
		if len(field.text) > longestText {
			list = append(list, bad(e, "%s: %d bytes are more than %d", field.name, len(field.text), longestText))
		}
	}
	return errors.Join(list...)
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// take makes a checked entry part of the state.
func (i *Incident) take(e Entry) {
	switch e.Kind {
	case Opened:
		i.ID, i.Identity, i.Before, i.OpenedAt = e.Incident, e.Identity, e.Before, e.At
		i.fire(e)
	case Cleared:
		i.Firing, i.ClearedAt = false, e.At
	case Recurred:
		i.fire(e)
		i.Recurrences++
	case Reopened:
		i.reopen(e)
	case Lowered:
		i.Report = *e.Report
	case Raised:
		i.Report, i.MitigatedAt = *e.Report, time.Time{} // what was mitigated would not have been raised
	case Attached:
		i.attach(e)
	case Merged:
		i.Into = e.Other
	case Linked:
		i.Links = append(slices.Clip(i.Links), e.Other)
	case Resolved:
		i.ResolvedAt = e.At
	case Forced:
		i.ResolvedAt, i.Forced, i.ForcedBy = e.At, e.Text, e.Author
	default:
		i.takeWork(e)
	}
}

// takeWork makes what people do part of the state.
func (i *Incident) takeWork(e Entry) {
	switch e.Kind {
	case Owned:
		i.Lease, i.LeaseUntil, i.Lapsed = e.Author, e.Until, false
		first(&i.AcknowledgedAt, e.At)
		i.join(e)
	case Lapsed:
		i.Lapsed = true
	case Joined:
		i.join(e)
	case Triaged:
		first(&i.TriagedAt, e.At)
	case Asked:
		i.Requests = append(slices.Clip(i.Requests), Request{Seq: e.Seq, At: e.At, From: e.Author, To: e.To, Text: e.Text})
	case Answered:
		i.answer(e)
	case Mitigated:
		first(&i.MitigatedAt, e.At)
	case RootCaused:
		i.RootCause, i.RootCauseBy = e.Text, e.Author
	}
}

// first keeps the first of several instants.
func first(kept *time.Time, at time.Time) {
	if kept.IsZero() {
		*kept = at
	}
}

// fire takes the signal over. A mitigation that did not hold was none.
func (i *Incident) fire(e Entry) {
	i.Report, i.Firing, i.ClearedAt, i.MitigatedAt = *e.Report, true, time.Time{}, time.Time{}
	if e.Targets != nil {
		i.Targets = *e.Targets
	}
}

func (i *Incident) join(e Entry) {
	i.Responders = i.with(e.Author)
	if i.Paired() {
		first(&i.PairedAt, e.At)
	}
}

func (i *Incident) answer(e Entry) {
	n := i.request(e.Re)
	if !i.Requests[n].AnsweredAt.IsZero() {
		return
	}
	i.Requests = slices.Clone(i.Requests)
	i.Requests[n].Answer, i.Requests[n].By, i.Requests[n].AnsweredAt = e.Text, e.Author, e.At
}

// attach lists a symptom. Harm that spreads is not mitigated.
func (i *Incident) attach(e Entry) {
	i.MitigatedAt = time.Time{}
	if len(i.Symptoms) < MostSymptoms {
		i.Symptoms = append(slices.Clip(i.Symptoms), Symptom{Identity: e.Identity, Asset: e.Asset, Text: e.Text, At: e.At, Other: e.Other})
	}
}

// reopen begins again: what was done has not helped, and those who did it may have gone home.
func (i *Incident) reopen(e Entry) {
	*i = Incident{ID: i.ID, Identity: i.Identity, Before: i.Before, OpenedAt: i.OpenedAt, ReopenedAt: e.At, Entries: i.Entries}
	i.fire(e)
}
