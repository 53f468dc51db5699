package incident

import (
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority"
)

// An Entry is one line of an incident's record. Entries are only ever added, and the state of an
// incident is computed from them: see [FromEntries]. An Entry is plain data, and its JSON form
// reads back as the same Entry. [Entry.String] is a line for people.
type Entry struct {
	// Incident is the ID of the incident, and Seq the place in its record, counted from 1.
	Incident string `json:"incident"`
	Seq      int    `json:"seq"`

	// At is the instant of the entry, by the clock of whoever made it. Clocks jump: the order is
	// that of Seq.
	At time.Time `json:"at"`

	// Kind is what happened.
	Kind EntryKind `json:"kind"`

	// Author names the person who made the entry. It is empty where a signal or the desk made it:
	// opened, cleared, recurred, reopened, attached, merged, linked, lease-ended, lowered and
	// raised.
	Author string `json:"author,omitempty"`

	// Text is the note, the finding, the question or the answer, the root cause, how the harm was
	// ended, why the incident was closed without a root cause, or what is wrong with the asset of
	// an attached signal. At most 64 KiB.
	Text string `json:"text,omitempty"`

	// Until is the end of the lease of an acknowledged entry.
	Until time.Time `json:"until,omitzero"`

	// Assessment is the assessment of the signal behind an opened, recurred, reopened, lowered or
	// raised entry. It holds the first 50 of the promises that the signal reaches, the lead first,
	// and 4 KiB of its summary.
	Assessment *priority.AssessmentReport `json:"assessment,omitempty"`

	// Targets are the response targets that were in force when the incident was opened or reopened.
	// Nil: none.
	Targets *ResponseTargets `json:"targets,omitempty"`

	// Identity is the identity of the signal that opened the incident, or of the attached one,
	// whose asset is Asset.
	Identity string `json:"identity,omitempty"`
	Asset    string `json:"asset,omitempty"`

	// Previous is the ID of an earlier, closed incident that an opened one follows.
	Previous string `json:"previous,omitempty"`

	// Other is the ID of the incident into which a merged one went, that may be the cause of a
	// linked one, or that an attached signal had until then.
	Other string `json:"other,omitempty"`

	// To names the person who is asked. ReplyTo is the Seq of the question that is answered.
	To      string `json:"to,omitempty"`
	ReplyTo int    `json:"reply_to,omitempty"`
}

// String returns the entry in one line for people: "06:20 ada owns it until 10:20". Instants are
// shown in their own location. It is one line whatever the names hold, and a text of more than 240
// bytes is cut.
func (e Entry) String() string { return e.At.Format("15:04 ") + e.words() }

// words returns what the entry records. It has a case for each kind that a person makes; change has
// the others.
func (e *Entry) words() string {
	author, text := plain.Name(e.Author), plain.Name(e.Text)
	// Flat on purpose: the words of a kind are found by its name.
	switch e.Kind {
	case EntryAcknowledged:
		return author + " owns it until " + e.Until.Format("15:04")
	case EntryJoined:
		return author + " works on it too"
	case EntryTriaged:
		return author + " triaged it: " + text
	case EntryNoted:
		return author + ": " + text
	case EntryAsked:
		return author + " asks " + plain.Name(e.To) + ": " + text
	case EntryAnswered:
		return author + " answers: " + text
	case EntryMitigated:
		return author + " mitigated it: " + text
	case EntryRootCause:
		return author + " wrote the root cause: " + text
	case EntryResolved:
		return author + " resolved it"
	case EntryClosedWithoutRootCause:
		return author + " closed it without a root cause: " + text
	}
	return e.change()
}

// change returns what a signal or the desk changed.
func (e *Entry) change() string {
	// Flat on purpose, as in words; a kind of a later version falls through to its number.
	switch e.Kind {
	case EntryOpened:
		return "opened" + e.assessed()
	case EntryRecurred:
		return "it fired again" + e.assessed()
	case EntryReopened:
		return "reopened" + e.assessed()
	case EntryLowered:
		return "lowered" + e.assessed()
	case EntryRaised:
		return "raised" + e.assessed()
	case EntryCleared:
		return "the signal was resolved"
	case EntryLeaseEnded:
		return "the owner's lease ended"
	case EntryAttached:
		return "it has a symptom: " + plain.Name(e.Text)
	case EntryMerged:
		return "it is a symptom of " + plain.Name(e.Other) + " and continues there"
	case EntryLinked:
		return "its cause may be " + plain.Name(e.Other)
	}
	return e.Kind.String()
}

// assessed returns the assessment of the entry, if it has one.
func (e *Entry) assessed() string {
	if e.Assessment == nil {
		return ""
	}
	return ": " + e.Assessment.Priority.String() + " " + e.Assessment.Text
}
