package openlineage

import (
	"cmp"
	"container/list"
	"hash/maphash"
	"iter"
	"maps"
	"slices"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A state is what a Lineage knows. All of it is bounded.
type state struct {
	max     int // assets
	version uint64
	seed    maphash.Seed // of the identities of events
	turn    uint64       // counts events

	assets map[string]uint32 // index into names
	names  []string
	linked []bool // whether the asset has an edge
	edges  map[edge]struct{}

	jobs  map[string]*job // by asset
	kept  int             // jobs that are kept only because a failure of theirs was told
	open  *list.List      // runs that have begun and not ended, least recently observed first
	ended *list.List      // all other runs, in the same order
	bytes int             // what all runs keep, estimated

	// An event can make known what older events of other runs mean. These are the runs by the
	// event, so that its repetition returns the same news. Oldest events are forgotten first.
	caused map[uint64][]*run
	causes []uint64

	lost losses
}

// An edge is a pair of assets, by index.
type edge struct{ from, to uint32 }

// losses count what did not fit.
type losses struct{ assets, edges, runs, outputs int64 }

func newState(most int) *state {
	return &state{
		max:    most,
		seed:   maphash.MakeSeed(),
		assets: map[string]uint32{},
		edges:  map[edge]struct{}{},
		jobs:   map[string]*job{},
		open:   list.New(),
		ended:  list.New(),
		caused: map[uint64][]*run{},
	}
}

// asset returns the index of an asset, which becomes known if it fits.
func (s *state) asset(name string) (id uint32, ok bool) {
	if id, ok := s.assets[name]; ok {
		return id, true
	}
	if len(s.names) >= s.max {
		s.lost.assets++
		return 0, false
	}
	id = uint32(len(s.names))
	s.assets[name] = id
	s.names, s.linked = append(s.names, name), append(s.linked, false)
	s.version++
	return id, true
}

// known reports whether a name is that of an asset.
func (s *state) known(name string) bool {
	_, ok := s.assets[name]
	return ok
}

// feed adds an edge if it fits.
func (s *state) feed(from, to uint32) {
	pair := edge{from, to}
	if _, ok := s.edges[pair]; ok {
		return
	}
	if len(s.edges) >= s.max*edgesPerAsset {
		s.lost.edges++
		return
	}
	s.edges[pair] = struct{}{}
	s.linked[from], s.linked[to] = true, true
	s.version++
}

// feedNames adds an edge between two assets by name, if both fit.
func (s *state) feedNames(from, to string) {
	a, okA := s.asset(from)
	b, okB := s.asset(to)
	s.feedIf(okA && okB, a, b)
}

func (s *state) feedIf(fits bool, from, to uint32) {
	if fits {
		s.feed(from, to)
	}
}

// mention makes an asset known with its other names, each of which feeds the other.
func (s *state) mention(m mention) (id uint32, links []uint32, ok bool) {
	id, ok = s.asset(m.asset)
	for _, name := range m.links {
		link, fits := s.asset(name)
		if !ok || !fits || link == id {
			continue
		}
		s.feed(id, link)
		s.feed(link, id)
		links = append(links, link)
	}
	return id, links, ok
}

func (s *state) sortedEdges() sla.Edges {
	all := make(sla.Edges, 0, len(s.edges))
	for e := range s.edges {
		all = append(all, sla.Edge{From: s.names[e.from], To: s.names[e.to]})
	}
	for id, linked := range s.linked {
		if !linked {
			all = append(all, sla.Edge{From: s.names[id]})
		}
	}
	slices.SortFunc(all, func(a, b sla.Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return all
}

func (s *state) running() []Run {
	all := make([]Run, 0, s.open.Len())
	for e := s.open.Front(); e != nil; e = e.Next() {
		r := e.Value.(*run)
		all = append(all, Run{r.job.asset, r.id, r.since})
	}
	slices.SortFunc(all, func(a, b Run) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Job, b.Job), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// sortedPairs iterates over the edges in order of their indexes.
func (s *state) sortedPairs() iter.Seq[edge] {
	pairs := slices.SortedFunc(maps.Keys(s.edges), func(a, b edge) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	return slices.Values(pairs)
}

func (s *state) sortedJobs() []*job {
	return slices.SortedFunc(maps.Values(s.jobs), func(a, b *job) int { return cmp.Compare(a.asset, b.asset) })
}

// allRuns iterates over the ended runs and then the open ones, least recently observed first.
func (s *state) allRuns() iter.Seq[*run] {
	return func(yield func(*run) bool) {
		for _, l := range []*list.List{s.ended, s.open} {
			for e := l.Front(); e != nil; e = e.Next() {
				if !yield(e.Value.(*run)) {
					return
				}
			}
		}
	}
}
