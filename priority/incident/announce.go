package incident

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrRefused is what the error of an [Announcer] wraps when trying again cannot help: a channel that does not exist, a token that was taken back.
// The announcement then waits among the dead letters.
var ErrRefused = errors.New("incident: the announcement was refused")

// An Announcer tells people about incidents, in a chat channel or by a pager. It delivers one announcement and answers a receipt,
// which comes back with the next announcement of that incident: the timestamp of a chat message, say, below which the next ones go.
// A receipt holds no secret: it is kept and shown. In it and in an error's text, what is not UTF-8, and NUL, becomes U+FFFD.
//
// What its error means:
//
//	nil                    delivered
//	wraps [ErrRefused]     it never will be: among the dead letters, until something new happens to the incident
//	wraps a [*RetryError]  not before that time has passed; then again
//	any other              again, each time a while later than before
//
// A receipt beside an error is kept too, for what was delivered half.
//
// Delivery is at least once: the same announcement may come again when an answer was lost, and then has the same key.
// Announcements of one incident come one after the other, in the order of its record, and each holds all that is new.
//
// Announce must obey its context, which ends after a time limit. It may be called concurrently with itself by several desks.
// An announcer that panics has failed. Where an announcer has a method Name() string, that names it, and must stay the same;
// else it is named after the package of its type. Of several with one name the second is called name-2, the third name-3.
type Announcer interface {
	Announce(ctx context.Context, a Announcement) (receipt string, err error)
}

// An AnnouncerFunc is a function that is an [Announcer].
type AnnouncerFunc func(ctx context.Context, a Announcement) (receipt string, err error)

// Announce calls f.
func (f AnnouncerFunc) Announce(ctx context.Context, a Announcement) (string, error) {
	return f(ctx, a)
}

// An Announcement is what an [Announcer] has to say about one incident. It is plain data, and shares nothing that changes.
type Announcement struct {
	// Key names the announcement, and is the same at every attempt: "inc-1/3@slack", where 3 is the Seq of the last of New.
	// A receiver that knows it may ignore the repeat.
	Key string `json:"key"`

	// Incident is the state after the last of New. The record may hold more by now; that is for the next announcement.
	Incident Incident `json:"incident"`

	// New lists the entries that were not announced yet, oldest first. It is never empty.
	// What happened while an earlier announcement could not be delivered comes together here.
	New []Entry `json:"new"`

	// Receipt is what the announcer answered last about this incident. Empty: this is the first, or it answered none.
	Receipt string `json:"receipt,omitempty"`

	// Attempt counts the attempts to deliver this announcement, from 1.
	Attempt int `json:"attempt"`
}

// A RetryError is an [Announcer]'s "not now": it is asked again when at least that time has passed, as an HTTP Retry-After says.
// A server's limit is passed on in two lines:
//
//	return "", &incident.RetryError{Err: err, After: after}
type RetryError struct {
	Err   error         // why; nil is fine
	After time.Duration // how long at least. Zero or below: the desk's own back-off decides
}

// Error returns the cause, and for how long where that is known.
func (e *RetryError) Error() string {
	if e.Err != nil && e.After <= 0 {
		return e.Err.Error()
	}
	if e.Err == nil {
		return fmt.Sprintf("incident: not before %v have passed", e.After)
	}
	return fmt.Sprintf("%v (not before %v have passed)", e.Err, e.After)
}

// Unwrap returns the cause.
func (e *RetryError) Unwrap() error { return e.Err }
