package keep

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/internal/storerule"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A Memory is a [Store] that lasts as long as the process: for tests, and for trackers that share
// counts within one program. Its calls fail when what they are given is refused, or when their
// context has ended.
//
// The zero Memory is empty and ready. Set Clock before its first use. A Memory is safe for
// concurrent use by multiple goroutines and must not be copied.
type Memory struct {
	// Clock is the time by which a delta ages. Nil means clock.New, the real time.
	Clock clock.Clock

	mu          sync.Mutex // guards what follows
	logs        map[string]*log
	snapshot    Snapshot
	corrections []sla.Correction
	definitions Definitions
}

// A log is what is kept of one replica: its deltas from gone+1 on.
type log struct {
	gone   uint64 // deltas up to this Seq are deleted
	deltas []tracker.Delta
	at     []time.Time // when each was kept
}

// head returns the Seq of the newest delta.
func (l *log) head() uint64 { return l.gone + uint64(len(l.deltas)) }

// Append implements [Store].
func (m *Memory) Append(ctx context.Context, deltas ...tracker.Delta) error {
	now := m.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := storerule.Check(deltas); err != nil {
		return err
	}
	deltas, err := reread(deltas)
	if err != nil {
		return err
	}

	// All are checked before the first is kept, so that a refusal leaves nothing behind.
	heads := map[string]uint64{}
	for _, d := range deltas {
		if err := m.place(d, heads); err != nil {
			return err
		}
	}
	for _, d := range deltas {
		m.append(d, now)
	}
	return nil
}

// place refuses a delta whose place holds another, or that is not the next. The heads count the
// deltas of the same call that come before it.
func (m *Memory) place(d tracker.Delta, heads map[string]uint64) error {
	l := m.log(d.Replica)
	head := max(l.head(), heads[d.Replica])
	switch {
	case d.Seq > head+1:
		return storerule.Gap(d, head)
	case d.Seq > l.gone && d.Seq <= l.head() && !same(l.deltas[d.Seq-l.gone-1], d):
		return storerule.Taken(d)
	}
	heads[d.Replica] = max(head, d.Seq)
	return nil
}

// append keeps a delta that is the next. One that is kept already is left alone.
func (m *Memory) append(d tracker.Delta, now time.Time) {
	if l := m.log(d.Replica); d.Seq == l.head()+1 {
		l.deltas, l.at = append(l.deltas, d), append(l.at, now)
	}
}

// log returns the log of a replica, which is made if there is none.
func (m *Memory) log(replica string) *log {
	if m.logs == nil {
		m.logs = map[string]*log{}
	}
	if m.logs[replica] == nil {
		m.logs[replica] = &log{}
	}
	return m.logs[replica]
}

// Read implements [Store].
func (m *Memory) Read(ctx context.Context, known Position, most int) (list []tracker.Delta, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for _, replica := range slices.Sorted(maps.Keys(m.logs)) {
		l, after := m.logs[replica], known[replica]
		if after < l.gone {
			return nil, storerule.Forgotten(replica, after, l.gone)
		}
		if after < l.head() {
			list = append(list, l.deltas[after-l.gone:]...)
		}
	}
	return list[:min(len(list), max(most, 0))], nil
}

// Load implements [Store].
func (m *Memory) Load(ctx context.Context) (Snapshot, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.snapshot
	s.UpTo, s.Data = maps.Clone(s.UpTo), bytes.Clone(s.Data)
	return s, context.Cause(ctx)
}

// Compact implements [Store].
func (m *Memory) Compact(ctx context.Context, s Snapshot) error {
	if err := s.Validate(); err != nil {
		return err
	}
	now := m.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	// A repeated call whose first answer was lost has succeeded.
	case s.Version > 0 && s.Version == m.snapshot.Version && same(s, m.snapshot):
		return nil
	case s.Version != m.snapshot.Version+1:
		return fmt.Errorf("keep: snapshot %d is not the next after %d: %w",
			s.Version, m.snapshot.Version, ErrConflict)
	}

	m.snapshot = Snapshot{s.Version, maps.Clone(s.UpTo), bytes.Clone(s.Data)}
	for replica, upTo := range s.UpTo {
		l := m.log(replica)
		for len(l.deltas) > 0 && l.gone < upTo && now.Sub(l.at[0]) > Retention {
			l.gone, l.deltas, l.at = l.gone+1, l.deltas[1:], l.at[1:]
		}
	}
	return nil
}

// Correct implements [Store].
func (m *Memory) Correct(ctx context.Context, c sla.Correction) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := c.Validate(); err != nil {
		return err
	}
	c, err := reread(c)
	if err != nil {
		return err
	}

	for _, old := range m.corrections {
		if old.SLA == c.SLA && old.ID == c.ID {
			if same(old, c) {
				return nil
			}
			return fmt.Errorf("keep: correction %q of %q: %w", c.ID, c.SLA, ErrConflict)
		}
	}
	m.corrections = append(m.corrections, c)
	return nil
}

// Corrections implements [Store].
func (m *Memory) Corrections(ctx context.Context) ([]sla.Correction, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.corrections), context.Cause(ctx)
}

// Define implements [Store].
func (m *Memory) Define(ctx context.Context, d Definitions) error {
	if err := d.Validate(); err != nil {
		return err
	}
	version := d.Version
	d, err := reread(d)
	if err != nil {
		return err
	}
	d.Version = version // which is no part of the JSON form

	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case d.Version > 0 && d.Version == m.definitions.Version && same(d, m.definitions):
		return nil
	case d.Version != m.definitions.Version+1:
		return fmt.Errorf("keep: definitions %d are not the next after %d: %w",
			d.Version, m.definitions.Version, ErrConflict)
	}
	m.definitions = d.clone()
	return nil
}

// Definitions implements [Store].
func (m *Memory) Definitions(ctx context.Context) (Definitions, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.definitions.clone(), context.Cause(ctx)
}

// now returns the time by which deltas age.
func (m *Memory) now() time.Time { return orReal(m.Clock).Now() }

// orReal returns a clock, or the real one in place of nil.
func orReal(c clock.Clock) clock.Clock {
	if c == nil {
		return clock.New()
	}
	return c
}

// reread returns a value as its JSON form reads back, so that this store returns what others do.
func reread[T any](v T) (back T, err error) {
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &back)
	}
	return back, err
}

// same reports whether two values have the same JSON form, which is what stores keep.
func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
