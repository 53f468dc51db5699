package tracker

import "slices"

// A sequences is a set of numbers, as sorted ranges that do not touch: deltas that arrive in order
// take one.
type sequences []sequenceRange

// A sequenceRange is a run of numbers.
type sequenceRange struct{ first, last uint64 } // both are in it

// find returns the range that holds a number; or false, and the place where it would be.
func (s sequences) find(n uint64) (int, bool) {
	i, _ := slices.BinarySearchFunc(s, n, func(r sequenceRange, n uint64) int {
		if r.last < n {
			return -1
		}
		return 1
	})
	return i, i < len(s) && s[i].first <= n
}

// add puts a number in, and reports whether it was not in before.
func (s *sequences) add(n uint64) bool {
	i, found := s.find(n)
	if found {
		return false
	}

	r := *s
	joinsLeft, joinsRight := i > 0 && r[i-1].last+1 == n, i < len(r) && r[i].first == n+1
	switch {
	case joinsLeft && joinsRight:
		r[i-1].last = r[i].last
		*s = slices.Delete(r, i, i+1)
	case joinsLeft:
		r[i-1].last = n
	case joinsRight:
		r[i].first = n
	default:
		*s = slices.Insert(r, i, sequenceRange{n, n})
	}
	return true
}

// last returns the largest number; 0 if there is none.
func (s sequences) last() uint64 {
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1].last
}
