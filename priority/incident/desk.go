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

const (
	// Lease is how long an acknowledgement counts before the incident wants an owner again.
	Lease = 4 * time.Hour

	// Window is how long after it was closed an incident is reopened when its signal fires again;
	// later, another one is opened that names it.
	Window = 24 * time.Hour
)

// A Desk keeps incidents: it opens one for each cause of what is assessed P1, records what people do about it, and announces both.
//
//	[Desk.Signal], [Desk.Observe]     put a signal, or a freshness result, before the classifier
//	[Desk.Triage], [Desk.Acknowledge] say what you found; own an incident for the time of a lease
//	[Desk.Join], [Desk.Note]          work on it too; add context
//	[Desk.Ask], [Desk.Answer]         ask for context that you lack; give it
//	[Desk.Mitigate]                   say that the harm has ended
//	[Desk.RootCause], [Desk.Resolve]  write the root cause; and only then close it
//	[Desk.Force]                      close it without, which is recorded with the reason
//	[Desk.Focus]                      should proactive work stop, and for which incident?
//	[Desk.Incident], [Desk.Incidents] read the state
//	[Desk.Timeline], [Desk.Entries]   the record
//	[Desk.Run], [Desk.Sync]           announce it; read what other desks recorded
//	[Desk.Dead], [Desk.Redeliver]     what could not be announced, and once more
//	[Desk.Err]                        what is wrong with the desk itself
//
// Signals of one identity are one incident, however often they repeat: a repeat that changes nothing leaves no entry.
// So are the signals that a firing incident upstream explains; they are its symptoms. See [Desk.Signal].
// No signal closes an incident: that a signal is resolved is recorded, and the incident stays open until its root cause is written.
// What is assessed below P1 opens no incident, and lowers one only when that has lasted; see [Desk.Signal].
//
// The record is all that counts: an incident's state is its fold. A desk knows beside it only how steady the signals were that it was told,
// and which of them become P1 later. The record is kept in its Store, which several desks may share: each entry is decided on
// after all those before it, whoever made them. What reads the state alone answers what the desk has read last.
//
// The zero Desk knows no catalog, so that everything is P1, keeps its record in memory, and announces nothing.
// Set the fields before its first use. A Desk is safe for concurrent use by multiple goroutines and must not be copied.
type Desk struct {
	// Store keeps the record. Nil means a Memory of its own.
	Store Store

	// Clock is the time of Run, and of a Memory of its own. Nil means clock.New, the real time.
	Clock clock.Clock

	// Targets are how fast people want to be with incidents of a priority; an incident keeps those that it was opened with. Nil: no targets.
	Targets map[priority.Priority]Targets

	// Hysteresis says how long a signal has to be less than P1, and in how many evaluations, before its incident is lowered, and by what else it may not be.
	// The desk calls its Next alone, and keeps the standings itself. Nil: the defaults of priority.Hysteresis.
	Hysteresis *priority.Hysteresis

	// Every is the longest time until Run sees what other desks have recorded. Zero or below means a second.
	Every time.Duration

	// Timeout is how long one attempt of an announcer may take, and one of Observe at the store. Zero or below means 30 seconds.
	Timeout time.Duration

	// Attempts is how often an announcement is tried before it is given up. Zero or below means 30: with the back-off of
	// Run, about two hours.
	Attempts int

	classifier *priority.Classifier
	announcers []*announcer

	mu      sync.Mutex // guards what follows
	turn    chan struct{}
	memory  *Memory
	running bool
	state   state
	faults  map[string]error // by what is at fault
	backlog backlog
	waiting waiting
	wakes   []chan struct{} // of those that wait in Run
}

// NewDesk returns an empty desk with these announcers; Run calls them. A nil classifier counts as the zero one, before which everything is P1.
// A nil announcer is ignored.
func NewDesk(c *priority.Classifier, announcers ...Announcer) *Desk {
	return &Desk{classifier: c, announcers: named(announcers)}
}

// Restore returns a desk with a record in memory, as [Desk.Entries] gave it. An entry that may not be added is an error, which names it.
// A desk before a durable [Store] needs no such thing: it reads the store.
func Restore(c *priority.Classifier, entries iter.Seq[Entry]) (*Desk, error) {
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

// Incident returns the state of an incident, and whether there is one of that ID.
func (d *Desk) Incident(id string) (Incident, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, known := d.state.numbers[id]
	if !known {
		return Incident{}, false
	}
	return d.state.incidents[n], true
}

// Incidents returns all incidents, the closed ones too, in the order in which they were opened.
func (d *Desk) Incidents() []Incident {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.state.incidents)
}

// open returns the incidents that are open, in the order in which they were opened.
func (d *Desk) open() []Incident {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []Incident
	for _, n := range slices.Sorted(maps.Keys(d.state.open)) {
		list = append(list, d.state.incidents[n])
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

// Timeline returns the record of one incident. An ID that names no incident has none.
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

func (d *Desk) every() time.Duration { return positive(d.Every, time.Second) }

func (d *Desk) timeout() time.Duration { return positive(d.Timeout, 30*time.Second) }

func (d *Desk) attempts() int { return positive(d.Attempts, 30) }

func positive[T int | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}
