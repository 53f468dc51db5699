package sla

import (
	"slices"
	"strings"
)

// Feeds reports whether one asset feeds another, directly or through others. An asset feeds itself
// only through a cycle. One that the catalog does not know feeds nothing.
//
// It walks from both ends at once, each asset and edge once at most.
func (c *Catalog) Feeds(from, to string) bool {
	start, knowsFrom := c.find(from)
	end, knowsTo := c.find(to)
	if !knowsFrom || !knowsTo {
		return false
	}

	ahead := spread{seen: map[uint32]bool{}, next: c.fed}
	behind := spread{seen: map[uint32]bool{}, next: c.feeders}
	ahead.enter(start, nil)
	behind.enter(end, nil)

	// The smaller front goes first: the walk stays small if either end has few neighbours.
	for len(ahead.front) > 0 && len(behind.front) > 0 {
		if len(ahead.front) <= len(behind.front) {
			if ahead.step(behind.seen) {
				return true
			}
		} else if behind.step(ahead.seen) {
			return true
		}
	}
	return false
}

// A spread is one end of a search that begins at two.
type spread struct {
	seen  map[uint32]bool
	front []uint32
	next  func(uint32) []uint32
}

// step goes one hop further, and reports whether it met the other end.
func (s *spread) step(other map[uint32]bool) bool {
	from := s.front
	s.front = nil
	for _, n := range from {
		for _, m := range s.next(n) {
			if s.enter(m, other) {
				return true
			}
		}
	}
	return false
}

func (s *spread) enter(n uint32, other map[uint32]bool) bool {
	if !s.seen[n] {
		s.seen[n] = true
		s.front = append(s.front, n)
	}
	return other[n]
}

// Causes returns the unhealthy assets that explain why one asset is: those that feed it, directly
// or through others, and that no unhealthy asset feeds in turn, sorted by ID. If there is none, it
// returns the asset itself.
//
// Assets that feed each other in a circle count as one, and the first unhealthy of them by ID
// stands for all: it may be returned for another asset of the circle. An asset that the catalog
// does not know explains itself.
//
// The asset itself counts as unhealthy. For each of the others, unhealthy is called once at most,
// with no lock held. The walk upstream visits each asset and edge once at most.
func (c *Catalog) Causes(asset string, unhealthy func(asset string) bool) []string {
	n, known := c.find(asset)
	if !known {
		return []string{asset}
	}
	var (
		causes    []string
		explained []bool // by component: an unhealthy asset is in it, or feeds it
	)

	w := components{Catalog: c}
	w.complete = func(group []uint32) {
		reached, first := false, ""
		for _, m := range group {
			id := c.id(w.nodes[m].n)
			if (w.nodes[m].n == n || unhealthy(id)) && (first == "" || id < first) {
				first = id
			}
			w.feeding(m, func(component uint32) { reached = reached || explained[component] })
		}
		if !reached && first != "" {
			causes = append(causes, first)
		}
		explained = append(explained, reached || first != "")
	}

	w.visit(n)
	slices.SortFunc(causes, strings.Compare)
	return causes
}

// CausesAmong returns, for each of a list of unhealthy assets, the places in the list of those that
// explain it: they feed it, directly or through others, and no asset of the list feeds them in
// turn. The list is in order of preference: of more than most causes the first in the list are
// returned. An asset that no other explains has its own place alone.
//
// Assets that feed each other in a circle count as one, as do the places of one asset: the first in
// the list stands for them. An asset that the catalog does not know is explained by the first place
// that it has.
//
// The walk upstream of the whole list visits each asset and edge once. A most below 1 counts as 1.
func (c *Catalog) CausesAmong(unhealthy []string, most int) [][]int {
	most = max(most, 1)
	var (
		first  = make(map[string]int, len(unhealthy)) // by asset: its first place
		causes [][]int                                // by component
		w      = components{Catalog: c}
	)
	for i, asset := range unhealthy {
		if _, again := first[asset]; !again {
			first[asset] = i
		}
	}

	w.complete = func(group []uint32) {
		var up []int
		best := len(unhealthy)
		for _, m := range group {
			if place, in := first[c.id(w.nodes[m].n)]; in {
				best = min(best, place)
			}
			w.feeding(m, func(component uint32) { up = union(up, causes[component], most) })
		}
		if up == nil && best < len(unhealthy) {
			up = []int{best}
		}
		causes = append(causes, up)
	}

	out := make([][]int, len(unhealthy))
	for i, asset := range unhealthy {
		out[i] = []int{first[asset]}
		if n, known := c.find(asset); known {
			out[i] = slices.Clone(causes[w.visit(n)])
		}
	}
	return out
}

// union merges two sorted lists, and keeps the most least of them. It changes neither, and may
// return either.
func union(a, b []int, most int) []int {
	switch {
	// Most paths meet in one shared list: that is found by its address and costs no copy.
	case len(b) == 0 || len(a) > 0 && &a[0] == &b[0]:
		return a
	case len(a) == 0:
		return b
	}
	out := make([]int, 0, min(len(a)+len(b), most))
	for len(out) < most && len(a)+len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && a[0] < b[0] {
			out, a = append(out, a[0]), a[1:]
			continue
		}
		if len(a) > 0 && a[0] == b[0] {
			a = a[1:]
		}
		out, b = append(out, b[0]), b[1:]
	}
	return out
}
