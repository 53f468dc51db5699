package incident

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/priority"
)

var errRunning = errors.New("incident: the desk runs already")

// Run announces the record until ctx is done, and then returns its cause. It also reads what other desks record, at least Every,
// records what [Desk.Observe] could not, puts signals again whose promises were safe
// until now, and records that a lease has ended, or that a signal has stayed resolved.
//
// Each entry is announced by each announcer, at least once, and those of one incident in order; what happened meanwhile
// comes together in one announcement. An incident that goes on in another before anybody heard of it is announced by that one's entry of kind
// [Attached], not by itself. Of several desks before one store, one announces it, and another
// takes over when that one dies. An announcer is called by one goroutine of its own, so that a slow or broken one delays no other.
//
// What fails is tried again after a second, then after two, doubling up to five minutes, each time shorter by up to half,
// by a share that depends on the announcement's key; or later where a [RetryError] says so. After Attempts, or when the announcer refuses it,
// the announcement is dead: [Desk.Dead] lists it, and it is a signal itself: of kind Failure, from the source "incident", about the asset
// "announcer:" and the announcer's name, which is P1 unless the classifier knows better. That is resolved when the announcer has no dead letters left.
// A dead announcement comes again, with what is new, when something happens to its incident.
//
// When ctx is done, an attempt under way may finish: its own time limit ends it. One that does not obey that is named in the error,
// its goroutine is left behind, and its delivery stays claimed until the lease ends, three times the Timeout after its claim,
// after which whichever desk runs makes it. So it is with what was under way when a process died.
// Run keeps nothing in memory but the announcements under way, one for each announcer.
// Run may be called again after it has returned. It is an error to run a desk twice at once.
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

func (d *Desk) start() ([]*worker, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.running {
		return nil, errRunning
	}
	d.running, d.wakes = true, []chan struct{}{make(chan struct{}, 1)}
	var workers []*worker
	for _, a := range d.announcers {
		w := &worker{desk: d, announcer: a, wake: make(chan struct{}, 1)}
		workers, d.wakes = append(workers, w), append(d.wakes, w.wake)
	}
	return workers, nil
}

func (d *Desk) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running, d.wakes = false, nil
}

// wake tells those that wait in Run that there is something new. The lock is held.
func (d *Desk) wake() {
	for _, wake := range d.wakes {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

// tend does what is to be done from time to time.
func (d *Desk) tend(ctx context.Context) {
	d.mu.Lock()
	wake := d.wakes[0]
	d.mu.Unlock()
	told := false
	for ctx.Err() == nil {
		_ = d.Sync(ctx) // shown by Err
		if !told {
			told = d.tellDead(ctx) == nil
		}
		d.ripenSignals()
		_ = d.catchUp(ctx) // kept, and shown by Err
		_ = d.ripen(ctx)   // comes again
		rest(ctx, d.clock(), d.every(), wake)
	}
}

// rest waits for some time, or until it is woken.
func rest(ctx context.Context, clk clock.Clock, d time.Duration, wake <-chan struct{}) {
	timer := clk.Timer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-timer.C:
	}
}

// ripen records what time alone brings: leases that have ended, and signals that have stayed resolved.
func (d *Desk) ripen(ctx context.Context) error {
	now := stamp(d.clock().Now())
	if !d.ripe(now) {
		return nil
	}
	return d.write(ctx, func() ([]Entry, error) { return d.ripened(now), nil })
}

func (d *Desk) ripe(now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.ripened(now)) > 0
}

func (d *Desk) ripened(now time.Time) []Entry {
	b := batch{state: &d.state}
	for _, n := range slices.Sorted(maps.Keys(d.state.open)) {
		i := &d.state.incidents[n]
		if i.Lease != "" && !i.Lapsed && now.After(i.LeaseUntil) {
			b.add(Entry{Incident: i.ID, At: now, Kind: Lapsed})
		}
		if since, waits := d.state.quiet[n]; waits && now.Sub(since) >= patience(i.Recurrences) {
			b.add(Entry{Incident: i.ID, At: now, Kind: Cleared})
		}
	}
	return b.entries
}

// ailing is the signal that an announcer is broken, or is not any more.
func ailing(name string, err error, at time.Time) priority.Signal {
	s := priority.FromError("announcer:"+name, err, at)
	s.Source = "incident"
	return s
}

// tellDead makes a signal of dead letters that are older than this run.
func (d *Desk) tellDead(ctx context.Context) error {
	dead, err := d.Dead(ctx)
	for _, letter := range dead {
		d.delay(ailing(letter.Announcer, letter.cause(), d.clock().Now()))
	}
	return err
}

func (d *Delivery) cause() error {
	return fmt.Errorf("cannot announce %s after %d attempts: %s", plain(d.Incident), d.Attempt, plain(d.Error))
}

// Dead returns the announcements that were given up, by announcer and incident.
func (d *Desk) Dead(ctx context.Context) ([]Delivery, error) { return d.store().Dead(ctx) }

// Redeliver brings an announcement that was given up back, with all its attempts before it. The error wraps [ErrFenced] where that has happened already.
func (d *Desk) Redeliver(ctx context.Context, dead Delivery) error {
	dead.Dead, dead.Attempt = false, 0
	err := d.store().Settle(ctx, dead, 0)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wake()
	return err
}
