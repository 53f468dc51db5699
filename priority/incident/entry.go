package incident

import (
	"fmt"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
)

// An Entry is one line of an incident's record. Entries are only ever added, and the state of an incident is their fold:
// see [Fold]. An Entry is plain data, and its JSON form reads back as the same Entry.
type Entry struct {
	// Incident is the ID of the incident, and Seq the place in its record, counted from 1.
	Incident string `json:"incident"`
	Seq      int    `json:"seq"`

	// At is the instant of the entry, by the clock of whoever made it. Clocks jump: the order is that of Seq.
	At time.Time `json:"at"`

	// Kind says what happened.
	Kind Kind `json:"kind"`

	// Author names who did it. Empty where a signal did: opened, cleared, recurred and reopened.
	Author string `json:"author,omitempty"`

	// Text is the note, the root cause, how it was mitigated, or why it was closed by force.
	Text string `json:"text,omitempty"`

	// Until is the end of the lease of an entry of kind Owned.
	Until time.Time `json:"until,omitzero"`

	// Report is the assessment of the signal behind the entry, where there is one.
	Report *priority.Report `json:"report,omitempty"`

	// Identity is the identity of the signal that opened the incident.
	Identity string `json:"identity,omitempty"`

	// Before is the ID of the resolved incident of the same identity that an opened one follows.
	Before string `json:"before,omitempty"`
}

// A Kind says what an [Entry] records. Its text is the name in lower case, with hyphens, and is read without regard to case.
// The zero Kind is none: no record holds it.
type Kind int

// The kinds.
const (
	Opened     Kind = iota + 1 // a signal that is P1 opened the incident
	Cleared                    // the signal was resolved; the incident is not
	Recurred                   // it fired again before the incident was resolved
	Reopened                   // it fired again soon after
	Owned                      // somebody acknowledged it, for the time of a lease
	Joined                     // somebody works on it too
	Noted                      // somebody added context
	Mitigated                  // the harm has ended; the cause may not be known
	RootCaused                 // the root cause was written down
	Resolved                   // it is over
	Forced                     // somebody closed it without a root cause, and said why
)

func kinds() []string {
	return []string{"", "opened", "cleared", "recurred", "reopened", "owned", "joined", "noted", "mitigated", "root-caused", "resolved", "forced"}
}

// String returns the text of k, or "Kind(99)" for one that does not exist.
func (k Kind) String() string {
	if k < Opened || k > Forced {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kinds()[k]
}

// AppendText implements [encoding.TextAppender]. A kind that does not exist is an error.
func (k Kind) AppendText(b []byte) ([]byte, error) {
	if k < Opened || k > Forced {
		return b, fmt.Errorf("incident: there is no kind %d", int(k))
	}
	return append(b, kinds()[k]...), nil
}

// MarshalText implements [encoding.TextMarshaler]. A kind that does not exist is an error.
func (k Kind) MarshalText() ([]byte, error) { return k.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]: the inverse of [Kind.MarshalText].
func (k *Kind) UnmarshalText(text []byte) error {
	for i, name := range kinds() {
		if i > 0 && strings.EqualFold(name, string(text)) {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("incident: unknown kind %q: want one of %s", text, strings.Join(kinds()[1:], ", "))
}
