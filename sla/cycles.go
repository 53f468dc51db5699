package sla

import (
	"slices"
	"strings"
)

// Cycles reports assets that feed themselves, by way of others or at once. Lineage with cycles is allowed, and often a mistake.
//
// Of each group of assets that all feed each other, it answers one cycle: a shortest one through the asset
// whose ID comes first, which begins with that asset; the last asset feeds the first. Groups are sorted by that ID.
// It walks all assets and edges at every call.
func (c *Catalog) Cycles() [][]string {
	var cycles [][]string
	for _, group := range c.groups() {
		first := slices.MinFunc(group, func(a, b uint32) int { return strings.Compare(c.id(a), c.id(b)) })
		cycles = append(cycles, c.cycle(first, group))
	}
	slices.SortFunc(cycles, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return cycles
}

// cycle is the shortest cycle through first, which exists: first is in a group.
func (c *Catalog) cycle(first uint32, group []uint32) []string {
	came := make(map[uint32]uint32, len(group)) // from which asset each was first entered; assets outside the group never
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

// groups lists the strongly connected components that hold a cycle.
func (c *Catalog) groups() [][]uint32 {
	if c.Len() == 0 {
		return nil
	}
	t := tarjan{Catalog: c, order: make([]uint32, c.Len()), low: make([]uint32, c.Len())}
	for n := range c.Len() {
		if t.order[n] == 0 {
			t.visit(uint32(n))
		}
	}
	return t.groups
}

// A tarjan finds strongly connected components by the algorithm of R. Tarjan
// (Depth-First Search and Linear Graph Algorithms, SIAM J. Comput. 1, 1972),
// with a stack of its own, since a chain of a million assets is a million calls deep.
type tarjan struct {
	*Catalog
	order  []uint32 // when each asset was first visited, from 1; left when its component is complete
	low    []uint32 // the earliest open asset that each leads back to
	count  uint32
	open   []uint32 // assets whose component is not complete
	calls  []call
	groups [][]uint32
}

// A call is an asset and how many of those it feeds have been looked at.
type call struct{ n, done uint32 }

const left = ^uint32(0) // later than any visit

func (t *tarjan) visit(root uint32) {
	t.enter(root)
	for len(t.calls) > 0 {
		top := &t.calls[len(t.calls)-1]
		fed := t.fed(top.n)
		if int(top.done) == len(fed) {
			t.leave(top.n)
			continue
		}
		m := fed[top.done]
		top.done++
		if t.order[m] == 0 {
			t.enter(m)
		} else {
			t.low[top.n] = min(t.low[top.n], t.order[m])
		}
	}
}

func (t *tarjan) enter(n uint32) {
	t.count++
	t.order[n], t.low[n] = t.count, t.count
	t.open = append(t.open, n)
	t.calls = append(t.calls, call{n: n})
}

func (t *tarjan) leave(n uint32) {
	t.calls = t.calls[:len(t.calls)-1]
	if len(t.calls) > 0 {
		caller := t.calls[len(t.calls)-1].n
		t.low[caller] = min(t.low[caller], t.low[n])
	}
	if t.low[n] == t.order[n] {
		t.complete(n)
	}
}

// complete takes the component of n off the open assets.
func (t *tarjan) complete(n uint32) {
	from := len(t.open) - 1
	for t.open[from] != n {
		from--
	}
	group := slices.Clone(t.open[from:])
	t.open = t.open[:from]
	for _, m := range group {
		t.order[m] = left
	}
	if len(group) > 1 || slices.Contains(t.fed(n), n) {
		t.groups = append(t.groups, group)
	}
}
