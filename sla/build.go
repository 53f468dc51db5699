package sla

import (
	"cmp"
	"slices"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// NewCatalog builds a catalog of SLAs and of the assets that feed each other.
//
// The error joins all faults, each a [*FieldError]: SLAs that [SLA.Validate] refuses, with their
// place and ID (`slas[1].objectives[0].target: SLA "orders-by-7": …`), IDs that two SLAs share, and
// assets without a proper name ("feeds[0][2].from: …"). Beyond a hundred, faults are only counted.
// Cycles and edges given twice are no faults: see [Catalog.Cycles].
//
// The catalog keeps copies. Its time and memory are proportional to the number of assets and edges,
// however many SLAs there are.
func NewCatalog(slas []SLA, feeds ...Edges) (*Catalog, error) {
	var f fault.List
	c := &Catalog{}
	c.addSLAs(&f, slas)
	b := builder{catalog: c, indexer: newIndexer(expected(feeds))}
	b.addEdges(&f, feeds)
	c.linked = uint32(len(b.ends))
	holdings := b.addHoldings()

	if err := f.Err(); err != nil {
		return nil, err
	}

	c.index = b.done()
	c.hold(holdings)
	c.link(b.from, b.to)
	c.turn()
	c.lead()
	return c, nil
}

// expected estimates how many assets so many edges join: most feed little more than one.
func expected(feeds []Edges) int {
	edges := 0
	for _, list := range feeds {
		edges += len(list)
	}
	return edges/2 + 16
}

// addSLAs validates and ranks the SLAs.
func (c *Catalog) addSLAs(f *fault.List, slas []SLA) {
	validateAll(f, "slas", slas)
	withIDs(f.Found(), "slas", slas)
	c.slas = make([]SLA, len(slas))
	for i := range slas {
		c.slas[i] = slas[i].Clone()
	}
	slices.SortFunc(c.slas, func(a, b SLA) int {
		return cmp.Or(cmp.Compare(a.Tier, b.Tier), strings.Compare(a.ID, b.ID))
	})

	c.byID = make(map[string]uint32, len(slas))
	for rank := range c.slas {
		c.byID[c.slas[rank].ID] = uint32(rank)
		for tier := c.slas[rank].Tier; tier >= 0 && int(tier) < len(c.tiers); tier++ {
			c.tiers[tier]++
		}
	}
}

// A builder turns IDs into numbers.
type builder struct {
	catalog *Catalog
	*indexer
	from, to []uint32
}

func (b *builder) addEdges(f *fault.List, feeds []Edges) {
	total := 0
	for _, list := range feeds {
		total += len(list)
	}
	b.from, b.to = make([]uint32, 0, total), make([]uint32, 0, total)
	for i, list := range feeds {
		for j := range list {
			b.addEdge(f, &list[j], i, j)
		}
	}
}

func (b *builder) addEdge(f *fault.List, e *Edge, i, j int) {
	from, ok := b.asset(f, e.From, i, j, "from")
	if !ok || e.To == "" {
		return
	}
	if to, ok := b.asset(f, e.To, i, j, "to"); ok {
		b.from, b.to = append(b.from, from), append(b.to, to)
	}
}

// asset numbers an asset. Its name is validated once, when it is new.
func (b *builder) asset(f *fault.List, id string, i, j int, field string) (n uint32, ok bool) {
	refuse := func(problem string) {
		f.Add(fault.Element(fault.Element("feeds", i), j)+"."+field, "%s", problem)
	}
	if id == "" {
		refuse("is missing")
		return 0, false
	}
	if len(id) > fault.MostName || b.full(len(id)) {
		refuse(cmp.Or(fault.NameProblem(id), "more IDs than 4 GiB hold"))
		return 0, false
	}

	n, isNew := b.number(id)
	if !isNew {
		return n, true
	}
	if problem := fault.NameProblem(id); problem != "" {
		refuse(problem)
	}
	return n, true
}

// A holding is an asset and the rank of an SLA that is about it.
type holding struct{ asset, rank uint32 }

// addHoldings numbers the assets of the SLAs, whose names have been validated.
func (b *builder) addHoldings() []holding {
	var list []holding
	for rank := range b.catalog.slas {
		b.catalog.slas[rank].assets(func(asset string) {
			if len(asset) <= fault.MostName && !b.full(len(asset)) {
				n, _ := b.number(asset)
				list = append(list, holding{n, uint32(rank)})
			}
		})
	}
	slices.SortFunc(list, func(a, b holding) int {
		return cmp.Or(cmp.Compare(a.asset, b.asset), cmp.Compare(a.rank, b.rank))
	})
	return slices.Compact(list)
}

// hold stores the SLAs of each asset.
func (c *Catalog) hold(list []holding) {
	c.held = make([]uint32, 0, len(list))
	for n := range c.nodes {
		c.nodes[n].held = uint32(len(c.held))
		for len(list) > 0 && list[0].asset == uint32(n) {
			c.held = append(c.held, list[0].rank)
			list = list[1:]
		}
	}
}

// link stores the assets that each asset feeds, each once.
func (c *Catalog) link(from, to []uint32) {
	starts, feeds := group(c.Len(), from, to)
	seen := make([]uint32, c.Len()) // the last asset that was seen to feed this one, plus 1

	// Lists are compacted in place: kept never overtakes what is still to be read.
	kept := uint32(0)
	for n := range c.Len() {
		c.nodes[n].feed = kept
		for _, m := range feeds[starts[n]:starts[n+1]] {
			if seen[m] != uint32(n)+1 {
				seen[m] = uint32(n) + 1
				feeds[kept] = m
				kept++
			}
		}
	}
	c.nodes[c.Len()].feed = kept
	c.feeds = slices.Clip(slices.Clone(feeds[:kept]))
}

// turn stores the assets that feed each asset.
func (c *Catalog) turn() {
	from := make([]uint32, 0, len(c.feeds))
	for n := range c.Len() {
		for range c.fed(uint32(n)) {
			from = append(from, uint32(n))
		}
	}
	starts, feeders := group(c.Len(), c.feeds, from)
	for n := range c.nodes {
		c.nodes[n].from = starts[n]
	}
	c.fedBy = feeders
}

// group lists, for each key below n, the values that stand beside it: those of key k are
// values[starts[k]:starts[k+1]]. It is a counting sort: lineage has millions of edges, and one
// array of lists takes a fraction of the memory of a slice of slices.
func group(n int, keys, values []uint32) (starts, grouped []uint32) {
	starts, grouped = make([]uint32, n+2), make([]uint32, len(values))
	for _, k := range keys { // two places ahead: the loops below move each start once
		starts[k+2]++
	}
	for k := range n {
		starts[k+2] += starts[k+1]
	}
	for i, k := range keys {
		grouped[starts[k+1]] = values[i]
		starts[k+1]++
	}
	return starts[:n+1], grouped
}
