package monitor

import (
	"container/heap"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A Monitor runs many checks, each when its result can have changed.
//
// Each run of a check ends in a result, and each result goes to the functions given to [New], one
// after the other, in their order. They are called from one goroutine with no lock held, and may
// call any method except Run. They should return soon, because the next result waits for them.
//
// The zero Monitor has no checks and no functions: [Monitor.Add] checks, and read
// [Monitor.Results]. A Monitor must not be copied. Set its fields before Run. Its methods are safe
// for concurrent use by multiple goroutines.
type Monitor struct {
	// Clock is the time. Nil means clock.New, the real time.
	Clock clock.Clock

	// Parallel is how many sources are asked at once. Those that did not return in time when last
	// asked have a quarter as many places of their own, at least one. Zero or below means 8.
	Parallel int

	// Every is the longest time between two runs of a check, and so the longest time until a
	// landing is noticed. A check may set its own. Zero or below means 10 minutes.
	Every time.Duration

	// Jitter spreads the runs that fall on one instant over the time after it, each check by a
	// constant part of Jitter that its name decides. Zero or below means no spreading.
	Jitter time.Duration

	// Timeout is how long a source may take. A check may set its own. Zero or below means 30
	// seconds.
	Timeout time.Duration

	// Remind is the time between two reminders of a state that lasts. Zero or below means no
	// reminders. A check that is paused or outside its hours has none.
	Remind time.Duration

	// Changed is called when the state of a check changes, after the result has gone to all
	// functions given to New. Nil means that no changes are reported.
	Changed func(Change)

	observe []func(freshness.Result)
	wake    chan struct{} // wakes Run

	mu      sync.Mutex // guards what follows
	entries map[string]*entry
	queue   queue
	faults  fault.List
	running bool
}

// New returns a Monitor of checks that hands each result to the observe functions, in their order.
// Nil functions are left out. Without functions, read [Monitor.Results]. Faults of the checks are
// found here, and returned by Run.
func New(checks []freshness.Check, observe ...func(freshness.Result)) *Monitor {
	m := &Monitor{wake: make(chan struct{}, 1), entries: make(map[string]*entry, len(checks))}
	for _, f := range observe {
		if f != nil {
			m.observe = append(m.observe, f)
		}
	}
	for i, c := range checks {
		m.faults.Below(fault.Element("checks", i), m.add(c))
	}
	return m
}

// Add adds a check, which runs at once if the monitor does. It returns the faults of the check; a
// name that the monitor has already is one.
func (m *Monitor) Add(c freshness.Check) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.add(c); err != nil {
		return err
	}
	m.stir()
	return nil
}

func (m *Monitor) add(c freshness.Check) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if m.entries[c.ID()] != nil {
		return fault.New("name", "%s comes twice", plain.Quote(c.ID()))
	}

	e := &entry{check: c}
	m.prepare()
	m.entries[c.ID()] = e
	heap.Push(&m.queue, e)
	return nil
}

// prepare makes what a zero Monitor lacks.
func (m *Monitor) prepare() {
	if m.entries == nil {
		m.entries, m.wake = map[string]*entry{}, make(chan struct{}, 1)
	}
}

// Remove removes a check by its name, and reports whether there was one. A call of its source that
// is under way gives no result any more.
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

// Pause pauses the named checks until an instant; the zero instant pauses them until Resume. A
// paused check does not ask its source, and its results are Unknown, paused. Names that the monitor
// does not have are listed in the error; the others are paused all the same.
func (m *Monitor) Pause(until time.Time, name string, more ...string) error {
	return m.named(append([]string{name}, more...), pause(until))
}

// PauseAll pauses all checks that the monitor has now, as [Monitor.Pause] does. A check that is
// added later is not paused.
func (m *Monitor) PauseAll(until time.Time) { m.all(pause(until)) }

// Resume ends the pause of the named checks, and runs each of them at once, paused or not. Names
// that the monitor does not have are listed in the error; the others are resumed all the same.
func (m *Monitor) Resume(name string, more ...string) error {
	return m.named(append([]string{name}, more...), resume)
}

// ResumeAll resumes all checks, as [Monitor.Resume] does.
func (m *Monitor) ResumeAll() { m.all(resume) }

func pause(until time.Time) func(*entry) {
	return func(e *entry) { e.paused, e.until = true, until.Round(0) }
}

func resume(e *entry) { e.paused = false }

// named applies a change to the checks of these names.
func (m *Monitor) named(names []string, change func(*entry)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var unknown []string
	for _, name := range names {
		if e := m.entries[name]; e != nil {
			m.apply(change, e)
		} else {
			unknown = append(unknown, name)
		}
	}

	m.stir()
	if unknown != nil {
		return fmt.Errorf("monitor: there is no check %q", unknown)
	}
	return nil
}

// all applies a change to all checks.
func (m *Monitor) all(change func(*entry)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.entries {
		m.apply(change, e)
	}
	m.stir()
}

// apply changes an entry and makes it due. The caller holds the mutex.
func (m *Monitor) apply(change func(*entry), e *entry) {
	change(e)
	if e.again = true; e.queued {
		e.next = time.Time{}
		heap.Fix(&m.queue, e.index)
	}
}

// stir wakes Run, if it waits. One wake is enough for any number of changes.
func (m *Monitor) stir() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// Results returns the last result of each check that has one, ordered by check name.
func (m *Monitor) Results() []freshness.Result {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []freshness.Result
	for _, e := range m.entries {
		if e.seen {
			list = append(list, e.last)
		}
	}
	slices.SortFunc(list, func(a, b freshness.Result) int { return strings.Compare(a.Check, b.Check) })
	return list
}

// Waiting returns the checks that have no result yet, ordered by name.
func (m *Monitor) Waiting() []freshness.Check {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []freshness.Check
	for _, e := range m.entries {
		if !e.seen {
			list = append(list, e.check)
		}
	}
	slices.SortFunc(list, func(a, b freshness.Check) int { return strings.Compare(a.ID(), b.ID()) })
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
func (m *Monitor) timeout(c freshness.Check) time.Duration {
	return firstPositive(c.Timeout, m.Timeout, 30*time.Second)
}

// every returns the longest time between two runs of a check.
func (m *Monitor) every(c freshness.Check) time.Duration {
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
