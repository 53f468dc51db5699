package sla

import (
	"math"
	"time"
)

// observeTime counts the time between the result before and this one, by the nanosecond, in the slices that it lies in:
//
//	kept    while an earlier result proved it (its FreshUntil), and from the newest landing of a result that is kept
//	broken  from there until that landing; all the while, if this result is broken too
//	neither where the result before or this one could not be measured, beyond what others prove
//
// The limit is until when the newest landing of a broken result had kept the promise.
func (f *follower) observeTime(l *ledger, spec *ledgerSpec, now *look, limit int64) {
	was, at := &f.look, now.at
	c := timeCounter{f, l, int64(spec.slice)}
	floor := addNanos(addNanos(at, -int64(spec.keep())), -int64(spec.keep())) // what is older is in no window
	c.skip(floor)
	if was.excused() {
		f.excuse(f.through, was.pausedTo(at), floor)
		c.skip(was.pausedTo(at))
	}
	c.count(min(f.proven, at), true)
	if was.kept() || was.stale() {
		f.sinceLook(c, was, now, limit)
	}
	if now.stale() && limit != never {
		c.skip(limit)
		c.count(at, false)
	}
	switch {
	case now.kept() && (was.kept() || was.stale()):
		c.count(at, true)
	case now.kept() && now.landed && now.landing > was.at:
		c.skip(now.landing)
		c.count(at, true)
	}
	c.skip(at)
}

// sinceLook counts the time after what the result before proves.
func (f *follower) sinceLook(c timeCounter, was, now *look, limit int64) {
	renewed := now.landed && now.landing > f.through // by the newest landing, which is taken for the one that did it
	switch {
	case now.kept() && renewed:
		c.count(now.landing, false)
	case now.stale() && renewed:
		c.count(now.landing, false)
		if limit != never {
			c.count(limit, true)
		}
		c.count(now.at, false)
	case now.stale():
		c.count(now.at, false)
	}
}

// prove notes until when the newest look proves the promise to be kept. One that could not be measured disproves nothing.
func (f *follower) prove() {
	switch l := &f.look; {
	case l.kept() && l.freshUntil == never:
		f.proven = math.MaxInt64
	case l.kept():
		f.proven = l.freshUntil
	case l.stale():
		f.proven = never
	}
}

// pausedTo is until when nothing is judged, at most until an instant.
func (l *look) pausedTo(at int64) int64 {
	if l.until() == never {
		return at
	}
	return min(l.until(), at)
}

// mostExcused is how many stretches of excused time are remembered.
const mostExcused = 512

// excuse remembers that nothing was judged on purpose, and forgets what ended before an instant.
func (f *follower) excuse(from, to, floor int64) {
	if from >= to {
		return
	}
	if n := len(f.excusedTime); n > 0 && f.excusedTime[n-1].to >= from {
		f.excusedTime[n-1].to = max(to, f.excusedTime[n-1].to)
		return
	}
	for len(f.excusedTime) > 0 && (f.excusedTime[0].to < floor || len(f.excusedTime) >= mostExcused) {
		f.excusedTime = f.excusedTime[1:]
	}
	f.excusedTime = append(f.excusedTime, span{from, to})
}

// A timeCounter counts time in one direction: what is before through has been counted, or will never be.
type timeCounter struct {
	f      *follower
	ledger *ledger
	length int64 // of a slice
}

// skip leaves time uncounted until an instant.
func (c timeCounter) skip(to int64) { c.f.through = max(c.f.through, to) }

// count counts time until an instant as kept or broken. A slice goes to the ledger when it is over.
func (c timeCounter) count(to int64, kept bool) {
	f := c.f
	for f.through < to {
		n := sliceOf(f.through, c.length)
		end := min(to, sliceStart(n+1, c.length))
		if n != f.slice {
			c.settle()
			f.slice = n
		}
		f.part = f.part.Add(timed(end-f.through, kept))
		f.through = end
	}
}

func (c timeCounter) settle() {
	if c.f.part != (Counts{}) {
		c.ledger.add(sliceStart(c.f.slice, c.length), c.f.part.Good, c.f.part.Bad)
		c.f.part = Counts{}
	}
}

func timed(ns int64, kept bool) Counts {
	if kept {
		return Counts{Good: ns}
	}
	return Counts{Bad: ns}
}

// ahead counts the slices that are not in the ledger: the one in progress, and those that are proven to be kept
// until an instant; of them those that touch [from, to).
func (f *follower) ahead(s *ledgerSpec, from, to int64) (c Counts) {
	length := int64(s.slice)
	first, end := sliceOf(from, length), sliceUp(to, length)
	part, proven := f.part, max(f.through, min(f.proven, to))
	next := f.slice + 1
	if f.slice == never || sliceOf(f.through, length) != f.slice {
		next = sliceOf(f.through, length)
	} else {
		part.Good += max(0, min(proven, sliceStart(next, length))-f.through)
	}
	if part != (Counts{}) && f.slice >= first && f.slice < end {
		c = c.Add(verdict(s.share, part))
	}
	if proven > f.through {
		if n := min(sliceUp(proven, length), end) - max(next, first); n > 0 {
			c.Good += n
		}
	}
	return c
}

// verdict says whether a slice with such counts is good.
func verdict(share Target, c Counts) Counts {
	if (Budget{Target: share, Counts: c}).State() == Breached {
		return Counts{Bad: 1}
	}
	return Counts{Good: 1}
}

// excusedSlices counts the slices that lie in excused time as a whole, of those numbered [first, end).
func (f *follower) excusedSlices(length time.Duration, first, end int64) (n int64) {
	for _, s := range f.excusedTime {
		n += max(0, min(sliceOf(s.to, int64(length)), end)-max(sliceUp(s.from, int64(length)), first))
	}
	return n
}
