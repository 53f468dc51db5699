package sla_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

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
		{"a shortest one through it", []sla.Edges{sla.Feeds("a", "b", "c", "d", "a"), sla.Feeds("b", "d")}, [][]string{{"a", "b", "d"}}},
		{"the first by ID of the shortest", []sla.Edges{sla.Feeds("a", "c", "a"), sla.Feeds("a", "b", "a")}, [][]string{{"a", "b"}}},
		{"each group once, by ID", []sla.Edges{sla.Feeds("x", "y", "x"), sla.Feeds("x", "b", "a", "b")}, [][]string{{"a", "b"}, {"x", "y"}}},
		{"a cycle is not a way to one", []sla.Edges{sla.Feeds("a", "b", "c", "b", "d")}, [][]string{{"b", "c"}}},
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
