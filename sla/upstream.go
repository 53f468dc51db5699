package sla

// An upstream walks against the edges from some assets on, and completes the components of assets that feed each other
// in an order in which all that feeds a component comes before it: R. Tarjan's algorithm, as for [Catalog.Cycles],
// over the part of the catalog that is upstream alone, whose assets it numbers as it enters them.
type upstream struct {
	*Catalog
	complete func(group []uint32) // is told each component, by those numbers; they are valid during the call

	local map[uint32]uint32 // by asset: its number here
	nodes []upnode
	open  []uint32 // those whose component is not complete
	calls []call
	count uint32 // components completed
}

// An upnode is one asset on the way upstream.
type upnode struct {
	n         uint32 // the asset's number in the catalog
	low       uint32 // the earliest open one that it leads back to
	component uint32 // counted from 0 in the order of completion, or nowhere while it is open
}

// visit walks upstream from an asset, where nobody has been before, and answers the number of its component.
func (u *upstream) visit(n uint32) uint32 {
	root, seen := u.enter(n)
	if !seen {
		u.run()
	}
	return u.nodes[root].component
}

func (u *upstream) run() {
	for len(u.calls) > 0 {
		top := &u.calls[len(u.calls)-1]
		at := top.n
		feeders := u.feeders(u.nodes[at].n)
		if int(top.done) == len(feeders) {
			u.leave(at)
			continue
		}
		top.done++
		if m, seen := u.enter(feeders[top.done-1]); seen && u.nodes[m].component == nowhere {
			u.nodes[at].low = min(u.nodes[at].low, m)
		}
	}
}

// enter numbers an asset and begins with it, unless it has a number.
func (u *upstream) enter(n uint32) (m uint32, seen bool) {
	if m, seen = u.local[n]; seen {
		return m, true
	}
	if u.local == nil {
		u.local = map[uint32]uint32{}
	}
	m = uint32(len(u.nodes))
	u.local[n] = m
	u.nodes = append(u.nodes, upnode{n: n, low: m, component: nowhere})
	u.open = append(u.open, m)
	u.calls = append(u.calls, call{n: m})
	return m, false
}

func (u *upstream) leave(m uint32) {
	u.calls = u.calls[:len(u.calls)-1]
	if len(u.calls) > 0 {
		caller := &u.nodes[u.calls[len(u.calls)-1].n]
		caller.low = min(caller.low, u.nodes[m].low)
	}
	if u.nodes[m].low != m {
		return
	}
	from := len(u.open) - 1
	for u.open[from] != m {
		from--
	}
	group := u.open[from:]
	u.open = u.open[:from]
	for _, member := range group {
		u.nodes[member].component = u.count
	}
	u.count++
	u.complete(group)
}

// feeding calls what for the component of each asset that feeds m, but not for m's own, which completes at the moment.
func (u *upstream) feeding(m uint32, what func(component uint32)) {
	for _, feeder := range u.feeders(u.nodes[m].n) {
		if at := u.nodes[u.local[feeder]].component; at != u.nodes[m].component {
			what(at)
		}
	}
}
