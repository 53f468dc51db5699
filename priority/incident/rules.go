package incident

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The errors of a [Desk] and of [FromEntries], for errors.Is.
var (
	// ErrNoRootCause is why an incident cannot be resolved yet.
	ErrNoRootCause = errors.New("incident: no root cause is recorded")

	// ErrClosed is why a closed incident takes no entry but a note, or one that reopens it.
	ErrClosed = errors.New("incident: closed")

	// ErrNotFound is the error for an ID that no incident has.
	ErrNotFound = errors.New("incident: not found")

	// ErrInvalidEntry is why an entry is refused that lacks what its kind needs, or does not belong
	// where it stands.
	ErrInvalidEntry = errors.New("incident: invalid entry")
)

func invalid(e Entry, format string, args ...any) error {
	reason := fmt.Sprintf(format, args...)
	return fmt.Errorf("%w: %v %d of %q: %s", ErrInvalidEntry, e.Kind, e.Seq, e.Incident, reason)
}

// check returns why an entry may not be added. The table of refusals is in the documentation of
// Desk. The first checks return alone: what follows would only repeat that the entry is another
// incident's, or out of order.
func (i *Incident) check(e Entry) error {
	switch {
	case !kinds.Has(int(e.Kind)):
		return invalid(e, "it has no kind")
	case (e.Kind == EntryOpened) != (i.EntryCount == 0):
		return invalid(e, "an incident is opened by its first entry, and only by that")
	case e.Incident == "" || i.EntryCount > 0 && e.Incident != i.ID:
		return invalid(e, "it is not of incident %q", i.ID)
	case e.Seq != i.EntryCount+1:
		return invalid(e, "the next is %d", i.EntryCount+1)
	case e.At.IsZero():
		return invalid(e, "it has no instant")
	}
	return errors.Join(i.checkState(e), checkParts(e))
}

// checkState returns why an entry may not be added where the incident stands. Each case is one rule
// about one kind, and they share no condition that would let them be grouped.
func (i *Incident) checkState(e Entry) error {
	switch {
	case i.closed() && e.Kind != EntryNoted && e.Kind != EntryReopened:
		return fmt.Errorf("%w: %q takes no entry %d of kind %v", ErrClosed, i.ID, e.Seq, e.Kind)
	case e.Kind == EntryReopened && (!i.closed() || i.MergedInto != ""):
		return invalid(e, "it is not closed")
	case e.Kind == EntryResolved && i.RootCause == "":
		return fmt.Errorf("%w: %q cannot be resolved", ErrNoRootCause, i.ID)
	// Replicas all see the end of a lease; the entry of only one is right.
	case e.Kind == EntryLeaseEnded && (i.LeaseHolder == "" || i.LeaseEnded || !e.At.After(i.LeaseUntil)):
		return invalid(e, "no lease has ended")
	case e.Kind == EntryAnswered && i.question(e.ReplyTo) < 0:
		return invalid(e, "reply_to: %d is not the seq of a question", e.ReplyTo)
	}
	return i.checkPriority(e)
}

// checkPriority returns why an entry may not lower or raise the incident: it would not change its
// priority that way.
func (i *Incident) checkPriority(e Entry) error {
	if e.Assessment == nil {
		return nil // checkParts refuses it
	}
	from, to := i.Assessment.Priority, e.Assessment.Priority
	if e.Kind == EntryLowered && to >= from || e.Kind == EntryRaised && to <= from {
		return invalid(e, "it stands at %v already, or beyond: %v", from, to)
	}
	return nil
}

// question returns the index of a question by its Seq, or -1.
func (i *Incident) question(seq int) int {
	return slices.IndexFunc(i.Questions, func(q Question) bool { return q.Seq == seq })
}

// longestText is how many bytes people may write in one field of an entry.
const longestText = 64 << 10

// What the kinds need.
var (
	needAuthor = []EntryKind{
		EntryAcknowledged, EntryJoined, EntryNoted, EntryMitigated, EntryRootCause, EntryResolved,
		EntryClosedWithoutRootCause, EntryTriaged, EntryAsked, EntryAnswered,
	}
	needText = []EntryKind{
		EntryNoted, EntryMitigated, EntryRootCause, EntryClosedWithoutRootCause,
		EntryTriaged, EntryAsked, EntryAnswered,
	}
	needAssessment = []EntryKind{EntryOpened, EntryRecurred, EntryReopened, EntryLowered, EntryRaised}
	needOther      = []EntryKind{EntryMerged, EntryLinked}
)

// checkParts returns what an entry lacks that its kind needs, all of it at once.
func checkParts(e Entry) error {
	var faults []error
	need := func(what string, missing bool, by ...EntryKind) {
		if missing && slices.Contains(by, e.Kind) {
			faults = append(faults, invalid(e, "it has no %s", what))
		}
	}
	need("author", blank(e.Author), needAuthor...)
	need("text", blank(e.Text), needText...)
	need("lease that ends after it", !e.Until.After(e.At), EntryAcknowledged)
	need("assessment", e.Assessment == nil, needAssessment...)
	need("person who is asked", blank(e.To), EntryAsked)
	need("identity", e.Identity == "", EntryAttached)
	need("other incident", e.Other == "" || e.Other == e.Incident, needOther...)

	for _, field := range []struct{ name, text string }{
		{"author", e.Author}, {"text", e.Text}, {"to", e.To},
	} {
		if !utf8.ValidString(field.text) {
			faults = append(faults, invalid(e, "%s: it is not UTF-8", field.name))
		}
		if len(field.text) > longestText {
			faults = append(faults, invalid(e, "%s: %d bytes are more than %d",
				field.name, len(field.text), longestText))
		}
	}
	return errors.Join(faults...)
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
