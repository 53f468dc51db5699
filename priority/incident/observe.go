package incident

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority"
)

// mostPending is how many signals wait for a store that fails, of each identity the newest.
const mostPending = 10_000

// Observe puts a freshness result before the classifier, as [priority.FromResult] reads it. It fits a monitor's list of observers.
//
// What cannot be recorded, because the store fails, is kept: of each identity the newest, up to 10,000 of them. [Desk.Run] tries again,
// or else the next Observe does, and [Desk.Err] says so until it is recorded. Observe takes as long as the store does,
// at most Timeout, and does not wait for it at all where Run is about to try again.
func (d *Desk) Observe(r freshness.Result) {
	if d.delay(priority.FromResult(r)) {
		return
	}
	ctx, cancel := d.clock().WithTimeout(context.Background(), d.timeout())
	defer cancel()
	_ = d.catchUp(ctx) // kept, and shown by Err
}

// A backlog is signals that are not recorded yet.
type backlog struct {
	order   []string // identities, the oldest first
	signals map[string]priority.Signal
	renewed bool // the first was replaced while it was being recorded
	busy    bool // it is being worked off
	lost    int  // how many did not fit
}

// delay keeps a signal until it is recorded, and reports whether Run will do that.
func (d *Desk) delay(s priority.Signal) (waits bool) {
	identity := s.Identity()
	d.mu.Lock()
	defer d.mu.Unlock()
	b := &d.backlog
	waits = d.running && len(b.order) > 0
	if b.signals == nil {
		b.signals = map[string]priority.Signal{}
	}
	switch _, known := b.signals[identity]; {
	case known:
		b.renewed = b.renewed || b.order[0] == identity
	case len(b.order) >= mostPending:
		b.lost++
		return waits
	default:
		b.order = append(b.order, identity)
	}
	b.signals[identity] = s
	return waits
}

// catchUp records what is kept, the oldest first, one at a time, until there is none or one cannot be recorded.
func (d *Desk) catchUp(ctx context.Context) error {
	if !d.seize() {
		return nil
	}
	for {
		s, some := d.oldest()
		if !some {
			return nil
		}
		_, _, err := d.Signal(ctx, s)
		d.recorded(err)
		if err != nil {
			return err
		}
	}
}

// seize reports whether nobody works the backlog off yet.
func (d *Desk) seize() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	seized := !d.backlog.busy
	d.backlog.busy = true
	return seized
}

// oldest returns the signal to record next. Without one, the backlog is nobody's any more.
func (d *Desk) oldest() (priority.Signal, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b := &d.backlog
	b.renewed = false
	if len(b.order) == 0 {
		b.busy = false
		return priority.Signal{}, false
	}
	return b.signals[b.order[0]], true
}

// recorded takes the first signal out, unless it failed, or a newer one has taken its place.
func (d *Desk) recorded(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b := &d.backlog
	switch {
	case err != nil:
		b.busy = false
	case !b.renewed:
		delete(b.signals, b.order[0])
		b.order = slices.Delete(b.order, 0, 1)
	}
}

// A fault is what is wrong with a part of the desk: the store, or an announcer.
func (d *Desk) fault(part string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case err == nil:
		delete(d.faults, part)
	case d.faults == nil:
		d.faults = map[string]error{part: err}
	default:
		d.faults[part] = err
	}
}

// Err returns what is wrong with the desk itself and has not mended: that the store failed last, that signals wait to be recorded,
// that an announcer failed last. It returns nil when all is well. What was given up is not here, but in [Desk.Dead].
func (d *Desk) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []error
	for _, part := range slices.Sorted(maps.Keys(d.faults)) {
		list = append(list, fmt.Errorf("incident: %s: %w", part, d.faults[part]))
	}
	if n := len(d.backlog.order); n > 0 {
		list = append(list, fmt.Errorf("incident: %d signals wait to be recorded", n))
	}
	if n := d.backlog.lost; n > 0 {
		list = append(list, fmt.Errorf("incident: %d signals were lost: more than %d waited", n, mostPending))
	}
	if n := d.waiting.lost; n > 0 {
		list = append(list, fmt.Errorf("incident: %d signals that count for more later were lost: more than %d waited", n, mostPending))
	}
	return errors.Join(list...)
}
