package sla

import (
	"cmp"
	"encoding/binary"
	"math"
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
func (l *ledger) outcomeAt(at int64) (found outcome) {
	for d := range l.each(at, addNanos(at, 1)) {
		if d.at == at {
			found = d.outcome
		}
	}
	if at == math.MaxInt64 && len(l.list.bytes) > 0 && l.lo == at {
		found = l.list.bytes.newest().outcome
	}
	return found
}

func (l *ledger) setDue(d due) {
	if len(l.list.bytes) > 0 && d.at <= l.lo {
		l.repackDues(setDue(l.list.bytes.unpackDues(nil, l.lo), d))
		return
	}
	if cap(l.list.bytes)-len(l.list.bytes) < 4 && len(l.list.bytes) > 0 {
		l.repackDues(l.list.bytes.unpackDues(nil, l.lo))
	}
	distance := int64(0)
	if len(l.list.bytes) > 0 {
		distance = d.at - l.lo
	}
	l.list.bytes = l.list.bytes.pushDue(distance, d.outcome)
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

// repackDues writes the records anew, without what is too old.
func (l *ledger) repackDues(dues []due) {
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
	}
	l.list.bytes = l.list.bytes.packDues(dues[n:])
}

// A dueRun is a record of due instants: so many in a row, each as far from the one before, with one outcome.
// A year of working nights takes a few of them.
type dueRun struct {
	distance int64
	outcome
	n uint64
}

// What the low bits of a record say, above the two of the outcome.
const (
	inNanos   = 1 << 2 // the distance is in nanoseconds rather than minutes, its four highest bits apart
	manyTimes = 1 << 3 // there is more than one, and their number follows
)

// pushDue appends a due instant, which must come after all others.
func (p packed) pushDue(distance int64, o outcome) packed {
	run := dueRun{distance, o, 1}
	if len(p) > 0 && o.kind != late {
		last, before := p.popDues()
		if last.distance == distance && last.outcome == o {
			run.n, p = last.n+1, before
		}
	}
	return p.pushDues(run)
}

func (p packed) pushDues(run dueRun) packed {
	distance, marks := uint64(run.distance), uint64(run.kind-missing)
	minutes := distance%uint64(time.Minute) == 0
	if minutes {
		distance /= uint64(time.Minute)
	} else {
		marks |= inNanos
	}
	if run.n > 1 {
		marks |= manyTimes
	}
	var room [4 * binary.MaxVarintLen64]byte
	b := binary.AppendUvarint(room[:0], distance<<4|marks)
	if !minutes {
		b = binary.AppendUvarint(b, distance>>60)
	}
	if run.n > 1 {
		b = binary.AppendUvarint(b, run.n)
	}
	if run.kind == late {
		b = appendLateness(b, uint64(run.late))
	}
	slices.Reverse(b)
	return append(p.grow(len(b)), b...)
}

// appendLateness writes whole seconds as such.
func appendLateness(b []byte, n uint64) []byte {
	if n%uint64(time.Second) == 0 {
		return binary.AppendUvarint(b, n/uint64(time.Second)<<1)
	}
	return binary.AppendUvarint(b, n<<1|1)
}

// popDues answers the newest record, and the list before it.
func (p packed) popDues() (run dueRun, before packed) {
	head, p := p.number()
	run.kind, run.n = missing+outcomeKind(head&3), 1
	distance := head >> 4
	if head&inNanos != 0 {
		var high uint64
		high, p = p.number()
		distance |= high << 60
	} else {
		distance *= uint64(time.Minute)
	}
	run.distance = int64(distance)
	if head&manyTimes != 0 {
		run.n, p = p.number()
	}
	if run.kind == late {
		var by uint64
		by, p = p.number()
		run.late = time.Duration(by >> 1)
		if by&1 == 0 {
			run.late *= time.Second
		}
	}
	return run, p
}

func (p packed) newest() dueRun {
	run, _ := p.popDues()
	return run
}

// unpackDues appends the due instants, oldest first.
func (p packed) unpackDues(dst []due, newest int64) []due {
	first := len(dst)
	for len(p) > 0 {
		run, before := p.popDues()
		for range run.n {
			dst = append(dst, due{newest, run.outcome})
			newest -= run.distance
		}
		p = before
	}
	slices.Reverse(dst[first:])
	return dst
}

// packDues is the inverse of unpackDues. It writes over the list.
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
		for p := l.list.bytes; len(p) > 0; {
			run, before := p.popDues()
			for range run.n {
				if at < from {
					return
				}
				if at < to && !yield(due{at, run.outcome}) {
					return
				}
				at -= run.distance
			}
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
