package priority_test

import (
	"encoding/json"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

func TestTheTableDecidesBelowPrimary(t *testing.T) {
	c := newClassifier(catalog(t, []sla.SLA{about("second", sla.Secondary, "two"), about("third", sla.Tertiary, "three")}, sla.Feeds("none")))
	none := time.Duration(1 << 62)
	for _, test := range []struct {
		asset    string
		severity priority.Severity
		left     time.Duration
		want     priority.Priority
	}{
		{"two", priority.SeverityUnknown, none, priority.P2},
		{"two", priority.SeverityCritical, none, priority.P2},
		{"two", priority.SeverityError, none, priority.P2},
		{"two", priority.SeverityWarning, none, priority.P3},
		{"two", priority.SeverityInfo, none, priority.P4},
		{"two", priority.SeverityInfo, time.Hour, priority.P2},
		{"two", priority.SeverityInfo, time.Hour + 1, priority.P3},
		{"two", priority.SeverityInfo, 4 * time.Hour, priority.P3},
		{"two", priority.SeverityInfo, 4*time.Hour + 1, priority.P4},
		{"two", priority.SeverityInfo, 0, priority.P2},
		{"two", priority.SeverityInfo, -time.Hour, priority.P2},
		{"three", priority.SeverityUnknown, none, priority.P3},
		{"three", priority.SeverityWarning, none, priority.P4},
		{"three", priority.SeverityInfo, none, priority.P5},
		{"none", 17, none, priority.P3},
		{"none", priority.SeverityInfo, none, priority.P5},
	} {
		s := priority.Signal{Asset: test.asset, Severity: test.severity, At: at}
		if test.left != none {
			s.Due = at.Add(test.left)
		}
		got := c.Classify(s)
		assert.Equal(t, test.want, got.Priority, "%+v", test)
		assert.Equal(t, priority.RuleMatrix, got.Rule)
	}
}

func TestDueWithoutAnInstantIsNoTimeLeft(t *testing.T) {
	c := newClassifier(catalog(t, nil, sla.Feeds("none")))
	got := c.Classify(priority.Signal{Asset: "none", Severity: priority.SeverityInfo, Due: time.Time{}.Add(time.Minute)})
	assert.Equal(t, priority.P5, got.Priority)
	assert.NotContains(t, got.Explain(), "left")
}

func TestATierWithoutARowTakesTheNextLessImportant(t *testing.T) {
	slas := []sla.SLA{about("second", sla.Secondary, "two"), about("third", sla.Tertiary, "three")}
	table := func(listed sla.Tier) priority.Matrix {
		table, err := priority.NewMatrix([]priority.ImpactLevel{{Name: "promised", Tiers: []sla.Tier{listed}}, {Name: "other"}},
			[]priority.UrgencyLevel{{Name: "any"}}, [][]priority.Priority{{priority.P2}, {priority.P5}})
		require.NoError(t, err)
		return table
	}
	classify := func(asset string, listed sla.Tier) priority.Priority {
		c := newClassifier(catalog(t, slas, sla.Feeds("none")), withMatrix(table(listed)))
		return c.Classify(priority.Signal{Asset: asset}).Priority
	}
	assert.Equal(t, priority.P2, classify("two", sla.Tertiary))
	assert.Equal(t, priority.P2, classify("three", sla.Tertiary))
	assert.Equal(t, priority.P5, classify("none", sla.Tertiary))
	assert.Equal(t, priority.P5, classify("three", sla.Secondary))
	assert.False(t, table(sla.Tertiary).Equal(table(sla.Secondary)))
}

func TestYearOneAndFarInstantsSaturate(t *testing.T) {
	c := newClassifier(catalog(t, nil, sla.Feeds("none")))
	early, late := time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		at, due time.Time
		want    priority.Priority
	}{{early, late, priority.P5}, {late, early, priority.P3}} {
		a := c.Classify(priority.Signal{Asset: "none", Severity: priority.SeverityInfo, At: test.at, Due: test.due})
		assert.Equal(t, test.want, a.Priority)
		assert.NotPanics(t, func() { _ = a.String() + a.Explain() })
	}
}

func TestAUserMatrixReproducesEveryCell(t *testing.T) {
	cells := 0
	for _, m := range matrices(t) {
		c := newClassifier(catalog(t, nil, sla.Feeds("none")), withMatrix(m.table(t)))
		for r, row := range m.Rows {
			for col, label := range row {
				a := c.Classify(priority.Signal{Asset: "none", Severity: priority.SeverityInfo, Impact: m.Impact[r], Urgency: m.Urgency[col]})
				assert.Equal(t, level(t, label), a.Priority, "%s: %s by %s", m.ID, m.Impact[r], m.Urgency[col])
				impact, urgency := levels(a)
				assert.Equal(t, m.Impact[r], impact)
				assert.Equal(t, m.Urgency[col], urgency)
				cells++
			}
		}
	}
	assert.Equal(t, 49, cells)
}

func TestAClaimRaisesAndNeverLowers(t *testing.T) {
	c := newClassifier(catalog(t, []sla.SLA{about("second", sla.Secondary, "two")}))
	s := priority.Signal{Asset: "two", Severity: priority.SeverityWarning}
	classify := func(impact, urgency string) priority.Priority {
		s.Impact, s.Urgency = impact, urgency
		return c.Classify(s).Priority
	}
	assert.Equal(t, priority.P3, classify("", ""))
	assert.Contains(t, c.Classify(priority.Signal{Asset: "two", Severity: 9}).Explain(), "its severity is unknown")
	assert.Equal(t, priority.P3, classify("3 - Low", "3 - Low"))
	assert.Equal(t, priority.P2, classify("1 - High", ""))
	assert.Equal(t, priority.P2, classify("", "1 - High"))
	assert.Equal(t, priority.P2, classify("no such row", ""), "an unknown claim counts as the first")
	assert.Equal(t, priority.P1, classify("1 - High", "no such column"))
}

func TestAnUnknownAssetIsAssumedToReachAPrimarySLA(t *testing.T) {
	s := priority.Signal{Asset: "who", Kind: priority.KindFailure, Severity: priority.SeverityInfo, At: at}
	a := newClassifier(orders(t)).Classify(s)
	assert.Equal(t, priority.P1, a.Priority)
	assert.Equal(t, priority.RuleUnknownAsset, a.Rule)
	assert.False(t, a.Report().Known)
	assert.Equal(t, "who has failed → unknown to the catalog", a.String())
	assert.Equal(t, "P1: who has failed; the catalog does not know it, so it is assessed as if it fed a primary SLA: add it to the catalog", a.Explain())
	for range a.Impacts() {
		t.Fatal("an unknown asset has no impacts")
	}

	for tier, want := range map[sla.Tier]priority.Priority{sla.Primary: priority.P1, sla.Secondary: priority.P4, sla.Tertiary: priority.P5, -1: priority.P1, 3: priority.P1} {
		a = newClassifier(orders(t), withUnknown(tier)).Classify(s)
		assert.Equal(t, want, a.Priority, tier)
		assert.Contains(t, a.Explain(), "the catalog does not know it, so it is assessed as if it fed a ")
	}
}

func TestWithoutACatalogEverythingIsUnknown(t *testing.T) {
	var zero priority.Classifier
	for _, c := range []*priority.Classifier{&zero, newClassifier(nil)} {
		assert.Equal(t, priority.P1, c.Classify(priority.Signal{}).Priority)
		assert.Nil(t, c.Catalog())
	}
	var none *priority.Classifier
	none.SetCatalog(orders(t))
	assert.Equal(t, priority.RuleUnknownAsset, none.Classify(priority.Signal{Asset: "raw.orders"}).Rule)
	assert.Nil(t, none.Catalog())
	assert.Equal(t, priority.P1, none.Priority(nil))
	assert.Equal(t, [][]int{nil}, none.Causes(make([]priority.Assessment, 1)))
	zero.SetCatalog(orders(t))
	assert.Equal(t, priority.RuleAlwaysP1, zero.Classify(priority.Signal{Asset: "raw.orders"}).Rule)
}

func TestAResolvedSignalIsLeastUrgent(t *testing.T) {
	s := priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, Summary: "extract exited 0", At: at, Due: at, Resolved: true}
	a := newClassifier(orders(t)).Classify(s)
	assert.Equal(t, priority.P5, a.Priority)
	assert.Equal(t, priority.RuleResolved, a.Rule)
	assert.False(t, a.Firing())
	assert.Equal(t, `raw.orders: extract exited 0, resolved for "Orders ready by 07:00" (finance)`, a.String())
	_, ok := a.Due()
	assert.False(t, ok)
	deviations := matrices(t)[2].table(t)
	assert.Equal(t, "P6", newClassifier(orders(t), withMatrix(deviations)).Classify(s).Priority.String())
	s.Asset = "who"
	assert.Equal(t, "P5: who: extract exited 0, resolved; the catalog does not know it: add it to the catalog", newClassifier(orders(t)).Classify(s).Explain())
}

func TestAnAssessmentKeepsTheCatalogThatDecided(t *testing.T) {
	c := newClassifier(orders(t))
	before := c.Classify(priority.Signal{Asset: "raw.orders"})
	c.SetCatalog(nil)
	after := c.Classify(priority.Signal{Asset: "raw.orders"})
	assert.Contains(t, before.String(), "mart.orders")
	assert.Equal(t, priority.RuleAlwaysP1, before.Rule)
	assert.Equal(t, priority.RuleUnknownAsset, after.Rule)
}

func TestCatalogIsReplacedAtomically(t *testing.T) {
	first, second := catalog(t, nil, sla.Feeds("x")), catalog(t, []sla.SLA{about("s", sla.Primary, "x")})
	c := newClassifier(first)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 2000 {
				a := c.Classify(priority.Signal{Asset: "x", Severity: priority.SeverityInfo})
				lead, reached := a.Lead()
				if reached != (a.Priority == priority.P1) || reached && lead.SLA.ID != "s" {
					t.Error("a decision saw half a catalog")
				}
			}
		})
	}
	for range 500 {
		c.SetCatalog(second)
		c.SetCatalog(first)
	}
	wait.Wait()
}

func TestClassifyAllocatesNothing(t *testing.T) {
	c := newClassifier(catalog(t, []sla.SLA{about("p", sla.Primary, "one"), about("s", sla.Secondary, "two")}), withMatrix(modified(t,
		priority.Modifier{Name: "nights", Lower: true, Asset: "t", Hours: nineToFive, Closed: true}, priority.Modifier{Name: "loads", Kinds: []priority.Kind{priority.KindFailure}})))
	for _, s := range []priority.Signal{
		{Asset: "one", At: at}, {Asset: "two", Severity: priority.SeverityInfo, At: at, Due: at.Add(time.Hour), Impact: "2 - Medium", Urgency: "x"},
		{Asset: "who"}, {Asset: "one", Resolved: true},
	} {
		var a priority.Assessment
		assert.Zero(t, testing.AllocsPerRun(100, func() { a = c.Classify(s) }))
		assert.Zero(t, testing.AllocsPerRun(100, func() { a.Priority = c.Priority(&s) }))
		assert.Equal(t, s.Asset, a.Signal.Asset)
	}
}

// worst is the severity that any other counts up to.
func worst(s priority.Severity) priority.Severity {
	if s < priority.SeverityInfo || s > priority.SeverityCritical {
		return priority.SeverityCritical
	}
	return s
}

func TestAlwaysP1OverRandomWorlds(t *testing.T) {
	random := rand.New(rand.NewPCG(2021, 3))
	primaries := 0
	for range 3000 {
		w, s := randomWorld(random), randomSignal(random)
		options := []setting{withMatrix(randomTable(random)), withUnknown(sla.Tier(random.IntN(5) - 1))}
		if random.IntN(2) == 0 { // entered when it had begun
			options = append(options, withMaintenance(func(id string, at time.Time) (sla.Correction, bool) {
				return sla.Correction{SLA: id, Start: at.Add(-time.Hour), End: at.Add(time.Hour), EnteredAt: at}, true
			}))
		}
		if random.IntN(2) == 0 { // of which none is proven
			options = append(options, withHold(0, func(_ *sla.SLA, at time.Time) (time.Time, bool) { return at.Add(time.Hour), false }))
		}
		random.Shuffle(len(options), func(i, j int) { options[i], options[j] = options[j], options[i] })
		c := newClassifier(w.catalog(t), options...)
		a := c.Classify(s)
		require.Equal(t, a.Priority, c.Priority(&s))
		if !s.Resolved && w.reaches(s.Asset) == sla.Primary {
			primaries++
			require.Equal(t, priority.P1, a.Priority, "%+v %+v", w, s)
			require.Equal(t, priority.RuleAlwaysP1, a.Rule)
		}
		require.LessOrEqual(t, a.Priority, priority.P1)
	}
	assert.Greater(t, primaries, 300)
}

func TestMoreEvidenceNeverLowers(t *testing.T) {
	random := rand.New(rand.NewPCG(2021, 4))
	raised := 0
	for range 3000 {
		w, s, table := randomWorld(random), randomSignal(random), randomTable(random)
		s.Resolved = false
		assumed := withUnknown(sla.Tier(random.IntN(3)))
		judge := func() priority.Priority {
			return newClassifier(w.catalog(t), withMatrix(table), assumed).Classify(s).Priority
		}
		last := judge()
		for range 6 {
			switch random.IntN(6) {
			case 5:
				if s.Kind == priority.KindAtRisk {
					s.Kind = priority.KindStale
				}
			case 0:
				w.edges = append(w.edges, randomEdge(random))
			case 1:
				w.slas = append(w.slas, randomSLA(random, len(w.slas)))
			case 2:
				s.Severity = []priority.Severity{s.Severity, min(worst(s.Severity)+1, priority.SeverityCritical), priority.SeverityUnknown}[random.IntN(3)]
			case 3:
				if s.Due.IsZero() {
					s.Due = s.At.Add(24 * time.Hour)
				}
				s.Due = s.Due.Add(-time.Duration(random.IntN(300)) * time.Minute)
			case 4:
				if s.Impact == "" {
					s.Impact = "b"
				}
			}
			next := judge()
			require.GreaterOrEqual(t, next, last, "%+v %+v", w, s)
			if next > last {
				raised++
			}
			last = next
		}
	}
	assert.Greater(t, raised, 100)
}

func TestTheSameInputsGiveTheSameBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(2021, 5))
	for range 300 {
		w, s := randomWorld(random), randomSignal(random)
		first, err := json.Marshal(newClassifier(w.catalog(t)).Classify(s))
		require.NoError(t, err)
		random.Shuffle(len(w.slas), func(i, j int) { w.slas[i], w.slas[j] = w.slas[j], w.slas[i] })
		random.Shuffle(len(w.edges), func(i, j int) { w.edges[i], w.edges[j] = w.edges[j], w.edges[i] })
		again, err := json.Marshal(newClassifier(w.catalog(t)).Classify(s))
		require.NoError(t, err)
		require.Equal(t, string(first), string(again))
	}
}

// Fields count that are set before first use, also after a catalog was set, and they outlast a
// catalog.
func TestFieldsAreReadOnFirstUse(t *testing.T) {
	flat, err := priority.NewMatrix([]priority.ImpactLevel{{Name: "any"}}, []priority.UrgencyLevel{{Name: "any"}},
		[][]priority.Priority{{priority.P4}})
	require.NoError(t, err)
	c := priority.NewClassifier(nil)
	c.SetCatalog(catalog(t, nil, sla.Feeds("first")))
	c.Matrix, c.UnknownTier = flat, sla.Tertiary
	assert.Equal(t, priority.P4, c.Classify(priority.Signal{Asset: "first"}).Priority)
	assert.Equal(t, priority.P4, c.Classify(priority.Signal{Asset: "unknown"}).Priority)

	c.SetCatalog(catalog(t, nil, sla.Feeds("second")))
	got := c.Classify(priority.Signal{Asset: "second"})
	assert.True(t, got.Report().Known)
	assert.Equal(t, priority.P4, got.Priority)

	for _, tier := range []sla.Tier{-1, sla.Tertiary + 1} {
		c = &priority.Classifier{UnknownTier: tier}
		assert.Equal(t, priority.RuleUnknownAsset, c.Classify(priority.Signal{Asset: "x"}).Rule, "%v is no tier", tier)
	}
}

// First uses, and catalogs set meanwhile, come from several goroutines: each decision sees one
// catalog, and the last stays.
func TestFirstUsesFromSeveralGoroutines(t *testing.T) {
	for range 200 {
		c, last := priority.NewClassifier(nil), orders(t)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				rule := c.Classify(priority.Signal{Asset: "raw.orders"}).Rule
				assert.Contains(t, []priority.Rule{priority.RuleUnknownAsset, priority.RuleAlwaysP1}, rule)
			})
		}
		all.Go(func() { c.SetCatalog(last) })
		all.Wait()
		assert.Same(t, last, c.Catalog())
	}
}
