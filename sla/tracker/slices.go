package tracker

import (
	"math"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// A timeState is how far the time of an objective has been counted.
type timeState struct {
	proven      int64      // until when the promise is proven to be kept, by all that was observed
	through     int64      // what is before it has been counted
	slice       int64      // the number of the slice in progress, which is not in the ledger yet
	part        sla.Counts // nanoseconds kept and broken in that slice
	excusedTime []span     // stretches in which nothing was judged on purpose, in order
}

// observeTime counts the time between the result before and this one, by the nanosecond, in the
// slices that it lies in:
//
//	kept    while an earlier result proved it (its FreshUntil), and from the newest landing of a kept result
//	broken  from there until that landing; all the while, if this result is broken too
//	neither where the result before or this one could not be measured, beyond what others prove
//
// limit is until when the newest landing of a broken result had kept the promise.
func (f *follower) observeTime(l *ledger.Ledger, spec *ledger.Spec, now *packedResult, limit int64) {
	was, at := &f.newest, now.at
	c := timeCounter{f, l, int64(spec.Slice)}
	keep := int64(spec.Keep())
	floor := exact.Add(exact.Add(at, -keep), -keep) // what is older is in no window
	c.skip(floor)
	if was.excused() {
		f.excuse(f.through, was.pausedTo(at), floor)
		c.skip(was.pausedTo(at))
	}

	c.count(min(f.proven, at), true)
	if was.kept() || was.stale() {
		f.sinceResult(c, was, now, limit)
	}
	if now.stale() && limit != ledger.Never {
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

// sinceResult counts the time after what the result before proves. The newest landing is taken for
// the one that ended it.
func (f *follower) sinceResult(c timeCounter, was, now *packedResult, limit int64) {
	renewed := now.landed && now.landing > f.through
	switch {
	case now.kept() && renewed:
		c.count(now.landing, false)
	case now.stale() && renewed:
		c.count(now.landing, false)
		if limit != ledger.Never {
			c.count(limit, true)
		}
		c.count(now.at, false)
	case now.stale():
		c.count(now.at, false)
	}
}

// prove notes until when the newest result proves the promise to be kept. One that could not be
// measured disproves nothing.
func (f *follower) prove() {
	switch p := &f.newest; {
	case p.kept() && p.freshUntil == ledger.Never:
		f.proven = math.MaxInt64
	case p.kept():
		f.proven = p.freshUntil
	case p.stale():
		f.proven = ledger.Never
	}
}

// pausedTo returns until when nothing is judged, at most until an instant.
func (p *packedResult) pausedTo(at int64) int64 {
	if p.until() == ledger.Never {
		return at
	}
	return min(p.until(), at)
}

// maxExcused is how many stretches of excused time are remembered.
const maxExcused = 512

// excuse remembers that nothing was judged on purpose, and drops what ended before floor.
func (f *follower) excuse(from, to, floor int64) {
	if from >= to {
		return
	}
	if n := len(f.excusedTime); n > 0 && f.excusedTime[n-1].to >= from {
		f.excusedTime[n-1].to = max(to, f.excusedTime[n-1].to)
		return
	}
	for len(f.excusedTime) > 0 && (f.excusedTime[0].to < floor || len(f.excusedTime) >= maxExcused) {
		f.excusedTime = f.excusedTime[1:]
	}
	f.excusedTime = append(f.excusedTime, span{from, to})
}

// A timeCounter counts time in one direction: what is before through has been counted, or never
// will be.
type timeCounter struct {
	f      *follower
	ledger *ledger.Ledger
	length int64 // of a slice
}

// skip leaves time uncounted until an instant.
func (c timeCounter) skip(to int64) { c.f.through = max(c.f.through, to) }

// count counts time until an instant as kept or broken. A slice goes to the ledger when it is over.
func (c timeCounter) count(to int64, kept bool) {
	f := c.f
	for f.through < to {
		n := ledger.SliceOf(f.through, c.length)
		end := min(to, ledger.SliceStart(n+1, c.length))
		if n != f.slice {
			c.settle()
			f.slice = n
		}
		f.part = f.part.Add(timed(end-f.through, kept))
		f.through = end
	}
}

// settle adds the slice in progress to the ledger.
func (c timeCounter) settle() {
	if c.f.part != (sla.Counts{}) {
		c.ledger.Add(ledger.SliceStart(c.f.slice, c.length), c.f.part.Good, c.f.part.Bad)
		c.f.part = sla.Counts{}
	}
}

// timed returns time as counts: nanoseconds kept or broken.
func timed(ns int64, kept bool) sla.Counts {
	if kept {
		return sla.Counts{Good: ns}
	}
	return sla.Counts{Bad: ns}
}

// ahead counts the slices that touch [from, to) and are not in the ledger: the one in progress, and
// those that are proven to be kept until to.
func (f *follower) ahead(s *ledger.Spec, from, to int64) (c sla.Counts) {
	length := int64(s.Slice)
	first, end := ledger.SliceOf(from, length), ledger.SliceUp(to, length)
	part, proven := f.part, max(f.through, min(f.proven, to))

	// The slice in progress, with what is proven of it. Once through is in another slice, it can
	// only be judged as it is.
	next := f.slice + 1
	if f.slice == ledger.Never || ledger.SliceOf(f.through, length) != f.slice {
		next = ledger.SliceOf(f.through, length)
	} else {
		part.Good += max(0, min(proven, ledger.SliceStart(next, length))-f.through)
	}
	if part != (sla.Counts{}) && f.slice >= first && f.slice < end {
		c = c.Add(verdict(s.Share, part))
	}

	if proven > f.through {
		if n := min(ledger.SliceUp(proven, length), end) - max(next, first); n > 0 {
			c.Good += n
		}
	}
	return c
}

// verdict returns a slice with such counts, as one that is good or bad.
func verdict(share sla.Target, c sla.Counts) sla.Counts {
	if (sla.Budget{Target: share, Counts: c}).State() == sla.StateBreached {
		return sla.Counts{Bad: 1}
	}
	return sla.Counts{Good: 1}
}

// excusedSlices counts the slices numbered [first, end) that lie in excused time as a whole.
func (f *follower) excusedSlices(length time.Duration, first, end int64) (n int64) {
	for _, s := range f.excusedTime {
		from, to := ledger.SliceUp(s.from, int64(length)), ledger.SliceOf(s.to, int64(length))
		n += max(0, min(to, end)-max(from, first))
	}
	return n
}
