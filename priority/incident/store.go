package incident

import (
	"context"
	"errors"
	"time"
)

// What a [Store] answers when another was faster, to be told apart with errors.Is.
var (
	// ErrConflict is why a journal takes no entries behind a position: it does not end there.
	ErrConflict = errors.New("incident: the journal has moved on")

	// ErrFenced is why a delivery is not settled: another has claimed it since.
	ErrFenced = errors.New("incident: the delivery was claimed by another")
)

// A Store keeps the record of all incidents and what was announced of it, for one desk or for several that share it. [Memory] is one.
//
// A journal and an outbox are one store because an entry is its own announcement: a [Delivery] is a place in the record of an incident,
// and what the record holds beyond that place has yet to be announced. So the two commit together.
//
// An entry is kept as its JSON form. What [Entry.Validate] and [Delivery.Validate] refuse is refused by every store. A store knows time only as durations, counted by a clock of its own, so that desks whose clocks
// differ agree on who holds a lease. An error other than the two above says that nobody knows whether it was done.
//
// A store may be called concurrently, and by several desks.
type Store interface {
	Journal
	Outbox
}

// A Journal is one list of the entries of all incidents, to which desks only append. The position of an entry is how many entries
// the journal holds up to it: 1, 2, 3, without gaps.
type Journal interface {
	// Append adds entries behind a position, all of them or none. Where the journal does not end at that position, nothing is added,
	// and the error wraps ErrConflict: whoever appends reads on, and decides again. That two replicas open one incident rests on this.
	Append(ctx context.Context, after int64, entries ...Entry) error

	// Read returns the entries behind a position, in their order, at most so many. None: the journal ends there.
	Read(ctx context.Context, after int64, most int) ([]Entry, error)

	// Timeline returns the entries of one incident, in their order. None: there is no such incident.
	Timeline(ctx context.Context, incident string) ([]Entry, error)
}

// An Outbox keeps one [Delivery] for each announcer and incident, and lends it to one desk at a time.
type Outbox interface {
	// Claim leases a delivery of an announcer for some time, of those that are due the one that has waited longest. Where nothing is,
	// the delivery has no incident, and wait is how long until something that is known of may be. Zero: nothing is known of.
	//
	// A delivery is due when nobody holds a lease on it, its next attempt has come, and it is under way or the incident has
	// an entry beyond Upto. Under way is one with Upto > Sent that is not dead. One that has not been written yet counts as zero.
	//
	// A claim of one that is not under way begins an announcement: Upto becomes the Seq of the incident's last entry,
	// and Attempt, Dead and Error become zero. Every claim then adds one to Attempt and to Fence.
	Claim(ctx context.Context, announcer string, lease time.Duration) (d Delivery, wait time.Duration, err error)

	// Settle writes a delivery back, ends its lease, and puts its next attempt off by some time. Where the Fence in the outbox is another,
	// nothing is written, and the error wraps ErrFenced. A dead letter is brought back by settling it as Dead has returned it, with Dead false.
	Settle(ctx context.Context, d Delivery, after time.Duration) error

	// Dead returns the deliveries that were given up, of all announcers, by announcer and incident.
	Dead(ctx context.Context) ([]Delivery, error)
}

// A Delivery is where an announcer stands in the record of one incident. It is plain data.
type Delivery struct {
	// Announcer and Incident name it.
	Announcer string `json:"announcer"`
	Incident  string `json:"incident"`

	// Sent is the Seq of the last entry that was delivered. Zero: none was. Upto is that of the last entry of the announcement
	// that is under way, or dead. Where it is Sent, there is none.
	Sent int `json:"sent"`
	Upto int `json:"upto"`

	// Attempt counts the attempts at that announcement, the one that was claimed last included.
	Attempt int `json:"attempt,omitempty"`

	// Receipt is what the announcer answered last.
	Receipt string `json:"receipt,omitempty"`

	// Dead says that the announcement was given up, and Error why its last attempt failed.
	Dead  bool   `json:"dead,omitempty"`
	Error string `json:"error,omitempty"`

	// Fence grows by one with each claim, so that a desk that was asleep while another took over can be told.
	Fence int64 `json:"fence"`
}

// underWay reports whether an announcement has begun, and was neither delivered nor given up.
func (d *Delivery) underWay() bool { return d.Upto > d.Sent && !d.Dead }

// claim changes the delivery as a claim does, where the incident's last entry is the head.
func (d *Delivery) claim(head int) {
	if !d.underWay() {
		d.Upto, d.Attempt, d.Dead, d.Error = head, 0, false, ""
	}
	d.Attempt++
	d.Fence++
}
