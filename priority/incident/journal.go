package incident

import (
	"context"
	"errors"
	"fmt"
)

const (
	pageSize   = 500  // entries read at once
	mostRounds = 1000 // attempts to append before a desk gives up
)

// enter takes the turn to read the journal and to append to it, and returns a function that gives
// it back. There is one turn for the whole desk, because what is appended must be decided on all
// that was read. A channel holds it, and no mutex, so that a caller whose context ends stops
// waiting.
func (d *Desk) enter(ctx context.Context) (leave func(), err error) {
	d.mu.Lock()
	if d.turn == nil {
		d.turn = make(chan struct{}, 1)
	}
	turn := d.turn
	d.mu.Unlock()

	// A turn that is free is taken even where the context has ended: the store decides what that
	// means.
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	default:
	}
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Sync reads what other desks have recorded. Run calls it again and again, and every method that
// records something begins with it. An entry that is not valid where it stands is an error that
// names it; the desk then stays at the position before it.
func (d *Desk) Sync(ctx context.Context) error {
	leave, err := d.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return d.readOn(ctx)
}

// readOn reads the journal to its end. The turn is held.
func (d *Desk) readOn(ctx context.Context) error {
	for {
		page, err := d.store().Read(ctx, d.registry.position, pageSize)
		if err == nil && len(page) > 0 {
			err = d.apply(page)
		}
		if ctx.Err() == nil { // a caller who gave up proves nothing about the store
			d.setFault("store", err)
		}
		if err != nil || len(page) == 0 {
			return err
		}
	}
}

// apply makes entries that the journal holds part of the state. The turn is held.
func (d *Desk) apply(entries []Entry) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range entries {
		if err := d.registry.apply(e); err != nil {
			return fmt.Errorf("position %d of the journal: %w", d.registry.position+1, err)
		}
	}
	d.wake()
	return nil
}

// write appends the entries that a plan makes of the state. Where another desk has appended
// meanwhile, it reads on and plans again. A plan may read the state, and appends nothing when it
// returns no entries.
func (d *Desk) write(ctx context.Context, plan func() ([]Entry, error)) error {
	leave, err := d.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()

	for range mostRounds {
		if err := d.readOn(ctx); err != nil {
			return err
		}
		entries, err := plan()
		if err != nil || len(entries) == 0 {
			return err
		}
		err = d.store().Append(ctx, d.registry.position, entries...)
		if err == nil {
			return d.apply(entries)
		}
		if !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("%w %d times", ErrConflict, mostRounds)
}

// A batch collects entries that are appended together, each with its place in the record of its
// incident.
type batch struct {
	registry *registry
	entries  []Entry
	seqs     map[string]int // by incident: the Seq of its last entry, those of the batch included
}

func (b *batch) add(e Entry) {
	seq, seen := b.seqs[e.Incident]
	if n, known := b.registry.byID[e.Incident]; known && !seen {
		seq = b.registry.incidents[n].EntryCount
	}
	e.Seq = seq + 1
	if b.seqs == nil {
		b.seqs = map[string]int{}
	}
	b.seqs[e.Incident] = e.Seq
	b.entries = append(b.entries, e)
}
