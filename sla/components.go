package sla

// A components finds the strongly connected components of a catalog: the groups of assets that all
// feed each other, and the single assets between them. It walks against the edges, and completes a
// component after all that feeds it, by the algorithm of R. Tarjan (Depth-First Search and Linear
// Graph Algorithms, SIAM J. Comput. 1, 1972). It has a stack of its own, since a chain of a million
// assets is a million calls deep.
type components struct {
	*Catalog
	complete func(group []uint32) // receives each component, by number; valid during the call

	number numbering
	nodes  []visited // by that number, in the order of the first visits
	open   []uint32  // visited assets whose component is not complete
	calls  []call
	count  uint32 // components that are complete
}

// A numbering gives the assets that are visited numbers of their own, so that a walk costs as much
// as it visits. A walk over the whole catalog sets whole, which costs no map.
type numbering struct {
	whole []uint32 // by asset: its number + 1; 0 for none
	part  map[uint32]uint32
}

func (x *numbering) find(n uint32) (m uint32, ok bool) {
	if x.whole != nil {
		return x.whole[n] - 1, x.whole[n] > 0
	}
	m, ok = x.part[n]
	return m, ok
}

func (x *numbering) set(n, m uint32) {
	if x.whole != nil {
		x.whole[n] = m + 1
		return
	}
	if x.part == nil {
		x.part = map[uint32]uint32{}
	}
	x.part[n] = m
}

// A visited is one asset of a walk.
type visited struct {
	n         uint32 // the asset's number in the catalog
	low       uint32 // the earliest open one that it leads back to
	component uint32 // counted from 0 in the order of completion; nowhere while it is open
}

// A call is an asset and how many of its feeders have been looked at.
type call struct{ m, done uint32 }

// visit walks from an asset, where no walk has been before, and returns the number of its
// component.
func (c *components) visit(n uint32) uint32 {
	root, seen := c.enter(n)
	if !seen {
		c.run()
	}
	return c.nodes[root].component
}

func (c *components) run() {
	for len(c.calls) > 0 {
		top := &c.calls[len(c.calls)-1]
		at := top.m
		feeders := c.feeders(c.nodes[at].n)
		if int(top.done) == len(feeders) {
			c.leave(at)
			continue
		}
		top.done++
		if m, seen := c.enter(feeders[top.done-1]); seen && c.nodes[m].component == nowhere {
			c.nodes[at].low = min(c.nodes[at].low, m)
		}
	}
}

// enter numbers an asset and begins with it, unless it has a number.
func (c *components) enter(n uint32) (m uint32, seen bool) {
	if m, seen = c.number.find(n); seen {
		return m, true
	}
	m = uint32(len(c.nodes))
	c.number.set(n, m)
	c.nodes = append(c.nodes, visited{n: n, low: m, component: nowhere})
	c.open = append(c.open, m)
	c.calls = append(c.calls, call{m: m})
	return m, false
}

func (c *components) leave(m uint32) {
	c.calls = c.calls[:len(c.calls)-1]
	if len(c.calls) > 0 {
		caller := &c.nodes[c.calls[len(c.calls)-1].m]
		caller.low = min(caller.low, c.nodes[m].low)
	}
	if c.nodes[m].low != m {
		return
	}

	// Nothing that was opened after m leads back beyond it: m and these are a component.
	from := len(c.open) - 1
	for c.open[from] != m {
		from--
	}
	group := c.open[from:]
	c.open = c.open[:from]
	for _, member := range group {
		c.nodes[member].component = c.count
	}
	c.count++
	c.complete(group)
}

// feeding calls what for the component of each asset that feeds m, but not for m's own, which is
// being completed.
func (c *components) feeding(m uint32, what func(component uint32)) {
	for _, feeder := range c.feeders(c.nodes[m].n) {
		from, _ := c.number.find(feeder) // visited before its component was complete
		if at := c.nodes[from].component; at != c.nodes[m].component {
			what(at)
		}
	}
}
