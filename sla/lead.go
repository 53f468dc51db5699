package sla

// lead finds, for every asset, the SLA that matters most and the way to it.
//
// One breadth-first search against the edges starts for each tier, from all assets of its SLAs at
// once, and stops at assets that a higher tier has: whatever feeds those has it too. Each asset is
// entered once and each edge walked once, so the cost depends neither on the number of SLAs nor on
// cycles.
func (c *Catalog) lead() {
	for n := range c.nodes {
		c.nodes[n].lead, c.nodes[n].next = nowhere, nowhere
	}
	s := search{Catalog: c}
	for tier := Primary; tier <= Tertiary; tier++ {
		s.tier = tier
		for front := s.sources(); len(front) > 0; {
			front = s.back(front)
		}
	}
}

// A search walks against the edges for one tier.
type search struct {
	*Catalog
	tier Tier
}

// sources lists the assets that SLAs of the tier are about, and that no higher tier has. The SLAs
// of an asset are in order of rank, so its first is of the highest tier, and the first by ID.
func (s *search) sources() []uint32 {
	var front []uint32
	for n := range s.Len() {
		held := s.heldBy(uint32(n))
		if len(held) > 0 && s.nodes[n].lead == nowhere && s.tierOf(held[0]) == s.tier {
			s.nodes[n].lead, s.cards[n].tier = held[0], uint8(s.tier)
			front = append(front, uint32(n))
		}
	}
	return front
}

// back goes one hop against the edges: from all assets at one distance to all that are one hop
// farther.
func (s *search) back(front []uint32) (farther []uint32) {
	for _, n := range front {
		hops := s.nodes[n].hops + 1
		for _, m := range s.feeders(n) {
			at := &s.nodes[m]
			switch {
			case at.lead == nowhere:
				at.lead, at.next, at.hops = s.nodes[n].lead, n, hops
				s.cards[m].tier = uint8(s.tier)
				farther = append(farther, m)
			case at.hops == hops && s.before(n, at): // as short a way, and an earlier one by the IDs
				at.lead, at.next = s.nodes[n].lead, n
			}
		}
	}
	return farther
}

// before reports whether the way through n is better than the way that at has, which is as long. It
// never is if a higher tier has the asset, as ranks of that tier are lower.
func (s *search) before(n uint32, at *node) bool {
	lead := s.nodes[n].lead
	return lead < at.lead || lead == at.lead && n != at.next && s.id(n) < s.id(at.next)
}
