package ledger

import (
	"math"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A Ledger keeps what was good and bad of one objective: see the comment of the package.
//
// A Ledger must not be copied, and is safe for concurrent use by multiple goroutines. Writers wait
// for readers no longer than a walk over the cells takes.
type Ledger struct {
	mu        sync.Mutex // guards all below
	spec      *Spec
	lo        int64    // where the open cell begins: where the clock stands, by what is recorded
	good, bad int64    // what the open cell holds beyond what is booked; bad is closed while none is open
	newest    int64    // the newest instant that was recorded
	list      cellList // what is booked while that is little, else in rest; or runs of due instants
	floor     int32    // what is before this tick is forgotten
	known     int32    // what Advance was last passed, rounded up; noTick before its first call
	rest      *ledgerRest
}

const (
	// Never is the instant that does not exist.
	Never = math.MinInt64

	closed = math.MinInt64 // adding to it never makes it a count
	noTick = math.MinInt32
)

// A ledgerRest is what only some ledgers need. A million nightly objectives have none.
type ledgerRest struct {
	dense     *dense        // what is booked, when that is more than packed should hold
	slices    *sliceLedger  // of slices
	undrained *undrained    // what this replica recorded since the last call of Drain
	late      []lateBooking // in the order in which they became known
	pins      []int32       // edges to keep, while there is no dense
	forgot    int64         // up to when late bookings were forgotten
	account   Account
	misses    uint8 // how many adds in a row were neither in the open cell nor soon after it
	missed    int64 // the last of them
	heavy     bool  // huge counts came
	openKnown int64 // since when what the open cell holds is known, where that is late; else Never
}

// A Spec is what a ledger keeps. It is never changed after its first use, and ledgers may share
// one. A Spec with neither Slice nor Deadlines counts events.
type Spec struct {
	Window    sla.Window
	Slice     time.Duration // how long a slice is; above 0: the ledger keeps a verdict on each slice
	Share     sla.Target    // of slices: which share of the events must be good; zero: all
	Deadlines bool          // the ledger keeps the outcomes of due instants
	Deltas    bool          // the ledger keeps what is recorded for Drain
}

// A Tally is what was counted in [From, To).
type Tally struct {
	sla.Counts
	From int64 // the first instant that was counted
	To   int64 // the first instant after it

	exact bool // nothing that SumAsOf needed was forgotten
}

// A Cell is a stretch of time with counts.
type Cell struct {
	Start int64 // the first instant in it
	End   int64 // the first instant after it; the same as Start for a due instant
	sla.Counts
}

// An Account is what a ledger has seen altogether.
type Account struct {
	Newest  int64 // the newest instant that was recorded; Never before there is one
	Late    int64 // outcomes that were booked late
	Dropped int64 // outcomes that were too old to be booked, or too many to be counted
}

// New returns an empty ledger. Ledgers of equal specs may share one pointer.
func New(spec *Spec) *Ledger {
	return &Ledger{spec: spec, bad: closed, newest: Never, known: noTick, floor: noTick}
}

// Respec changes the spec and keeps all counts. The kind, and the length of slices, must stay the
// same.
func (l *Ledger) Respec(spec *Spec) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	l.spec = spec
}

// more returns the rest, and makes it if there is none yet.
func (l *Ledger) more() *ledgerRest {
	if l.rest == nil {
		l.rest = &ledgerRest{forgot: Never, openKnown: Never}
	}
	return l.rest
}

// dense returns the dense record; nil while the packed list holds everything.
func (l *Ledger) dense() *dense {
	if l.rest == nil {
		return nil
	}
	return l.rest.dense
}

// Add counts events at an instant. Negative numbers count as 0. It allocates nothing while the
// instant is in the cell of the one before.
func (l *Ledger) Add(at, good, bad int64) {
	l.mu.Lock()

	// One comparison each: is the instant in the open cell, and is none of the numbers negative? A
	// sum that wraps is negative, and so is that with a closed cell.
	g, b := l.good+good, l.bad+bad
	if uint64(at-l.lo) < l.spec.cell() && good|bad|g|b >= 0 {
		l.good, l.bad = g, b
		l.newest = max(l.newest, at)
		if l.rest != nil {
			l.rest.misses = 0
		}
		l.mu.Unlock()
		return
	}

	l.addElsewhere(at, max(good, 0), max(bad, 0))
	l.mu.Unlock()
}

// addElsewhere counts events outside the open cell, or so many that its counts might wrap.
func (l *Ledger) addElsewhere(at, good, bad int64) {
	if good|bad == 0 {
		return
	}
	if l.spec.Deadlines {
		l.drop(good, bad)
		return
	}
	start := l.cellAt(at)
	known := l.moveClock(start, at)
	l.newest = max(l.newest, at)
	l.record(start, good, bad, known)
}

// moveClock opens the cell that begins at start if the clock may stand there. It returns since when
// an outcome at an instant is known, where that is late; else Never.
func (l *Ledger) moveClock(start, at int64) (known int64) {
	known = l.lateSince(at)
	if l.near(start) || l.missed(start) {
		l.open(start, known)
	}
	return known
}

// near reports whether the clock may have come to an instant since the last add, as far as one add
// can tell.
func (l *Ledger) near(start int64) bool {
	if l.newest == Never {
		return true
	}
	part := max(int64(l.spec.Keep())/parts, tick)
	soon := start <= exact.Add(l.lo, part) || l.known != noTick && start <= exact.Add(l.advanced(), part)
	return soon && start >= l.lo
}

// missed reports whether so many adds in a row were elsewhere, within half a window of each other,
// that the clock stands there.
func (l *Ledger) missed(start int64) bool {
	const many = 8
	r, reach := l.more(), int64(l.spec.Keep())/2
	if start < exact.Add(r.missed, -reach) || start > exact.Add(r.missed, reach) {
		r.misses = 0
	}
	r.missed = start
	r.misses++
	return r.misses >= many
}

// open makes the cell that begins at start the open one: adds into it cost next to nothing. known
// is since when they are known, where that is late.
func (l *Ledger) open(start, known int64) {
	l.fold()
	l.lo, l.good, l.bad = start, 0, 0
	if known != Never || l.rest != nil {
		r := l.more()
		r.openKnown, r.misses = known, 0
	}
}

// cellAt returns where the cell of the finest width, or the slice, of an instant begins.
func (l *Ledger) cellAt(at int64) int64 {
	if s := int64(l.spec.Slice); s > 0 {
		return SliceStart(SliceOf(at, s), s)
	}
	return tickStart(int64(tickOf(at)))
}

// cell returns how long an open cell is.
func (s *Spec) cell() uint64 {
	if s.Slice > 0 {
		return uint64(s.Slice)
	}
	return uint64(tick)
}

// fold books what the open cell holds. The cell stays open.
func (l *Ledger) fold() {
	if l.good > 0 || l.bad > 0 {
		good, bad := l.good, l.bad
		l.good, l.bad = 0, 0
		known := int64(Never)
		if l.rest != nil {
			known = l.rest.openKnown
		}
		l.record(l.lo, good, bad, known)
	}
}

// Advance moves the clock to the caller's present. It may go back.
func (l *Ledger) Advance(now int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known = tickUp(now)
	if l.bad != closed && exact.Add(l.lo, l.leeway()) < now {
		l.fold()
		l.bad = closed
	}
}

// advanced returns the instant that Advance was last passed, rounded up; Never before its first
// call.
func (l *Ledger) advanced() int64 {
	if l.known == noTick {
		return Never
	}
	return tickStart(int64(l.known))
}

// Account returns what the ledger has seen.
func (l *Ledger) Account() Account {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := Account{}
	if l.rest != nil {
		a = l.rest.account
	}
	a.Newest = l.newest
	return a
}

// Keep returns for how long counts are kept.
func (s *Spec) Keep() time.Duration { return s.Window.Longest() }
