package sla

import (
	"slices"
	"strings"
)

// Feeds answers whether trouble with one asset reaches another: whether it feeds it, through any number of others.
// An asset feeds itself only by way of a cycle. An asset that the catalog does not know feeds nothing that is known of.
//
// It walks from both ends at once, each asset and edge once at most.
func (c *Catalog) Feeds(from, to string) bool {
	start, knowsFrom := c.find(from)
	end, knowsTo := c.find(to)
	if !knowsFrom || !knowsTo {
		return false
	}
	ahead, behind := spread{seen: map[uint32]bool{}, next: c.fed}, spread{seen: map[uint32]bool{}, next: c.feeders}
	ahead.enter(start, nil)
	behind.enter(end, nil)
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

// step goes one hop on, and answers whether it met the other end.
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

// Causes answers which assets in trouble explain trouble with one asset: those that feed it, through any number of others,
// and that nothing in trouble feeds in turn, sorted by ID. Where there is none, it answers the asset itself alone.
//
// Assets that feed each other in a circle are one trouble, and the first of them that are in trouble, by ID, speaks for all:
// then the answer may be another asset of the circle. An asset that the catalog does not know is explained by itself.
//
// The asset itself counts as in trouble; of the others trouble is asked, once at most, with no lock held.
// What lies upstream is walked, each asset and edge once at most.
func (c *Catalog) Causes(asset string, trouble func(asset string) bool) []string {
	n, known := c.find(asset)
	if !known {
		return []string{asset}
	}
	var (
		causes    []string
		explained []bool // by component: something in trouble is in it, or feeds it
	)
	u := upstream{Catalog: c}
	u.complete = func(group []uint32) {
		reached, first := false, ""
		for _, m := range group {
			id := c.id(u.nodes[m].n)
			if (u.nodes[m].n == n || trouble(id)) && (first == "" || id < first) {
				first = id
			}
			u.feeding(m, func(component uint32) { reached = reached || explained[component] })
		}
		if !reached && first != "" {
			causes = append(causes, first)
		}
		explained = append(explained, reached || first != "")
	}
	u.visit(n)
	slices.SortFunc(causes, strings.Compare)
	return causes
}

// CausesAmong answers, for each of a list of assets in trouble, which of them explain it, as places in the list:
// those that feed it, through any number of others, and that none of the list feeds in turn.
// The list is in order of preference. At most so many causes are answered for each, the first in the list before the others;
// an asset that nothing else explains has its own place alone.
//
// Assets that feed each other in a circle are one trouble, as are the places of one asset: the first in the list speaks for them.
// An asset that the catalog does not know is explained by the first place that it has in the list.
//
// What lies upstream of all the list is walked once. With most below 1 the answer is as with 1.
func (c *Catalog) CausesAmong(trouble []string, most int) [][]int {
	most = max(most, 1)
	var (
		first  = make(map[string]int, len(trouble)) // by asset: its first place
		causes [][]int                              // by component
		u      = upstream{Catalog: c}
	)
	for i, asset := range trouble {
		if _, again := first[asset]; !again {
			first[asset] = i
		}
	}
	u.complete = func(group []uint32) {
		var up []int
		best := len(trouble)
		for _, m := range group {
			if place, in := first[c.id(u.nodes[m].n)]; in {
				best = min(best, place)
			}
			u.feeding(m, func(component uint32) { up = union(up, causes[component], most) })
		}
		if up == nil && best < len(trouble) {
			up = []int{best}
		}
		causes = append(causes, up)
	}
	out := make([][]int, len(trouble))
	for i, asset := range trouble {
		out[i] = []int{first[asset]}
		if n, known := c.find(asset); known {
			out[i] = slices.Clone(causes[u.visit(n)])
		}
	}
	return out
}

// union merges two sorted lists, and keeps so many of the least. It changes neither, and may answer either.
func union(a, b []int, most int) []int {
	switch {
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
