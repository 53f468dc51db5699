package incident

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// ErrPermanent is wrapped by the error of an [Announcer] when another attempt cannot help: a
// channel that does not exist, a token that was revoked. The announcement then becomes a dead
// letter.
var ErrPermanent = errors.New("incident: announcement cannot be delivered")

// An Announcer tells people about incidents, in a chat channel or by a pager. It delivers one
// announcement and returns a receipt, which the next announcement of that incident carries: the
// timestamp of a chat message, say, under which the next ones are threaded. A receipt holds no
// secret, because it is kept and shown. In a receipt and in the text of an error, NUL and what is
// not UTF-8 become U+FFFD.
//
// The error means:
//
//	nil                    delivered
//	wraps ErrPermanent     never deliverable: a dead letter, until something new happens to the incident
//	wraps a *RetryError    try again, but not before that time has passed
//	any other              try again, each time after a longer wait
//
// A receipt that is returned with an error is kept too, for what was delivered in part.
//
// Delivery is at least once: the same announcement may come again when its result was lost, and
// then has the same key. Announcements of one incident come one after the other, in the order of
// its record, and each holds all that is new.
//
// Announce must obey its context, which ends after a time limit. It may be called concurrently with
// itself by several desks. A panic counts as a failed attempt.
//
// An Announcer may have a method Name() string, which returns its name. The name identifies its
// deliveries in the store and must stay the same. Without that method, or where it returns nothing,
// the announcer is named after the package of its type. Of several with one name the second is
// called name-2, the third name-3.
type Announcer interface {
	Announce(ctx context.Context, a Announcement) (receipt string, err error)
}

// An AnnouncerFunc is a function that is an [Announcer].
type AnnouncerFunc func(ctx context.Context, a Announcement) (receipt string, err error)

// Announce calls f.
func (f AnnouncerFunc) Announce(ctx context.Context, a Announcement) (string, error) {
	return f(ctx, a)
}

// An Announcement is what an [Announcer] is to tell about one incident. It is plain data and shares
// nothing that changes.
type Announcement struct {
	// Key identifies the announcement and is the same at every attempt: "inc-1/3@slack", where 3 is
	// the Seq of the last entry of New. A receiver that knows the key may ignore the repeat.
	Key string `json:"key"`

	// Incident is the state after the last entry of New. The record may hold more by now, for the
	// next announcement.
	Incident Incident `json:"incident"`

	// New lists the entries that were not announced yet, oldest first. It is never empty. Entries
	// that were made while an earlier announcement could not be delivered come together here.
	New []Entry `json:"new"`

	// Receipt is what the announcer returned last about this incident. Empty: this is the first
	// announcement, or the announcer returned none.
	Receipt string `json:"receipt,omitempty"`

	// Attempt counts the attempts to deliver this announcement, from 1.
	Attempt int `json:"attempt"`
}

// A RetryError tells a [Desk] when to try an announcement again at the earliest, like an HTTP
// Retry-After header. An announcer passes a server's limit on in one line:
//
//	return "", &incident.RetryError{Err: err, After: after}
type RetryError struct {
	Err   error         // why; may be nil
	After time.Duration // how long to wait at least. Zero or below: only the desk's own back-off counts
}

// Error returns the cause and the time to wait, as far as they are known.
func (e *RetryError) Error() string {
	wait := "try again after " + plain.Duration(e.After)
	switch {
	case e.Err == nil && e.After <= 0:
		return "incident: try again"
	case e.Err == nil:
		return "incident: " + wait
	case e.After <= 0:
		return e.Err.Error()
	}
	return fmt.Sprintf("%v (%s)", e.Err, wait)
}

// Unwrap returns the cause.
func (e *RetryError) Unwrap() error { return e.Err }
