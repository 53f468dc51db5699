package priority_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// wide returns a catalog of chains of ten assets, whose ends the SLAs share out among them.
func wide(b *testing.B, assets, slas int) (*sla.Catalog, []string) {
	ids, edges := make([]string, assets), make(sla.Edges, 0, assets)
	promises := make([]sla.SLA, slas)
	for i := range promises {
		promises[i] = sla.SLA{ID: fmt.Sprintf("sla-%d", i)}
	}
	for i := range ids {
		ids[i] = fmt.Sprintf("warehouse.schema_%d.table_%d", i%97, i)
		if i%10 > 0 {
			edges = append(edges, sla.Edge{From: ids[i-1], To: ids[i]})
		}
	}
	for i := 9; i < assets; i += 10 {
		p := &promises[i/10%slas]
		p.Assets = append(p.Assets, ids[i])
	}
	for i := range promises {
		if len(promises[i].Assets) == 0 {
			promises[i].Assets = []string{ids[9+10*(i%(assets/10))]}
		}
	}
	c, err := sla.NewCatalog(promises, edges)
	if err != nil {
		b.Fatal(err)
	}
	return c, ids
}

// stride visits the IDs in an order that defeats the cache, as signals do.
const stride = 7919

// BenchmarkClassify reports what a decision about a known asset costs beside one look-up of its ID
// in a map of that size.
func BenchmarkClassify(b *testing.B) {
	for _, assets := range []int{1_000, 100_000, 1_000_000} {
		for _, slas := range []int{1, 100, 10_000} {
			c, ids := wide(b, assets, slas)
			lookup := timeLookups(ids)
			for i, id := range ids {
				ids[i] = strings.Clone(id)
			}
			classifier := newClassifier(c)
			decide := func(name string, decision func(*priority.Signal) priority.Priority) {
				b.Run(fmt.Sprintf("assets=%d/slas=%d/%s", assets, slas, name), func(b *testing.B) {
					signal := priority.Signal{Kind: priority.KindFailure, Summary: "extract exited 1", At: time.Date(2021, 3, 4, 6, 18, 0, 0, time.UTC)}
					b.ReportAllocs()
					p1s, i := 0, 0
					for b.Loop() {
						i = (i + stride) % len(ids)
						signal.Asset = ids[i]
						if decision(&signal) == priority.P1 {
							p1s++
						}
					}
					if p1s != b.N {
						b.Fatalf("%d of %d were P1", p1s, b.N)
					}
					b.ReportMetric(lookup, "map-ns/op")
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lookup, "x-map")
				})
			}
			decide("Classify", func(s *priority.Signal) priority.Priority { return classifier.Classify(*s).Priority })
			decide("Priority", classifier.Priority)
		}
	}
}

// timeLookups returns how many nanoseconds a look-up of these keys takes in a map of them.
func timeLookups(ids []string) float64 {
	m := make(map[string]int32, len(ids))
	for i, id := range ids {
		m[id] = int32(i)
	}
	const rounds = 3_000_000
	ids = slices.Clone(ids) // as they come with signals: other strings than the keys of the map
	for i, id := range ids {
		ids[i] = strings.Clone(id)
	}
	at, sum, start := 0, int32(0), time.Now()
	for range rounds {
		at = (at + stride) % len(ids)
		sum += m[ids[at]]
	}
	runtime.KeepAlive(sum)
	return float64(time.Since(start).Nanoseconds()) / rounds
}

// BenchmarkClassifyByTable is the way that goes through the table.
func BenchmarkClassifyByTable(b *testing.B) {
	c, err := sla.NewCatalog([]sla.SLA{{ID: "s", Tier: sla.Secondary, Assets: []string{"x"}}})
	if err != nil {
		b.Fatal(err)
	}
	classifier := newClassifier(c)
	now := time.Date(2021, 3, 4, 6, 18, 0, 0, time.UTC)
	signal := priority.Signal{Asset: "x", Severity: priority.SeverityInfo, At: now, Due: now.Add(2 * time.Hour)}
	b.ReportAllocs()
	for b.Loop() {
		if classifier.Classify(signal).Priority != priority.P3 {
			b.Fatal("not P3")
		}
	}
}
