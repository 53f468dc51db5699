package sla_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

func among(list ...string) func(string) bool {
	return func(asset string) bool { return slices.Contains(list, asset) }
}

func TestFeeds(t *testing.T) {
	c := catalog(t, nil, sla.Feeds("a", "b", "c"), sla.Feeds("x", "y", "x", "z"), sla.Feeds("self", "self"),
		sla.Feeds("lone"))
	for pair, want := range map[[2]string]bool{
		{"a", "b"}: true, {"a", "c"}: true, {"c", "a"}: false, {"a", "a"}: false, {"a", "z"}: false,
		{"x", "x"}: true, {"x", "y"}: true, {"y", "x"}: true, {"y", "z"}: true, {"z", "y"}: false,
		{"self", "self"}: true,
		{"lone", "lone"}: false, {"lone", "a"}: false, {"who", "a"}: false, {"a", "who"}: false,
		{"who", "who"}: false,
	} {
		assert.Equal(t, want, c.Feeds(pair[0], pair[1]), pair)
	}
	assert.False(t, (*sla.Catalog)(nil).Feeds("a", "b"))
	assert.False(t, new(sla.Catalog).Feeds("a", "b"))
}

func TestCauses(t *testing.T) {
	c := catalog(t, nil, sla.Feeds("raw", "stg", "mart", "board"), sla.Feeds("crm", "mart"),
		sla.Feeds("y", "x", "y", "out"), sla.Feeds("in", "x"))
	for _, row := range []struct {
		name    string
		asset   string
		trouble []string
		want    []string
	}{
		{"nothing else is in trouble", "mart", nil, []string{"mart"}},
		{"trouble with all but itself downstream", "raw", []string{"stg", "mart"}, []string{"raw"}},
		{"past an asset that is well", "mart", []string{"raw"}, []string{"raw"}},
		{"only what nothing explains", "board", []string{"stg", "raw", "mart"}, []string{"raw"}},
		{"every cause counts", "board", []string{"stg", "raw", "mart", "crm"}, []string{"crm", "raw"}},
		{"one remains when the other is well", "board", []string{"stg", "mart", "crm"},
			[]string{"crm", "stg"}},
		{"the first of a cycle speaks", "y", []string{"x"}, []string{"x"}},
		{"and for itself", "x", []string{"y"}, []string{"x"}},
		{"behind a cycle", "out", []string{"x", "y"}, []string{"x"}},
		{"what feeds a cycle explains it", "y", []string{"x", "in"}, []string{"in"}},
		{"unknown", "who", []string{"raw"}, []string{"who"}},
	} {
		assert.Equal(t, row.want, c.Causes(row.asset, among(row.trouble...)), row.name)
	}
	assert.Equal(t, []string{"a"}, (*sla.Catalog)(nil).Causes("a", among()))
}

func TestCausesAmong(t *testing.T) {
	c := catalog(t, nil, sla.Feeds("raw", "stg", "mart", "board"), sla.Feeds("crm", "mart"),
		sla.Feeds("y", "x", "y", "out"))
	list := []string{"board", "stg", "raw", "mart", "crm", "y", "x", "out", "who", "raw", "who"}
	assert.Equal(t, [][]int{{2, 4}, {2}, {2}, {2, 4}, {4}, {5}, {5}, {5}, {8}, {2}, {8}},
		c.CausesAmong(list, 8))
	assert.Equal(t, [][]int{{2}, {2}, {2}, {2}, {4}, {5}, {5}, {5}, {8}, {2}, {8}}, c.CausesAmong(list, -1))
	assert.Equal(t, [][]int{{0}, {0}}, c.CausesAmong([]string{"who", "who"}, 1))
	assert.Empty(t, c.CausesAmong(nil, 3))
	assert.Equal(t, [][]int{{0}, {1}, {0}}, (*sla.Catalog)(nil).CausesAmong([]string{"a", "b", "a"}, 3))
}

func TestCausesAreTroubleThatNothingExplains(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 9))
	for range 3000 {
		n := 2 + random.IntN(9)
		id := func(i int) string { return fmt.Sprintf("a%d", i) }
		var edges sla.Edges
		feeds := map[string]map[string]bool{}
		for i := range n {
			edges = append(edges, sla.Edge{From: id(i)})
			feeds[id(i)] = map[string]bool{}
		}
		for range random.IntN(2 * n) {
			e := sla.Edge{From: id(random.IntN(n)), To: id(random.IntN(n))}
			edges, feeds[e.From][e.To] = append(edges, e), true
		}
		closure(feeds)
		c := catalog(t, nil, edges)
		list := make([]string, 1+random.IntN(2*n))
		for i := range list {
			list[i] = id(random.IntN(n + 1)) // one more than the catalog knows
		}
		most := 1 + random.IntN(3)
		places := c.CausesAmong(list, most)
		for i, asset := range list {
			for _, other := range list {
				require.Equal(t, feeds[asset][other], c.Feeds(asset, other), "%v: %s to %s", edges, asset,
					other)
			}
			require.Equal(t, unexplained(feeds, list, asset, strings.Compare),
				c.Causes(asset, among(list...)), "%v of %v: %s", edges, list, asset)
			byPlace := func(a, b string) int { return slices.Index(list, a) - slices.Index(list, b) }
			want := unexplained(feeds, list, asset, byPlace)
			got := []string{}
			for _, at := range places[i] {
				require.Equal(t, at, slices.Index(list, list[at]), "not the first place")
				got = append(got, list[at])
			}
			require.Equal(t, want[:min(most, len(want))], got, "%v of %v: %s", edges, list, asset)
		}
	}
}

// closure adds to each asset the assets that it feeds through others.
func closure(feeds map[string]map[string]bool) {
	for via := range feeds {
		for from := range feeds {
			for to := range feeds {
				if feeds[from][via] && feeds[via][to] {
					feeds[from][to] = true
				}
			}
		}
	}
}

// unexplained is the definition: of all in trouble that feed the asset or are it, those that
// nothing in trouble feeds but in a circle, of which the first speaks.
func unexplained(feeds map[string]map[string]bool, trouble []string, asset string,
	by func(a, b string) int) []string {
	var out []string
	for _, a := range trouble {
		speaks := a == asset || feeds[a][asset]
		for _, b := range trouble {
			circle := a == b || feeds[a][b] && feeds[b][a]
			if feeds[b][a] && !circle || circle && a != b && by(b, a) < 0 {
				speaks = false
			}
		}
		if speaks && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, by)
	return out
}

func TestCausesOfALongChainAreFoundInOneWalk(t *testing.T) {
	const n = 100_000
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("a%d", n-i)
	}
	c := catalog(t, nil, sla.Feeds(ids...))
	asked := 0
	causes := c.Causes(ids[n-1], func(asset string) bool { asked++; return asset == ids[0] })
	assert.Equal(t, []string{ids[0]}, causes)
	assert.Equal(t, n-1, asked)
	for i, places := range c.CausesAmong(ids, 8) {
		require.Equal(t, []int{0}, places, i)
	}
	assert.True(t, c.Feeds(ids[0], ids[n-1]))
	assert.False(t, c.Feeds(ids[n-1], ids[0]))
}

func ExampleCatalog_Causes() {
	catalog, err := sla.NewCatalog(nil, sla.Feeds("raw.orders", "stg.orders", "mart.orders"),
		sla.Feeds("raw.rates", "mart.orders"))
	if err != nil {
		fmt.Println(err)
		return
	}
	trouble := map[string]bool{"raw.orders": true, "raw.rates": true, "stg.orders": true, "mart.orders": true}
	inTrouble := func(asset string) bool { return trouble[asset] }
	fmt.Println(catalog.Causes("mart.orders", inTrouble))

	trouble["raw.orders"] = false // and what it fed has not recovered: that is trouble of its own now
	fmt.Println(catalog.Causes("stg.orders", inTrouble), catalog.Causes("mart.orders", inTrouble))
	// Output:
	// [raw.orders raw.rates]
	// [stg.orders] [raw.rates stg.orders]
}
