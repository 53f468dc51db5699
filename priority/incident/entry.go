package incident

import (
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
)

// An Entry is one line of an incident's record. Entries are only ever added, and the state of an incident is their fold:
// see [Fold]. An Entry is plain data, and its JSON form reads back as the same Entry. [Entry.String] is a line for people.
type Entry struct {
	// Incident is the ID of the incident, and Seq the place in its record, counted from 1.
	Incident string `json:"incident"`
	Seq      int    `json:"seq"`

	// At is the instant of the entry, by the clock of whoever made it. Clocks jump: the order is that of Seq.
	At time.Time `json:"at"`

	// Kind says what happened.
	Kind Kind `json:"kind"`

	// Author names who did it. Empty where a signal or the desk did: opened, cleared, recurred, reopened, attached, merged, linked, lapsed,
	// lowered and raised.
	Author string `json:"author,omitempty"`

	// Text is the note, what was found, asked or answered, the root cause, how it was mitigated, why it was closed by force,
	// or what is wrong with the asset of an attached signal. At most 64 KiB.
	Text string `json:"text,omitempty"`

	// Until is the end of the lease of an entry of kind Owned.
	Until time.Time `json:"until,omitzero"`

	// Report is the assessment of the signal behind an entry of kind Opened, Recurred, Reopened, Lowered or Raised.
	// It lists the first 50 of the promises that the signal reaches, the lead first, and 4 KiB of its summary.
	Report *priority.Report `json:"report,omitempty"`

	// Targets are how fast people want to be, as they were when the incident was opened or reopened. Nil: there are none.
	Targets *Targets `json:"targets,omitempty"`

	// Identity is the identity of the signal that opened the incident, or of the attached one, whose asset is Asset.
	Identity string `json:"identity,omitempty"`
	Asset    string `json:"asset,omitempty"`

	// Before is the ID of an earlier, closed incident that an opened one follows.
	Before string `json:"before,omitempty"`

	// Other is the ID of the incident that a merged one went into, that a linked one may be caused by,
	// or that an attached signal had until then.
	Other string `json:"other,omitempty"`

	// To names who is asked, and Re is the Seq of the question that is answered.
	To string `json:"to,omitempty"`
	Re int    `json:"re,omitempty"`
}

// String returns the entry in one line for people: "06:20 ada owns it until 10:20". Instants are shown as they are, in their own location.
// Whatever the names hold, it stays one line, and a text of more than 240 bytes is cut.
func (e Entry) String() string { return e.At.Format("15:04 ") + e.words() }

func (e *Entry) words() string {
	author := plain(e.Author)
	switch e.Kind {
	case Opened, Reopened, Recurred, Lowered, Raised:
		return e.opening()
	case Cleared:
		return "the signal was resolved"
	case Owned:
		return author + " owns it until " + e.Until.Format("15:04")
	case Joined:
		return author + " works on it too"
	case Noted:
		return author + ": " + plain(e.Text)
	case Mitigated:
		return author + " mitigated it: " + plain(e.Text)
	case RootCaused:
		return author + " wrote the root cause: " + plain(e.Text)
	case Resolved:
		return author + " resolved it"
	case Forced:
		return author + " closed it without a root cause: " + plain(e.Text)
	}
	return e.more(author)
}

// opening is what a signal did to the incident.
func (e *Entry) opening() string {
	words := map[Kind]string{Opened: "opened", Reopened: "reopened", Recurred: "it fired again", Lowered: "lowered", Raised: "raised"}[e.Kind]
	if e.Report == nil {
		return words
	}
	return words + ": " + e.Report.Priority.String() + " " + e.Report.Text
}

func (e *Entry) more(author string) string {
	switch e.Kind {
	case Triaged:
		return author + " looked at it: " + plain(e.Text)
	case Asked:
		return author + " asks " + plain(e.To) + ": " + plain(e.Text)
	case Answered:
		return author + " answers: " + plain(e.Text)
	case Lapsed:
		return "nobody owns it any more"
	case Attached:
		return "it has a symptom: " + plain(e.Text)
	case Merged:
		return "it is a symptom of " + plain(e.Other) + ", and goes on there"
	case Linked:
		return "its cause may be " + plain(e.Other)
	}
	return e.Kind.String()
}
