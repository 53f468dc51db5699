package incident

import (
	"context"
	"slices"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority"
)

// mostPending is how many signals wait while the store fails, of each identity the newest.
const mostPending = 10_000

// Observe assesses a freshness result, as [priority.FromResult] reads it, and records what it
// changes. It fits a monitor's list of observers.
//
// A signal that cannot be recorded, because the store fails, is kept: of each identity the newest,
// up to 10,000 of them. [Desk.Run] tries again, or else the next Observe does, and [Desk.Err]
// returns an error until it is recorded. Observe takes as long as the store does, at most Timeout,
// and does not wait for the store where Run is about to try again.
func (d *Desk) Observe(r freshness.Result) {
	if d.delay(priority.FromResult(r)) {
		return
	}
	ctx, cancel := d.clock().WithTimeout(context.Background(), d.timeout())
	defer cancel()
	_ = d.catchUp(ctx) // the signal is kept, and Err returns the error
}

// A backlog holds signals that are not recorded yet.
type backlog struct {
	order    []string // identities, the oldest first
	signals  map[string]priority.Signal
	replaced bool // the first signal was replaced while it was being recorded
	busy     bool // a goroutine is recording the backlog
	lost     int  // how many did not fit
}

// delay keeps a signal until it is recorded, and reports whether Run will record it.
func (d *Desk) delay(s priority.Signal) (left bool) {
	identity := s.Identity()
	d.mu.Lock()
	defer d.mu.Unlock()
	b := &d.backlog
	left = d.running && len(b.order) > 0
	if b.signals == nil {
		b.signals = map[string]priority.Signal{}
	}

	switch _, known := b.signals[identity]; {
	case known:
		b.replaced = b.replaced || b.order[0] == identity
	case len(b.order) >= mostPending:
		b.lost++
		return left
	default:
		b.order = append(b.order, identity)
	}
	b.signals[identity] = s
	return left
}

// catchUp records the backlog, the oldest signal first, one at a time, until it is empty or one
// cannot be recorded.
func (d *Desk) catchUp(ctx context.Context) error {
	if !d.startCatchUp() {
		return nil
	}
	for {
		s, some := d.oldest()
		if !some {
			return nil
		}
		_, _, err := d.Signal(ctx, s)
		d.doneWithOldest(err)
		if err != nil {
			return err
		}
	}
}

// startCatchUp reports whether the caller is to record the backlog: no other goroutine does.
func (d *Desk) startCatchUp() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	free := !d.backlog.busy
	d.backlog.busy = true
	return free
}

// oldest returns the signal to record next. Where there is none, the caller is done with the
// backlog.
func (d *Desk) oldest() (priority.Signal, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b := &d.backlog
	b.replaced = false
	if len(b.order) == 0 {
		b.busy = false
		return priority.Signal{}, false
	}
	return b.signals[b.order[0]], true
}

// doneWithOldest removes the first signal. It stays if it could not be recorded, or if a newer one
// has replaced it.
func (d *Desk) doneWithOldest(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b := &d.backlog
	switch {
	case err != nil:
		b.busy = false
	case !b.replaced:
		delete(b.signals, b.order[0])
		b.order = slices.Delete(b.order, 0, 1)
	}
}
