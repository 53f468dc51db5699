package sla

import "math"

// bookAt counts outcomes in the cell that begins at start. Where they are late, known is since when they are known; else never.
func (l *ledger) bookAt(start, good, bad, known int64) {
	if l.spec.slice > 0 {
		l.bookSlice(start, good, bad, known)
		return
	}
	l.book(tickOf(start), 0, good, bad, known)
}

// book counts outcomes at a tick. A rung above 0 says that they lie anywhere in its cell around the tick.
func (l *ledger) book(at int32, rung uint8, good, bad, known int64) {
	if good, bad = l.fit(at, good, bad); good|bad == 0 {
		return
	}
	l.pend(at, rung, good, bad)
	if known != never {
		l.noteLate(known, tickStart(int64(at)), addCounts(good, bad), Counts{good, bad})
	}
	if l.dense() == nil && rung == 0 && len(l.list.bytes) <= maxPacked {
		l.bookPacked(at, good, bad)
		return
	}
	l.bookDense(at, rung, good, bad)
}

// huge is from where counts, and what comes after them, are added up before they are booked, lest the sum wraps:
// so many smaller ones do not come.
const huge = 1 << 32

// fit answers what can be counted of some outcomes, and counts the rest as dropped:
// those before the floor, and those that would exceed the largest int64.
func (l *ledger) fit(at int32, good, bad int64) (int64, int64) {
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
func (l *ledger) all() Counts {
	if d := l.dense(); d != nil {
		return d.span(0, len(d.edges))
	}
	c, _ := l.list.sum(math.MinInt64, math.MaxInt64)
	return c
}

func (l *ledger) drop(good, bad int64) {
	if good|bad != 0 {
		a := &l.more().account
		a.dropped = addCounts(a.dropped, addCounts(good, bad))
	}
}

func (l *ledger) bookPacked(at int32, good, bad int64) {
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
func (l *ledger) expirePacked() {
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

func (l *ledger) raise(floor int64) { l.floor = max(l.floor, int32(floor)) }

// The window is divided into 64 parts, and nine of them, which need not touch, must hold outcomes before what lies a window before
// the first of the nine is forgotten. So neither a wrong instant nor a clock that is wrong for a while makes a ledger forget.
const (
	parts  = 64
	beyond = 9
)

// recent iterates over the ticks with counts, newest first.
func (l *ledger) recent() func(yield func(int32) bool) {
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

// oldest answers the tick before which nothing is needed, by the ticks with counts, newest first. It is where a widest cell begins.
func (l *ledger) oldest(recent func(yield func(int32) bool)) int64 {
	keep := int64(l.spec.keep()) / tick
	width := int(max(keep/parts, 1))
	part, seen := math.MaxInt, 0
	recent(func(at int32) bool {
		if p := floorDiv(int(at), width); p < part {
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
	floor, _ = block(int32(max(floor-keep-1, math.MinInt32/2)), topRung(l.spec.keep()))
	return floor
}

func (l *ledger) bookDense(at int32, rung uint8, good, bad int64) {
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
func (l *ledger) makeDense() *dense {
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

// manyAhead is how many cells a record may have beyond twice what it needs before those that lie after where the clock stands are merged
// as well. So many come together when old records are read in no order.
const manyAhead = 1024

// makeRoom merges and forgets cells, and takes more memory only if that was not enough.
func (l *ledger) makeRoom(d *dense) {
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

func (l *ledger) thin(d *dense, ahead bool) {
	d.thin(l.reference(), topRung(l.spec.keep()), ahead)
	floor := l.oldest(l.recent())
	d.expire(floor)
	l.raise(floor)
}

// reference is the tick where the clock stands, from which ages are counted: see ledger.
func (l *ledger) reference() int64 {
	known, lo := int64(l.known), int64(tickOf(l.lo))
	if l.known == noTick || lo > known && lo <= known+int64(Day)/tick {
		return lo
	}
	return known
}

// maxCells is how many cells the window needs at most, and some room. It makes 30 days fit into a size class of the runtime.
func maxCells(spec *ledgerSpec) int {
	top := topRung(spec.keep())
	cells, reach := 0, int64(0)
	for r := uint8(0); r <= top; r++ {
		next := int64(spec.keep())/tick*(parts+beyond+1)/parts + ladder[top]
		if r < top {
			next = min(next, buckets*ladder[r+1]+ladder[r+1])
		}
		cells += int(max(next-reach, 0)/ladder[r]) + 1
		reach = max(reach, next)
	}
	return cells + 2
}

// pinCalendar keeps the bounds of the window of the calendar in which a tick lies.
func (l *ledger) pinCalendar(d *dense, at int32) {
	if l.spec.window.unit == rolling || l.spec.window.unit == none {
		return
	}
	if d.calendar[0] <= at && at < d.calendar[1] {
		return
	}
	start, end := l.spec.window.At(instantOf(tickStart(int64(at))))
	d.calendar = [2]int32{tickUp(nanos(start)), tickUp(nanos(end))}
	d.pin(d.calendar[0])
	d.pin(d.calendar[1])
}
