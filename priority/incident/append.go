package incident

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
)

const (
	pageSize   = 500 // entries read at once
	mostRounds = 1000
)

// enter takes the turn to read on and to append, and returns how to give it up. One turn at a time, because who appends must have read all.
func (d *Desk) enter(ctx context.Context) (leave func(), err error) {
	d.mu.Lock()
	if d.turn == nil {
		d.turn = make(chan struct{}, 1)
	}
	turn := d.turn
	d.mu.Unlock()
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

// Sync reads what other desks have recorded. Run does so again and again, and what records something does so first.
// An entry that may not be added is an error, which names it; the desk then stays where it was.
func (d *Desk) Sync(ctx context.Context) error {
	leave, err := d.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return d.readOn(ctx)
}

func (d *Desk) readOn(ctx context.Context) error {
	for {
		page, err := d.store().Read(ctx, d.state.position, pageSize)
		if err == nil && len(page) > 0 {
			err = d.learn(page)
		}
		if ctx.Err() == nil {
			d.fault("store", err)
		}
		if err != nil || len(page) == 0 {
			return err
		}
	}
}

// learn takes entries in that the journal holds.
func (d *Desk) learn(entries []Entry) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range entries {
		if err := d.state.learn(e); err != nil {
			return fmt.Errorf("position %d of the journal: %w", d.state.position+1, err)
		}
	}
	d.wake()
	return nil
}

// write appends what a plan makes of the state, and plans again when others have appended meanwhile. A plan may read the state.
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
		err = d.store().Append(ctx, d.state.position, entries...)
		if err == nil {
			return d.learn(entries)
		}
		if !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("%w %d times", ErrConflict, mostRounds)
}

// What one entry keeps of a report.
const (
	mostImpacts    = 50
	longestSummary = 4 << 10
)

// kept returns a report as its JSON form reads back, so that every store gives back what memory does; and within bounds.
// One that has no JSON form, because of an instant that is out of its range, loses its instants: nothing else may be lost for their sake.
func kept(r priority.Report) *priority.Report {
	r.Impacts = r.Impacts[:min(len(r.Impacts), mostImpacts)]
	r.Signal.Summary = cut(r.Signal.Summary, longestSummary)
	text, err := json.Marshal(r)
	if err != nil {
		r.Due, r.P1At, r.Signal.At, r.Signal.Due, r.Signal.Expires = time.Time{}, time.Time{}, time.Time{}, time.Time{}, time.Time{}
		for n := range r.Impacts {
			r.Impacts[n].Until = time.Time{}
		}
		text, err = json.Marshal(r)
	}
	var back priority.Report
	if err != nil || json.Unmarshal(text, &back) != nil {
		return &priority.Report{Priority: r.Priority, Rule: r.Rule, Text: r.Text, Signal: priority.Signal{Asset: r.Signal.Asset}}
	}
	return &back
}

// stamp returns an instant as its JSON form reads back: without a monotonic reading, in UTC. One out of its range is no instant.
func stamp(at time.Time) time.Time {
	at = at.Round(0).UTC()
	if at.Year() < 0 || at.Year() > 9999 {
		return time.Time{}
	}
	return at
}
