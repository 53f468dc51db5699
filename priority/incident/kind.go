package incident

import (
	"fmt"
	"strings"
)

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
	Triaged                    // somebody looked at it, and said what they found
	Asked                      // somebody asked somebody for context that they lack
	Answered                   // the question was answered
	Lapsed                     // the owner's lease ended
	Attached                   // a signal downstream was found to be its symptom
	Merged                     // it was found to be a symptom of another incident, and goes on there
	Linked                     // it may be a symptom of another incident, and people work on it already
	Lowered                    // its signal has been less urgent for long enough; the incident is not over
	Raised                     // its signal is more urgent again
)

func kinds() []string {
	return []string{"", "opened", "cleared", "recurred", "reopened", "owned", "joined", "noted", "mitigated", "root-caused", "resolved", "forced",
		"triaged", "asked", "answered", "lapsed", "attached", "merged", "linked", "lowered", "raised"}
}

func (k Kind) known() bool { return k >= Opened && k <= Raised }

// String returns the text of k, or "Kind(99)" for one that does not exist.
func (k Kind) String() string {
	if !k.known() {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kinds()[k]
}

// AppendText implements [encoding.TextAppender]. A kind that does not exist is an error.
func (k Kind) AppendText(b []byte) ([]byte, error) {
	if !k.known() {
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
