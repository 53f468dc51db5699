package sla

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// packed is a sorted list of cells of the finest width, for objectives with few of them: a night's outcome takes two bytes.
// Each record holds the distance from the one before, and its counts. It is written backwards, so that the list
// grows at its end and is read from there: the newest first.
type packed []byte

// How the counts of a record are written.
const (
	oneGood = iota
	oneBad
	anyCounts // both follow
)

// maxPacked is where a list becomes slower than a [dense] record, in bytes.
const maxPacked = 768

// push appends a record, which must come after all others. It grows by little: a million lists are mostly room that is used.
func (p packed) push(distance uint32, good, bad int64) packed {
	var room [3 * binary.MaxVarintLen64]byte
	b := room[:0]
	switch {
	case good == 1 && bad == 0:
		b = binary.AppendUvarint(b, uint64(distance)<<2|oneGood)
	case good == 0 && bad == 1:
		b = binary.AppendUvarint(b, uint64(distance)<<2|oneBad)
	default:
		b = binary.AppendUvarint(b, uint64(distance)<<2|anyCounts)
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(good)), uint64(bad))
	}
	slices.Reverse(b)
	return append(p.grow(len(b)), b...)
}

func (p packed) grow(n int) packed {
	if len(p)+n <= cap(p) {
		return p
	}
	return append(make(packed, 0, len(p)+n+len(p)/16+4), p...)
}

// pop answers the newest record, and the list before it.
func (p packed) pop() (distance uint32, good, bad int64, before packed) {
	head, before := p.number()
	switch distance = uint32(head >> 2); head & 3 {
	case oneGood:
		return distance, 1, 0, before
	case oneBad:
		return distance, 0, 1, before
	}
	g, before := before.number()
	b, before := before.number()
	return distance, int64(g), int64(b), before
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

// unpack appends the records, oldest first.
func (p packed) unpack(dst []tickCounts, newest int32) []tickCounts {
	first := len(dst)
	for len(p) > 0 {
		distance, good, bad, before := p.pop()
		dst = append(dst, tickCounts{newest, good, bad})
		newest -= int32(distance)
		p = before
	}
	slices.Reverse(dst[first:])
	return dst
}

// pack is the inverse of unpack. It writes over p.
func (p packed) pack(cells []tickCounts) packed {
	p = p[:0]
	for i, c := range cells {
		distance := uint32(0)
		if i > 0 {
			distance = uint32(c.at - cells[i-1].at)
		}
		p = p.push(distance, c.good, c.bad)
	}
	return p
}

// insert adds counts to a sorted list of cells.
func insert(cells []tickCounts, at int32, good, bad int64) []tickCounts {
	i, found := slices.BinarySearchFunc(cells, at, func(c tickCounts, at int32) int { return cmp.Compare(c.at, at) })
	if !found {
		cells = slices.Insert(cells, i, tickCounts{at: at})
	}
	cells[i].good += good
	cells[i].bad += bad
	return cells
}

// sum adds up the cells that begin in [from, to), and answers the oldest of them.
func (p packed) sum(newest int32, from, to int64) (c Counts, oldest int32) {
	for at := newest; len(p) > 0 && int64(at) >= from; {
		distance, good, bad, before := p.pop()
		if int64(at) < to {
			c.Good += good
			c.Bad += bad
			oldest = at
		}
		at -= int32(distance)
		p = before
	}
	return c, oldest
}
