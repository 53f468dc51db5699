package sla

import (
	"math"
	"sync"
	"time"
)

// A ledger keeps what was good and bad of one objective, by time, in bounded memory.
//
//	newLedger(spec)             an empty one; equal specs may share one pointer
//	respec(spec)                another window of the same kind: counts stay
//	add(at, good, bad)          events, and events of slices
//	observe(due, outcome)       the deadline kind; joins by rank
//	advance(now)                the live now of the caller; it may go back
//	pin(at)                     an edge that is kept from now on
//	sum(from, to)               counts, and the bounds that were really counted
//	sumAsOf(from, to, known)    without what was booked after known
//	trailing(at, lengths, into) the windows that end at an instant, under one lock, without allocating
//	cells(dst, from, to)        the cells with counts, oldest first
//	dues(dst, from, to)         the outcomes of due instants, oldest first
//	account()                   the newest instant, and what was late or dropped
//
// Instants are nanoseconds since 1970 and saturate: see nanos and instantOf.
//
// Resolution. A cell is 5 s wide, or at most 1/30 of its distance from where the clock stood when it was merged,
// and never wider than 1/30 of the window. The clock stands at the newest instant that was recorded or passed to advance:
// an instant more than a 64th of the window after that moves it only when eight adds in a row are about there,
// and one that is more than a day after what advance was told does not.
// Bounds of the window's own calendar, where they are multiples of 5 s from 1970, and pins are edges. So a window that ends
// at the newest instant is counted in at least 30 cells, from 150 s on, and by less than one cell too long:
// with t outcomes in it and n in the cell in which it begins, its burn rate is off by at most n / t / (1 − target).
// An objective with so few cells that they fit into a kilobyte keeps all at 5 s.
//
// Instants that are not true. Far-future ones and jumps of the clock cost resolution at most, not counts. Something is
// forgotten when it is a window older than where the clock stands, than what advance was told, and than nine distinct
// 64ths of the window that hold outcomes. What is that old on arrival is dropped, and counted as such.
// Whatever order adds come in, each is counted in its own cell.
//
// Memory. 96 bytes, and one or two for each outcome of a nightly or hourly job. Due instants that are as far apart and
// came to the same take a few bytes together, others three or four each. From a kilobyte on 13 bytes for each of at most
// 576 cells of a window of 30 days, and 30 cells more for each doubling of it.
// Slices take 24 bytes for each 64 of them, and late bookings 32 for each of the last 64.
//
// A ledger is safe for concurrent use. Writers wait for readers no longer than a walk over the cells takes.
type ledger struct {
	mu        sync.Mutex // guards all below
	spec      *ledgerSpec
	lo        int64    // where the open cell begins: where the clock stands, by what is recorded
	good, bad int64    // what the open cell holds, beyond what is booked already; bad is closed while there is none
	newest    int64    // the newest instant that was recorded
	list      cellList // what is booked, while that is little; else in rest. In the deadline kind its bytes are records of due instants
	floor     int32    // what is before this tick is forgotten
	known     int32    // what advance was last told, rounded up; noTick while it was not
	rest      *ledgerRest
}

const (
	closed = math.MinInt64 // adding to it never makes it a count
	never  = math.MinInt64
	noTick = math.MinInt32
)

// A ledgerRest is what only some ledgers need.
type ledgerRest struct {
	dense     *dense        // what is booked, when that is more than packed should hold
	slices    *sliceLedger  // of the slice kind
	pending   *pending      // what drain has not seen
	late      []lateBooking // in order of when they became known
	pins      []int32       // edges to keep, while there is no dense
	forgot    int64         // up to when late bookings were forgotten
	account   account
	misses    uint8 // how many adds in a row were neither in the open cell nor soon after it
	missed    int64 // the last of them
	applying  bool  // what is booked was recorded by another replica
	heavy     bool  // huge counts came
	openKnown int64 // since when what the open cell holds is known, where that is late; else never
}

// A ledgerSpec says what a ledger keeps. It is never changed after its first use.
type ledgerSpec struct {
	window    Window
	slice     time.Duration // above 0: the slice kind
	share     Target        // of slices: how many of its events must be good; zero: all
	deadlines bool          // the deadline kind
	deltas    bool          // keep for drain what was recorded
}

// A tally is what was counted in [from, to).
type tally struct {
	Counts
	from, to int64
	exact    bool // nothing that sumAsOf needed was forgotten
}

// A cell is a stretch of time with counts.
type cell struct {
	start, end int64
	Counts
}

// An account says what a ledger saw.
type account struct {
	newest  int64 // the newest instant that was recorded; the least int64 while there is none
	late    int64 // outcomes that were booked late
	dropped int64 // outcomes that were too old to be booked, or too many to be counted
}

func newLedger(spec *ledgerSpec) *ledger {
	return &ledger{spec: spec, bad: closed, newest: never, known: noTick, floor: noTick}
}

// respec changes what is kept. The kind, and the length of slices, must be the same.
func (l *ledger) respec(spec *ledgerSpec) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	l.spec = spec
}

// more answers the rest, which it makes when there is none yet.
func (l *ledger) more() *ledgerRest {
	if l.rest == nil {
		l.rest = &ledgerRest{forgot: never, openKnown: never}
	}
	return l.rest
}

func (l *ledger) dense() *dense {
	if l.rest == nil {
		return nil
	}
	return l.rest.dense
}

// add counts outcomes at an instant. What is negative counts as none.
func (l *ledger) add(at, good, bad int64) {
	l.mu.Lock()
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
	l.addSlow(at, max(good, 0), max(bad, 0))
	l.mu.Unlock()
}

// addSlow counts outcomes outside the open cell, or so many that they might wrap.
func (l *ledger) addSlow(at, good, bad int64) {
	if good|bad == 0 {
		return
	}
	if l.spec.deadlines {
		l.drop(good, bad)
		return
	}
	start := l.cellAt(at)
	known := l.lateSince(at)
	if l.near(start) || l.missed(start) {
		l.open(start, known)
	}
	l.newest = max(l.newest, at)
	l.bookAt(start, good, bad, known)
}

// near says whether the clock may have come to an instant since the last add, as far as one add can tell.
func (l *ledger) near(start int64) bool {
	if l.newest == never {
		return true
	}
	part := max(int64(l.spec.keep())/parts, tick)
	return start >= l.lo && (start <= addNanos(l.lo, part) || l.known != noTick && start <= addNanos(l.told(), part))
}

// missed says whether so many adds in a row were elsewhere, within half a window of each other, that the clock stands there.
func (l *ledger) missed(start int64) bool {
	const many = 8
	r, reach := l.more(), int64(l.spec.keep())/2
	if start < addNanos(r.missed, -reach) || start > addNanos(r.missed, reach) {
		r.misses = 0
	}
	r.missed = start
	r.misses++
	return r.misses >= many
}

func (l *ledger) open(start, known int64) {
	l.fold()
	l.lo, l.good, l.bad = start, 0, 0
	if known != never || l.rest != nil {
		r := l.more()
		r.openKnown, r.misses = known, 0
	}
}

// cellAt is where the cell of the finest width, or the slice, of an instant begins.
func (l *ledger) cellAt(at int64) int64 {
	if s := int64(l.spec.slice); s > 0 {
		return sliceStart(sliceOf(at, s), s)
	}
	return tickStart(int64(tickOf(at)))
}

// cell is how long an open cell is.
func (s *ledgerSpec) cell() uint64 {
	if s.slice > 0 {
		return uint64(s.slice)
	}
	return uint64(tick)
}

// fold books what the open cell holds. The cell stays open.
func (l *ledger) fold() {
	if l.good > 0 || l.bad > 0 {
		good, bad := l.good, l.bad
		l.good, l.bad = 0, 0
		known := int64(never)
		if l.rest != nil {
			known = l.rest.openKnown
		}
		l.bookAt(l.lo, good, bad, known)
	}
}

// advance tells the live now of the caller.
func (l *ledger) advance(now int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known = tickUp(now)
	if l.bad != closed && addNanos(l.lo, l.leeway()) < now {
		l.fold()
		l.bad = closed
	}
}

// told is the instant that advance was last told, rounded up; never while it was not.
func (l *ledger) told() int64 {
	if l.known == noTick {
		return never
	}
	return tickStart(int64(l.known))
}

// account answers what the ledger saw.
func (l *ledger) account() account {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := account{}
	if l.rest != nil {
		a = l.rest.account
	}
	a.newest = l.newest
	return a
}

// keep is how long counts are kept: the longest that the window can be.
func (s *ledgerSpec) keep() time.Duration {
	switch s.window.unit {
	case rolling:
		return s.window.length
	case day:
		return Day + 3*time.Hour
	case week:
		return 7*Day + 3*time.Hour
	case month:
		return 31*Day + 3*time.Hour
	case quarter:
		return 92*Day + 3*time.Hour
	}
	return 366*Day + 3*time.Hour
}
