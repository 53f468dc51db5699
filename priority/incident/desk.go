package incident

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority"
)

const (
	// Lease is how long an acknowledgement counts before the incident wants an owner again.
	Lease = 4 * time.Hour

	// Window is how long after it was closed an incident is reopened when its signal fires again;
	// later, another one is opened that names it.
	Window = 24 * time.Hour
)

// A Desk keeps incidents: it opens one for each condition that is assessed P1, and records what people do about it.
//
//	[Desk.Signal], [Desk.Observe]     put a signal, or a freshness result, before the classifier
//	[Desk.Acknowledge], [Desk.Join]   own an incident for the time of a lease; work on it too
//	[Desk.Note], [Desk.Mitigate]      add context; say that the harm has ended
//	[Desk.RootCause], [Desk.Resolve]  write the root cause; and only then close it
//	[Desk.Force]                      close it without, which is recorded with the reason
//	[Desk.Focus]                      should proactive work stop, and for which incident?
//	[Desk.Incident], [Desk.Incidents] read the state
//	[Desk.Entries], [Restore]         the record, and a desk made of it
//
// Signals of one identity are one incident, however often they repeat: a repeat that changes nothing leaves no entry.
// No signal closes an incident: that a signal is resolved is recorded, and the incident stays open until its root cause is written.
// What is assessed below P1 opens no incident.
//
// The record is all that a Desk knows; it is kept in memory. A Desk reads no clock and does no I/O. The zero Desk
// knows no catalog, so that everything is P1. A Desk is safe for concurrent use by multiple goroutines and must not be copied.
type Desk struct {
	classifier *priority.Classifier

	mu        sync.Mutex // guards what follows
	entries   []Entry
	incidents []Incident     // by number
	newest    map[string]int // by identity: the number of its newest incident
	numbers   map[string]int // by ID
}

// NewDesk returns an empty desk. A nil classifier counts as the zero one, before which everything is P1.
func NewDesk(c *priority.Classifier) *Desk { return &Desk{classifier: c} }

// Restore returns a desk with a record, as [Desk.Entries] gave it. An entry that may not be added is an error.
func Restore(c *priority.Classifier, entries iter.Seq[Entry]) (*Desk, error) {
	d := NewDesk(c)
	for e := range entries {
		if err := d.add(e); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// add folds an entry into the state of its incident, and records it.
func (d *Desk) add(e Entry) error {
	n, known := d.numbers[e.Incident]
	var before Incident
	if known {
		before = d.incidents[n]
	}
	after, err := before.Add(e)
	if err != nil {
		return err
	}
	if !known {
		n = d.number(e)
	}
	d.incidents[n] = after
	d.entries = append(d.entries, e)
	return nil
}

// number makes room for the incident that an entry opens.
func (d *Desk) number(e Entry) int {
	if d.numbers == nil {
		d.numbers, d.newest = map[string]int{}, map[string]int{}
	}
	n := len(d.incidents)
	d.incidents = append(d.incidents, Incident{})
	d.numbers[e.Incident], d.newest[e.Identity] = n, n
	return n
}

// Observe puts a freshness result before the classifier, as [priority.FromResult] reads it. It fits a monitor's list of observers.
func (d *Desk) Observe(r freshness.Result) { d.Signal(priority.FromResult(r)) }

// Signal assesses a signal and returns its incident, and false where it has none. A firing signal that is P1 opens an incident,
// recurs in an open one that was cleared, or reopens one that was closed not longer ago than [Window]. A resolved signal clears.
// A firing one that is less than P1 changes nothing: not even an incident that it had while it was P1.
// An instant of zero is taken for that of the newest entry, for a record has no entry without one; a desk without entries
// takes the first instant after the zero one.
func (d *Desk) Signal(s priority.Signal) (Incident, bool) {
	a, identity := d.classify(s), s.Identity()
	if d.wants(identity, a) {
		e := Entry{Identity: identity}
		if a.Firing() {
			report := a.Report() // with no lock held: it may ask a caller's function for proof
			e.Report = &report
		}
		d.record(e, a)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	n, known := d.newest[identity]
	if !known {
		return Incident{}, false
	}
	return d.incidents[n], true
}

// wants reports whether a signal of this identity and assessment would leave an entry.
func (d *Desk) wants(identity string, a priority.Assessment) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.kind(identity, a, time.Time{}) != 0
}

// kind answers what a signal would be recorded as, if at all.
func (d *Desk) kind(identity string, a priority.Assessment, at time.Time) Kind {
	var newest Incident
	if n, known := d.newest[identity]; known {
		newest = d.incidents[n]
	}
	p1 := a.Firing() && a.Priority == priority.P1
	switch {
	case newest.Entries == 0 || newest.closed && at.Sub(newest.ResolvedAt) > Window:
		return only(p1, Opened)
	case newest.closed:
		return only(p1, Reopened)
	case newest.Firing:
		return only(!a.Firing(), Cleared)
	}
	return only(p1, Recurred)
}

func only(when bool, k Kind) Kind {
	if when {
		return k
	}
	return 0
}

// record writes the entry of a signal, unless another signal has made it needless meanwhile.
func (d *Desk) record(e Entry, a priority.Assessment) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e.At = d.instant(a.Signal.At)
	e.Kind = d.kind(e.Identity, a, e.At)
	n, known := d.newest[e.Identity]
	switch {
	case e.Kind == 0:
		return
	case e.Kind != Opened:
		e.Incident, e.Seq, e.Identity = d.incidents[n].ID, d.incidents[n].Entries+1, ""
	default:
		e.Incident, e.Seq = d.freeID(), 1
		if known {
			e.Before = d.incidents[n].ID
		}
	}
	if err := d.add(e); err != nil {
		panic(err) // an entry made here that Add refuses is a fault of this package
	}
}

// freeID returns the ID of the next incident.
func (d *Desk) freeID() string {
	for n := len(d.incidents) + 1; ; n++ {
		id := "inc-" + strconv.Itoa(n)
		if _, taken := d.numbers[id]; !taken {
			return id
		}
	}
}

func (d *Desk) classify(s priority.Signal) priority.Assessment {
	if d.classifier == nil {
		return new(priority.Classifier).Classify(s)
	}
	return d.classifier.Classify(s)
}

// instant is the instant of an entry: one given, or else that of the newest.
func (d *Desk) instant(at time.Time) time.Time {
	switch {
	case !at.IsZero():
		return at
	case len(d.entries) > 0:
		return d.entries[len(d.entries)-1].At
	}
	return time.Time{}.Add(1)
}

// act records what somebody did.
func (d *Desk) act(e Entry) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, known := d.numbers[e.Incident]
	if !known {
		return fmt.Errorf("%w: %q", ErrUnknown, e.Incident)
	}
	e.Seq = d.incidents[n].Entries + 1
	return d.add(e)
}

// Acknowledge makes somebody the owner until now plus [Lease]. Whoever owned it before no longer does.
func (d *Desk) Acknowledge(id, who string, now time.Time) error {
	return d.act(Entry{Incident: id, At: now, Kind: Owned, Author: who, Until: now.Add(Lease)})
}

// Join records that somebody works on it too. A P1 wants two.
func (d *Desk) Join(id, who string, now time.Time) error {
	return d.act(Entry{Incident: id, At: now, Kind: Joined, Author: who})
}

// Note adds context. Anybody may, also when it is closed.
func (d *Desk) Note(id, who, text string, now time.Time) error {
	return d.act(Entry{Incident: id, At: now, Kind: Noted, Author: who, Text: text})
}

// Mitigate records that the harm has ended, and how.
func (d *Desk) Mitigate(id, who, how string, now time.Time) error {
	return d.act(Entry{Incident: id, At: now, Kind: Mitigated, Author: who, Text: how})
}

// RootCause records the root cause. A later one takes the place of an earlier; the record keeps both.
func (d *Desk) RootCause(id, who, cause string, now time.Time) error {
	return d.act(Entry{Incident: id, At: now, Kind: RootCaused, Author: who, Text: cause})
}

// Resolve closes an incident. Without a root cause that is [ErrNoRootCause].
func (d *Desk) Resolve(id, who string, now time.Time) error {
	return d.act(Entry{Incident: id, At: now, Kind: Resolved, Author: who})
}

// Force closes an incident that has no root cause. Author and reason are required, and stay in its state.
func (d *Desk) Force(id, who, reason string, now time.Time) error {
	return d.act(Entry{Incident: id, At: now, Kind: Forced, Author: who, Text: reason})
}

// Incident returns the state of an incident, and whether there is one of that ID.
func (d *Desk) Incident(id string) (Incident, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, known := d.numbers[id]
	if !known {
		return Incident{}, false
	}
	return d.incidents[n], true
}

// Incidents returns all incidents, the closed ones too, in the order in which they were opened.
func (d *Desk) Incidents() []Incident {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.incidents)
}

// Entries returns the record of all incidents, in the order in which it was made.
func (d *Desk) Entries() []Entry {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.entries)
}

// Timeline returns the record of one incident.
func (d *Desk) Timeline(id string) []Entry {
	return slices.DeleteFunc(d.Entries(), func(e Entry) bool { return e.Incident != id })
}
