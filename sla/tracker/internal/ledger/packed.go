package ledger

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A packed list is sorted, and its records are written backwards: it grows at its end and is read
// from there, the newest first.
type packed []byte

// A cellList is a packed list of cells of the finest width, for objectives with few of them. A
// record holds its counts, and by how much its distance from the one before differs from the
// distance before that: what comes every night takes a byte or two.
type cellList struct {
	bytes packed
	last  int32  // the newest tick
	step  uint32 // its distance from the one before
}

// How the counts of a record are written, in the two low bits of its first number.
const (
	oneGood = iota
	oneBad
	anyCounts // both numbers follow
)

// maxPacked is the length, in bytes, from which on a list is slower than a dense record.
const maxPacked = 1024

// push appends a cell, which must come after all others.
func (l *cellList) push(at int32, good, bad int64) {
	step := uint32(0)
	if len(l.bytes) > 0 {
		step = uint32(at - l.last)
	}
	change := int64(step) - int64(l.step)
	head := uint64(change<<1^change>>63) << 2

	var room [3 * binary.MaxVarintLen64]byte
	b := room[:0]
	switch {
	case good == 1 && bad == 0:
		b = binary.AppendUvarint(b, head+oneGood)
	case good == 0 && bad == 1:
		b = binary.AppendUvarint(b, head+oneBad)
	default:
		b = binary.AppendUvarint(b, head+anyCounts)
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(good)), uint64(bad))
	}

	slices.Reverse(b)
	l.bytes = append(l.bytes.grow(len(b)), b...)
	l.last, l.step = at, step
}

// grow makes room for some bytes and little more: of a million lists, most of the room is in use.
func (p packed) grow(n int) packed {
	if len(p)+n <= cap(p) {
		return p
	}
	return append(make(packed, 0, len(p)+n+len(p)/16+4), p...)
}

// pop takes the newest cell off.
func (l *cellList) pop() tickCounts {
	c := tickCounts{at: l.last}
	head, before := l.bytes.number()
	switch head & 3 {
	case oneGood:
		c.good = 1
	case oneBad:
		c.bad = 1
	default:
		var good, bad uint64
		good, before = before.number()
		bad, before = before.number()
		c.good, c.bad = int64(good), int64(bad)
	}

	change := int64(head>>3) ^ -int64(head>>2&1)
	l.bytes, l.last, l.step = before, l.last-int32(l.step), uint32(int64(l.step)-change)
	return c
}

// number reads a number from the end.
func (p packed) number() (uint64, packed) {
	var n uint64
	for shift := 0; ; shift += 7 {
		last := len(p) - 1
		c := p[last]
		p = p[:last]
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n, p
		}
	}
}

// A tickCounts is what was counted in one cell of the finest width.
type tickCounts struct {
	at        int32
	good, bad int64
}

// unpack appends the cells, oldest first.
func (l cellList) unpack(dst []tickCounts) []tickCounts {
	first := len(dst)
	for len(l.bytes) > 0 {
		dst = append(dst, l.pop())
	}
	slices.Reverse(dst[first:])
	return dst
}

// pack is the inverse of unpack. It writes over the list.
func (l *cellList) pack(cells []tickCounts) {
	*l = cellList{bytes: l.bytes[:0]}
	for _, c := range cells {
		l.push(c.at, c.good, c.bad)
	}
}

// insert adds counts to a sorted list of cells.
func insert(cells []tickCounts, at int32, good, bad int64) []tickCounts {
	i, found := slices.BinarySearchFunc(cells, at, func(c tickCounts, at int32) int {
		return cmp.Compare(c.at, at)
	})
	if !found {
		cells = slices.Insert(cells, i, tickCounts{at: at})
	}
	cells[i].good += good
	cells[i].bad += bad
	return cells
}

// sum adds up the cells that begin in [from, to), and returns the oldest of them.
func (l cellList) sum(from, to int64) (sum sla.Counts, oldest int32) {
	for len(l.bytes) > 0 && int64(l.last) >= from {
		if c := l.pop(); int64(c.at) < to {
			sum.Good += c.good
			sum.Bad += c.bad
			oldest = c.at
		}
	}
	return sum, oldest
}
