package sla

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// A sliceLedger keeps a verdict on each slice of time, two bits a slice, in words of 64 slices of which one has counts.
// Where a verdict depends on a share, the counts of the newest slices are kept too: only those can be judged anew.
type sliceLedger struct {
	words  []sliceWord   // sorted
	counts []sliceCounts // sorted; of the newest slices
}

type sliceWord struct {
	at        int64 // the number of its first slice, divided by 64
	good, bad uint64
}

type sliceCounts struct {
	slice int64
	Counts
}

// judgedAnew is how many slices with counts can still be judged anew.
const judgedAnew = 64

// sliceOf numbers the slice that holds an instant, from 1970.
func sliceOf(at, length int64) int64 {
	n := at / length
	if at%length < 0 {
		n--
	}
	return n
}

func sliceUp(at, length int64) int64 {
	n := sliceOf(at, length)
	if at%length != 0 {
		n++
	}
	return n
}

// sliceStart is where a slice begins; it saturates.
func sliceStart(n, length int64) int64 {
	hi, lo := bits.Mul64(uint64(max(n, -n)), uint64(length))
	switch {
	case hi == 0 && lo <= math.MaxInt64:
		return n * length
	case n > 0:
		return math.MaxInt64
	}
	return math.MinInt64
}

func (l *ledger) sliceLedger() *sliceLedger {
	r := l.more()
	if r.slices == nil {
		r.slices = &sliceLedger{}
	}
	return r.slices
}

// bookSlice counts outcomes in a slice, and judges it anew.
func (l *ledger) bookSlice(start, good, bad, known int64) {
	n, s := sliceOf(start, int64(l.spec.slice)), l.sliceLedger()
	was := s.verdict(n)
	now, ok := s.judge(l.spec.share, sliceCounts{n, Counts{good, bad}}, was)
	if !ok || tickOf(start) < l.floor {
		l.drop(good, bad)
		return
	}
	l.pendSlice(sliceCounts{n, Counts{good, bad}})
	if known != never {
		l.noteLate(known, start, addCounts(good, bad), Counts{now.Good - was.Good, now.Bad - was.Bad})
	}
	if now != was {
		l.roomForSlice(s)
		s.set(n, now)
	}
}

// verdict answers one good, one bad, or nothing.
func (s *sliceLedger) verdict(n int64) Counts {
	i, found := s.word(n >> 6)
	if !found {
		return Counts{}
	}
	return Counts{Good: int64(s.words[i].good >> (n & 63) & 1), Bad: int64(s.words[i].bad >> (n & 63) & 1)}
}

func (s *sliceLedger) word(at int64) (int, bool) {
	return slices.BinarySearchFunc(s.words, at, func(w sliceWord, at int64) int { return cmp.Compare(w.at, at) })
}

func compareSlices(c sliceCounts, n int64) int { return cmp.Compare(c.slice, n) }

func (s *sliceLedger) set(n int64, c Counts) {
	i, found := s.word(n >> 6)
	if !found {
		s.words = slices.Insert(s.words, i, sliceWord{at: n >> 6})
	}
	w, bit := &s.words[i], uint64(1)<<(n&63)
	w.good, w.bad = w.good&^bit, w.bad&^bit
	w.good |= uint64(c.Good) * bit
	w.bad |= uint64(c.Bad) * bit
}

// judge answers the verdict on a slice with more counts, and false where its earlier counts are not known any more.
func (s *sliceLedger) judge(share Target, more sliceCounts, was Counts) (Counts, bool) {
	if share.IsZero() {
		if was.Bad > 0 || more.Bad > 0 {
			return Counts{Bad: 1}, true
		}
		return Counts{Good: 1}, true
	}
	all, ok := s.count(more)
	if !ok {
		return was, false
	}
	if (Budget{Target: share, Counts: all}).State() == Breached {
		return Counts{Bad: 1}, true
	}
	return Counts{Good: 1}, true
}

// count adds to the counts of one of the newest slices.
func (s *sliceLedger) count(more sliceCounts) (Counts, bool) {
	i, found := slices.BinarySearchFunc(s.counts, more.slice, compareSlices)
	switch {
	case found:
	case i == 0 && len(s.counts) == judgedAnew:
		return Counts{}, false
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
func (l *ledger) roomForSlice(s *sliceLedger) {
	if len(s.words) < cap(s.words) || len(s.words) == 0 {
		return
	}
	floor := l.oldest(s.recent(int64(l.spec.slice)))
	n := 0
	for n < len(s.words) && sliceStart((s.words[n].at+1)<<6, int64(l.spec.slice)) <= tickStart(floor) {
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
				if !yield(tickOf(sliceStart(s.words[i].at<<6+int64(bit), length))) {
					return
				}
			}
		}
	}
}

// within answers the words that touch the slices [from, to), each without what is outside.
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

// sumSlices counts slices: those that touch [from, to), as a whole.
func (l *ledger) sumSlices(from, to int64) tally {
	length := int64(l.spec.slice)
	first, end := sliceOf(from, length), sliceUp(to, length)
	t := tally{from: sliceStart(first, length), to: sliceStart(end, length), exact: true}
	if l.rest != nil && l.rest.slices != nil {
		for w := range l.rest.slices.within(first, end) {
			t.Good += int64(bits.OnesCount64(w.good))
			t.Bad += int64(bits.OnesCount64(w.bad))
		}
	}
	return t
}

func (l *ledger) sliceCells(dst []cell, from, to int64) []cell {
	length := int64(l.spec.slice)
	if l.rest == nil || l.rest.slices == nil {
		return dst
	}
	for w := range l.rest.slices.within(sliceOf(from, length), sliceUp(to, length)) {
		for b := w.good | w.bad; b != 0; b &= b - 1 {
			n := w.at<<6 + int64(bits.TrailingZeros64(b))
			c := Counts{Good: int64(w.good >> (n & 63) & 1), Bad: int64(w.bad >> (n & 63) & 1)}
			dst = append(dst, cell{sliceStart(n, length), sliceStart(n+1, length), c})
		}
	}
	return dst
}
