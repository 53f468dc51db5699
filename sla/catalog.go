package sla

import (
	"iter"
	"slices"
	"strings"
)

// A Catalog holds which assets feed which, and so which SLAs an unhealthy asset reaches.
//
//   - [Catalog.Reach]: the SLA that matters most to one asset, and the way to it
//   - [Catalog.Impacts]: every SLA that it reaches, each with its shortest path
//   - [Catalog.SLA] and [Catalog.SLAs]: one SLA by its ID, and all of them
//   - [Catalog.Checks] and [Catalog.Objective]: what must be checked, and for which objective
//   - [Catalog.Assets] and [Catalog.Orphans]: all assets, and those that only an SLA names
//   - [Catalog.Lint]: what is sound and will disappoint, misspelled assets included
//   - [Catalog.Feeds]: whether one asset feeds another
//   - [Catalog.Causes] and [Catalog.CausesAmong]: which unhealthy assets explain another
//   - [Catalog.Cycles]: assets that feed themselves, through others or at once
//
// Results depend on the SLAs and edges alone, and not on the order in which they were given. The
// nil and the zero Catalog are empty.
//
// A Catalog never changes, and is safe for concurrent use by multiple goroutines. A running program
// that needs another builds it and swaps an [sync/atomic.Pointer], for instance.
type Catalog struct {
	index
	feeds []uint32 // assets fed by each asset
	fedBy []uint32 // assets that feed each asset
	held  []uint32 // the SLAs that are about each asset, by rank
	slas  []SLA    // by rank: by tier, then by ID
	tiers [3]uint32
	byID  map[string]uint32

	linked uint32 // how many assets an edge names; they have the lowest numbers
}

const nowhere = ^uint32(0)

// A Reach is the SLA that matters most among those that an asset reaches, and the way there. That
// SLA is of the highest tier reached; among those the nearest; among those the first by ID.
//
// A Reach is a small value that refers to its Catalog, and is safe for concurrent use. The zero
// Reach reaches nothing.
type Reach struct {
	catalog *Catalog
	node    uint32
}

// Reach returns what an asset reaches, and whether the catalog knows that asset. An asset that it
// knows may still reach no SLA: then [Reach.SLA] is nil. It costs one look-up, however many SLAs
// there are, and allocates nothing.
func (c *Catalog) Reach(asset string) (Reach, bool) {
	if c == nil {
		return Reach{}, false
	}
	n, known := c.index.find(asset)
	if !known {
		return Reach{}, false
	}
	return Reach{c, n}, true
}

// find returns the number of an asset, and whether the catalog knows it.
func (c *Catalog) find(asset string) (n uint32, known bool) {
	if c == nil {
		return 0, false
	}
	return c.index.find(asset)
}

func (r Reach) lead() uint32 {
	if r.catalog == nil {
		return nowhere
	}
	return r.catalog.nodes[r.node].lead
}

// SLA returns the SLA that matters most, or nil if none is reached. It belongs to the catalog and
// must not be changed.
func (r Reach) SLA() *SLA {
	if lead := r.lead(); lead != nowhere {
		return &r.catalog.slas[lead]
	}
	return nil
}

// Tier returns the highest tier reached, and false if no SLA is.
func (r Reach) Tier() (Tier, bool) {
	if r.catalog == nil {
		return Tertiary, false
	}
	tier := r.catalog.cards[r.node].tier
	return min(Tier(tier), Tertiary), tier != noTier
}

// tierOf reads a tier off a rank, without reading the SLA.
func (c *Catalog) tierOf(rank uint32) Tier {
	switch {
	case rank < c.tiers[Primary]:
		return Primary
	case rank < c.tiers[Secondary]:
		return Secondary
	}
	return Tertiary
}

// Hops returns the number of edges between the asset and the SLA. It is 0 if the SLA is about the
// asset itself, and if no SLA is reached.
func (r Reach) Hops() int {
	if r.lead() == nowhere {
		return 0
	}
	return int(r.catalog.nodes[r.node].hops)
}

// Path iterates over the assets on the way to the SLA, from the asset itself to one that the SLA is
// about: the shortest way, and among those the first by the IDs of its assets. It is empty if no
// SLA is reached.
func (r Reach) Path() iter.Seq[string] {
	return func(yield func(string) bool) {
		if r.lead() == nowhere {
			return
		}
		for n := r.node; n != nowhere; n = r.catalog.nodes[n].next {
			if !yield(r.catalog.id(n)) {
				return
			}
		}
	}
}

// Len returns the number of assets.
func (c *Catalog) Len() int {
	if c == nil {
		return 0
	}
	return len(c.cards)
}

// CountReaching returns how many assets reach an SLA of a tier, and none of a more important one.
// For a value that is no tier, it counts those that reach no SLA. It walks all assets.
func (c *Catalog) CountReaching(t Tier) int {
	count := 0
	for n := range c.Len() {
		tier, reaches := Reach{c, uint32(n)}.Tier()
		if reaches == (t >= Primary && t <= Tertiary) && (!reaches || tier == t) {
			count++
		}
	}
	return count
}

// SLA returns the SLA with an ID, and whether there is one. It belongs to the catalog and must not
// be changed.
func (c *Catalog) SLA(id string) (*SLA, bool) {
	if c == nil {
		return nil, false
	}
	rank, ok := c.byID[id]
	if !ok {
		return nil, false
	}
	return &c.slas[rank], true
}

// SLAs iterates over all SLAs by tier, and within a tier by ID. They belong to the catalog and must
// not be changed.
func (c *Catalog) SLAs() iter.Seq[*SLA] {
	return func(yield func(*SLA) bool) {
		if c == nil {
			return
		}
		for i := range c.slas {
			if !yield(&c.slas[i]) {
				return
			}
		}
	}
}

// fed lists the assets that an asset feeds.
func (c *Catalog) fed(n uint32) []uint32 { return c.feeds[c.nodes[n].feed:c.nodes[n+1].feed] }

// fedByID lists the assets that an asset feeds, by ID.
func (c *Catalog) fedByID(n uint32, list []uint32) []uint32 {
	list = append(list[:0], c.fed(n)...)
	slices.SortFunc(list, func(a, b uint32) int { return strings.Compare(c.id(a), c.id(b)) })
	return list
}

// feeders lists the assets that feed an asset.
func (c *Catalog) feeders(n uint32) []uint32 { return c.fedBy[c.nodes[n].from:c.nodes[n+1].from] }

// heldBy lists the SLAs that are about an asset, by rank.
func (c *Catalog) heldBy(n uint32) []uint32 { return c.held[c.nodes[n].held:c.nodes[n+1].held] }

// Rank returns the place of an SLA in [Catalog.SLAs], counted from 0, and false if the catalog has
// no such SLA.
func (c *Catalog) Rank(id string) (int, bool) {
	if c == nil {
		return 0, false
	}
	rank, ok := c.byID[id]
	return int(rank), ok
}
