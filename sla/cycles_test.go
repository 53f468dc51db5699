package sla_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

func TestCycles(t *testing.T) {
	for _, row := range []struct {
		name  string
		feeds []sla.Edges
		want  [][]string
	}{
		{"none", []sla.Edges{sla.Feeds("a", "b", "c"), sla.Feeds("a", "c")}, nil},
		{"an asset that feeds itself", []sla.Edges{sla.Feeds("a", "a", "b")}, [][]string{{"a"}}},
		{"the first by ID begins", []sla.Edges{sla.Feeds("c", "a", "b", "c")}, [][]string{{"a", "b", "c"}}},
		{"a shortest one through it", []sla.Edges{sla.Feeds("a", "b", "c", "d", "a"), sla.Feeds("b", "d")},
			[][]string{{"a", "b", "d"}}},
		{"the first by ID of the shortest", []sla.Edges{sla.Feeds("a", "c", "a"), sla.Feeds("a", "b", "a")},
			[][]string{{"a", "b"}}},
		{"each group once, by ID", []sla.Edges{sla.Feeds("x", "y", "x"), sla.Feeds("x", "b", "a", "b")},
			[][]string{{"a", "b"}, {"x", "y"}}},
		{"a cycle is not a way to one", []sla.Edges{sla.Feeds("a", "b", "c", "b", "d")},
			[][]string{{"b", "c"}}},
	} {
		assert.Equal(t, row.want, catalog(t, nil, row.feeds...).Cycles(), row.name)
	}
}

func TestCyclesOfALongChain(t *testing.T) {
	const n = 200_000
	edges := make(sla.Edges, n)
	for i := range edges {
		edges[i] = sla.Edge{From: strconv.Itoa(i), To: strconv.Itoa((i + 1) % n)}
	}
	c := catalog(t, []sla.SLA{about("end", sla.Primary, "0")}, edges)
	cycles := c.Cycles()
	assert.Len(t, cycles, 1)
	assert.Len(t, cycles[0], n)
	reach, _ := c.Reach("1")
	assert.Equal(t, n-1, reach.Hops())
}

// TestCyclesOfRandomLineage holds that there is one cycle of each group of assets that all feed
// each other, by a walk from each asset, and that each cycle is one.
func TestCyclesOfRandomLineage(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		var edges sla.Edges
		fed := map[[2]string]bool{}
		for range r.IntN(30) {
			from, to := strconv.Itoa(r.IntN(12)), strconv.Itoa(r.IntN(12))
			edges, fed[[2]string{from, to}] = append(edges, sla.Edge{From: from, To: to}), true
		}
		c := catalog(t, nil, edges)

		groups := map[string]bool{} // by the first of their assets
		for n := range 12 {
			asset, first := strconv.Itoa(n), ""
			for m := range 12 {
				other := strconv.Itoa(m)
				if c.Feeds(asset, other) && c.Feeds(other, asset) && (first == "" || other < first) {
					first = other
				}
			}
			if first != "" {
				groups[first] = true
			}
		}
		cycles := c.Cycles()
		require.Len(t, cycles, len(groups), "%v", edges)
		for _, cycle := range cycles {
			require.True(t, groups[cycle[0]], "%v of %v", cycle, edges)
			for i, asset := range cycle {
				require.True(t, fed[[2]string{asset, cycle[(i+1)%len(cycle)]}], "%v of %v", cycle, edges)
			}
		}
	}
}
