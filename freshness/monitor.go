package freshness

import (
	"container/heap"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/benbjohnson/clock"
)

// A Monitor runs many checks, each when its answer can have changed.
//
//   - [NewMonitor] makes one; its exported fields configure it; [Monitor.Run] runs it.
//   - [Monitor.Add] and [Monitor.Remove] change what it checks, [Monitor.Pause]
//     and [Monitor.Resume] what it judges, before Run or while it runs.
//   - [Monitor.Results] lists what it knows, [Monitor.Waiting] what it does not know yet.
//
// A check is looked at when Run begins, then at the NextCheck of its result,
// and at least every Monitor.Every. Between two looks it costs its memory: all
// wait for one timer.
//
// # What a monitor promises
//
// Each look ends in a result, and each result goes to the functions given to
// NewMonitor, one after the other, in their order, from one goroutine and with
// no lock held; they may call any method but Run. They should return soon, as
// the next result waits for them.
//
// A source or a policy that fails, panics or hangs is reported as not
// measured, and delays no other check: after the timeout its place is free,
// and from then on, until it answers in time again, it is asked beside the
// others and not among them. As long as its call has not returned it is not
// called again.
//
// What a source has reported once is remembered as long as the policy needs
// it, so that a source may report its newest landing alone. A landing in
// the future is not remembered.
//
// No goroutine runs before Run is called or after it returns, with one
// exception: Go cannot stop a source that does not return when its context
// is done. Run waits for it until its timeout, and then names it in its error.
//
// A clock that is set, back or forward by years, stops nothing: each check is
// looked at again within twice the longest time between two looks, as the
// machine's timers count it. (A mock clock's timers wait for the instant that
// they were made for: after setting one back, call Resume.)
//
// The zero Monitor has no checks and nobody to tell: Add them, and see Results.
// A Monitor must not be copied. Set its fields before Run. Its methods are
// safe for concurrent use by multiple goroutines.
type Monitor struct {
	// Clock is the time. Nil means clock.New, the real time.
	Clock clock.Clock

	// Parallel is how many sources are asked at once. Those that did not
	// answer in time when last asked have a quarter as many places of their
	// own, at least one. Zero or below means 8.
	Parallel int

	// Every is the longest time between two looks at a check, and so the
	// longest time until a landing is seen. A check may set its own.
	// Zero or below means 10 minutes.
	Every time.Duration

	// Jitter spreads the looks that fall on one instant over the time after
	// it, each check by its own constant share. Zero or below means not at all.
	Jitter time.Duration

	// Timeout is how long a source may take. A check may set its own.
	// Zero or below means 30 seconds.
	Timeout time.Duration

	// Remind is how often Changed is told of a state that lasts.
	// Zero or below means never.
	Remind time.Duration

	// Changed is told when the state of a check changes, after the result
	// has gone to all functions. Nil means nobody is told.
	Changed func(Event)

	observe []func(Result)
	wake    chan struct{} // tells Run that something has changed

	mu      sync.Mutex // guards what follows
	entries map[string]*entry
	queue   queue
	faults  faults
	running bool
}

// NewMonitor returns a monitor of checks that hands each result to the
// functions, in their order. Without functions, see [Monitor.Results].
// Faults of the checks are found here and returned by Run.
func NewMonitor(checks []Check, observe ...func(Result)) *Monitor {
	m := &Monitor{
		observe: slices.DeleteFunc(slices.Clone(observe), func(f func(Result)) bool { return f == nil }),
		wake:    make(chan struct{}, 1),
		entries: make(map[string]*entry, len(checks)),
	}
	for i, c := range checks {
		m.faults.under(indexed("checks", i), m.add(c))
	}
	return m
}

// Add adds a check, which is looked at as soon as Run runs. It returns the
// faults of the check; a name that the monitor knows already is one.
func (m *Monitor) Add(c Check) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.add(c); err != nil {
		return err
	}
	m.stir()
	return nil
}

func (m *Monitor) add(c Check) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if m.entries[c.id()] != nil {
		return &FieldError{"name", fmt.Errorf("%q comes twice", c.id())}
	}
	e := &entry{check: c}
	m.prepare()
	m.entries[c.id()] = e
	heap.Push(&m.queue, e)
	return nil
}

// prepare makes what a zero Monitor lacks.
func (m *Monitor) prepare() {
	if m.entries == nil {
		m.entries, m.wake = map[string]*entry{}, make(chan struct{}, 1)
	}
}

// Remove removes a check by its name, and reports whether there was one.
// A look that is under way gives no result any more.
func (m *Monitor) Remove(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[name]
	if e == nil {
		return false
	}
	delete(m.entries, name)
	e.removed = true
	if e.queued {
		heap.Remove(&m.queue, e.index)
	}
	return true
}

// Pause stops judging the checks of these names until an instant, which the
// zero time puts off for ever; without names, all that there are. Their sources
// are not asked, and they answer Unknown, paused. It returns an error that
// lists the names it does not know, and pauses the others.
func (m *Monitor) Pause(until time.Time, names ...string) error {
	return m.each(names, func(e *entry) { e.paused, e.until = true, until.Round(0) })
}

// Resume ends the pause of the checks of these names, without names of all,
// and looks at them. It returns an error that lists the names it does not
// know, and resumes the others.
func (m *Monitor) Resume(names ...string) error {
	return m.each(names, func(e *entry) { e.paused = false })
}

// each applies f to the entries of these names and makes them due.
func (m *Monitor) each(names []string, f func(*entry)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(names) == 0 {
		for _, e := range m.entries {
			names = append(names, e.check.id())
		}
	}
	var missing []string
	for _, name := range names {
		e := m.entries[name]
		if e == nil {
			missing = append(missing, name)
			continue
		}
		f(e)
		if e.again = true; e.queued {
			e.next = time.Time{}
			heap.Fix(&m.queue, e.index)
		}
	}
	m.stir()
	if missing != nil {
		return fmt.Errorf("freshness: the monitor has no check %q", missing)
	}
	return nil
}

// stir wakes Run, if it waits.
func (m *Monitor) stir() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// Results returns the last result of each check that has one, by check name.
func (m *Monitor) Results() []Result {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Result
	for _, e := range m.entries {
		if e.seen {
			list = append(list, e.last)
		}
	}
	slices.SortFunc(list, func(a, b Result) int { return strings.Compare(a.Check, b.Check) })
	return list
}

// Waiting returns the checks that have no result yet, by name.
func (m *Monitor) Waiting() []Check {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Check
	for _, e := range m.entries {
		if !e.seen {
			list = append(list, e.check)
		}
	}
	slices.SortFunc(list, func(a, b Check) int { return strings.Compare(a.id(), b.id()) })
	return list
}

func (m *Monitor) clock() clock.Clock {
	if m.Clock == nil {
		return clock.New()
	}
	return m.Clock
}

func (m *Monitor) parallel() int { return firstPositive(m.Parallel, 8) }

// timeout returns how long the source of a check may take.
func (m *Monitor) timeout(c Check) time.Duration {
	return firstPositive(c.Timeout, m.Timeout, 30*time.Second)
}

// every returns the longest time between two looks at a check.
func (m *Monitor) every(c Check) time.Duration {
	return firstPositive(c.Every, m.Every, 10*time.Minute)
}

func firstPositive[T int | time.Duration](values ...T) T {
	for _, v := range values {
		if v > 0 {
			return v
		}
	}
	return 0
}
