package freshness

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/benbjohnson/clock"
)

var errRunning = errors.New("freshness: the monitor runs already")

// Run looks at the checks until ctx is done, and then returns its cause.
//
// It returns at once, with all faults, if a check is not valid, and an error
// if the monitor runs already. After it has returned it may be called again,
// and goes on with what it knows. A function that panics does not end it:
// the error at the end joins the first such panic, and the names of the
// checks whose source has not returned.
func (m *Monitor) Run(ctx context.Context) error {
	r, err := m.start(ctx)
	if err != nil {
		return err
	}
	defer r.stop()
	m.bringForward(r.clk.Now())
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

	panicked error
}

func (m *Monitor) start(ctx context.Context) (*run, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.faults.err(); err != nil {
		return nil, fmt.Errorf("freshness: the monitor cannot run:\n%w", err)
	}
	if m.running {
		return nil, errRunning
	}
	m.running = true
	m.prepare()
	return &run{m: m, ctx: ctx, clk: m.clock(), done: make(chan *call), quit: make(chan struct{})}, nil
}

// stop puts back what had no look any more.
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
		r.unanswered(c, now)
	}
}

// unanswered reports that a call has not returned.
func (r *run) unanswered(c *call, now time.Time) {
	err := fmt.Errorf("freshness: the source has not answered for %v: %w", max(now.Sub(c.started), r.m.timeout(c.check)), context.DeadlineExceeded)
	r.deliver(c.entry, c.check.judge(nil, err, now))
}

// collect takes from the queue what is due.
func (r *run) collect(now time.Time) {
	for _, e := range r.due(now) {
		switch {
		case r.pause(e, now):
		case e.call != nil:
			r.unanswered(e.call, now)
		case e.suspect:
			r.suspects = append(r.suspects, e)
		default:
			r.ready = append(r.ready, e)
		}
	}
}

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

// pause reports whether a check is paused, and then says so.
func (r *run) pause(e *entry, now time.Time) bool {
	r.m.mu.Lock()
	until, paused := e.pausedAt(now)
	r.m.mu.Unlock()
	if paused {
		r.deliver(e, pausedResult(e, until, now))
	}
	return paused
}

func pausedResult(e *entry, until, now time.Time) Result {
	r := notJudged(e.landed, now, ReasonPaused, until)
	r.Asset, r.Check = e.check.Asset, e.check.id()
	return r
}

// begin starts calls as long as there are places.
func (r *run) begin(now time.Time) {
	places := [2]int{r.m.parallel(), max(1, r.m.parallel()/4)}
	for _, c := range r.calls {
		places[b2i(c.suspect)]--
	}
	r.ready = r.take(r.ready, places[0], now)
	r.suspects = r.take(r.suspects, places[1], now)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// take starts up to n calls and returns the entries that must wait.
func (r *run) take(list []*entry, n int, now time.Time) []*entry {
	for ; len(list) > 0 && n > 0; list = list[1:] {
		e := list[0]
		list[0] = nil
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

func (r *run) gone(e *entry) bool {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	return e.removed
}

// ask starts a call.
//
// The context ends with cause DeadlineExceeded at the timeout. It shows no
// deadline: a driver would compare it with the real time, which the clock of
// a test is not.
func (r *run) ask(e *entry, now time.Time) {
	ctx, cancel := context.WithCancelCause(r.ctx)
	c := &call{
		entry: e, check: e.check, landed: e.landed, suspect: e.suspect, cancel: cancel,
		started: now, deadline: addSat(now, r.m.timeout(e.check)),
	}
	e.call = c
	r.calls = append(r.calls, c)
	go c.run(ctx, r.clk, r.done, r.quit)
}

// forget takes a call that has returned from the lists, and reports whether
// Run still waits for it.
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

// finish takes the outcome of a call.
func (r *run) finish(c *call) {
	c.entry.suspect = false
	if c.result.Reason != ReasonNotMeasured {
		c.entry.landed = c.landed
	}
	r.deliver(c.entry, c.result)
}

// timer returns a timer for the next instant at which there is something to
// do, if there is one. A new one is made each time: the mock clock's timers
// cannot be reset safely.
func (r *run) timer() (*clock.Timer, <-chan time.Time) {
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

// drain waits for the calls under way, until their timeouts, and names those
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

// left names the sources that have not returned.
func (r *run) left() error {
	for len(r.hung) > 0 {
		select {
		case c := <-r.done:
			r.forget(c)
			continue
		default:
		}
		names := make([]string, len(r.hung))
		for i, c := range r.hung {
			names[i] = c.check.id()
		}
		slices.Sort(names)
		return fmt.Errorf("freshness: sources that ignore their context have not returned: %q", names)
	}
	return nil
}
