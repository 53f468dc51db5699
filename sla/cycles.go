package sla

import (
	"slices"
	"strings"
)

// Cycles returns the assets that feed themselves, through others or at once. Lineage with cycles is
// allowed, and often a mistake.
//
// For each group of assets that all feed each other, it returns one cycle: a shortest one through
// the asset whose ID comes first. It begins with that asset, and its last asset feeds the first.
// Groups are sorted by that ID. It walks all assets and edges at every call.
func (c *Catalog) Cycles() [][]string {
	var cycles [][]string
	for _, group := range c.circles() {
		first := slices.MinFunc(group, func(a, b uint32) int { return strings.Compare(c.id(a), c.id(b)) })
		cycles = append(cycles, c.cycle(first, group))
	}
	slices.SortFunc(cycles, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return cycles
}

// cycle returns the shortest cycle through first, which exists: first is in a group. It walks
// breadth first.
func (c *Catalog) cycle(first uint32, group []uint32) []string {
	came := make(map[uint32]uint32, len(group)) // from which asset each of the group was first entered
	for _, n := range group {
		came[n] = nowhere
	}

	var list []uint32
	for front := []uint32{first}; ; {
		var ahead []uint32
		for _, n := range front {
			list = c.fedByID(n, list)
			for _, m := range list {
				if m == first {
					return c.wayBack(first, n, came)
				}
				if from, inside := came[m]; inside && from == nowhere {
					came[m] = n
					ahead = append(ahead, m)
				}
			}
		}
		front = ahead
	}
}

// wayBack lists the assets from first to last by way of those from which each was entered.
func (c *Catalog) wayBack(first, last uint32, came map[uint32]uint32) []string {
	var ids []string
	for n := last; n != first; n = came[n] {
		ids = append(ids, c.id(n))
	}
	ids = append(ids, c.id(first))
	slices.Reverse(ids)
	return ids
}

// circles lists the components that hold a cycle. They are walked against the edges, as everywhere:
// turned round, a graph has the same components.
func (c *Catalog) circles() [][]uint32 {
	var circles [][]uint32
	w := components{Catalog: c, number: numbering{whole: make([]uint32, c.Len())}}

	w.complete = func(group []uint32) {
		first := w.nodes[group[0]].n
		if len(group) == 1 && !slices.Contains(c.feeders(first), first) {
			return
		}
		circle := make([]uint32, len(group))
		for i, m := range group {
			circle[i] = w.nodes[m].n
		}
		circles = append(circles, circle)
	}

	for n := range c.Len() {
		w.visit(uint32(n))
	}
	return circles
}
