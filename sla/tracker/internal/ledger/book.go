package ledger

import (
	"math"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// book counts outcomes at a tick, and returns those that were booked. A rung above 0 means that
// they lie anywhere in the cell of that width around the tick. Where they are late, known is since
// when they are known; else Never.
func (l *Ledger) book(at int32, rung uint8, good, bad, known int64) (booked sla.Counts) {
	if good, bad = l.fit(at, good, bad); good|bad == 0 {
		return sla.Counts{}
	}
	booked = sla.Counts{Good: good, Bad: bad}
	if known != Never {
		l.noteLate(known, tickStart(int64(at)), exact.AddCounts(good, bad), booked)
	}

	if l.dense() == nil && rung == 0 && len(l.list.bytes) <= maxPacked {
		l.bookPacked(at, good, bad)
	} else {
		l.bookDense(at, rung, good, bad)
	}
	return booked
}

// huge is the count from which on, for the rest of the ledger's life, all is added up before
// anything is booked, so that no sum wraps. Smaller counts do not come often enough to wrap.
const huge = 1 << 32

// fit returns what can be counted of some outcomes, and counts the rest as dropped: those before
// the floor, and those that would exceed the largest int64.
func (l *Ledger) fit(at int32, good, bad int64) (int64, int64) {
	if at < l.floor {
		l.drop(good, bad)
		return 0, 0
	}
	if good|bad >= huge {
		l.more().heavy = true
	}
	if d := l.dense(); d != nil && d.high != nil || l.rest != nil && l.rest.heavy {
		c := l.all()
		g, b := min(good, math.MaxInt64-c.Good), min(bad, math.MaxInt64-c.Bad)
		l.drop(good-g, bad-b)
		return g, b
	}
	return good, bad
}

// all adds up what is booked.
func (l *Ledger) all() sla.Counts {
	if d := l.dense(); d != nil {
		return d.span(0, len(d.edges))
	}
	c, _ := l.list.sum(math.MinInt64, math.MaxInt64)
	return c
}

// drop counts outcomes that are not booked, so that a report can show how many there were.
func (l *Ledger) drop(good, bad int64) {
	if good|bad != 0 {
		a := &l.more().account
		a.Dropped = exact.AddCounts(a.Dropped, exact.AddCounts(good, bad))
	}
}

// bookPacked books into the packed list. What is newest is written at its end, and only what is
// late writes it anew.
func (l *Ledger) bookPacked(at int32, good, bad int64) {
	switch {
	case len(l.list.bytes) == 0 || at > l.list.last:
		l.expirePacked()
		l.list.push(at, good, bad)
	case at == l.list.last:
		c := l.list.pop()
		l.list.push(at, c.good+good, c.bad+bad)
	default:
		var room [64]tickCounts
		l.list.pack(insert(l.list.unpack(room[:0]), at, good, bad))
	}
}

// expirePacked forgets the oldest cells when the list has no room.
func (l *Ledger) expirePacked() {
	if cap(l.list.bytes)-len(l.list.bytes) >= 4 {
		return
	}
	floor, list := l.oldest(l.recent()), l.list
	for len(list.bytes) > 0 && int64(list.last) >= floor {
		list.pop()
	}
	if n := len(list.bytes); n > 0 {
		l.raise(floor)
		l.list.bytes = l.list.bytes[:copy(l.list.bytes, l.list.bytes[n:])]
	}
}

// raise notes that everything before a tick is forgotten. It never goes back: what was forgotten
// stays so.
func (l *Ledger) raise(floor int64) { l.floor = max(l.floor, int32(floor)) }

// The window is divided into 64 parts. Nine of them, which need not touch, must hold outcomes
// before anything is forgotten that lies a window before the first of the nine. So neither one
// wrong instant nor a clock that is wrong for a while makes a ledger forget.
const (
	parts  = 64
	beyond = 9
)

// recent iterates over the ticks with counts, newest first.
func (l *Ledger) recent() func(yield func(int32) bool) {
	return func(yield func(int32) bool) {
		if d := l.dense(); d != nil {
			for i := len(d.edges) - 1; i >= 0 && yield(d.edges[i].at); i-- {
			}
			return
		}
		for list := l.list; len(list.bytes) > 0 && yield(list.last); list.pop() {
		}
	}
}

// oldest returns the tick before which nothing is needed, by the ticks with counts, newest first.
// It is one where a cell of the widest width begins.
func (l *Ledger) oldest(recent func(yield func(int32) bool)) int64 {
	keep := int64(l.spec.Keep()) / tick
	width := int(max(keep/parts, 1))
	part, seen := math.MaxInt, 0
	recent(func(at int32) bool {
		if p, _ := exact.FloorDiv(int(at), width); p < part {
			part = p
			seen++
		}
		return seen < beyond
	})
	if seen < beyond {
		return math.MinInt32
	}

	floor := min(int64(part)*int64(width), int64(tickOf(l.lo)))
	if l.known != noTick {
		floor = min(floor, int64(l.known)-1)
	}
	floor, _ = block(int32(max(floor-keep-1, math.MinInt32/2)), topRung(l.spec.Keep()))
	return floor
}

// bookDense books into the dense record, and makes it first if there is none. Edges come before
// counts: a pin inside a cell that has counts cannot divide them any more.
func (l *Ledger) bookDense(at int32, rung uint8, good, bad int64) {
	d := l.makeDense()
	l.pinCalendar(d, at)
	if rung > 0 {
		d.join(at, rung)
	}
	if d.full() {
		l.makeRoom(d)
	}
	d.add(at, good, bad)
}

// makeDense turns the packed list into a dense record.
func (l *Ledger) makeDense() *dense {
	rest := l.more()
	if rest.dense != nil {
		return rest.dense
	}
	d, limit := &dense{pins: rest.pins}, maxCells(l.spec)
	rest.pins = nil

	cells := l.list.unpack(nil)
	d.reserve(len(cells))
	for _, c := range cells {
		l.pinCalendar(d, c.at)
		d.insert(len(d.edges), c.at, 0)
		d.book(len(d.edges)-1, uint64(c.good), uint64(c.bad))
	}
	l.list, rest.dense = cellList{}, d

	if len(cells) > limit/2 {
		l.thin(d, false)
	}
	n := len(d.edges)
	d.reserve(max(n+1, min(n+n/4+4, limit)))
	return d
}

// manyAhead is how many cells a record may have beyond twice what it needs before those after where
// the clock stands are merged as well. So many come together when old records are read in no order.
const manyAhead = 1024

// makeRoom merges and forgets cells, and takes more memory only if that was not enough.
func (l *Ledger) makeRoom(d *dense) {
	const few = 8
	l.thin(d, false)
	limit := maxCells(l.spec)
	if len(d.edges) > 2*limit+manyAhead {
		l.thin(d, true)
	}

	switch n, room := len(d.edges), cap(d.edges)-len(d.edges); {
	case cap(d.edges) > limit && n <= limit-few:
		d.reserve(limit)
	case cap(d.edges) < limit && room < max(n/8, few):
		d.reserve(min(n+n/2+few, limit))
	case room < few:
		d.reserve(n + n/4 + few)
	}
}

// thin merges what is old, and forgets what no window needs.
func (l *Ledger) thin(d *dense, ahead bool) {
	d.thin(l.reference(), topRung(l.spec.Keep()), ahead)
	floor := l.oldest(l.recent())
	d.expire(floor)
	l.raise(floor)
}

// reference returns the tick where the clock stands, from which ages are counted: see the comment
// of the package.
func (l *Ledger) reference() int64 {
	known, lo := int64(l.known), int64(tickOf(l.lo))
	if l.known == noTick || lo > known && lo <= known+int64(sla.Day)/tick {
		return lo
	}
	return known
}

// maxCells returns how many cells a window needs at most, and a little room. 30 days then fit into
// a size class of the runtime.
func maxCells(spec *Spec) int {
	top := topRung(spec.Keep())
	cells, reach := 0, int64(0)
	for r := uint8(0); r <= top; r++ {
		next := int64(spec.Keep())/tick*(parts+beyond+1)/parts + ladder[top]
		if r < top {
			next = min(next, minCells*ladder[r+1]+ladder[r+1])
		}
		cells += int(max(next-reach, 0)/ladder[r]) + 1
		reach = max(reach, next)
	}
	return cells + 2
}
