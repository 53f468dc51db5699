package incident

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/benbjohnson/clock"
)

var errRunning = errors.New("incident: the desk is already running")

// Run announces the record until ctx is done, and then returns its cause. Meanwhile it reads what
// other desks record, at least every Every, records what [Desk.Observe] could not, assesses signals
// again whose promises were safe until now, and records that a lease has ended or that a signal has
// stayed resolved.
//
// # Delivery
//
// Each entry is announced by each announcer, at least once, and the entries of one incident in
// order. Entries that were made meanwhile come together in one announcement. An incident that was
// merged into another before anything was announced of it is announced by the entry of kind
// [EntryAttached] there, and not by itself. Of several desks that share a store one announces an
// incident, and another takes over when that one dies. Each announcer is called by one goroutine of
// its own, so that a slow or broken one delays no other.
//
// # Retries
//
// A failed attempt is repeated after a second, then after two, doubling up to five minutes, each
// time shorter by up to half, by a share that depends on the announcement's key; or later where a
// [RetryError] asks for it. After MaxAttempts, or when the announcer refuses it with
// [ErrPermanent], the announcement is dead: [Desk.DeadLetters] lists it. A dead letter is a signal
// too: of kind failure, from the source "incident", about the asset "announcer:" and the
// announcer's name, and so P1 unless the catalog knows that asset. The signal is resolved when the
// announcer has no dead letters left. A dead announcement is made again, with what is new, when
// something happens to its incident.
//
// # Shutdown
//
// When ctx is done, an attempt under way may finish: its own time limit ends it. An announcer that
// does not obey that limit is named in the error and its goroutine is left behind. Its delivery
// stays claimed until the claim ends, three times Timeout after it was made; then any desk that
// runs makes it. The same holds for what was under way when a process died. Run keeps only the
// announcements under way in memory, one for each announcer.
//
// Run may be called again after it has returned. It is an error to call it while the desk is
// running.
func (d *Desk) Run(ctx context.Context) error {
	workers, err := d.start()
	if err != nil {
		return err
	}
	defer d.stop()
	var all sync.WaitGroup
	left := make([]error, len(workers))
	for n, w := range workers {
		all.Go(func() { left[n] = w.run(ctx) })
	}
	d.tend(ctx)
	all.Wait()
	return errors.Join(context.Cause(ctx), errors.Join(left...))
}

// start marks the desk as running, and returns a worker for each announcer.
func (d *Desk) start() ([]*worker, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.running {
		return nil, errRunning
	}
	d.running, d.wakeups = true, []chan struct{}{make(chan struct{}, 1)}
	var workers []*worker
	for _, a := range d.announcers {
		w := &worker{desk: d, announcer: a, wakeup: make(chan struct{}, 1)}
		workers, d.wakeups = append(workers, w), append(d.wakeups, w.wakeup)
	}
	return workers, nil
}

func (d *Desk) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running, d.wakeups = false, nil
}

// wake ends the rest of all goroutines of Run, because there is something new. The lock is held. A
// channel that is full wakes its goroutine already.
func (d *Desk) wake() {
	for _, wakeup := range d.wakeups {
		select {
		case wakeup <- struct{}{}:
		default:
		}
	}
}

// tend does what is to be done from time to time: it reads on, and records what waits and what time
// brings. The errors that it drops are kept by Err or come again.
func (d *Desk) tend(ctx context.Context) {
	d.mu.Lock()
	wakeup := d.wakeups[0]
	d.mu.Unlock()

	recordedDead := false
	for ctx.Err() == nil {
		_ = d.Sync(ctx)
		if !recordedDead {
			recordedDead = d.recordDead(ctx) == nil
		}
		d.reassess()
		_ = d.catchUp(ctx)
		_ = d.recordElapsed(ctx)
		rest(ctx, d.clock(), d.every(), wakeup)
	}
}

// rest waits for some time, or until it is woken.
func rest(ctx context.Context, clk clock.Clock, d time.Duration, wakeup <-chan struct{}) {
	timer := clk.Timer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wakeup:
	case <-timer.C:
	}
}

// recordElapsed records what time alone brings: leases that have ended, and signals that have
// stayed resolved. It looks before it takes the turn, because most of the time there is nothing.
func (d *Desk) recordElapsed(ctx context.Context) error {
	now := storedInstant(d.clock().Now())
	if !d.anyElapsed(now) {
		return nil
	}
	return d.write(ctx, func() ([]Entry, error) { return d.elapsed(now), nil })
}

func (d *Desk) anyElapsed(now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.elapsed(now)) > 0
}

// elapsed returns the entries that time alone brings. The lock or the turn is held.
func (d *Desk) elapsed(now time.Time) []Entry {
	b := batch{registry: &d.registry}
	for _, n := range slices.Sorted(maps.Keys(d.registry.open)) {
		i := &d.registry.incidents[n]
		if i.LeaseHolder != "" && !i.LeaseEnded && now.After(i.LeaseUntil) {
			b.add(Entry{Incident: i.ID, At: now, Kind: EntryLeaseEnded})
		}
		if since, quiet := d.registry.quietSince[n]; quiet && now.Sub(since) >= patience(i.Recurrences) {
			b.add(Entry{Incident: i.ID, At: now, Kind: EntryCleared})
		}
	}
	return b.entries
}
