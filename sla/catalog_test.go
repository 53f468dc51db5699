package sla_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

func catalog(t testing.TB, slas []sla.SLA, feeds ...sla.Edges) *sla.Catalog {
	c, err := sla.NewCatalog(slas, feeds...)
	require.NoError(t, err)
	return c
}

// about makes an SLA that measures nothing.
func about(id string, tier sla.Tier, assets ...string) sla.SLA {
	return sla.SLA{ID: id, Tier: tier, Assets: assets}
}

// words writes an impact as text.
func words(s *sla.SLA, path []string) string {
	return fmt.Sprintf("%v %s: %s", s.Tier, s.ID, strings.Join(path, " → "))
}

func impacts(c *sla.Catalog, asset string) []string {
	list := []string{}
	for i := range c.Impacts(asset) {
		list = append(list, words(i.SLA, i.Path))
	}
	return list
}

func lead(c *sla.Catalog, asset string) string {
	reach, known := c.Reach(asset)
	tier, reaches := reach.Tier()
	switch {
	case !known:
		return "unknown"
	case !reaches || reach.SLA() == nil:
		return "reaches nothing"
	case tier != reach.SLA().Tier:
		return "reads another tier than its SLA's"
	}
	path := slices.Collect(reach.Path())
	if len(path) != reach.Hops()+1 {
		return "counts other hops than its path's"
	}
	return words(reach.SLA(), path)
}

func TestCatalogReach(t *testing.T) {
	orders, refunds := about("orders", sla.Secondary, "mart.orders"),
		about("refunds", sla.Primary, "mart.refunds")
	for _, row := range []struct {
		name  string
		slas  []sla.SLA
		feeds []sla.Edges
		asset string
		want  string
	}{
		{"an asset of an SLA reaches it at once", []sla.SLA{orders}, nil, "mart.orders",
			"secondary orders: mart.orders"},
		{"so does what feeds it", []sla.SLA{orders}, []sla.Edges{sla.Feeds("raw", "stg", "mart.orders")},
			"raw", "secondary orders: raw → stg → mart.orders"},
		{"what it feeds does not", []sla.SLA{orders}, []sla.Edges{sla.Feeds("mart.orders", "dashboard")},
			"dashboard", "reaches nothing"},
		{"an unknown asset is not one that reaches nothing", []sla.SLA{orders},
			[]sla.Edges{sla.Feeds("mart.orders", "dashboard")}, "raw", "unknown"},
		{"an asset may be known and feed nothing", nil, []sla.Edges{sla.Feeds("raw")}, "raw",
			"reaches nothing"},
		{"no SLA, no assets", nil, nil, "raw", "unknown"},
		{"empty is no asset", []sla.SLA{orders}, nil, "", "unknown"},
		{"the higher tier leads, however far", []sla.SLA{orders, refunds},
			[]sla.Edges{sla.Feeds("raw", "mart.orders"), sla.Feeds("raw", "a", "b", "mart.refunds")}, "raw",
			"primary refunds: raw → a → b → mart.refunds"},
		{"within a tier the nearest leads", []sla.SLA{about("a", 0, "far"), about("b", 0, "near")},
			[]sla.Edges{sla.Feeds("raw", "x", "far"), sla.Feeds("raw", "near")}, "raw",
			"primary b: raw → near"},
		{"at one distance the first by ID", []sla.SLA{about("b", 0, "x"), about("a", 0, "y")},
			[]sla.Edges{sla.Feeds("raw", "x"), sla.Feeds("raw", "y")}, "raw", "primary a: raw → y"},
		{"of one asset the first by ID", []sla.SLA{about("b", 0, "x"), about("a", 0, "x")}, nil, "x",
			"primary a: x"},
		{"of equal ways the first by ID", []sla.SLA{about("a", 0, "end")},
			[]sla.Edges{sla.Feeds("raw", "z", "a", "end"), sla.Feeds("raw", "b", "y", "end")}, "raw",
			"primary a: raw → b → y → end"},
		{"a shortcut wins", []sla.SLA{about("a", 0, "end")}, []sla.Edges{sla.Feeds("raw", "x", "y", "end"),
			sla.Feeds("raw", "y")}, "raw", "primary a: raw → y → end"},
		{"itself among its feeders", []sla.SLA{orders}, []sla.Edges{sla.Feeds("raw", "raw", "mart.orders",
			"mart.orders")}, "raw", "secondary orders: raw → mart.orders"},
		{"a circle before the SLA", []sla.SLA{orders}, []sla.Edges{sla.Feeds("a", "b", "c", "a"),
			sla.Feeds("b", "mart.orders")}, "c", "secondary orders: c → a → b → mart.orders"},
		{"a circle through the SLA", []sla.SLA{orders}, []sla.Edges{sla.Feeds("a", "mart.orders", "a")},
			"mart.orders", "secondary orders: mart.orders"},
		{"a circle that reaches nothing", []sla.SLA{orders}, []sla.Edges{sla.Feeds("a", "b", "a")}, "a",
			"reaches nothing"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := catalog(t, row.slas, row.feeds...)
			assert.Equal(t, row.want, lead(c, row.asset))
			if got := impacts(c, row.asset); len(got) > 0 {
				assert.Equal(t, row.want, got[0], "the first impact")
			} else {
				assert.Contains(t, "unknown, reaches nothing", row.want)
			}
		})
	}
}

func TestCatalogImpacts(t *testing.T) {
	c := catalog(t, []sla.SLA{
		about("far", sla.Primary, "mart.far"), about("near", sla.Primary, "mart.near"),
		about("wide", sla.Primary, "mart.far", "stg.b"),
		about("third", sla.Tertiary, "raw"), about("second", sla.Secondary, "stg.b", "stg.a"),
		about("elsewhere", sla.Primary, "other"),
	}, sla.Feeds("raw", "stg.b", "mart.near"), sla.Feeds("raw", "stg.a", "x", "mart.far"),
		sla.Feeds("other", "raw"))
	assert.Equal(t, []string{
		"primary wide: raw → stg.b",
		"primary near: raw → stg.b → mart.near",
		"primary far: raw → stg.a → x → mart.far",
		"secondary second: raw → stg.a",
		"tertiary third: raw",
	}, impacts(c, "raw"))
	assert.Empty(t, impacts(c, "nobody's"))
	for range c.Impacts("raw") {
		break // iteration may stop anywhere
	}
	reach, _ := c.Reach("raw")
	for range reach.Path() {
		break
	}
	for range c.SLAs() {
		break
	}
}

func TestCatalogThatKnowsNothing(t *testing.T) {
	for _, c := range []*sla.Catalog{nil, {}, catalog(t, nil)} {
		assert.Equal(t, "unknown", lead(c, "raw"))
		assert.Empty(t, impacts(c, "raw"))
		assert.Zero(t, c.Len())
		assert.Empty(t, c.Cycles())
		assert.Empty(t, c.Checks(nil))
		assert.Empty(t, slices.Collect(c.SLAs()))
		_, ok := c.SLA("orders")
		assert.False(t, ok)
		_, _, ok = c.Objective("orders/ready")
		assert.False(t, ok)
	}
	var reach sla.Reach
	assert.Nil(t, reach.SLA())
	assert.Zero(t, reach.Hops())
	assert.Empty(t, slices.Collect(reach.Path()))
	assert.Empty(t, slices.Collect(reach.Impacts()))
}

func TestCatalogKeepsCopies(t *testing.T) {
	list := []sla.SLA{promise("orders", sla.Primary, "mart.orders")}
	list[0].Owners = []string{"data-infra"}
	c := catalog(t, list)
	list[0].Owners[0], list[0].Objectives[0].Name, list[0].ID = "nobody", "broken", "gone"
	got, ok := c.SLA("orders")
	require.True(t, ok)
	assert.Equal(t, []string{"data-infra"}, got.Owners)
	assert.Equal(t, "ready", got.Objectives[0].Name)
}

func TestCatalogListsSLAsByTierAndID(t *testing.T) {
	c := catalog(t, []sla.SLA{about("c", sla.Secondary), about("b", sla.Primary), about("a", sla.Secondary),
		about("d", sla.Primary)})
	var ids []string
	for s := range c.SLAs() {
		ids = append(ids, s.ID)
	}
	assert.Equal(t, []string{"b", "d", "a", "c"}, ids)
}

func TestNewCatalogRefuses(t *testing.T) {
	_, err := sla.NewCatalog([]sla.SLA{
		about("a", sla.Primary),
		about("a", 7, "x", "x"),
		promise("", sla.Primary, ""),
	}, sla.Feeds("raw", "", "mart"), sla.Feeds("", "mart"), sla.Feeds("raw", ""),
		sla.Edges{{From: "ok", To: "ba\x00d"}, {From: "ba\x00d", To: "\xff"}},
		sla.Feeds(strings.Repeat("long", 1<<18)), sla.Feeds(""))
	assert.EqualError(t, err, strings.Join([]string{
		`slas[1].tier: SLA "a": Tier(7) is none of primary, secondary, tertiary`,
		`slas[1].assets[1]: SLA "a": "x" is already in slas[1].assets[0]`,
		`slas[1].id: "a" is already the ID of slas[0]`,
		`slas[2].id: is missing`,
		`slas[2].objectives[0].asset: is missing`,
		`feeds[0][1].from: is missing`,
		`feeds[1][0].from: is missing`,
		`feeds[2][1].from: is missing`,
		`feeds[3][0].to: "ba\x00d" holds the control character U+0000`,
		`feeds[3][1].to: "\xff" is not valid UTF-8`,
		`feeds[4][0].from: "` + strings.Repeat("long", 16) + `"… is longer than 1024 bytes`,
		`feeds[5][0].from: is missing`,
	}, "\n"))
	assert.Empty(t, sla.Feeds())
}

func TestNewCatalogCountsFaultsBeyondAHundred(t *testing.T) {
	_, err := sla.NewCatalog(nil, make(sla.Edges, 1_000_000))
	lines := strings.Split(err.Error(), "\n")
	assert.Len(t, lines, 101)
	assert.Equal(t, "and 999900 more faults", lines[100])
}

func TestReachAllocatesNothing(t *testing.T) {
	list, edges := aGraph(10_000, 100)
	c, asset := catalog(t, list, edges), "warehouse.schema_0.table_0" // the first, which feeds nearly all
	for name, run := range map[string]func(){
		"look-up": func() {
			reach, known := c.Reach(asset)
			tier, reaches := reach.Tier()
			if !known || !reaches || tier != reach.SLA().Tier || reach.Hops() < 0 {
				t.Error("the first asset reaches nothing")
			}
		},
		"unknown": func() { c.Reach("nobody's") },
		"path": func() {
			reach, _ := c.Reach(asset)
			for asset := range reach.Path() {
				_ = asset
			}
		},
	} {
		assert.Zero(t, testing.AllocsPerRun(100, run), name)
	}
	assert.LessOrEqual(t, unsafe.Sizeof(sla.Reach{}), uintptr(16))
}

func TestCatalogMayBeShared(t *testing.T) {
	list, edges := aGraph(1_000, 100)
	c := catalog(t, list, edges)
	want := impacts(c, edges[0].From)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				assert.Equal(t, want, impacts(c, edges[0].From))
				c.Cycles()
				lead(c, edges[1].To)
			}
		})
	}
	all.Wait()
}

// A naive catalog keeps maps, and walks them at every question.
type naive struct {
	feeds map[string]map[string]bool
	known map[string]bool
	slas  []sla.SLA
}

func newNaive(slas []sla.SLA, edges sla.Edges) *naive {
	n := &naive{map[string]map[string]bool{}, map[string]bool{}, slas}
	for _, e := range edges {
		n.known[e.From] = true
		if e.To == "" {
			continue
		}
		n.known[e.To] = true
		if n.feeds[e.From] == nil {
			n.feeds[e.From] = map[string]bool{}
		}
		n.feeds[e.From][e.To] = true
	}
	for _, s := range slas {
		for _, asset := range assetsOf(s) {
			n.known[asset] = true
		}
	}
	return n
}

func assetsOf(s sla.SLA) []string {
	list := slices.Clone(s.Assets)
	for _, o := range s.Objectives {
		list = append(list, o.Asset)
	}
	return list
}

// paths finds, for each asset that can be reached, the first by ID among its shortest paths, by
// comparing whole paths until nothing improves.
func (n *naive) paths(from string) map[string][]string {
	best := map[string][]string{from: {from}}
	for again := true; again; {
		again = false
		for at, path := range best {
			for to := range n.feeds[at] {
				longer := append(slices.Clone(path), to)
				if old, ok := best[to]; !ok || less(longer, old) {
					best[to] = longer
					again = true
				}
			}
		}
	}
	return best
}

// less compares paths by length, then by the IDs of their assets.
func less(a, b []string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return slices.Compare(a, b) < 0
}

func (n *naive) impacts(from string) []string {
	type impact struct {
		s    sla.SLA
		path []string
	}
	var list []impact
	paths := n.paths(from)
	for _, s := range n.slas {
		var best []string
		for _, asset := range assetsOf(s) {
			if path, ok := paths[asset]; ok && (best == nil || less(path, best)) {
				best = path
			}
		}
		if best != nil {
			list = append(list, impact{s, best})
		}
	}
	slices.SortFunc(list, func(a, b impact) int {
		if a.s.Tier != b.s.Tier {
			return int(a.s.Tier - b.s.Tier)
		}
		if len(a.path) != len(b.path) {
			return len(a.path) - len(b.path)
		}
		return strings.Compare(a.s.ID, b.s.ID)
	})
	texts := []string{}
	for _, i := range list {
		texts = append(texts, words(&i.s, i.path))
	}
	return texts
}

// onCycle reports whether an asset feeds itself.
func (n *naive) onCycle(asset string) bool {
	for next := range n.feeds[asset] {
		if _, back := n.paths(next)[asset]; back {
			return true
		}
	}
	return false
}

func randomCatalog(r *rand.Rand) ([]sla.SLA, sla.Edges) {
	n := 1 + r.IntN(12)
	id := func() string { return string(rune('a' + r.IntN(n))) }
	var edges sla.Edges
	for range r.IntN(3 * n) {
		edges = append(edges, sla.Edge{From: id(), To: []string{id(), id(), id(), id(), ""}[r.IntN(5)]})
	}
	var slas []sla.SLA
	for i := range r.IntN(5) {
		s := about(fmt.Sprint("sla", i), sla.Tier(r.IntN(3)))
		for range r.IntN(3) {
			if asset := id(); !slices.Contains(s.Assets, asset) {
				s.Assets = append(s.Assets, asset)
			}
		}
		if r.IntN(2) == 0 {
			s.Objectives = promise(s.ID, s.Tier, id()).Objectives
		}
		slas = append(slas, s)
	}
	return slas, edges
}

// TestCatalogAgreesWithOracle holds leads, paths, impacts, what is known, and cycles against the
// naive catalog over random graphs, and both against the order in which they were given.
func TestCatalogAgreesWithOracle(t *testing.T) {
	for seed := range uint64(1_000) {
		r := rand.New(rand.NewPCG(seed, 0))
		slas, edges := randomCatalog(r)
		oracle := newNaive(slas, edges)
		cycles := ""
		for turn := range 2 {
			c := catalog(t, slas, edges[:len(edges)/2], edges[len(edges)/2:])
			require.Equal(t, len(oracle.known), c.Len())
			for asset := 'a'; asset < 'n'; asset++ {
				checkAsset(t, seed, c, oracle, string(asset))
			}
			checkCycles(t, seed, c, oracle)
			texts := fmt.Sprint(c.Cycles())
			require.True(t, turn == 0 || texts == cycles, "seed %d: %s, and in another order %s", seed, cycles,
				texts)
			cycles = texts
			r.Shuffle(len(slas), func(i, j int) { slas[i], slas[j] = slas[j], slas[i] })
			r.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
		}
	}
}

func checkAsset(t *testing.T, seed uint64, c *sla.Catalog, oracle *naive, asset string) {
	want := oracle.impacts(asset)
	first := "unknown"
	switch {
	case oracle.known[asset] && len(want) > 0:
		first = want[0]
	case oracle.known[asset]:
		first = "reaches nothing"
	default:
		want = []string{}
	}
	require.Equal(t, want, impacts(c, asset), "seed %d, asset %s", seed, asset)
	require.Equal(t, first, lead(c, asset), "seed %d, asset %s", seed, asset)
}

// checkCycles holds that each cycle reported is one, that none is reported twice, and that every
// asset on a cycle feeds one that is reported, and is fed by it.
func checkCycles(t *testing.T, seed uint64, c *sla.Catalog, oracle *naive) {
	firsts := map[string]bool{}
	for _, cycle := range c.Cycles() {
		for i, asset := range cycle {
			next := cycle[(i+1)%len(cycle)]
			require.True(t, oracle.feeds[asset][next], "seed %d: %v is no cycle", seed, cycle)
		}
		require.False(t, firsts[cycle[0]], "seed %d: %v was reported before", seed, cycle)
		firsts[cycle[0]] = true
	}
	for asset := range oracle.known {
		if !oracle.onCycle(asset) {
			require.False(t, firsts[asset])
			continue
		}
		group := []string{}
		for other := range oracle.paths(asset) {
			if _, back := oracle.paths(other)[asset]; back {
				group = append(group, other)
			}
		}
		require.True(t, firsts[slices.Min(group)], "seed %d: %s is on a cycle that is not reported", seed,
			asset)
	}
}

func TestCountReaching(t *testing.T) {
	c := catalog(t, []sla.SLA{about("p", sla.Primary, "a"), about("s", sla.Secondary, "a", "b"),
		about("t", sla.Tertiary, "c")}, sla.Feeds("x", "a"), sla.Feeds("y", "b"), sla.Feeds("z"))
	for tier, want := range map[sla.Tier]int{sla.Primary: 2, sla.Secondary: 2, sla.Tertiary: 1,
		sla.Tertiary + 1: 1, -1: 1} {
		assert.Equal(t, want, c.CountReaching(tier), tier)
	}
	assert.Zero(t, (*sla.Catalog)(nil).CountReaching(sla.Primary))
}
