package incident

import "github.com/alwaysp1/alwaysp1/internal/enum"

// An EntryKind is what an [Entry] records. As text it is the constant's name after Entry, in lower
// case with hyphens, and is read in upper or lower case. The zero EntryKind is none: no record
// holds it.
type EntryKind int

// The kinds.
const (
	EntryOpened                 EntryKind = iota + 1 // a P1 signal opened the incident
	EntryCleared                                     // the signal was resolved; the incident was not
	EntryRecurred                                    // the signal fired again before it was closed
	EntryReopened                                    // the signal fired again soon after it was closed
	EntryAcknowledged                                // somebody owns it for the time of a lease
	EntryJoined                                      // somebody else works on it too
	EntryNoted                                       // somebody added context
	EntryMitigated                                   // the harm has ended; the cause may be unknown
	EntryRootCause                                   // the root cause was written down
	EntryResolved                                    // somebody closed it, with a root cause
	EntryClosedWithoutRootCause                      // somebody closed it without one, and why
	EntryTriaged                                     // somebody looked at it and wrote what they found
	EntryAsked                                       // somebody asked somebody for context
	EntryAnswered                                    // a question was answered
	EntryLeaseEnded                                  // the owner's lease ended
	EntryAttached                                    // a signal was found to be a symptom of the incident
	EntryMerged                                      // it is a symptom of another incident
	EntryLinked                                      // another incident may be its cause
	EntryLowered                                     // the signal has long been less urgent; it stays open
	EntryRaised                                      // the signal is more urgent again
)

var kinds = enum.Type{Name: "EntryKind", Names: []string{
	EntryOpened:                 "opened",
	EntryCleared:                "cleared",
	EntryRecurred:               "recurred",
	EntryReopened:               "reopened",
	EntryAcknowledged:           "acknowledged",
	EntryJoined:                 "joined",
	EntryNoted:                  "noted",
	EntryMitigated:              "mitigated",
	EntryRootCause:              "root-cause",
	EntryResolved:               "resolved",
	EntryClosedWithoutRootCause: "closed-without-root-cause",
	EntryTriaged:                "triaged",
	EntryAsked:                  "asked",
	EntryAnswered:               "answered",
	EntryLeaseEnded:             "lease-ended",
	EntryAttached:               "attached",
	EntryMerged:                 "merged",
	EntryLinked:                 "linked",
	EntryLowered:                "lowered",
	EntryRaised:                 "raised",
}}

// String returns the text of k, or "EntryKind(99)" for a kind that does not exist.
func (k EntryKind) String() string { return kinds.String(int(k)) }

// AppendText implements [encoding.TextAppender]. A kind that does not exist is an error.
func (k EntryKind) AppendText(b []byte) ([]byte, error) { return kinds.Append(b, int(k)) }

// MarshalText implements [encoding.TextMarshaler]. A kind that does not exist is an error.
func (k EntryKind) MarshalText() ([]byte, error) { return k.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads the text of a kind, in upper or
// lower case.
func (k *EntryKind) UnmarshalText(text []byte) error {
	i, err := kinds.Parse(string(text))
	if err == nil {
		*k = EntryKind(i)
	}
	return err
}
