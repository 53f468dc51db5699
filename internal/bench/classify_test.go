package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dominikbraun/graph"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
	"github.com/google/cel-go/cel"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"
	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/traverse"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A lineage is a warehouse: assets in chains of ten, with a way between neighbouring chains here
// and there, whose ends the SLAs share out among them; of more SLAs than chains, several are about
// one end.
type lineage struct {
	ids   []string
	edges sla.Edges
	slas  []sla.SLA
}

func newLineage(assets, slas int) *lineage {
	random := rand.New(rand.NewPCG(1, uint64(assets)))
	l := &lineage{ids: make([]string, assets), slas: make([]sla.SLA, slas)}
	for i := range l.slas {
		l.slas[i].ID = fmt.Sprintf("sla-%d", i)
	}
	for i := range l.ids {
		l.ids[i] = fmt.Sprintf("warehouse.schema_%d.table_%d", i%97, i)
		switch {
		case i%10 > 0:
			l.edges = append(l.edges, sla.Edge{From: l.ids[i-1], To: l.ids[i]})
		case i > 10 && random.IntN(3) == 0:
			l.edges = append(l.edges, sla.Edge{From: l.ids[i-random.IntN(9)-1], To: l.ids[i]})
		}
	}
	chains := assets / 10
	for i := range max(chains, slas) {
		promise := &l.slas[i%slas]
		promise.Assets = append(promise.Assets, l.ids[i%chains*10+9])
	}
	return l
}

// asked lists strings that are not those of the lineage, as they come with signals, in an order
// that defeats the cache.
func (l *lineage) asked(random *rand.Rand) []string {
	out := make([]string, len(l.ids))
	for i, at := range random.Perm(len(l.ids)) {
		out[i] = strings.Clone(l.ids[at])
	}
	return out
}

func (l *lineage) catalog(b *testing.B) *sla.Catalog {
	c, err := sla.NewCatalog(l.slas, l.edges)
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// best returns the nanoseconds that one call of f takes, at best of rounds of n calls that together
// last no longer than about a tenth of a second.
func best(n int, f func(i int)) float64 {
	least, calls := time.Duration(1<<62), 0
	for begun := time.Now(); calls == 0 || time.Since(begun) < 100*time.Millisecond; {
		at := time.Now()
		for range n {
			f(calls)
			calls++
		}
		least = min(least, time.Since(at))
	}
	return float64(least) / float64(n)
}

// compare reports what a peer takes beside what ours takes, both at their best in this run.
func compare(b *testing.B, name string, n int, ours float64, peer func(i int)) {
	b.Run(name, func(b *testing.B) {
		theirs := best(n, peer)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			peer(i)
		}
		b.ReportMetric(theirs, "best-ns/op")
		b.ReportMetric(ours, "best-ns/ours")
		b.ReportMetric(theirs/ours, "x/ours")
	})
}

var sinkP priority.Priority

// BenchmarkDecision asks for the priority of signals about known assets, each of which reaches one
// primary SLA. The peers are given which, ready-made: they look nothing up. Each has one rule an
// SLA, and the one that applies is the last.
func BenchmarkDecision(b *testing.B) {
	for _, assets := range []int{1_000, 100_000} {
		for _, rules := range []int{10, 1_000} {
			decisions(b, assets, rules)
		}
	}
}

func decisions(b *testing.B, assets, rules int) {
	l := newLineage(assets, rules)
	asked := l.asked(rand.New(rand.NewPCG(2, 3)))
	c := priority.NewClassifier(l.catalog(b))
	s := priority.Signal{Kind: priority.KindFailure, Summary: "extract exited 1", At: time.Date(2021, 3, 4, 6, 18, 0, 0, time.UTC)}
	classify := func(i int) {
		s.Asset = asked[i%assets]
		if sinkP = c.Classify(s).Priority; sinkP != priority.P1 {
			b.Fatal(s.Asset, sinkP)
		}
	}
	ours := best(1_000, classify)
	at := func(name string) string { return fmt.Sprintf("assets=%d/rules=%d/%s", assets, rules, name) }
	compare(b, at("ours"), 1_000, ours, classify)
	compare(b, at("ours, priority alone"), 1_000, ours, func(i int) {
		s.Asset = asked[i%assets]
		sinkP = c.Priority(&s)
	})
	compare(b, at("expr"), 100, ours, exprRules(b, rules))
	compare(b, at("cel"), 20, ours, celRules(b, rules))
	compare(b, at("opa"), 5, ours, opaRules(b, rules))
	compare(b, at("alertmanager matchers"), 100, ours, matcherRules(b, rules))
}

// BenchmarkLookup holds a decision against one look-up of the asset in a map of that size.
func BenchmarkLookup(b *testing.B) {
	for _, assets := range []int{1_000, 100_000, 1_000_000} {
		for _, slas := range []int{1, 100, 10_000} {
			l := newLineage(assets, slas)
			asked := l.asked(rand.New(rand.NewPCG(2, 3)))
			c := priority.NewClassifier(l.catalog(b))
			table := make(map[string]int32, assets)
			for i, id := range l.ids {
				table[id] = int32(i)
			}
			n := min(assets, 100_000)
			lookup := best(n, func(i int) { sinkP += priority.Priority(table[asked[i%assets]]) })
			var s priority.Signal
			name := fmt.Sprintf("assets=%d/slas=%d/", assets, slas)
			perMap(b, name+"Classify", n, lookup, func(i int) {
				s.Asset = asked[i%assets]
				sinkP = c.Classify(s).Priority
			})
			perMap(b, name+"Priority", n, lookup, func(i int) {
				s.Asset = asked[i%assets]
				sinkP = c.Priority(&s)
			})
		}
	}
}

func perMap(b *testing.B, name string, n int, lookup float64, f func(i int)) {
	b.Run(name, func(b *testing.B) {
		ours := best(n, f)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			f(i)
		}
		b.ReportMetric(lookup, "best-ns/map")
		b.ReportMetric(ours, "best-ns/op")
		b.ReportMetric(ours/lookup, "x/map")
	})
}

// condition is one rule in the words that expr and CEL share.
func condition(i int) string {
	return fmt.Sprintf("(sla == %q && tier == \"primary\" && !resolved)", fmt.Sprintf("sla-%d", i))
}

func conditions(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = condition(i)
	}
	return strings.Join(list, " || ")
}

// facts is what a peer is given of a signal.
func facts(rules int) map[string]any {
	return map[string]any{"sla": fmt.Sprintf("sla-%d", rules-1), "tier": "primary", "resolved": false}
}

func exprRules(b *testing.B, rules int) func(int) {
	program, err := expr.Compile(conditions(rules), expr.Env(facts(rules)), expr.AsBool(), expr.MaxNodes(0))
	if err != nil {
		b.Fatal(err)
	}
	var machine vm.VM
	env := facts(rules)
	return func(int) {
		if out, err := machine.Run(program, env); err != nil || out != true {
			b.Fatal(out, err)
		}
	}
}

func celRules(b *testing.B, rules int) func(int) {
	env, err := cel.NewEnv(cel.Variable("sla", cel.StringType), cel.Variable("tier", cel.StringType), cel.Variable("resolved", cel.BoolType),
		cel.ParserExpressionSizeLimit(1<<20))
	if err != nil {
		b.Fatal(err)
	}
	ast, issues := env.Compile(conditions(rules))
	if issues.Err() != nil {
		b.Fatal(issues.Err())
	}
	program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		b.Fatal(err)
	}
	input := facts(rules)
	return func(int) {
		if out, _, err := program.Eval(input); err != nil || out.Value() != true {
			b.Fatal(out, err)
		}
	}
}

func opaRules(b *testing.B, rules int) func(int) {
	var module strings.Builder
	module.WriteString("package p\n\ndefault p1 := false\n")
	for i := range rules {
		fmt.Fprintf(&module, "p1 if {\n\tinput.sla == \"sla-%d\"\n\tinput.tier == \"primary\"\n\tnot input.resolved\n}\n", i)
	}
	ctx := context.Background()
	query, err := rego.New(rego.Query("data.p.p1"), rego.Module("p.rego", module.String())).PrepareForEval(ctx)
	if err != nil {
		b.Fatal(err)
	}
	input := rego.EvalInput(facts(rules))
	return func(int) {
		if out, err := query.Eval(ctx, input); err != nil || !out.Allowed() {
			b.Fatal(out, err)
		}
	}
}

// matcherRules goes through one list of routes as Alertmanager does, until the first that matches.
func matcherRules(b *testing.B, rules int) func(int) {
	routes := make([]labels.Matchers, rules)
	for i := range routes {
		for name, value := range map[string]string{"sla": fmt.Sprintf("sla-%d", i), "tier": "primary", "status": "firing"} {
			m, err := labels.NewMatcher(labels.MatchEqual, name, value)
			if err != nil {
				b.Fatal(err)
			}
			routes[i] = append(routes[i], m)
		}
	}
	set := model.LabelSet{"sla": model.LabelValue(fmt.Sprintf("sla-%d", rules-1)), "tier": "primary", "status": "firing"}
	return func(int) {
		for i := range routes {
			if routes[i].Matches(set) {
				if i != rules-1 {
					b.Fatal(i)
				}
				return
			}
		}
		b.Fatal("no route")
	}
}

// BenchmarkReachability asks whether an asset feeds one of a primary SLA: ours knows, gonum walks.
// Asked is about any asset, of which most feed little, and about the first hundredth, which is what
// is raw and feeds much.
func BenchmarkReachability(b *testing.B) {
	for _, assets := range []int{1_000, 100_000} {
		edges, slas := trees(assets)
		c, err := sla.NewCatalog(slas, edges)
		if err != nil {
			b.Fatal(err)
		}
		classifier := priority.NewClassifier(c)
		ids, numbers, g := asGonum(edges)
		promised := map[int64]bool{}
		for _, id := range slas[0].Assets {
			promised[numbers[id]] = true
		}
		random := rand.New(rand.NewPCG(4, 5))
		for _, name := range []string{"any", "raw"} {
			asked := random.Perm(map[string]int{"any": assets, "raw": assets / 100}[name])
			var s priority.Signal
			ours := best(1_000, func(i int) {
				s.Asset = ids[asked[i%len(asked)]]
				sinkP = classifier.Classify(s).Priority
			})
			compare(b, fmt.Sprintf("assets=%d/%s/gonum", assets, name), 10, ours, func(i int) {
				at := asked[i%len(asked)]
				walk := traverse.BreadthFirst{}
				found := walk.Walk(g, simple.Node(at), func(n gonum.Node, _ int) bool { return promised[n.ID()] })
				s.Asset, s.Severity = ids[at], priority.SeverityInfo
				if p1 := classifier.Classify(s).Priority == priority.P1; p1 != (found != nil) {
					b.Fatal(ids[at], "differs")
				}
			})
		}
	}
}

// trees makes lineage in which what is raw feeds much: each asset is fed by one or two that came
// before it. The one primary SLA is about the newest asset.
func trees(n int) (sla.Edges, []sla.SLA) {
	random := rand.New(rand.NewPCG(6, uint64(n)))
	id := func(i int) string { return fmt.Sprintf("warehouse.schema_%d.table_%d", i%97, i) }
	var edges sla.Edges
	for i := 1; i < n; i++ {
		for range 1 + random.IntN(2) {
			edges = append(edges, sla.Edge{From: id(random.IntN(i)), To: id(i)})
		}
	}
	return edges, []sla.SLA{{ID: "newest", Assets: []string{id(n - 1)}}}
}

func asGonum(edges sla.Edges) (ids []string, numbers map[string]int64, g *simple.DirectedGraph) {
	numbers, g = map[string]int64{}, simple.NewDirectedGraph()
	number := func(id string) int64 {
		n, known := numbers[id]
		if !known {
			n = int64(len(ids))
			numbers[id], ids = n, append(ids, id)
			g.AddNode(simple.Node(n))
		}
		return n
	}
	for _, e := range edges {
		g.SetEdge(simple.Edge{F: simple.Node(number(e.From)), T: simple.Node(number(e.To))})
	}
	return ids, numbers, g
}

// BenchmarkMemory builds the same lineage in each, and reports the bytes that it holds an asset,
// beyond the bytes of the IDs.
func BenchmarkMemory(b *testing.B) {
	const assets = 100_000
	edges, slas := trees(assets)
	ids := 0
	for i := range assets {
		ids += len(fmt.Sprintf("warehouse.schema_%d.table_%d", i%97, i))
	}
	for _, peer := range []struct {
		name  string
		build func() any
	}{
		{"ours", func() any { c, _ := sla.NewCatalog(slas, edges); return c }},
		{"gonum", func() any { _, numbers, g := asGonum(edges); return []any{numbers, g} }},
		{"dominikbraun", func() any { return asGraph(edges) }},
	} {
		b.Run(peer.name, func(b *testing.B) {
			held := 0.0
			for b.Loop() {
				before := heap()
				kept := peer.build()
				held = float64(heap() - before)
				runtime.KeepAlive(kept)
			}
			if peer.name == "ours" { // which copies the IDs; the others keep the strings of the edges
				held -= float64(ids)
			}
			b.ReportMetric(held/assets, "B/asset-beyond-ID")
		})
	}
	runtime.KeepAlive(edges)
}

func asGraph(edges sla.Edges) graph.Graph[string, string] {
	g := graph.New(graph.StringHash, graph.Directed())
	for _, e := range edges {
		_ = g.AddVertex(e.From) // again is an error
		_ = g.AddVertex(e.To)
		_ = g.AddEdge(e.From, e.To)
	}
	return g
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkBuild holds the building of a catalog against reading its edges into slices: numbering
// the IDs, and listing which assets each feeds.
func BenchmarkBuild(b *testing.B) {
	for _, assets := range []int{1_000, 100_000} {
		edges, slas := trees(assets)
		var kept any
		read := best(1, func(int) { kept = asSlices(edges) })
		runtime.KeepAlive(kept)
		b.Run(fmt.Sprintf("assets=%d", assets), func(b *testing.B) {
			ours := best(1, func(int) { kept, _ = sla.NewCatalog(slas, edges) })
			for b.Loop() {
				kept, _ = sla.NewCatalog(slas, edges)
			}
			b.ReportMetric(read, "best-ns/slices")
			b.ReportMetric(ours, "best-ns/op")
			b.ReportMetric(ours/read, "x/slices")
		})
	}
}

func asSlices(edges sla.Edges) [][]int32 {
	numbers := map[string]int32{}
	var feeds [][]int32
	number := func(id string) int32 {
		n, known := numbers[id]
		if !known {
			n = int32(len(feeds))
			numbers[id], feeds = n, append(feeds, nil)
		}
		return n
	}
	for _, e := range edges {
		from, to := number(e.From), number(e.To)
		feeds[from] = append(feeds[from], to)
	}
	return feeds
}
