package sla

import (
	"cmp"
	"iter"
	"slices"
)

// An Impact is one SLA that an unhealthy asset reaches, and the way there.
type Impact struct {
	SLA  *SLA     // belongs to the catalog and must not be changed
	Path []string // from the asset itself to one that the SLA is about; never empty
}

// Impacts iterates over every SLA that an asset reaches: by tier, then the nearest first, then by
// ID. Each comes with its shortest path; among paths of one length, the first by the IDs of its
// assets. The first impact is that of [Catalog.Reach].
//
// Nothing is walked before the iteration starts, and then only what lies between the asset and the
// SLAs. An unknown asset has no impacts.
func (c *Catalog) Impacts(asset string) iter.Seq[Impact] {
	return func(yield func(Impact) bool) {
		reach, _ := c.Reach(asset)
		for impact := range reach.Impacts() {
			if !yield(impact) {
				return
			}
		}
	}
}

// Impacts iterates over every SLA reached, as [Catalog.Impacts] does.
func (r Reach) Impacts() iter.Seq[Impact] {
	return func(yield func(Impact) bool) {
		if r.lead() == nowhere {
			return
		}
		w := walk{Catalog: r.catalog, came: map[uint32]uint32{r.node: nowhere}, found: map[uint32]bool{}}
		for _, hit := range w.from(r.node) {
			if !yield(Impact{SLA: &r.catalog.slas[hit.rank], Path: w.path(hit)}) {
				return
			}
		}
	}
}

// A walk goes along the edges, breadth first.
type walk struct {
	*Catalog
	came  map[uint32]uint32 // from which asset each was first entered
	found map[uint32]bool   // ranks of SLAs that were reached
	hits  []hit
}

// A hit is an SLA, the asset at which it was first reached, and how far that is.
type hit struct{ rank, node, hops uint32 }

// from finds all SLAs that lie ahead. Assets enter a front in the order of their paths, because
// those of the front before are in that order and the list of each asset is sorted: the first way
// that enters an asset is the first by ID among the shortest.
func (w *walk) from(start uint32) []hit {
	var sorted []uint32
	hops := uint32(0)
	for front := []uint32{start}; len(front) > 0; hops++ {
		var ahead []uint32
		for _, n := range front {
			w.collect(n, hops)
			sorted = w.fedByID(n, sorted)
			for _, m := range sorted {
				if _, seen := w.came[m]; !seen && w.nodes[m].lead != nowhere {
					w.came[m] = n
					ahead = append(ahead, m)
				}
			}
		}
		front = ahead
	}

	slices.SortFunc(w.hits, func(a, b hit) int {
		return cmp.Or(
			cmp.Compare(w.tierOf(a.rank), w.tierOf(b.rank)),
			cmp.Compare(a.hops, b.hops), cmp.Compare(a.rank, b.rank))
	})
	return w.hits
}

// collect notes the SLAs of an asset that were not reached before.
func (w *walk) collect(n, hops uint32) {
	for _, rank := range w.heldBy(n) {
		if !w.found[rank] {
			w.found[rank] = true
			w.hits = append(w.hits, hit{rank, n, hops})
		}
	}
}

// path lists the assets from the start to a hit.
func (w *walk) path(h hit) []string {
	path := make([]string, h.hops+1)
	for i, n := int(h.hops), h.node; i >= 0; i, n = i-1, w.came[n] {
		path[i] = w.id(n)
	}
	return path
}
