package ledger

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A sliceLedger keeps a verdict on each slice of time, two bits a slice, in words of 64 slices.
// Words without a verdict are not kept. Where a verdict depends on a share, the counts of the
// newest slices are kept too: only those can be judged anew.
type sliceLedger struct {
	words  []sliceWord   // sorted
	counts []sliceCounts // sorted; of the newest slices
}

// A sliceWord is 64 slices: one bit each for good and for bad, and neither for those without a
// verdict.
type sliceWord struct {
	at        int64 // the number of its first slice, divided by 64
	good, bad uint64
}

// A sliceCounts is a slice, by its number, with the events in it.
type sliceCounts struct {
	slice int64
	sla.Counts
}

// judgedAnew is how many slices with counts can still be judged anew.
const judgedAnew = 64

// SliceOf returns the number of the slice that holds an instant, counted from 1970.
func SliceOf(at, length int64) int64 {
	n, _ := exact.FloorDiv(at, length)
	return n
}

// SliceUp returns the number of the first slice that begins at an instant or after it.
func SliceUp(at, length int64) int64 {
	n, rest := exact.FloorDiv(at, length)
	if rest > 0 {
		n++
	}
	return n
}

// SliceStart returns the instant at which a slice begins. It saturates.
func SliceStart(n, length int64) int64 {
	hi, lo := bits.Mul64(uint64(max(n, -n)), uint64(length))
	switch {
	case hi == 0 && lo <= math.MaxInt64:
		return n * length
	case n > 0:
		return math.MaxInt64
	}
	return math.MinInt64
}

// sliceLedger returns the record of slices, and makes it if there is none yet.
func (l *Ledger) sliceLedger() *sliceLedger {
	r := l.more()
	if r.slices == nil {
		r.slices = &sliceLedger{}
	}
	return r.slices
}

// bookSlice counts outcomes in a slice, judges it anew, and reports whether they were booked. Where
// they are late, known is since when they are known; else Never.
func (l *Ledger) bookSlice(c sliceCounts, known int64) bool {
	s, start := l.sliceLedger(), SliceStart(c.slice, int64(l.spec.Slice))
	was := s.verdict(c.slice)
	now, ok := s.judge(l.spec.Share, c, was)
	if !ok || tickOf(start) < l.floor {
		l.drop(c.Good, c.Bad)
		return false
	}

	if known != Never {
		l.noteLate(known, start, exact.AddCounts(c.Good, c.Bad), minus(now, was))
	}
	if now != was {
		l.roomForSlice(s)
		s.set(c.slice, now)
	}
	return true
}

// verdict returns one good, one bad, or neither.
func (s *sliceLedger) verdict(n int64) sla.Counts {
	i, found := s.word(n >> 6)
	if !found {
		return sla.Counts{}
	}
	return s.words[i].verdict(n)
}

// verdict returns that of one of the word's slices.
func (w sliceWord) verdict(n int64) sla.Counts {
	return sla.Counts{Good: int64(w.good >> (n & 63) & 1), Bad: int64(w.bad >> (n & 63) & 1)}
}

// word returns the word of that number; or false, and the place where it would be.
func (s *sliceLedger) word(at int64) (int, bool) {
	return slices.BinarySearchFunc(s.words, at, func(w sliceWord, at int64) int {
		return cmp.Compare(w.at, at)
	})
}

// compareSlices orders slices, for a search by number.
func compareSlices(c sliceCounts, n int64) int { return cmp.Compare(c.slice, n) }

// set replaces the verdict on a slice.
func (s *sliceLedger) set(n int64, c sla.Counts) {
	i, found := s.word(n >> 6)
	if !found {
		s.words = slices.Insert(s.words, i, sliceWord{at: n >> 6})
	}
	w, bit := &s.words[i], uint64(1)<<(n&63)
	w.good, w.bad = w.good&^bit, w.bad&^bit
	w.good |= uint64(c.Good) * bit
	w.bad |= uint64(c.Bad) * bit
}

// judge returns the verdict on a slice with more counts, and false if its earlier counts are not
// known any more.
func (s *sliceLedger) judge(share sla.Target, more sliceCounts, was sla.Counts) (sla.Counts, bool) {
	if share.IsZero() {
		if was.Bad > 0 || more.Bad > 0 {
			return sla.Counts{Bad: 1}, true
		}
		return sla.Counts{Good: 1}, true
	}
	all, ok := s.count(more)
	if !ok {
		return was, false
	}
	if (sla.Budget{Target: share, Counts: all}).State() == sla.StateBreached {
		return sla.Counts{Bad: 1}, true
	}
	return sla.Counts{Good: 1}, true
}

// count adds to the counts of one of the newest slices, and returns false for a slice that is older
// than those.
func (s *sliceLedger) count(more sliceCounts) (sla.Counts, bool) {
	i, found := slices.BinarySearchFunc(s.counts, more.slice, compareSlices)
	switch {
	case found:
	case i == 0 && len(s.counts) == judgedAnew:
		return sla.Counts{}, false
	case len(s.counts) == judgedAnew:
		copy(s.counts, s.counts[1:i])
		i--
		s.counts[i] = sliceCounts{slice: more.slice}
	default:
		s.counts = slices.Insert(s.counts, i, sliceCounts{slice: more.slice})
	}
	s.counts[i].Counts = s.counts[i].Add(more.Counts)
	return s.counts[i].Counts, true
}

// roomForSlice forgets what is too old when the next word needs more room.
func (l *Ledger) roomForSlice(s *sliceLedger) {
	if len(s.words) < cap(s.words) || len(s.words) == 0 {
		return
	}

	floor := l.oldest(s.recent(int64(l.spec.Slice)))
	n := 0
	for n < len(s.words) && SliceStart((s.words[n].at+1)<<6, int64(l.spec.Slice)) <= tickStart(floor) {
		n++
	}
	if n > 0 {
		l.raise(floor)
		s.words = slices.Delete(s.words, 0, n)
	}

	if len(s.words) == cap(s.words) {
		s.words = append(make([]sliceWord, 0, len(s.words)+len(s.words)/8+1), s.words...)
	}
}

// recent iterates over the ticks in which slices with a verdict begin, newest first.
func (s *sliceLedger) recent(length int64) func(yield func(int32) bool) {
	return func(yield func(int32) bool) {
		for i := len(s.words) - 1; i >= 0; i-- {
			for w := s.words[i].good | s.words[i].bad; w != 0; {
				bit := bits.Len64(w) - 1
				w &^= 1 << bit
				if !yield(tickOf(SliceStart(s.words[i].at<<6+int64(bit), length))) {
					return
				}
			}
		}
	}
}

// within iterates over the words that touch the slices [from, to), each without the slices outside.
func (s *sliceLedger) within(from, to int64) func(yield func(sliceWord) bool) {
	return func(yield func(sliceWord) bool) {
		i, _ := s.word(from >> 6)
		for ; i < len(s.words) && s.words[i].at<<6 < to; i++ {
			w, mask := s.words[i], ^uint64(0)
			if first := w.at << 6; first < from {
				mask <<= from - first
			}
			if last := (w.at + 1) << 6; last > to {
				mask &= ^uint64(0) >> (last - to)
			}
			w.good, w.bad = w.good&mask, w.bad&mask
			if !yield(w) {
				return
			}
		}
	}
}

// sumSlices counts the slices that touch [from, to), each as a whole.
func (l *Ledger) sumSlices(from, to int64) Tally {
	length := int64(l.spec.Slice)
	first, end := SliceOf(from, length), SliceUp(to, length)
	t := Tally{From: SliceStart(first, length), To: SliceStart(end, length), exact: true}
	if l.rest != nil && l.rest.slices != nil {
		for w := range l.rest.slices.within(first, end) {
			t.Good += int64(bits.OnesCount64(w.good))
			t.Bad += int64(bits.OnesCount64(w.bad))
		}
	}
	return t
}
