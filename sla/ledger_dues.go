package sla

import (
	"cmp"
	"encoding/binary"
	"slices"
	"time"
)

// An outcomeKind says what became of a due instant. A larger one is the better evidence and wins, whatever order it comes in:
// late tells more than missing, an excuse is somebody's decision about both, and a landing that was proven in time needs none.
type outcomeKind int8

const (
	notDue  outcomeKind = iota // nothing is known; counts as nothing
	missing                    // nothing landed; bad
	late                       // landed, but after the due instant; bad
	excused                    // does not count
	onTime                     // good
)

// An outcome is what became of a due instant.
type outcome struct {
	kind outcomeKind
	late time.Duration // of a late one: by how much
}

// A due is a due instant, and what became of it.
type due struct {
	at int64
	outcome
}

// beats says whether an outcome is better evidence than another. Of two late ones it is the less late, which was the first to land.
func (o outcome) beats(other outcome) bool {
	return o.kind > other.kind || o.kind == late && other.kind == late && o.late < other.late
}

func (o outcome) counts() Counts {
	switch o.kind {
	case onTime:
		return Counts{Good: 1}
	case missing, late:
		return Counts{Bad: 1}
	}
	return Counts{}
}

// proper is an outcome in its one form.
func (o outcome) proper() outcome {
	switch {
	case o.kind < notDue || o.kind > onTime:
		return outcome{}
	case o.kind == late:
		return outcome{late, max(o.late, 1)}
	}
	return outcome{kind: o.kind}
}

// observe joins what is known about a due instant with an outcome, and says whether that changed it.
func (l *ledger) observe(at int64, o outcome) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.join(at, o)
}

func (l *ledger) join(at int64, o outcome) bool {
	if !l.spec.deadlines {
		return false
	}
	o = o.proper()
	was := l.outcomeAt(at)
	if !o.beats(was) {
		return false
	}
	if tickOf(at) < l.floor {
		l.drop(1, 0)
		return false
	}
	if was.kind != notDue {
		l.noteChange(l.clock(), at, minus(o.counts(), was.counts()))
	}
	l.pendDue(due{at, o})
	l.setDue(due{at, o})
	return true
}

func minus(a, b Counts) Counts { return Counts{Good: a.Good - b.Good, Bad: a.Bad - b.Bad} }

// outcomeAt answers what is known about a due instant. The newest one is in lo.
func (l *ledger) outcomeAt(at int64) outcome {
	for d, p := (due{at: l.lo}), l.list.bytes; len(p) > 0 && d.at >= at; {
		var distance int64
		distance, d.outcome, p = p.popDue()
		if d.at == at {
			return d.outcome
		}
		d.at -= distance
	}
	return outcome{}
}

func (l *ledger) setDue(d due) {
	switch {
	case len(l.list.bytes) == 0:
		l.list.bytes = l.list.bytes.pushDue(0, d.outcome)
	case d.at > l.lo:
		l.expireDues()
		l.list.bytes = l.list.bytes.pushDue(d.at-l.lo, d.outcome)
	default:
		l.list.bytes = l.list.bytes.packDues(setDue(l.list.bytes.unpackDues(nil, l.lo), d))
		return
	}
	l.lo = d.at
	l.newest = max(l.newest, d.at)
}

func setDue(dues []due, d due) []due {
	i, found := slices.BinarySearchFunc(dues, d.at, func(d due, at int64) int { return cmp.Compare(d.at, at) })
	if found {
		dues[i] = d
		return dues
	}
	return slices.Insert(dues, i, d)
}

// expireDues forgets the oldest records when the list has no room.
func (l *ledger) expireDues() {
	if cap(l.list.bytes)-len(l.list.bytes) >= 4 {
		return
	}
	dues := l.list.bytes.unpackDues(nil, l.lo)
	floor := l.oldest(func(yield func(int32) bool) {
		for i := len(dues) - 1; i >= 0 && yield(tickOf(dues[i].at)); i-- {
		}
	})
	n := 0
	for n < len(dues) && int64(tickOf(dues[n].at)) < floor {
		n++
	}
	if n > 0 {
		l.raise(floor)
		l.list.bytes = l.list.bytes.packDues(dues[n:])
	}
}

// inNanos says that a distance or lateness is in nanoseconds, rather than in minutes or seconds.
const inNanos = 1

func (p packed) pushDue(distance int64, o outcome) packed {
	var room [2 * binary.MaxVarintLen64]byte
	head, unit := uint64(distance), uint64(inNanos)
	if head%uint64(time.Minute) == 0 {
		head, unit = head/uint64(time.Minute), 0
	}
	// Two of the 64 bits of a distance in nanoseconds may be lost below the mark and kind: they stand in front.
	b := binary.AppendUvarint(room[:0], head<<3|unit<<2|uint64(o.kind-missing))
	if unit == inNanos {
		b = binary.AppendUvarint(b, head>>61)
	}
	if o.kind == late {
		b = appendLateness(b, uint64(o.late))
	}
	slices.Reverse(b)
	return append(p.grow(len(b)), b...)
}

func appendLateness(b []byte, n uint64) []byte {
	if n%uint64(time.Second) == 0 {
		return binary.AppendUvarint(b, n/uint64(time.Second)<<1)
	}
	return binary.AppendUvarint(b, n<<1|inNanos)
}

func (p packed) popDue() (distance int64, o outcome, before packed) {
	head, p := p.number()
	o.kind = missing + outcomeKind(head&3)
	n := head >> 3
	if head>>2&1 == inNanos {
		var high uint64
		high, p = p.number()
		n |= high << 61
	} else {
		n *= uint64(time.Minute)
	}
	if o.kind == late {
		var by uint64
		by, p = p.number()
		o.late = time.Duration(by >> 1)
		if by&1 != inNanos {
			o.late *= time.Second
		}
	}
	return int64(n), o, p
}

// unpackDues appends the records, oldest first.
func (p packed) unpackDues(dst []due, newest int64) []due {
	first := len(dst)
	for len(p) > 0 {
		distance, o, before := p.popDue()
		dst = append(dst, due{newest, o})
		newest -= distance
		p = before
	}
	slices.Reverse(dst[first:])
	return dst
}

func (p packed) packDues(dues []due) packed {
	p = p[:0]
	for i, d := range dues {
		distance := int64(0)
		if i > 0 {
			distance = d.at - dues[i-1].at
		}
		p = p.pushDue(distance, d.outcome)
	}
	return p
}

// each iterates over the due instants in [from, to), newest first.
func (l *ledger) each(from, to int64) func(yield func(due) bool) {
	return func(yield func(due) bool) {
		at := l.lo
		for p := l.list.bytes; len(p) > 0 && at >= from; {
			distance, o, before := p.popDue()
			if at < to && !yield(due{at, o}) {
				return
			}
			at -= distance
			p = before
		}
	}
}

// sumDues counts due instants, of which none is rounded.
func (l *ledger) sumDues(from, to int64) tally {
	t := tally{from: from, to: to, exact: true}
	for d := range l.each(from, to) {
		t.Counts = t.Counts.Add(d.counts())
	}
	return t
}

// dues appends the outcomes of the due instants in [from, to), oldest first. Those that are excused are among them.
func (l *ledger) dues(dst []due, from, to int64) []due {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := len(dst)
	for d := range l.each(from, to) {
		dst = append(dst, d)
	}
	slices.Reverse(dst[first:])
	return dst
}

// dueCells answers a cell without length for each due instant that counts.
func (l *ledger) dueCells(dst []cell, from, to int64) []cell {
	first := len(dst)
	for d := range l.each(from, to) {
		if c := d.counts(); c != (Counts{}) {
			dst = append(dst, cell{d.at, d.at, c})
		}
	}
	slices.Reverse(dst[first:])
	return dst
}
