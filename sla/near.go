package sla

// mostCompared bounds how many pairs of names are compared for suggestions: they are a help, and a
// lineage of a million assets with as many orphans must not take an hour.
const mostCompared = 20_000_000

// A suggester finds the name that was probably meant.
type suggester struct {
	known    []string // in ascending order
	compared int
}

// near returns the known name with the fewest edits from name, among those the first, and false if
// none is near: a quarter of its bytes may differ, and at most three.
func (s *suggester) near(name string) (best string, found bool) {
	limit := min(len(name)/4, 3)
	for _, other := range s.known {
		if limit < 1 || s.compared == mostCompared {
			break
		}
		s.compared++
		if edits := editsWithin(name, other, limit); edits <= limit {
			best, found, limit = other, true, edits-1
		}
	}
	return best, found
}

// editsWithin returns how many bytes must be inserted, dropped, changed or swapped with their
// neighbour to make b of a, none of them twice, and limit+1 if that is more than limit, which is at
// most 3.
//
// It is the optimal string alignment distance. Only the cells within limit of the diagonal can be
// within it, so that it costs 7 cells a byte at most and nothing on the heap.
func editsWithin(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}

	// Cell k of the row of a[:i] is the prefix of b with i+k-reach bytes.
	const reach, width = 3, 7
	var before, last, row [width]int
	for k := range row {
		last[k] = max(k-reach, reach-k) // of an empty a; a negative length of b is no cell, and too far
		if k < reach {
			last[k] = limit + 1
		}
	}
	for i := 1; i <= len(a); i++ {
		least := limit + 1
		for k := range row {
			j := i + k - reach
			row[k] = limit + 1
			if j < 0 || j > len(b) {
				continue
			}
			row[k] = min(limit+1, alignment(a, b, i, j, k, &before, &last, &row))
			least = min(least, row[k])
		}
		if least > limit {
			return limit + 1
		}
		before, last = last, row
	}
	return last[len(b)-len(a)+reach]
}

// alignment returns one cell from its neighbours: in the row above, the same prefix of b is one
// place further on.
func alignment(a, b string, i, j, k int, before, last, row *[7]int) int {
	const far = 1 << 20
	cell := far
	if k+1 < len(last) {
		cell = min(cell, last[k+1]+1) // a[i-1] is dropped
	}
	if k > 0 && j > 0 {
		cell = min(cell, row[k-1]+1) // b[j-1] is inserted
	}
	if j == 0 {
		return cell
	}
	changed := last[k]
	if a[i-1] != b[j-1] {
		changed++
	}
	cell = min(cell, changed)
	if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
		cell = min(cell, before[k]+1)
	}
	return cell
}
