package priority_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// The column of a signal: by its severity or by the time left, of which the limit itself is met.
func TestTheUrgencyOfASignalAtItsLimits(t *testing.T) {
	c := newClassifier(catalog(t, nil, sla.Feeds("x")))
	const high, medium, low = "1 - High", "2 - Medium", "3 - Low"
	for _, k := range []struct {
		severity priority.Severity
		left     time.Duration
		want     string
	}{
		{priority.SeverityInfo, time.Hour, high}, {priority.SeverityInfo, time.Hour + 1, medium},
		{priority.SeverityInfo, 4 * time.Hour, medium},
		{priority.SeverityInfo, 4*time.Hour + 1, low}, {priority.SeverityInfo, 0, high},
		{priority.SeverityInfo, -time.Hour, high},
		{priority.SeverityWarning, 5 * time.Hour, medium}, {priority.SeverityError, 5 * time.Hour, high},
		{priority.SeverityCritical, 5 * time.Hour, high},
		{priority.SeverityUnknown, 5 * time.Hour, high}, {priority.SeverityCritical + 1, 5 * time.Hour, high},
		{-1, 5 * time.Hour, high},
	} {
		s := priority.Signal{Asset: "x", Severity: k.severity, At: at, Due: at.Add(k.left)}
		_, urgency := levels(c.Classify(s))
		assert.Equal(t, k.want, urgency, k)
		undated := map[priority.Severity]string{priority.SeverityInfo: low, priority.SeverityWarning: medium}
		s.At = time.Time{}
		_, urgency = levels(c.Classify(s))
		assert.Equal(t, cmp.Or(undated[k.severity], high), urgency,
			"without an instant no time is left to count: %v", k)
	}
}

func TestAPlaceOutsideTheMatrixHasNoCell(t *testing.T) {
	var table priority.Matrix
	for row := -1; row <= 3; row++ {
		for column := -1; column <= 3; column++ {
			p, ok := table.Cell(row, column)
			assert.Equal(t, row >= 0 && row < 3 && column >= 0 && column < 3, ok)
			if !ok {
				assert.Zero(t, p)
			}
		}
	}
	p, _ := table.Cell(2, 2)
	assert.Equal(t, priority.P5, p)
}

// Tables that differ in any part are not equal.
func TestTablesThatDifferAreNotEqual(t *testing.T) {
	rows := func() []priority.ImpactLevel {
		return []priority.ImpactLevel{{Name: "high", Tiers: []sla.Tier{sla.Primary}}, {Name: "low"}}
	}
	columns := func() []priority.UrgencyLevel {
		return []priority.UrgencyLevel{{Name: "now", Severity: priority.SeverityError, TimeLeft: time.Hour},
			{Name: "later"}}
	}
	cells := func() [][]priority.Priority {
		return [][]priority.Priority{{priority.P1, priority.P2}, {priority.P2, priority.P3}}
	}
	table := func(r []priority.ImpactLevel, c []priority.UrgencyLevel, p [][]priority.Priority) priority.Matrix {
		built, err := priority.NewMatrix(r, c, p)
		require.NoError(t, err)
		return built
	}
	base := table(rows(), columns(), cells())
	assert.True(t, base.Equal(table(rows(), columns(), cells())))
	assert.True(t, priority.Matrix{}.Equal(priority.Matrix{}))
	named, tiered, column, severe, left, cell := rows(), rows(), columns(), columns(), columns(), cells()
	named[1].Name, tiered[0].Tiers, column[1].Name = "lower", []sla.Tier{sla.Secondary}, "then"
	severe[0].Severity, left[0].TimeLeft, cell[1][1] = priority.SeverityWarning, time.Minute, priority.P4
	modified, err := base.With(priority.Modifier{Name: "up", Asset: "x"})
	require.NoError(t, err)
	for name, other := range map[string]priority.Matrix{
		"the zero table": {}, "a row": table(named, columns(), cells()),
		"a tier": table(tiered, columns(), cells()), "a column": table(rows(), column, cells()),
		"a severity": table(rows(), severe, cells()), "a time": table(rows(), left, cells()),
		"a cell": table(rows(), columns(), cell), "a modifier": modified,
	} {
		assert.False(t, base.Equal(other), name)
		assert.False(t, other.Equal(base), name)
	}
	for name, m := range map[string]priority.Modifier{
		"name": {Name: "down", Asset: "x"}, "lower": {Name: "up", Asset: "x", Lower: true},
		"asset": {Name: "up", Asset: "y"}, "source": {Name: "up", Asset: "x", Source: "s"},
		"severity":   {Name: "up", Asset: "x", Severity: priority.SeverityError},
		"tier":       {Name: "up", Asset: "x", Tier: sla.Secondary},
		"consumers":  {Name: "up", Asset: "x", Consumers: 1},
		"kinds":      {Name: "up", Asset: "x", Kinds: []priority.Kind{priority.KindBurn}},
		"dimensions": {Name: "up", Asset: "x", Dimensions: map[string]string{"a": "b"}},
	} {
		other, err := base.With(m)
		require.NoError(t, err)
		assert.False(t, modified.Equal(other), name)
	}
}

// Half of the assets is not most of them.
func TestLintAsksForMoreThanHalf(t *testing.T) {
	half := catalog(t, []sla.SLA{about("p", sla.Primary, "mart")}, sla.Feeds("raw", "mart"), sla.Feeds("a"),
		sla.Feeds("b"))
	more := catalog(t, []sla.SLA{about("p", sla.Primary, "mart")}, sla.Feeds("raw", "mart"), sla.Feeds("a"))
	assert.Nil(t, newClassifier(half).Lint())
	assert.Equal(t, []string{"catalog: 2 of 3 assets can be P1"}, lines(newClassifier(more).Lint()))
	one := catalog(t, []sla.SLA{about("p", sla.Primary, "mart")})
	assert.Equal(t, []string{"catalog: 1 of 1 asset can be P1"}, lines(newClassifier(one).Lint()))
}

func TestOneAlertThatWasLeftOut(t *testing.T) {
	for n, want := range map[int]string{-1: "", 0: "", 1: "has left out 1 alert",
		2: "has left out 2 alerts"} {
		signals, err := priority.FromAlertmanager(fmt.Appendf(nil,
			`{"version":"4","groupKey":"k","truncatedAlerts":%d}`, n), priority.AlertLabels{}, at)
		require.NoError(t, err)
		if want == "" {
			assert.Empty(t, signals)
			continue
		}
		assert.Equal(t, []priority.Signal{{
			Asset: "alertmanager", Kind: priority.KindNotMeasured, Source: "alertmanager", At: at, Summary: want,
			Dimensions: map[string]string{"groupKey": "k"},
		}}, signals)
	}
	body := `{"version":"4","alerts":[{"labels":{"severity":"Page","alertname":"a"},"annotations":{"description":"d"},"startsAt":"2021-03-04T05:00:00Z"}]}`
	signals, err := priority.FromAlertmanager([]byte(body), priority.AlertLabels{}, at)
	require.NoError(t, err)
	assert.Equal(t, priority.SeverityCritical, signals[0].Severity)
	assert.Equal(t, "d", signals[0].Summary)
	assert.Equal(t, map[string]string{"alertname": "a"}, signals[0].Dimensions)
}

// A due instant is that of the signal where it is to come, or where the asset is the promised
// one; else that of the lead SLA.
func TestWhoseDueInstantCounts(t *testing.T) {
	c := newClassifier(orders(t))
	seven := at.Add(42 * time.Minute)
	for _, k := range []struct {
		name, asset string
		own         time.Time
		resolved    bool
		want        time.Time
	}{
		{"of the promised asset, missed", "mart.orders", at.Add(-time.Hour), false, at.Add(-time.Hour)},
		{"of an asset upstream, to come", "raw.orders", at.Add(time.Hour), false, at.Add(time.Hour)},
		{"of an asset upstream, now", "raw.orders", at, false, at},
		{"of an asset upstream, missed", "raw.orders", at.Add(-1), false, seven},
		{"none", "raw.orders", time.Time{}, false, seven},
		{"of what feeds nothing", "tmp.orders", at.Add(-time.Hour), false, at.Add(-time.Hour)},
		{"none of what feeds nothing", "tmp.orders", time.Time{}, false, time.Time{}},
		{"of a resolved one", "mart.orders", at, true, time.Time{}},
	} {
		a := c.Classify(priority.Signal{Asset: k.asset, At: at, Due: k.own, Resolved: k.resolved})
		due, ok := a.Due()
		assert.Equal(t, !k.want.IsZero(), ok, k.name)
		assert.True(t, due.Equal(k.want), "%s: %v", k.name, due)
	}
	a := c.Classify(priority.Signal{Asset: "mart.orders", Due: at})
	due, ok := a.Due()
	assert.True(t, ok && due.Equal(at), "its own due instant is known without an instant")
	assert.NotContains(t, a.Explain(), "left", "and no time is counted until then")
}

// The next signal of a condition of the priority p, at a minute.
func step(h *priority.Hysteresis, s priority.HysteresisState, p priority.Priority,
	minute float64) priority.HysteresisState {
	return h.Next(s, priority.Assessment{Priority: p}, at.Add(time.Duration(minute*float64(time.Minute))))
}

// A nil hysteresis has the defaults, and each default is the documented one.
func TestTheDefaultsOfAHysteresis(t *testing.T) {
	for name, h := range map[string]*priority.Hysteresis{"nil": nil, "zero": {},
		"as told": {Hold: 15 * time.Minute, CleanEvaluations: 3, FlapStartPercent: 30, FlapStopPercent: 20}} {
		s := step(h, priority.HysteresisState{}, priority.P1, 0)
		s = step(h, s, priority.P3, 1)
		s = step(h, s, priority.P3, 2)
		s = step(h, s, priority.P3, 16-1.0/6e10)
		assert.Equal(t, priority.P1, s.Priority, name)
		s = step(h, s, priority.P3, 16)
		assert.Equal(t, priority.P3, s.Priority, name)
		assert.Zero(t, s.Below, name)
		assert.Zero(t, s.Clean, name)
		assert.Zero(t, s.Held, name)
	}
}

// Flapping begins when the weights reach the one percentage, and ends when they fall to the other.
func TestFlappingBeginsAndEndsAtItsPercentages(t *testing.T) {
	h := &priority.Hysteresis{Hold: -1, CleanEvaluations: -1, FlapStartPercent: 25, FlapStopPercent: 10}
	s := step(h, priority.HysteresisState{}, priority.P3, 0)
	percent := func() float64 {
		sum := 0
		for age := range 20 {
			if s.Changes>>age&1 == 1 {
				sum += 95 - 2*age
			}
		}
		return float64(sum) / 15.2
	}
	flapped := false
	for n := 1; n < 200; n++ {
		p := priority.P3
		if n < 30 && n%2 == 1 {
			p = priority.P2
		}
		was := s.Flapping
		s = step(h, s, p, float64(n))
		switch v := percent(); {
		case v >= 25:
			require.True(t, s.Flapping, "%d: %v", n, v)
			flapped = true
		case v <= 10:
			require.False(t, s.Flapping, "%d: %v", n, v)
		default:
			require.Equal(t, was, s.Flapping, "%d: %v", n, v)
		}
		require.Less(t, s.Changes, uint32(1<<20))
	}
	assert.True(t, flapped)
	assert.False(t, s.Flapping)
	assert.Zero(t, s.Changes)

	always := &priority.Hysteresis{FlapStartPercent: -1}
	assert.True(t, step(always, step(always, priority.HysteresisState{}, priority.P3, 0), priority.P3, 1).Flapping,
		"it begins at once")
	above := &priority.Hysteresis{Hold: -1, CleanEvaluations: -1, FlapStartPercent: 5, FlapStopPercent: 90}
	s = step(above, priority.HysteresisState{}, priority.P3, 0)
	s = step(above, s, priority.P2, 1)
	assert.True(t, s.Flapping)
	for n := range 20 {
		s = step(above, s, priority.P2, float64(n+2))
	}
	assert.False(t, s.Flapping, "what ends above where it begins ends there")
}

// So many conditions are remembered; with one more, an eighth is forgotten.
func TestHowManyConditionsAreRemembered(t *testing.T) {
	for _, k := range []struct{ most, want int }{{8, 8}, {16, 15}, {80, 71}, {1, 1}, {-1, 1}, {0, 8751}} {
		h := priority.Hysteresis{MaxConditions: k.most}
		n := k.most
		if n <= 0 {
			n = map[int]int{-1: 1, 0: 10_000}[k.most]
		}
		watch := func(i int) {
			h.Observe(priority.Assessment{Signal: priority.Signal{Asset: fmt.Sprint(i)}},
				at.Add(time.Duration(i)*time.Second))
		}
		count := func() (known int) {
			for i := range n + 1 {
				if _, ok := h.Kept(priority.Signal{Asset: fmt.Sprint(i)}.Identity()); ok {
					known++
				}
			}
			return known
		}
		for i := range n {
			watch(i)
		}
		require.Equal(t, n, count())
		watch(n - 1)
		require.Equal(t, n, count(), "one that is known needs no room")
		watch(n)
		assert.Equal(t, k.want, count(), k)
		_, oldest := h.Kept(priority.Signal{Asset: "0"}.Identity())
		assert.False(t, oldest, "the one not heard of for longest is forgotten")
	}
}

// Of a priority, one that flaps or is held is remembered longer than one that stands where it is.
func TestWhatIsUnsettledIsForgottenLast(t *testing.T) {
	h := priority.Hysteresis{MaxConditions: 2, Hold: time.Hour}
	watch := func(asset string, p priority.Priority, minute int) {
		h.Observe(priority.Assessment{Priority: p, Signal: priority.Signal{Asset: asset}},
			at.Add(time.Duration(minute)*time.Minute))
	}
	known := func(asset string) bool {
		_, ok := h.Kept(priority.Signal{Asset: asset}.Identity())
		return ok
	}
	watch("held", priority.P3, 0)
	watch("held", priority.P4, 1)
	watch("settled", priority.P3, 2)
	watch("new", priority.P3, 3)
	assert.Equal(t, []bool{true, false, true}, []bool{known("held"), known("settled"), known("new")})
	watch("low", priority.P4, 4)
	watch("high", priority.P2, 5)
	assert.Equal(t, []bool{false, true}, []bool{known("low"), known("high")}, "the lowest first")
}

// An identity of any length is remembered, and distinct from others.
func TestLongIdentitiesAreToldApart(t *testing.T) {
	var h priority.Hysteresis
	for n := range 40 {
		s := priority.Signal{Asset: strings.Repeat("x", 480+n)}
		require.LessOrEqual(t, len(s.Identity()), 540)
		h.Observe(priority.Assessment{Priority: priority.Priority(n), Signal: s}, at)
	}
	for n := range 40 {
		s, ok := h.Kept(priority.Signal{Asset: strings.Repeat("x", 480+n)}.Identity())
		require.True(t, ok)
		assert.Equal(t, priority.Priority(n), s.Priority)
	}
	_, ok := h.Kept("")
	assert.False(t, ok)
}

// A broken SLA is asked about where P1 would be lowered, and nowhere else: primary ones alone,
// and with no lock held.
func TestWhoIsAskedWhetherASLAIsBroken(t *testing.T) {
	c := newClassifier(catalog(t, []sla.SLA{about("p1", sla.Primary, "mart"),
		about("p2", sla.Primary, "mart"), about("s", sla.Secondary, "mart")}))
	for _, broken := range []string{"", "p1", "p2", "panic"} {
		var asked []string
		var h *priority.Hysteresis
		h = &priority.Hysteresis{Hold: -1, CleanEvaluations: -1, Breached: func(id string, when time.Time) bool {
			asked = append(asked, id)
			_, _ = h.Kept("x")
			assert.Equal(t, at, when)
			if broken == "panic" {
				panic("!")
			}
			return id == broken
		}}
		a := c.Classify(priority.Signal{Asset: "mart"})
		require.Equal(t, priority.P1, h.Observe(a, at).Priority)
		a.Priority = priority.P1
		h.Observe(a, at)
		assert.Empty(t, asked)
		a.Priority = priority.P2
		got := h.Observe(a, at).Priority
		assert.Equal(t, broken != "", got == priority.P1)
		assert.Equal(t, map[string][]string{"": {"p1", "p2"}, "p1": {"p1"}, "p2": {"p1", "p2"},
			"panic": {"p1"}}[broken], asked)
		if broken == "" {
			a.Priority = priority.P3
			h.Observe(a, at)
			assert.Len(t, asked, 2, "below P1 nobody is asked")
		}
	}
}
