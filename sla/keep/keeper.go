package keep

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A Keeper keeps one tracker in a [Store].
//
//	[Open]                     load what is kept
//	[Keeper.Run]               flush and read, again and again, until the context ends
//	[Keeper.Sync]              flush and read once
//	[Keeper.Record]            record, and return when the store has it
//	[Keeper.Flush]             return when the store has everything recorded so far
//	[Keeper.Correct]           correct, and return when the store has it
//	[Keeper.Compact]           put a snapshot in place of old deltas
//	[Keeper.Err]               the last error, until the operation succeeds
//
// Set the fields before its first use. A Keeper is safe for concurrent use by multiple goroutines
// and must not be copied.
type Keeper struct {
	// Clock is the time of Run. Nil means clock.New, the real time.
	Clock clock.Clock

	// Every is how often Run flushes and reads. Zero or below means a second.
	Every time.Duration

	// CompactAfterDeltas is how many deltas of all replicas make Run compact. Zero or below means
	// 4,096.
	CompactAfterDeltas int

	// ShutdownTimeout bounds the last flush, after the context of Run has ended. Zero or below
	// means 5 seconds.
	ShutdownTimeout time.Duration

	tracker *tracker.Tracker
	store   Store
	turn    chan struct{} // holds one token: its holder talks to the store

	// guarded by the turn
	pending []tracker.Delta // drained, and not known to be kept
	parked  []parked        // read, and refused by the tracker
	known   Position
	fresh   int  // deltas since the snapshot
	begun   bool // this process has marked where its own deltas begin

	mu         sync.Mutex // guards what follows
	err        error      // of the last flush or read
	compactErr error      // of the last snapshot that Run wanted
	knownSince time.Time  // since when the tracker refused no delta; zero after it refused one
}

// page is how many deltas are read at once.
const page = 512

// Open returns a keeper of a tracker, to which it applies what the store has: its snapshot, its
// corrections and all deltas. The tracker must have a Replica name, that of no other process, and
// nothing recorded yet.
func Open(ctx context.Context, t *tracker.Tracker, store Store) (*Keeper, error) {
	switch {
	case t == nil:
		return nil, errors.New("keep: the tracker is nil: make one with tracker.New")
	case t.Replica == "":
		return nil, errors.New("keep: the tracker has no Replica name, " +
			"which distinguishes its deltas from those of other processes")
	case store == nil:
		return nil, errors.New("keep: the store is nil: open one, or use new(keep.Memory)")
	}
	k := &Keeper{tracker: t, store: store, known: Position{}, turn: make(chan struct{}, 1)}
	if err := k.load(ctx); err != nil {
		return nil, err
	}
	k.turn <- struct{}{}
	return k, nil
}

// load applies the snapshot and everything beyond it. What the catalog does not know is not waited
// for: a process that starts has the newest catalog that it will get.
func (k *Keeper) load(ctx context.Context) error {
	snapshot, err := k.store.Load(ctx)
	if err != nil {
		return err
	}
	if snapshot.Version > 0 {
		if err := k.tracker.Restore(snapshot.Data); err != nil {
			return fmt.Errorf("keep: snapshot %d: %w", snapshot.Version, err)
		}
		maps.Copy(k.known, snapshot.UpTo)
	}
	refused, err := k.readOn(ctx, 0)
	k.note(refused)
	return err
}

// take waits for the turn, or for the end of the context.
func (k *Keeper) take(ctx context.Context) error {
	select {
	case <-k.turn:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// release gives the turn to the next that waits for it.
func (k *Keeper) release() { k.turn <- struct{}{} }

// Sync flushes what was recorded, and reads what others have kept since. What could not be flushed
// is kept in memory, and the next call flushes it.
func (k *Keeper) Sync(ctx context.Context) error {
	if err := k.take(ctx); err != nil {
		return err
	}
	defer k.release()
	err := k.flush(ctx)
	if err == nil {
		err = k.read(ctx)
	}
	k.note(err)
	return err
}

// Record records as Tracker.Record does, and returns when the store has it: from then on no crash
// loses it. Calls at the same time share a flush. If it returns an error, the tracker may have
// counted the outcomes, and the next flush then keeps them. To try again without counting twice,
// use Recorder.RecordOnce with an idempotency key, and [Keeper.Sync].
func (k *Keeper) Record(ctx context.Context, check string, at time.Time, good, bad int64) error {
	if err := k.tracker.Record(check, at, good, bad); err != nil {
		return err
	}
	return k.Flush(ctx)
}

// Flush returns when the store has everything that was recorded before the call.
func (k *Keeper) Flush(ctx context.Context) error {
	if err := k.take(ctx); err != nil {
		return err
	}
	defer k.release()
	err := k.flush(ctx)
	k.note(err)
	return err
}

// Correct enters a correction in the store and in the tracker, in that order. It returns an error
// if the tracker refuses it; the store does not get it then, since other replicas would refuse it
// too. The same correction may be entered again.
func (k *Keeper) Correct(ctx context.Context, c sla.Correction) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if err := k.take(ctx); err != nil {
		return err
	}
	defer k.release()

	// The correction may revoke one that another replica has entered.
	list, err := k.store.Corrections(ctx)
	if err == nil {
		err = enter(k.tracker, list)
	}
	if err != nil {
		return err
	}

	trial := tracker.New(k.tracker.Catalog())
	if err := errors.Join(enter(trial, k.tracker.Corrections()), trial.Correct(c)); err != nil {
		return err
	}
	if err := k.store.Correct(ctx, c); err != nil {
		return err
	}
	return k.tracker.Correct(c)
}

// Err returns the last error of a flush, a read or a snapshot of Run, until that operation
// succeeds.
func (k *Keeper) Err() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return errors.Join(k.err, k.compactErr)
}

// note keeps the error of a flush or a read for Err.
func (k *Keeper) note(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.err = err
}
