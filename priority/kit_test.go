package priority_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// at is the instant of DESIGN's example: 42 minutes before 07:00 in Dublin, in winter.
var at = time.Date(2021, 3, 4, 6, 18, 0, 0, time.UTC)

// promise returns an SLA about one asset, due daily at an hour in Dublin.
func promise(t testing.TB, id, asset string, tier sla.Tier, hour int, consumers ...string) sla.SLA {
	dublin, err := time.LoadLocation("Europe/Dublin")
	require.NoError(t, err)
	return sla.SLA{
		ID: id, Tier: tier, Owners: []string{"data-infra", "analytics"}, Consumers: consumers,
		Objectives: []sla.Objective{{
			Name: "ready", Asset: asset, Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day),
			Freshness: freshness.Deadline{Due: schedule.Daily(hour, 0, dublin), Warn: time.Hour},
		}},
	}
}

// about returns the smallest SLA about assets.
func about(id string, tier sla.Tier, assets ...string) sla.SLA {
	return sla.SLA{ID: id, Tier: tier, Assets: assets}
}

func catalog(t testing.TB, slas []sla.SLA, feeds ...sla.Edges) *sla.Catalog {
	c, err := sla.NewCatalog(slas, feeds...)
	require.NoError(t, err)
	return c
}

// orders is the catalog of DESIGN's example.
func orders(t testing.TB) *sla.Catalog {
	p := promise(t, "orders-by-7", "mart.orders", sla.Primary, 7, "finance")
	p.Name = "Orders ready by 07:00"
	return catalog(t, []sla.SLA{p}, sla.Feeds("raw.orders", "stg.orders", "mart.orders"), sla.Feeds("tmp.orders"))
}

// A setting changes a Classifier before its first use.
type setting func(*priority.Classifier)

// newClassifier returns a Classifier for a catalog, with settings, of which a nil one is none.
func newClassifier(catalog *sla.Catalog, settings ...setting) *priority.Classifier {
	c := priority.NewClassifier(catalog)
	for _, set := range settings {
		if set != nil {
			set(c)
		}
	}
	return c
}

func withMatrix(m priority.Matrix) setting { return func(c *priority.Classifier) { c.Matrix = m } }

func withUnknown(t sla.Tier) setting { return func(c *priority.Classifier) { c.UnknownTier = t } }

func withMaintenance(under func(string, time.Time) (sla.Correction, bool)) setting {
	return func(c *priority.Classifier) { c.Maintenance = under }
}

func withHold(margin time.Duration, proof func(*sla.SLA, time.Time) (time.Time, bool)) setting {
	return func(c *priority.Classifier) { c.HoldMargin, c.KeptUntil = margin, proof }
}

// levels returns the impact and the urgency by which the matrix decided.
func levels(a priority.Assessment) (impact, urgency string) {
	r := a.Report()
	return r.Impact, r.Urgency
}

// lines returns findings as text.
func lines(odd []*sla.FieldError) (list []string) {
	for _, f := range odd {
		list = append(list, f.Error())
	}
	return list
}

// A world is a random catalog before it is built, so that it can be added to.
type world struct {
	slas  []sla.SLA
	edges sla.Edges
}

func asset(i int) string { return fmt.Sprintf("a%d", i) }

const assets = 12

// randomWorld has few assets and many edges, so that cycles and several ways are common.
func randomWorld(random *rand.Rand) world {
	var w world
	for i := range assets {
		w.edges = append(w.edges, sla.Edge{From: asset(i)})
	}
	for range random.IntN(2 * assets) {
		w.edges = append(w.edges, randomEdge(random))
	}
	for i := range random.IntN(5) {
		w.slas = append(w.slas, randomSLA(random, i))
	}
	return w
}

func randomEdge(random *rand.Rand) sla.Edge {
	return sla.Edge{From: asset(random.IntN(assets)), To: asset(random.IntN(assets))}
}

func randomSLA(random *rand.Rand, i int) sla.SLA {
	s := about(fmt.Sprintf("s%d-%d", random.IntN(9), i), sla.Tier(random.IntN(3)), asset(random.IntN(assets)))
	for _, n := range random.Perm(6)[:random.IntN(4)] {
		s.Consumers = append(s.Consumers, fmt.Sprintf("c%d", n))
	}
	return s
}

// nineToFive is working time that random signals fall into, and out of.
var nineToFive = schedule.MustCalendar(schedule.Hours{Weekly: schedule.Weekdays(schedule.TimeRange{Open: 9 * time.Hour, Close: 17 * time.Hour})})

// randomModifiers has any conditions, seldom many at once.
func randomModifiers(random *rand.Rand) []priority.Modifier {
	list := make([]priority.Modifier, random.IntN(4))
	for i := range list {
		m := &list[i]
		m.Name, m.Lower = fmt.Sprint("m", i), random.IntN(2) == 0
		for range 1 + random.IntN(2) {
			switch random.IntN(8) {
			case 0:
				m.Asset = "a1"
			case 1:
				m.Kinds = append(m.Kinds, priority.Kind(random.IntN(8)))
			case 2:
				m.Source = "x"
			case 3:
				m.Dimensions = map[string]string{"env": "test"}
			case 4:
				m.Severity = priority.Severity(random.IntN(5))
			case 5:
				m.Tier = sla.Tier(random.IntN(3))
			case 6:
				m.Consumers = random.IntN(5)
			case 7:
				m.Hours, m.Closed = nineToFive, random.IntN(2) == 0
			}
		}
	}
	return list
}

func (w world) catalog(t testing.TB) *sla.Catalog { return catalog(t, w.slas, w.edges) }

// reaches walks the edges naively, and returns the most important tier, or one beyond the last.
func (w world) reaches(from string) sla.Tier {
	seen, tier := map[string]bool{from: true}, sla.Tertiary+1
	for changed := true; changed; {
		changed = false
		for _, e := range w.edges {
			if seen[e.From] && e.To != "" && !seen[e.To] {
				seen[e.To], changed = true, true
			}
		}
	}
	for _, s := range w.slas {
		for _, a := range s.Assets {
			if seen[a] {
				tier = min(tier, s.Tier)
			}
		}
	}
	return tier
}

func randomSignal(random *rand.Rand) priority.Signal {
	s := priority.Signal{
		Asset: asset(random.IntN(assets + 2)), Kind: priority.Kind(random.IntN(10) - 1), Severity: priority.Severity(random.IntN(7) - 1),
		At: at.Add(time.Duration(random.IntN(1000)) * time.Minute), Resolved: random.IntN(8) == 0,
		Impact: []string{"", "", "", "a", "b", "1 - High", "nonsense"}[random.IntN(7)], Urgency: []string{"", "", "", "A", "B", "3 - Low"}[random.IntN(6)],
	}
	if random.IntN(2) == 0 {
		s.Source = "x"
	}
	if random.IntN(3) == 0 {
		s.Dimensions = map[string]string{"env": "test"}
	}
	if random.IntN(20) == 0 {
		s.At = time.Time{}
	}
	if random.IntN(2) == 0 {
		s.Due = s.At.Add(time.Duration(random.IntN(600)-100) * time.Minute)
	}
	return s
}
