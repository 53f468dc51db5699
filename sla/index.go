package sla

import (
	"hash/maphash"
	"math"
)

// An index gives each asset a number, counted from 0 in the order in which they were first seen.
//
// A Go map from string to int32 costs about 50 bytes an entry beside the string's own bytes. Here
// an entry is one slot of 8 bytes, and between a third and two thirds of the slots are taken. A
// look-up reads the slot, the asset's card, which has the place of its ID in one string of all IDs,
// and the ID: three places in memory, and no pointer for the collector to follow. What is read most
// often of an asset is on its card.
type index struct {
	seed  maphash.Seed
	slots []uint64 // open addressing; upper half: that of the hash; lower half: number + 1, 0 for none
	ids   string   // all IDs, one behind the other
	cards []card   // by number
	nodes []node   // by number; one more than there are assets, which ends the lists of the last
}

// A card is what each look-up reads of an asset: 8 bytes, so that many are near, and none lies
// across two cache lines.
type card struct {
	id   uint32 // where its ID begins in ids
	size uint16 // how many bytes it has, at most mostName
	tier uint8  // the highest tier reached, or noTier
}

const noTier = uint8(Tertiary) + 1

// A node is what else the catalog knows of one asset.
type node struct {
	lead uint32 // the rank of the SLA that matters most, or nowhere
	next uint32 // the asset behind this one on the way to it, or nowhere
	hops uint32 // how many edges the way has
	feed uint32 // where its list in feeds begins
	from uint32 // where its list in fedBy begins
	held uint32 // where its list in held begins
}

func (x *index) id(n uint32) string {
	at := &x.cards[n]
	return x.ids[at.id : at.id+uint32(at.size)]
}

// find returns the number of an asset, and whether it has one.
func (x *index) find(id string) (n uint32, ok bool) {
	if len(x.slots) == 0 {
		return 0, false
	}
	hash := maphash.String(x.seed, id)
	mask := uint64(len(x.slots) - 1) // sizes are powers of two
	for at := hash & mask; ; at = (at + 1) & mask {
		slot := x.slots[at]
		if slot == 0 { // the first empty slot ends the run of those that collide
			return 0, false
		}
		if n := uint32(slot) - 1; slot>>32 == hash>>32 && x.id(n) == id {
			return n, true
		}
	}
}

// An indexer builds an index.
type indexer struct {
	index
	bytes []byte
	ends  []uint32 // ends[n] is where ID n ends in bytes, and ID n+1 begins
}

func newIndexer(expected int) *indexer {
	x := &indexer{}
	x.seed = maphash.MakeSeed()
	x.resize(expected)
	return x
}

// resize makes room for n assets with at most two thirds of all slots taken.
func (x *indexer) resize(n int) {
	size := 8
	for size*2 < n*3 {
		size *= 2
	}

	old := x.slots
	x.slots = make([]uint64, size)
	mask := uint64(size - 1)
	for _, slot := range old {
		if slot == 0 {
			continue
		}
		at := maphash.Bytes(x.seed, x.idBytes(uint32(slot)-1)) & mask
		for x.slots[at] != 0 {
			at = (at + 1) & mask
		}
		x.slots[at] = slot
	}
}

func (x *indexer) idBytes(n uint32) []byte {
	if n == 0 {
		return x.bytes[:x.ends[0]]
	}
	return x.bytes[x.ends[n-1]:x.ends[n]]
}

// number returns the number of an asset, and whether it is new.
func (x *indexer) number(id string) (n uint32, isNew bool) {
	hash := maphash.String(x.seed, id)
	mask := uint64(len(x.slots) - 1)
	at := hash & mask
	for ; x.slots[at] != 0; at = (at + 1) & mask {
		slot := x.slots[at]
		if n := uint32(slot) - 1; slot>>32 == hash>>32 && string(x.idBytes(n)) == id {
			return n, false
		}
	}

	n = uint32(len(x.ends))
	x.bytes = append(x.bytes, id...)
	x.ends = append(x.ends, uint32(len(x.bytes)))
	x.slots[at] = hash>>32<<32 | uint64(n+1)
	if len(x.ends)*3 > len(x.slots)*2 {
		x.resize(len(x.ends) * 2)
	}
	return n, true
}

// full reports whether an ID of that length would not fit any more: assets and the bytes of their
// IDs are counted in 32 bits.
func (x *indexer) full(length int) bool {
	return uint64(len(x.bytes)+length) > math.MaxUint32 || len(x.ends) == math.MaxInt32
}

// done returns the finished index, trimmed to what it holds.
func (x *indexer) done() index {
	x.ids = string(x.bytes)
	x.cards, x.nodes = make([]card, len(x.ends)), make([]node, len(x.ends)+1)
	begin := uint32(0)
	for n, end := range x.ends {
		x.cards[n] = card{id: begin, size: uint16(end - begin), tier: noTier}
		begin = end
	}
	return x.index
}
