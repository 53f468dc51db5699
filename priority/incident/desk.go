package incident

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/priority"
)

// A Desk keeps incidents: it opens one for each cause of what is assessed P1, records what people
// do about it, and announces both.
//
//	[Desk.Signal], [Desk.Observe]           assess a signal, or a freshness result, and record what it changes
//	[Desk.Triage], [Desk.Acknowledge]       record what you found; own an incident for the time of a lease
//	[Desk.Join], [Desk.Note]                work on it too; add context
//	[Desk.Ask], [Desk.Answer]               ask for context that you lack; give it
//	[Desk.Mitigate]                         record that the harm has ended
//	[Desk.RecordRootCause], [Desk.Resolve]  write the root cause; then close the incident
//	[Desk.CloseWithoutRootCause]            close it without one, which is recorded with the reason
//	[Desk.Focus]                            should proactive work stop, and for which incident?
//	[Desk.Incident], [Desk.Incidents]       read the state
//	[Desk.Timeline], [Desk.Entries]         read the record
//	[Desk.Run], [Desk.Sync]                 announce the record; read what other desks recorded
//	[Desk.DeadLetters], [Desk.Redeliver]    list what could not be announced; announce it after all
//	[Desk.Err]                              what is wrong with the desk itself
//
// Signals of one identity are one incident, however often they repeat: a repeat that changes
// nothing leaves no entry. Signals that a firing incident upstream explains are its symptoms and
// open no incident of their own; see [Desk.Signal]. No signal closes an incident: it is recorded
// that the signal is resolved, and the incident stays open until its root cause is written. What is
// assessed below P1 opens no incident, and lowers one only when it has stayed below; see
// [Desk.Signal].
//
// # Entries that are refused
//
// Every method that records something refuses an entry that does not fit the state of its incident,
// and so do [FromEntries] and [RestoreDesk]:
//
//	resolved without a root cause                                        ErrNoRootCause
//	anything but a note or reopened, when it is closed                   ErrClosed
//	another incident's entry, a Seq that is not the next, a zero At      ErrInvalidEntry
//	opened twice; any other kind before opened; reopened while open,
//	or when it was merged into another; an answer to no question         ErrInvalidEntry
//	no author where people act; no text of a note, a finding, a
//	question, an answer, a root cause, a mitigation or the reason
//	to close without a root cause; no person who is asked;
//	a lease that ends before it begins                                   ErrInvalidEntry
//	opened, recurred, reopened, lowered or raised without an
//	assessment; lowered to what is not less urgent than where it
//	stands, or raised to what is not more urgent; attached without
//	an identity; merged into or linked to no other incident;
//	lease-ended without a lease that has ended                           ErrInvalidEntry
//	a text of more than 64 KiB, or that is not UTF-8                     ErrInvalidEntry
//
// # State and record
//
// The record is the only source of truth: the state of an incident is computed from its entries.
// Beside it, a desk keeps in memory only how steady the signals were that it was given, and which
// of them become P1 later. The record is in its Store, which several desks may share: each entry is
// decided on after all those before it, whichever desk made them. Methods that only read the state
// return what the desk has read last.
//
// The zero Desk has no catalog, so that every signal is P1, keeps its record in memory, and
// announces nothing. Set the fields before its first use. A Desk is safe for concurrent use by
// multiple goroutines and must not be copied.
type Desk struct {
	// Store keeps the record. Nil means a Memory of its own.
	Store Store

	// Clock is the time of Run, and of a Memory of its own. Nil means clock.New, the real time.
	Clock clock.Clock

	// Targets are the response targets of incidents by priority. An incident keeps those that it
	// was opened or reopened with. Nil means no targets.
	Targets map[priority.Priority]ResponseTargets

	// AckLease is how long an acknowledgement counts before the incident needs an owner again.
	// Zero or below means 4 hours.
	AckLease time.Duration

	// ReopenWithin is how long after its close an incident is reopened when its signal fires again,
	// that instant included. Later, a new incident is opened that names the old one. Zero or below
	// means 24 hours.
	ReopenWithin time.Duration

	// Hysteresis decides how long, and in how many evaluations, a signal has to be below P1 before
	// its incident is lowered, and what else keeps it from being lowered. The desk calls only its
	// method Next, and keeps the state of each condition itself. Nil means the defaults of
	// priority.Hysteresis.
	Hysteresis *priority.Hysteresis

	// Every is the longest time until Run reads what other desks have recorded. Zero or below means
	// a second.
	Every time.Duration

	// Timeout is how long one attempt of an announcer may take, and how long Observe waits for the
	// store. Zero or below means 30 seconds.
	Timeout time.Duration

	// MaxAttempts is how often an announcement is tried before it is given up. Zero or below means
	// 30, which takes about two hours with the back-off of Run.
	MaxAttempts int

	classifier *priority.Classifier
	announcers []*announcer

	mu       sync.Mutex // guards what follows
	turn     chan struct{}
	memory   *Memory
	running  bool
	registry registry
	faults   map[string]error // by part: the store, its outbox, an announcer
	backlog  backlog
	waiting  waiting
	wakeups  []chan struct{} // of the goroutines that wait in Run
}

// NewDesk returns a Desk with these announcers, which Run calls. A nil classifier is the zero
// Classifier, for which every signal is P1. A nil announcer is ignored.
func NewDesk(c *priority.Classifier, announcers ...Announcer) *Desk {
	return &Desk{classifier: c, announcers: named(announcers)}
}

// RestoreDesk returns a Desk with a record in memory, as [Desk.Entries] returned it. An entry that
// is not valid where it stands is an error that names it. A Desk with a durable [Store] needs no
// restoring: it reads the store.
func RestoreDesk(c *priority.Classifier, entries iter.Seq[Entry]) (*Desk, error) {
	d, list := NewDesk(c), slices.Collect(entries)
	d.Store = new(Memory)
	if err := d.Store.Append(context.Background(), 0, list...); err != nil {
		return nil, err
	}
	if err := d.Sync(context.Background()); err != nil {
		return nil, err
	}
	return d, nil
}

// Incident returns the state of an incident. It reports false if no incident has that ID.
func (d *Desk) Incident(id string) (Incident, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, known := d.registry.byID[id]
	if !known {
		return Incident{}, false
	}
	return d.registry.incidents[n], true
}

// Incidents returns all incidents, the closed ones included, in the order in which they were
// opened.
func (d *Desk) Incidents() []Incident {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.registry.incidents)
}

// open returns the incidents that are open, in the order in which they were opened.
func (d *Desk) open() []Incident {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []Incident
	for _, n := range slices.Sorted(maps.Keys(d.registry.open)) {
		list = append(list, d.registry.incidents[n])
	}
	return list
}

// Entries returns the record of all incidents, in the order in which it was made.
func (d *Desk) Entries(ctx context.Context) ([]Entry, error) {
	var list []Entry
	for {
		page, err := d.store().Read(ctx, int64(len(list)), pageSize)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return list, nil
		}
		list = append(list, page...)
	}
}

// Timeline returns the record of one incident. It is empty where no incident has that ID.
func (d *Desk) Timeline(ctx context.Context, id string) ([]Entry, error) {
	return d.store().Timeline(ctx, id)
}

func (d *Desk) store() Store {
	if d.Store != nil {
		return d.Store
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.memory == nil {
		d.memory = &Memory{Clock: d.Clock}
	}
	return d.memory
}

func (d *Desk) clock() clock.Clock {
	if d.Clock == nil {
		return clock.New()
	}
	return d.Clock
}

func (d *Desk) ackLease() time.Duration { return positive(d.AckLease, 4*time.Hour) }

func (d *Desk) reopenWithin() time.Duration { return positive(d.ReopenWithin, 24*time.Hour) }

func (d *Desk) every() time.Duration { return positive(d.Every, time.Second) }

func (d *Desk) timeout() time.Duration { return positive(d.Timeout, 30*time.Second) }

func (d *Desk) maxAttempts() int { return positive(d.MaxAttempts, 30) }

// positive returns a field's value, and its default where the value is zero or below.
func positive[T int | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}
