package monitor

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

var errRunning = errors.New("monitor: already running")

// Run runs the checks until ctx is done, and then returns the cause of ctx.
//
// It returns at once, with all faults, if a check is not valid, and with an error if the monitor
// runs already. After it has returned it may be called again, and continues from what it knows.
//
// A function that panics does not end it. The error at the end joins the first such panic, and the
// names of the checks whose source has not returned.
func (m *Monitor) Run(ctx context.Context) error {
	r, err := m.start(ctx)
	if err != nil {
		return err
	}
	defer r.stop()
	m.bringForward(r.clk.Now()) // the clock may have been set since the last Run

	for {
		now := r.clk.Now()
		r.notice(now)
		r.expire(now)
		r.collect(now)
		r.begin(now)

		timer, fire := r.timer()
		select {
		case <-ctx.Done():
		case c := <-r.done:
			if r.forget(c) && ctx.Err() == nil {
				r.finish(c)
			}
		case <-m.wake:
		case <-fire:
		}
		if timer != nil {
			timer.Stop()
		}

		// A call that the end has cancelled is no result: the end is looked at before the next
		// turn.
		if ctx.Err() != nil {
			return errors.Join(context.Cause(ctx), r.drain(), r.panicked)
		}
	}
}

// A run is one call of Run. Its goroutine alone uses it.
type run struct {
	m   *Monitor
	ctx context.Context
	clk clock.Clock

	done chan *call    // calls that have ended
	quit chan struct{} // closed when Run returns

	ready, suspects []*entry // due, and waiting for a place
	calls           []*call  // under way, not given up on, oldest first
	hung            []*call  // given up on, not returned

	seen time.Time // what the clock showed last

	panicked error // the first panic of a function of the caller
}

func (m *Monitor) start(ctx context.Context) (*run, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.faults.Err(); err != nil {
		return nil, fmt.Errorf("monitor: cannot run:\n%w", err)
	}
	if m.running {
		return nil, errRunning
	}
	m.running = true
	m.prepare()
	return &run{m: m, ctx: ctx, clk: m.clock(), done: make(chan *call), quit: make(chan struct{})}, nil
}

// stop leaves the monitor as the next Run needs it: idle, without calls, and with every check in
// the queue.
func (r *run) stop() {
	close(r.quit)
	m := r.m
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running = false

	for _, c := range slices.Concat(r.calls, r.hung) {
		c.entry.call = nil
	}
	for _, e := range m.entries {
		if !e.queued {
			e.next = time.Time{}
			heap.Push(&m.queue, e)
		}
	}
}

// expire gives up on calls that have taken too long.
func (r *run) expire(now time.Time) {
	var late []*call
	r.calls = slices.DeleteFunc(r.calls, func(c *call) bool {
		if now.Before(c.deadline) {
			return false
		}
		late = append(late, c)
		return true
	})

	for _, c := range late {
		c.cancel(context.DeadlineExceeded)
		c.hung, c.entry.suspect = true, true
		r.hung = append(r.hung, c)
		r.overdue(c, now)
	}
}

// overdue delivers the result of a call that has not returned in time.
func (r *run) overdue(c *call, now time.Time) {
	waited := max(now.Sub(c.started), r.m.timeout(c.check)) // a clock that was set back shows less
	err := fmt.Errorf("monitor: the source has not returned for %s: %w",
		plain.Duration(waited), context.DeadlineExceeded)
	r.deliver(c.entry, c.check.Judge(nil, err, now))
}

// collect takes from the queue what is due.
func (r *run) collect(now time.Time) {
	for _, e := range r.due(now) {
		switch {
		case r.pause(e, now):
		case e.call != nil:
			r.overdue(e.call, now)
		case e.suspect:
			r.suspects = append(r.suspects, e)
		default:
			r.ready = append(r.ready, e)
		}
	}
}

// due removes from the queue what is due, and returns it.
func (r *run) due(now time.Time) []*entry {
	m := r.m
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []*entry
	for len(m.queue) > 0 && !m.queue[0].next.After(now) {
		e := heap.Pop(&m.queue).(*entry)
		e.again = false
		list = append(list, e)
	}
	return list
}

// pause reports whether a check is paused, and if so delivers that as its result.
func (r *run) pause(e *entry, now time.Time) bool {
	r.m.mu.Lock()
	until, paused := e.pausedAt(now)
	r.m.mu.Unlock()
	if paused {
		r.deliver(e, e.pausedResult(until, now))
	}
	return paused
}

// begin starts calls while there are places. Sources that did not return in time when last asked
// have places of their own, so that they never delay the others twice, however many there are.
func (r *run) begin(now time.Time) {
	places := r.m.parallel()
	suspectPlaces := max(1, places/4)
	for _, c := range r.calls {
		if c.suspect {
			suspectPlaces--
		} else {
			places--
		}
	}
	r.ready = r.take(r.ready, places, now)
	r.suspects = r.take(r.suspects, suspectPlaces, now)
}

// take starts at most n calls, and returns the entries that must wait.
func (r *run) take(list []*entry, n int, now time.Time) []*entry {
	for ; len(list) > 0 && n > 0; list = list[1:] {
		e := list[0]
		list[0] = nil // or the array would keep a removed check alive
		if r.gone(e) || r.pause(e, now) {
			continue
		}
		r.ask(e, now)
		n--
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// gone reports whether a check was removed while it waited for a place.
func (r *run) gone(e *entry) bool {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	return e.removed
}

// ask starts a call.
//
// Its context ends at the timeout with the cause DeadlineExceeded. It shows no deadline: a driver
// would compare that with the real time, which the monitor's clock need not show.
func (r *run) ask(e *entry, now time.Time) {
	ctx, cancel := context.WithCancelCause(r.ctx)
	c := &call{
		entry: e, check: e.check, landed: e.landed, suspect: e.suspect, cancel: cancel,
		started: now, deadline: exact.AddTime(now, r.m.timeout(e.check)),
	}
	e.call = c
	r.calls = append(r.calls, c)
	go c.run(ctx, r.clk, r.done, r.quit)
}

// forget drops a call that has returned, and reports whether Run still waits for it.
func (r *run) forget(c *call) bool {
	c.cancel(nil)
	c.entry.call = nil
	list := &r.calls
	if c.hung {
		list = &r.hung
	}
	*list = slices.DeleteFunc(*list, func(other *call) bool { return other == c })
	return !c.hung
}

// finish takes the outcome of a call that has returned in time.
func (r *run) finish(c *call) {
	c.entry.suspect = false
	if c.result.Reason != freshness.ReasonNotMeasured { // a failure teaches nothing about what has landed
		c.entry.landed = c.landed
	}
	r.deliver(c.entry, c.result)
}

// timer returns a timer for the next instant at which there is something to do, and nil if there is
// none. It makes a new one each time, because the timers of a mock clock cannot be reset safely.
func (r *run) timer() (*clock.Timer, <-chan time.Time) {
	// An entry that is due at once has the zero instant, which therefore cannot stand for "none".
	var next time.Time
	some := false
	for _, c := range r.calls {
		if !some || c.deadline.Before(next) {
			next, some = c.deadline, true
		}
	}

	r.m.mu.Lock()
	if q := r.m.queue; len(q) > 0 && (!some || q[0].next.Before(next)) {
		next, some = q[0].next, true
	}
	r.m.mu.Unlock()
	if !some {
		return nil, nil
	}

	t := r.clk.Timer(max(next.Sub(r.clk.Now()), 1))
	return t, t.C
}

// drain waits for the calls under way until their timeouts, and returns an error that names those
// that have not returned.
func (r *run) drain() error {
	for len(r.calls) > 0 {
		last := slices.MaxFunc(r.calls, func(a, b *call) int { return a.deadline.Compare(b.deadline) })
		timer := r.clk.Timer(max(last.deadline.Sub(r.clk.Now()), 1))

		select {
		case c := <-r.done:
			r.forget(c)
		case <-timer.C:
			for _, c := range r.calls {
				c.hung = true
			}
			r.hung, r.calls = append(r.hung, r.calls...), nil
		}
		timer.Stop()
	}
	return r.left()
}

// left returns an error that names the sources that have not returned.
func (r *run) left() error {
	for len(r.hung) > 0 {
		select {
		case c := <-r.done: // it returned just now
			r.forget(c)
			continue
		default:
		}

		names := make([]string, len(r.hung))
		for i, c := range r.hung {
			names[i] = c.check.ID()
		}
		slices.Sort(names)
		return fmt.Errorf("monitor: sources that ignore their context have not returned: %q", names)
	}
	return nil
}
