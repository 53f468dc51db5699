package priority_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// proof proves every promise kept until an instant.
func proof(until time.Time) func(*sla.SLA, time.Time) (time.Time, bool) {
	return func(*sla.SLA, time.Time) (time.Time, bool) { return until, true }
}

func TestEffects(t *testing.T) {
	c := newClassifier(orders(t))
	due := at.Add(42 * time.Minute)
	for name, test := range map[string]struct {
		signal priority.Signal
		want   priority.Effect
		until  time.Time
	}{
		"exposed until the SLA is due":      {priority.Signal{Asset: "raw.orders", At: at}, priority.EffectExposed, due},
		"exposed until the signal is due":   {priority.Signal{Asset: "raw.orders", At: at, Due: at.Add(time.Minute)}, priority.EffectExposed, at.Add(time.Minute)},
		"no time left":                      {priority.Signal{Asset: "raw.orders", At: due}, priority.EffectAtRisk, time.Time{}},
		"nobody knows when":                 {priority.Signal{Asset: "raw.orders"}, priority.EffectAtRisk, time.Time{}},
		"upstream is past its own":          {priority.Signal{Asset: "raw.orders", Kind: priority.KindStale, At: at, Due: at.Add(-1)}, priority.EffectAtRisk, time.Time{}},
		"upstream is near its own":          {priority.Signal{Asset: "raw.orders", Kind: priority.KindAtRisk, At: at}, priority.EffectExposed, due},
		"the promised asset is past it":     {priority.Signal{Asset: "mart.orders", Kind: priority.KindStale, At: due.Add(1), Due: due}, priority.EffectBreached, time.Time{}},
		"the promised asset is at it":       {priority.Signal{Asset: "mart.orders", Kind: priority.KindStale, At: due, Due: due}, priority.EffectAtRisk, time.Time{}},
		"the promised asset is stale":       {priority.Signal{Asset: "mart.orders", Kind: priority.KindStale, At: at}, priority.EffectBreached, time.Time{}},
		"the promised asset is at risk":     {priority.Signal{Asset: "mart.orders", Kind: priority.KindAtRisk, At: at}, priority.EffectAtRisk, time.Time{}},
		"the promised asset burns a budget": {priority.Signal{Asset: "mart.orders", Kind: priority.KindBurn, At: at}, priority.EffectAtRisk, time.Time{}},
		"resolved":                          {priority.Signal{Asset: "mart.orders", Kind: priority.KindStale, At: at, Resolved: true}, priority.EffectAtRisk, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.Classify(test.signal)
			lead, _ := a.Lead()
			effect, until := priority.EffectOn(a, lead)
			assert.Equal(t, test.want, effect)
			assert.True(t, until.Equal(test.until), until)
			if a.Firing() {
				assert.Equal(t, priority.P1, a.Priority, "each of them is P1")
			}
		})
	}
	effect, _ := priority.EffectOn(c.Classify(priority.Signal{Asset: "raw.orders", At: at}), sla.Impact{})
	assert.Equal(t, priority.EffectAtRisk, effect)
}

func TestEffectText(t *testing.T) {
	assert.Less(t, priority.EffectExposed, priority.EffectAtRisk)
	assert.Less(t, priority.EffectAtRisk, priority.EffectBreached)
	for effect, text := range map[priority.Effect]string{priority.EffectExposed: "exposed", 0: "at-risk", priority.EffectBreached: "breached"} {
		assert.Equal(t, text, effect.String())
		var got priority.Effect
		require.NoError(t, got.UnmarshalText([]byte(text)))
		assert.Equal(t, effect, got)
	}
	assert.Equal(t, "at-risk", priority.Effect(2).String())
	assert.Equal(t, "at-risk", priority.Effect(-9).String())
	assert.Error(t, new(priority.Effect).UnmarshalText([]byte("broken")))
}

func TestAHoldLastsUntilItsMargin(t *testing.T) {
	until := at.Add(3 * time.Hour)
	c := newClassifier(orders(t), withHold(time.Hour, proof(until)))
	s := priority.Signal{Asset: "raw.orders", Severity: priority.SeverityWarning, Summary: "slow", At: at}
	a := c.Classify(s)
	assert.Equal(t, priority.P2, a.Priority)
	assert.Equal(t, priority.RuleHeld, a.Rule)
	assert.Equal(t, "P2: raw.orders: slow; it feeds mart.orders (raw.orders → stg.orders → mart.orders), promised as \"Orders ready by 07:00\" (primary) to finance; due 2021-03-04 07:00 GMT, 42m left; P2 by impact \"1 - High\" and urgency \"2 - Medium\"; held below P1 while the promises are proven to have time left: P1 from 2021-03-04 08:18 UTC on", a.Explain())
	from, ok := a.P1At()
	require.True(t, ok)
	assert.True(t, from.Equal(until.Add(-time.Hour)))
	var report struct {
		P1At time.Time `json:"p1_at"`
	}
	text, err := json.Marshal(a)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &report))
	assert.True(t, report.P1At.Equal(from))

	s.At = from.Add(-1)
	assert.Equal(t, priority.RuleHeld, c.Classify(s).Rule)
	s.At = from
	a = c.Classify(s)
	assert.Equal(t, priority.P1, a.Priority)
	assert.Equal(t, priority.RuleAlwaysP1, a.Rule)
	_, ok = a.P1At()
	assert.False(t, ok)

	s.At, s.Severity = at, priority.SeverityUnknown
	assert.Equal(t, priority.P2, c.Classify(s).Priority, "below P1, whatever the matrix decides")
	s.Severity = priority.SeverityInfo
	assert.Equal(t, priority.P3, c.Classify(s).Priority)
}

func TestWithoutProofNothingIsHeld(t *testing.T) {
	far := proof(at.AddDate(1, 0, 0))
	s := priority.Signal{Asset: "raw.orders", Severity: priority.SeverityInfo, At: at}
	for name, option := range map[string]setting{
		"no proof":        withHold(0, func(*sla.SLA, time.Time) (time.Time, bool) { return at.AddDate(1, 0, 0), false }),
		"a zero instant":  withHold(0, proof(time.Time{})),
		"the past":        withHold(0, proof(at)),
		"a panic":         withHold(0, func(*sla.SLA, time.Time) (time.Time, bool) { panic("no") }),
		"nil":             withHold(0, nil),
		"negative margin": withHold(-1, far),
		"no margin left":  withHold(1<<63-1, far),
	} {
		assert.Equal(t, priority.P1, newClassifier(orders(t), option).Classify(s).Priority, name)
	}
	c := newClassifier(orders(t), withHold(0, far))
	assert.Equal(t, priority.P3, c.Classify(s).Priority)
	s.At = time.Time{}
	assert.Equal(t, priority.P1, c.Classify(s).Priority, "a signal without an instant")
	for name, s := range map[string]priority.Signal{
		"broken": {Asset: "mart.orders", Kind: priority.KindStale, At: at}, "burning": {Asset: "mart.orders", Kind: priority.KindBurn, At: at},
		"unknown": {Asset: "who", At: at}, "past its own due instant": {Asset: "raw.orders", At: at, Due: at},
	} {
		assert.Equal(t, priority.P1, c.Classify(s).Priority, name)
	}
}

func TestAMarginBeforeTheFirstInstantHoldsNothing(t *testing.T) {
	earliest := time.Unix(1<<63-62135596800, 0) // counted from year 1, as time.Time does, it wraps to the first instant there is
	require.True(t, earliest.Add(-time.Hour).After(earliest), "before it, Add stops a second after it")
	for _, test := range []struct{ at, until time.Time }{
		{earliest, earliest.Add(2 * time.Hour)},
		{time.Time{}.Add(-time.Hour), time.Time{}.Add(3 * time.Hour)}, // P1 from the zero instant on, which is no instant
	} {
		c := newClassifier(orders(t), withHold(3*time.Hour, proof(test.until)))
		a := c.Classify(priority.Signal{Asset: "raw.orders", At: test.at})
		assert.Equal(t, priority.P1, a.Priority)
		assert.Equal(t, priority.RuleAlwaysP1, a.Rule)
	}
}

func TestAHoldAsksForNoOtherSLA(t *testing.T) {
	c := newClassifier(catalog(t, []sla.SLA{about("p", sla.Primary, "x"), about("s", sla.Secondary, "x")}),
		withHold(0, func(p *sla.SLA, _ time.Time) (time.Time, bool) { return at.Add(time.Hour), p.ID == "p" }))
	assert.Equal(t, priority.RuleHeld, c.Classify(priority.Signal{Asset: "x", At: at}).Rule)
}

func TestAHoldAsksForEveryPrimarySLA(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	held := 0
	for range 2000 {
		w, s, margin := randomWorld(random), randomSignal(random), time.Duration(random.IntN(60))*time.Minute
		kept := map[string]time.Time{}
		for _, p := range w.slas {
			if random.IntN(4) > 0 {
				kept[p.ID] = s.At.Add(time.Duration(random.IntN(300)-30) * time.Minute)
			}
		}
		c := newClassifier(w.catalog(t), withMatrix(randomTable(random)), withHold(margin, func(p *sla.SLA, _ time.Time) (time.Time, bool) {
			until, ok := kept[p.ID]
			return until, ok
		}))
		a := c.Classify(s)
		require.Equal(t, a.Priority, c.Priority(&s))
		if s.Resolved || w.reaches(s.Asset) != sla.Primary {
			continue
		}
		var first time.Time
		for i := range a.Impacts() {
			if i.SLA.Tier == sla.Primary && (first.IsZero() || kept[i.SLA.ID].Before(first)) {
				first = kept[i.SLA.ID]
			}
		}
		from, ok := a.P1At()
		if !ok {
			require.Equal(t, priority.P1, a.Priority)
			continue
		}
		held++
		require.Less(t, a.Priority, priority.P1)
		require.False(t, from.After(first.Add(-margin)))
		require.True(t, from.After(s.At))
		s.At = from
		require.Equal(t, priority.P1, c.Classify(s).Priority)
	}
	assert.Greater(t, held, 50)
}
