package sla_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

// aGraph makes lineage as warehouses have it: n assets, each fed by one or two that came before,
// with an edge back for one in a thousand, and so many SLAs spread over the assets.
func aGraph(n, slas int) ([]sla.SLA, sla.Edges) {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	id := func(i int) string { return fmt.Sprintf("warehouse.schema_%d.table_%d", i%97, i) }
	var edges sla.Edges
	for i := 1; i < n; i++ {
		for range 1 + r.IntN(2) {
			edges = append(edges, sla.Edge{From: id(r.IntN(i)), To: id(i)})
		}
		if i%1000 == 0 {
			edges = append(edges, sla.Edge{From: id(i), To: id(r.IntN(i))})
		}
	}
	r.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
	list := make([]sla.SLA, slas)
	for i := range list {
		list[i] = promise(fmt.Sprintf("sla-%d", i), sla.Tier(r.IntN(3)), id(r.IntN(n)))
	}
	return list, edges
}

func promise(id string, tier sla.Tier, asset string) sla.SLA {
	return sla.SLA{ID: id, Tier: tier, Objectives: []sla.Objective{{
		Name: "ready", Asset: asset, Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day),
		Freshness: freshness.MaxAge{Fail: 25 * time.Hour},
	}}}
}

var sizes = []int{1_000, 10_000, 100_000, 1_000_000}

func BenchmarkNewCatalog(b *testing.B) {
	for _, n := range sizes {
		for _, slas := range []int{1, 10_000} {
			list, edges := aGraph(n, slas)
			b.Run(fmt.Sprintf("assets=%d/slas=%d", n, slas), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := sla.NewCatalog(list, edges); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/asset")
			})
		}
	}
}

// BenchmarkReadEdges is what NewCatalog is measured against: the same edges into a map of slices.
func BenchmarkReadEdges(b *testing.B) {
	for _, n := range sizes {
		_, edges := aGraph(n, 0)
		b.Run(fmt.Sprintf("assets=%d", n), func(b *testing.B) {
			for b.Loop() {
				feeds := map[string][]string{}
				for _, e := range edges {
					feeds[e.From] = append(feeds[e.From], e.To)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/asset")
		})
	}
}

func BenchmarkCatalogMemory(b *testing.B) {
	for _, n := range sizes {
		list, edges := aGraph(n, 100)
		ids := 0
		seen := map[string]bool{}
		for _, e := range edges {
			for _, id := range []string{e.From, e.To} {
				if !seen[id] {
					seen[id] = true
					ids += len(id)
				}
			}
		}
		assets := len(seen)
		seen = nil
		b.Run(fmt.Sprintf("assets=%d", n), func(b *testing.B) {
			var bytes float64
			for b.Loop() {
				before := heap()
				c, _ := sla.NewCatalog(list, edges)
				bytes = float64(heap()-before) - float64(ids)
				runtime.KeepAlive(c)
			}
			b.ReportMetric(bytes/float64(assets), "B/asset-beyond-ID")
		})
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkReach looks up assets in random order, beside a Go map of the same IDs.
func BenchmarkReach(b *testing.B) {
	for _, n := range sizes {
		for _, slas := range []int{1, 10_000} {
			list, edges := aGraph(n, slas)
			c, err := sla.NewCatalog(list, edges)
			if err != nil {
				b.Fatal(err)
			}
			ids := make([]string, len(edges))
			plain := make(map[string]int, n)
			for i, e := range edges {
				ids[i] = string([]byte(e.To))
				plain[e.To] = i
			}
			b.Run(fmt.Sprintf("assets=%d/slas=%d", n, slas), func(b *testing.B) {
				b.ReportAllocs()
				i, primary := 0, 0
				for b.Loop() {
					if i++; i == len(ids) {
						i = 0
					}
					reach, _ := c.Reach(ids[i])
					if tier, ok := reach.Tier(); ok && tier == sla.Primary {
						primary++
					}
				}
			})
			b.Run(fmt.Sprintf("assets=%d/map", n), func(b *testing.B) {
				i, sum := 0, 0
				for b.Loop() {
					if i++; i == len(ids) {
						i = 0
					}
					sum += plain[ids[i]]
				}
			})
		}
	}
}

// BenchmarkCauses finds which of one in a hundred unhealthy assets explain another.
func BenchmarkCauses(b *testing.B) {
	for _, n := range sizes {
		list, edges := aGraph(n, 100)
		c, err := sla.NewCatalog(list, edges)
		if err != nil {
			b.Fatal(err)
		}
		trouble, places := map[string]bool{}, []string{}
		for i := 0; i < len(edges); i += 100 {
			trouble[edges[i].To] = true
			places = append(places, edges[i].To)
		}
		b.Run(fmt.Sprintf("assets=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				i = (i + 1) % len(edges)
				c.Causes(edges[i].To, func(asset string) bool { return trouble[asset] })
			}
		})
		b.Run(fmt.Sprintf("assets=%d/among=%d", n, len(places)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.CausesAmong(places, 8)
			}
		})
	}
}
