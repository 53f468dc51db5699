package keep

import (
	"context"
	"errors"

	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// mostBegins is how often a process tries to be the last of its name.
const mostBegins = 8

// begin writes an empty delta, behind which this process's own deltas come. A process of the same
// name that was killed may have a commit under way, which outlives it. Such a commit either comes
// before the mark, and is counted, or is refused from then on.
func (k *Keeper) begin(ctx context.Context) error {
	err := ErrConflict
	for n := 0; n < mostBegins && errors.Is(err, ErrConflict); n++ {
		if _, err := k.readOn(ctx, patience); err != nil {
			return err
		}
		mark := tracker.Delta{Replica: k.tracker.Replica, Seq: k.known[k.tracker.Replica] + 1}
		if err = k.store.Append(ctx, mark); err == nil {
			k.begun = true
			k.know(mark)
			err = k.tracker.Apply(mark)
		}
	}
	return err
}

// flush writes what is pending. It drains the tracker only when that is kept, so that deltas are
// written in order.
func (k *Keeper) flush(ctx context.Context) error {
	if !k.begun {
		if err := k.begin(ctx); err != nil {
			return err
		}
	}
	for {
		if len(k.pending) == 0 {
			k.pending = k.tracker.Deltas()
		}
		if len(k.pending) == 0 {
			return nil
		}

		if err := k.store.Append(ctx, k.pending...); err != nil {
			return err
		}
		for _, d := range k.pending {
			k.know(d)
		}
		k.pending = nil
	}
}

// know moves the position to a delta, and counts it for the next snapshot.
func (k *Keeper) know(d tracker.Delta) {
	k.known[d.Replica] = max(k.known[d.Replica], d.Seq)
	k.fresh++
}

// read applies what others have kept.
func (k *Keeper) read(ctx context.Context) error {
	refused, err := k.readOn(ctx, patience)
	return errors.Join(err, refused)
}

// readOn applies what others have kept: corrections first, since the tracker keeps the edges of
// corrections of what it counts. What the tracker refuses is parked, and tried again so many times.
// The second error is the store's.
func (k *Keeper) readOn(ctx context.Context, patience int) (refused, err error) {
	list, err := k.store.Corrections(ctx)
	if err != nil {
		return nil, err
	}
	refused = errors.Join(enter(k.tracker, list), k.applyParked())
	for {
		deltas, err := k.store.Read(ctx, k.known, page)
		if err != nil || len(deltas) == 0 {
			return refused, err
		}
		if err := k.apply(deltas, patience); refused == nil {
			refused = err
		}
	}
}
