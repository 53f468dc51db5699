package keep

import (
	"context"
	"errors"
	"fmt"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// Compact puts a snapshot in place of the deltas of all replicas. The snapshot is made by another
// tracker, to which only these deltas are applied, so that it holds nothing that this replica has
// not flushed. If another replica compacts first, Compact returns nil.
//
// A snapshot drops what this process's catalog does not have. Some replica may have a newer
// catalog, so Compact returns an error until no such delta was met for [Retention].
func (k *Keeper) Compact(ctx context.Context) error {
	snapshot, err := k.compacted(ctx)
	if err == nil {
		err = k.store.Compact(ctx, snapshot)
	}
	if errors.Is(err, ErrConflict) {
		return nil
	}
	return err
}

// compacted returns the snapshot after the store's: of that one, and of all deltas beyond it.
func (k *Keeper) compacted(ctx context.Context) (Snapshot, error) {
	shadow, snapshot, err := k.shadow(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	for {
		deltas, err := k.store.Read(ctx, snapshot.UpTo, page)
		if err != nil {
			return Snapshot{}, err
		}
		if len(deltas) == 0 {
			return Snapshot{snapshot.Version + 1, snapshot.UpTo, shadow.Snapshot()}, nil
		}

		if err := k.applyKnown(shadow, deltas); err != nil {
			return Snapshot{}, err
		}
		for _, d := range deltas {
			snapshot.UpTo[d.Replica] = max(snapshot.UpTo[d.Replica], d.Seq)
		}
	}
}

// shadow returns the store's snapshot, and a tracker of what it holds.
func (k *Keeper) shadow(ctx context.Context) (*tracker.Tracker, Snapshot, error) {
	snapshot, err := k.store.Load(ctx)
	if err != nil {
		return nil, Snapshot{}, err
	}
	shadow := tracker.New(k.tracker.Catalog())
	if snapshot.Version > 0 {
		if err := shadow.Restore(snapshot.Data); err != nil {
			return nil, Snapshot{}, fmt.Errorf("keep: snapshot %d: %w", snapshot.Version, err)
		}
	}
	if snapshot.UpTo == nil {
		snapshot.UpTo = Position{}
	}

	// Corrections come before the deltas: the tracker keeps the edges of corrections of what it
	// counts.
	list, err := k.store.Corrections(ctx)
	if err == nil {
		err = enter(shadow, list)
	}
	return shadow, snapshot, err
}

// applyKnown applies deltas to a tracker. Records that its catalog does not have are dropped, or
// are an error while a replica may have a newer catalog.
func (k *Keeper) applyKnown(t *tracker.Tracker, deltas []tracker.Delta) error {
	err := t.Apply(deltas...)
	if err == nil {
		return nil
	}
	if !k.mayForget() {
		return fmt.Errorf("keep: nothing is compacted for %s, since it would be forgotten: %w",
			plain.Duration(Retention), err)
	}
	return (&sieve{tracker: t}).apply(deltas)
}
