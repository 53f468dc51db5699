package incident

import (
	"context"
	"errors"
	"time"
)

// The errors of a [Store] whose state has changed since it was read, for errors.Is.
var (
	// ErrConflict is why a journal does not append entries after a position: it does not end there.
	ErrConflict = errors.New("incident: the journal has moved on")

	// ErrFenced is why a delivery is not settled: it was claimed again since.
	ErrFenced = errors.New("incident: the delivery was claimed by another")
)

// A Store keeps the record of all incidents, and how far it was announced, for one desk or for
// several that share it. [Memory] is one.
//
// A journal and an outbox are one store because an entry is its own announcement: a [Delivery] is a
// place in the record of an incident, and what the record holds beyond that place has yet to be
// announced. So both commit together.
//
// An entry is kept as its JSON form. What [Entry.Validate] and [Delivery.Validate] refuse is
// refused by every store. A store takes time only as durations, which it counts by a clock of its
// own, so that desks whose clocks differ agree on who holds a claim. An error other than
// ErrConflict and ErrFenced leaves open whether the call took effect.
//
// A store may be called concurrently, and by several desks.
type Store interface {
	Journal
	Outbox
}

// A Journal is one list of the entries of all incidents, to which desks only append. The position
// of an entry is how many entries the journal holds up to it: 1, 2, 3, without gaps.
type Journal interface {
	// Append adds entries after a position, all of them or none. Where the journal does not end at
	// that position it adds nothing, and the error wraps ErrConflict: the caller reads on, and
	// decides again. This is why two replicas that see the same failure open one incident.
	Append(ctx context.Context, after int64, entries ...Entry) error

	// Read returns the entries after a position, in their order, at most so many. It returns none
	// at the journal's end.
	Read(ctx context.Context, after int64, most int) ([]Entry, error)

	// Timeline returns the entries of one incident, in their order. It returns none for an ID that
	// no incident has.
	Timeline(ctx context.Context, incident string) ([]Entry, error)
}

// An Outbox keeps one [Delivery] for each announcer and incident, and leases it to one desk at a
// time.
type Outbox interface {
	// Claim leases a delivery of an announcer for some time: of those that are due, the one that
	// has waited longest. Where none is due, the delivery has no incident, and wait is how long
	// until one may be. Zero: it is not known.
	//
	// A delivery is due when no lease on it runs, its next attempt has come, and it is under way or
	// the incident has an entry beyond UpTo. A delivery is under way when UpTo > Sent and it is not
	// dead. One that was never written counts as zero.
	//
	// A claim of a delivery that is not under way begins an announcement: UpTo becomes the Seq of
	// the incident's last entry, and Attempt, Dead and Error become zero. Every claim then adds one
	// to Attempt and to Fence.
	Claim(ctx context.Context, announcer string, lease time.Duration) (d Delivery, wait time.Duration,
		err error)

	// Settle writes a delivery back, ends its lease, and delays its next attempt by some time.
	// Where the Fence in the outbox is another one it writes nothing, and the error wraps
	// ErrFenced. A dead letter is made due again by settling it as DeadLetters returned it, with
	// Dead false.
	Settle(ctx context.Context, d Delivery, after time.Duration) error

	// DeadLetters returns the deliveries that were given up, of all announcers, by announcer and
	// incident.
	DeadLetters(ctx context.Context) ([]Delivery, error)
}

// A Delivery is how far an announcer has announced the record of one incident. It is plain data.
type Delivery struct {
	// Announcer and Incident identify the delivery.
	Announcer string `json:"announcer"`
	Incident  string `json:"incident"`

	// Sent is the Seq of the last entry that was delivered. Zero: none was. UpTo is the Seq of the
	// last entry of the announcement that is under way, or dead. There is none where it is Sent.
	Sent int `json:"sent"`
	UpTo int `json:"upto"`

	// Attempt counts the attempts at that announcement, the one that was claimed last included.
	Attempt int `json:"attempt,omitempty"`

	// Receipt is what the announcer returned last.
	Receipt string `json:"receipt,omitempty"`

	// Dead reports whether the announcement was given up. Error is why its last attempt failed.
	Dead  bool   `json:"dead,omitempty"`
	Error string `json:"error,omitempty"`

	// Fence grows by one with each claim. It shows that another desk took over while one
	// was suspended.
	Fence int64 `json:"fence"`
}

// underWay reports whether an announcement has begun, and was neither delivered nor given up.
func (d *Delivery) underWay() bool { return d.UpTo > d.Sent && !d.Dead }

// claim changes the delivery as a claim does, where last is the Seq of the incident's last entry.
func (d *Delivery) claim(last int) {
	if !d.underWay() {
		d.UpTo, d.Attempt, d.Dead, d.Error = last, 0, false, ""
	}
	d.Attempt++
	d.Fence++
}
