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
)

// A Keeper keeps one tracker in a [Store].
//
//	[Open]                     load what is kept
//	[Keeper.Run]               flush and read, again and again, until the context ends
//	[Keeper.Sync]              do so once
//	[Keeper.Record]            record, and return when the store has it
//	[Keeper.Correct]           correct, and return when the store has it
//	[Keeper.Compact]           put a snapshot in place of old deltas
//	[Keeper.Err]               what went wrong last, and is not mended
//
// Set the fields before its first use. A Keeper is safe for concurrent use by multiple goroutines and must not be copied.
type Keeper struct {
	// Clock is the time of Run. Nil means clock.New, the real time.
	Clock clock.Clock

	// Every is how often Run flushes and reads. Zero or below means a second.
	Every time.Duration

	// CompactAfter is how many deltas of all replicas make Run compact. Zero or below means 4,096.
	CompactAfter int

	// Parting is how long the last flush may take when the context of Run has ended. Zero or below means 5 seconds.
	Parting time.Duration

	tracker *sla.Tracker
	store   Store
	turn    chan struct{} // holds one token: whoever has it talks to the store

	// guarded by the turn
	pending []sla.Delta // drained, and not known to be kept
	parked  []parked    // read, and refused by the tracker
	known   Position
	fresh   int  // deltas since the snapshot
	begun   bool // this process has marked where its own deltas begin

	mu        sync.Mutex // guards what follows
	err       error      // of the last flush or read
	compactor error      // of the last snapshot that Run wanted
	strange   time.Time  // when deltas were met that the tracker refused; zero: that is to be noted
}

// page is how many deltas are read at once.
const page = 512

// Open makes a keeper of a tracker, and brings the tracker to what the store has: its snapshot, its corrections and all deltas.
// The tracker must have a Replica name, that of no other process, and nothing recorded yet.
func Open(ctx context.Context, tracker *sla.Tracker, store Store) (*Keeper, error) {
	switch {
	case tracker == nil:
		return nil, errors.New("keep: the tracker is nil: make one with sla.NewTracker")
	case tracker.Replica == "":
		return nil, errors.New("keep: the tracker has no Replica name, by which its deltas are told from those of other processes")
	case store == nil:
		return nil, errors.New("keep: the store is nil: open one, or use new(keep.Memory)")
	}
	k := &Keeper{tracker: tracker, store: store, known: Position{}, turn: make(chan struct{}, 1)}
	if err := k.load(ctx); err != nil {
		return nil, err
	}
	k.turn <- struct{}{}
	return k, nil
}

func (k *Keeper) load(ctx context.Context) error {
	snapshot, err := k.store.Load(ctx)
	if err != nil {
		return err
	}
	if snapshot.Version > 0 {
		if err := k.tracker.Restore(snapshot.Data); err != nil {
			return fmt.Errorf("keep: snapshot %d: %w", snapshot.Version, err)
		}
		maps.Copy(k.known, snapshot.Upto)
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

func (k *Keeper) release() { k.turn <- struct{}{} }

// Sync flushes what was recorded, and reads what others have kept since. What could not be flushed stays, and is flushed by the next call.
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

// mostBegins is how often a process tries to be the last of its name.
const mostBegins = 8

// begin writes an empty delta, behind which this process's own come. What a process of the same name that was killed had under way is kept
// before it, and counted, or it is refused from then on: a commit may outlive the process that asked for it.
func (k *Keeper) begin(ctx context.Context) error {
	err := ErrConflict
	for n := 0; n < mostBegins && errors.Is(err, ErrConflict); n++ {
		if _, err := k.readOn(ctx, patience); err != nil {
			return err
		}
		mark := sla.Delta{Replica: k.tracker.Replica, Seq: k.known[k.tracker.Replica] + 1}
		if err = k.store.Append(ctx, mark); err == nil {
			k.begun = true
			k.know(mark)
			err = k.tracker.Apply(mark)
		}
	}
	return err
}

// flush writes what is pending; only when that is kept, what was recorded since.
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

func (k *Keeper) know(d sla.Delta) {
	k.known[d.Replica] = max(k.known[d.Replica], d.Seq)
	k.fresh++
}

// read applies what others have kept.
func (k *Keeper) read(ctx context.Context) error {
	refused, err := k.readOn(ctx, patience)
	return errors.Join(err, refused)
}

// readOn applies what others have kept: corrections first, for the tracker keeps their edges of what it counts. What the tracker refuses
// is kept aside, and tried again for so many times. The second error is the store's.
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

func (k *Keeper) readCorrections(ctx context.Context) error {
	list, err := k.store.Corrections(ctx)
	if err != nil {
		return err
	}
	return enter(k.tracker, list)
}

// Record records as Tracker.Record does, and returns when the store has it: then no crash loses it. Those who call it at the same time
// share a flush. On an error the tracker may have counted it, and the next flush keeps it all the same; whoever would rather try again
// needs an idempotency key: see Recorder.RecordOnce and [Keeper.Sync].
func (k *Keeper) Record(ctx context.Context, check string, at time.Time, good, bad int64) error {
	if err := k.tracker.Record(check, at, good, bad); err != nil {
		return err
	}
	return k.Flush(ctx)
}

// Flush returns when the store has all that was recorded before the call.
func (k *Keeper) Flush(ctx context.Context) error {
	if err := k.take(ctx); err != nil {
		return err
	}
	defer k.release()
	err := k.flush(ctx)
	k.note(err)
	return err
}

// Correct enters a correction in the store and in the tracker, in that order. It is an error if the tracker refuses it; then the store
// does not get it, for other replicas would refuse it too. The same correction may be entered again.
func (k *Keeper) Correct(ctx context.Context, c sla.Correction) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if err := k.take(ctx); err != nil {
		return err
	}
	defer k.release()
	if err := k.readCorrections(ctx); err != nil { // it may take one back that another replica has entered
		return err
	}
	trial := sla.NewTracker(k.tracker.Catalog())
	if err := errors.Join(enter(trial, k.tracker.Corrections()), trial.Correct(c)); err != nil {
		return err
	}
	if err := k.store.Correct(ctx, c); err != nil {
		return err
	}
	return k.tracker.Correct(c)
}

// Compact puts a snapshot in place of the deltas of all replicas. It is made by another tracker, to which just those deltas were applied, so
// that what this one has not flushed is in none. Where another replica was first, that is no error. What this process's catalog does not
// have would be forgotten: there may be replicas that have a newer one, so that nothing is compacted until none of that was seen for [Grace].
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

func (k *Keeper) compacted(ctx context.Context) (Snapshot, error) {
	snapshot, err := k.store.Load(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	shadow := sla.NewTracker(k.tracker.Catalog())
	if snapshot.Version > 0 {
		if err := shadow.Restore(snapshot.Data); err != nil {
			return Snapshot{}, fmt.Errorf("keep: snapshot %d: %w", snapshot.Version, err)
		}
	}
	if snapshot.Upto == nil {
		snapshot.Upto = Position{}
	}
	list, err := k.store.Corrections(ctx)
	if err == nil {
		err = enter(shadow, list) // before the deltas, of which it keeps the edges of corrections
	}
	if err != nil {
		return Snapshot{}, err
	}
	for {
		deltas, err := k.store.Read(ctx, snapshot.Upto, page)
		if err != nil {
			return Snapshot{}, err
		}
		if len(deltas) == 0 {
			return Snapshot{snapshot.Version + 1, snapshot.Upto, shadow.Snapshot()}, nil
		}
		if err := shadow.Apply(deltas...); err != nil {
			if !k.mayForget() {
				return Snapshot{}, fmt.Errorf("keep: nothing is compacted for %v, since it would be forgotten: %w", Grace, err)
			}
			if err := (&sieve{tracker: shadow}).apply(deltas); err != nil {
				return Snapshot{}, err
			}
		}
		for _, d := range deltas {
			snapshot.Upto[d.Replica] = max(snapshot.Upto[d.Replica], d.Seq)
		}
	}
}

// Run flushes and reads every Every until the context ends, flushes a last time, and returns why it ended. Where the store fails, it goes on
// and tries again; [Keeper.Err] tells. It returns at once with an error that wraps [ErrConflict] or [ErrBehind], which no second try mends.
func (k *Keeper) Run(ctx context.Context) error {
	every := k.Every
	if every <= 0 {
		every = time.Second
	}
	ticker := orReal(k.Clock).Ticker(every)
	defer ticker.Stop()
	for {
		if err := k.round(ctx); errors.Is(err, ErrConflict) || errors.Is(err, ErrBehind) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), k.part(ctx))
		case <-ticker.C:
		}
	}
}

func (k *Keeper) round(ctx context.Context) error {
	if err := k.Sync(ctx); err != nil {
		return err
	}
	if err := k.take(ctx); err != nil {
		return err
	}
	due := k.fresh >= k.compactAfter()
	if due {
		k.fresh = 0
	}
	k.release()
	if !due {
		return nil
	}
	err := k.Compact(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.compactor = err
	return err
}

func (k *Keeper) compactAfter() int {
	if k.CompactAfter > 0 {
		return k.CompactAfter
	}
	return 4096
}

// part flushes a last time, though the context has ended.
func (k *Keeper) part(ctx context.Context) error {
	parting := k.Parting
	if parting <= 0 {
		parting = 5 * time.Second
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), parting)
	defer cancel()
	return k.Flush(last)
}

// Err returns what went wrong last, and nil when all was well since.
func (k *Keeper) Err() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return errors.Join(k.err, k.compactor)
}

func (k *Keeper) note(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.err = err
}
