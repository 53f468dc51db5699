package incident

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// A Memory is a [Store] that lasts as long as the process: the default of a [Desk], and a stand-in
// for a durable store in tests. Several desks may share it. Its calls fail only when their context
// is done, or for the reasons that [Store] lists.
//
// A Memory keeps everything: it grows with the record, by some kilobytes for each incident.
//
// The zero Memory is empty and ready for use. Set Clock before its first use. A Memory is safe for
// concurrent use by multiple goroutines and must not be copied.
type Memory struct {
	// Clock is the time by which leases end. Nil means clock.New, the real time.
	Clock clock.Clock

	mu      sync.Mutex // guards what follows
	entries []Entry
	lines   map[string][]int              // by incident: the indexes of its entries
	order   []string                      // the incidents, in the order of opening
	queues  map[string]map[string]*parcel // by announcer, then by incident
}

// A parcel is a delivery with the instants that its outbox keeps of it.
type parcel struct {
	Delivery
	number int       // of its incident, in the order of opening
	next   time.Time // the next attempt
	until  time.Time // the end of the lease
	idle   bool      // nothing to announce until the incident has another entry
}

// Append implements [Journal].
func (m *Memory) Append(ctx context.Context, after int64, entries ...Entry) error {
	if err := validate(entries); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case after != int64(len(m.entries)):
		return ErrConflict
	}
	for _, e := range entries {
		m.add(e)
	}
	return nil
}

// add appends an entry, and makes the deliveries of its incident due. The lock is held.
func (m *Memory) add(e Entry) {
	if m.lines == nil {
		m.lines = map[string][]int{}
	}
	if m.lines[e.Incident] == nil {
		m.order = append(m.order, e.Incident)
	}
	m.lines[e.Incident] = append(m.lines[e.Incident], len(m.entries))
	m.entries = append(m.entries, e)

	for announcer, queue := range m.queues {
		if p := queue[e.Incident]; p == nil {
			queue[e.Incident] = newParcel(announcer, e.Incident, len(m.order)-1)
		} else {
			p.idle = false
		}
	}
}

func newParcel(announcer, incident string, number int) *parcel {
	return &parcel{Delivery: Delivery{Announcer: announcer, Incident: incident}, number: number}
}

// Read implements [Journal].
func (m *Memory) Read(ctx context.Context, after int64, most int) ([]Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	from := min(max(after, 0), int64(len(m.entries)))
	rest := m.entries[from:]
	return slices.Clone(rest[:min(len(rest), max(most, 0))]), nil
}

// Timeline implements [Journal].
func (m *Memory) Timeline(ctx context.Context, incident string) ([]Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	list := make([]Entry, len(m.lines[incident]))
	for n, at := range m.lines[incident] {
		list[n] = m.entries[at]
	}
	return list, nil
}

// Claim implements [Outbox].
func (m *Memory) Claim(ctx context.Context, announcer string, lease time.Duration) (d Delivery,
	wait time.Duration, err error) {
	if err := (Delivery{Announcer: announcer}).Validate(); err != nil {
		return Delivery{}, 0, fmt.Errorf("incident: %w", err)
	}
	now := m.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return Delivery{}, 0, context.Cause(ctx)
	}

	p := m.foremost(announcer)
	switch {
	case p == nil:
		return Delivery{}, 0, nil
	case p.free().After(now):
		return Delivery{}, p.free().Sub(now), nil
	}
	p.claim(len(m.lines[p.Incident]))
	p.until = now.Add(lease)
	return p.Delivery, 0, nil
}

// foremost returns the delivery that is due first. Where several are due, that is the one that has
// waited longest.
func (m *Memory) foremost(announcer string) (best *parcel) {
	for _, p := range m.queue(announcer) {
		if !p.idle && (best == nil || p.compare(best) < 0) {
			best = p
		}
	}
	return best
}

// queue returns the deliveries of an announcer. A new announcer has all incidents to announce.
func (m *Memory) queue(announcer string) map[string]*parcel {
	queue := m.queues[announcer]
	if queue != nil {
		return queue
	}
	if m.queues == nil {
		m.queues = map[string]map[string]*parcel{}
	}
	queue = map[string]*parcel{}
	for number, incident := range m.order {
		queue[incident] = newParcel(announcer, incident, number)
	}
	m.queues[announcer] = queue
	return queue
}

// free returns the instant from which on the delivery may be claimed.
func (p *parcel) free() time.Time { return exact.Later(p.next, p.until) }

func (p *parcel) compare(q *parcel) int {
	return cmp.Or(p.free().Compare(q.free()), cmp.Compare(p.number, q.number))
}

// Settle implements [Outbox].
func (m *Memory) Settle(ctx context.Context, d Delivery, after time.Duration) error {
	if err := d.Validate(); err != nil {
		return fmt.Errorf("incident: %w", err)
	}
	now := m.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}

	p := m.queue(d.Announcer)[d.Incident]
	if p == nil || p.Fence != d.Fence {
		return ErrFenced
	}
	p.Delivery, p.until, p.next = d, time.Time{}, now.Add(max(0, after))
	p.idle = !p.underWay() && len(m.lines[d.Incident]) <= d.UpTo
	return nil
}

// DeadLetters implements [Outbox].
func (m *Memory) DeadLetters(ctx context.Context) ([]Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var list []Delivery
	for _, queue := range m.queues {
		for _, p := range queue {
			if p.Dead {
				list = append(list, p.Delivery)
			}
		}
	}
	slices.SortFunc(list, func(a, b Delivery) int {
		return cmp.Or(strings.Compare(a.Announcer, b.Announcer), strings.Compare(a.Incident, b.Incident))
	})
	return list, nil
}

func (m *Memory) now() time.Time {
	if m.Clock == nil {
		return clock.New().Now()
	}
	return m.Clock.Now()
}
