package priority_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// said is an assessment of one condition, at some priority.
func said(p priority.Priority) priority.Assessment {
	return priority.Assessment{Priority: p, Signal: priority.Signal{Asset: "x"}}
}

func TestAHysteresisRaisesAtOnceAndLowersLate(t *testing.T) {
	type step struct {
		minute   int
		p, want  priority.Priority
		flapping bool
	}
	p1, p2, p3, p5 := priority.P1, priority.P2, priority.P3, priority.P5
	for name, test := range map[string]struct {
		hysteresis *priority.Hysteresis
		steps      []step
	}{
		"up at once":                   {&priority.Hysteresis{}, []step{{0, p3, p3, false}, {0, p1, p1, false}, {-5, p1, p1, false}}},
		"down after the hold":          {&priority.Hysteresis{}, []step{{0, p1, p1, false}, {1, p3, p1, false}, {15, p3, p1, false}, {16, p3, p3, false}}},
		"and clean evaluations":        {&priority.Hysteresis{}, []step{{0, p1, p1, false}, {1, p3, p1, false}, {100, p3, p1, false}, {100, p3, p3, false}}},
		"to the highest of them":       {&priority.Hysteresis{}, []step{{0, p1, p1, false}, {1, p5, p1, false}, {9, p3, p1, false}, {17, p5, p3, false}, {18, p5, p3, false}, {40, p5, p3, false}, {41, p5, p5, false}}},
		"one that is not below":        {&priority.Hysteresis{}, []step{{0, p2, p2, false}, {1, p3, p2, false}, {10, p2, p2, false}, {17, p3, p2, false}, {18, p3, p2, false}, {31, p3, p2, false}, {32, p3, p3, false}}},
		"a clock that is set back":     {&priority.Hysteresis{}, []step{{60, p1, p1, false}, {61, p3, p1, false}, {0, p3, p1, false}, {10, p3, p1, false}, {14, p3, p1, false}, {15, p3, p3, false}}},
		"a clock that jumps ahead":     {&priority.Hysteresis{}, []step{{0, p1, p1, false}, {1, p3, p1, false}, {1e6, p3, p1, false}, {1e6, p3, p3, false}}},
		"time that has passed":         {&priority.Hysteresis{}, []step{{0, p1, p1, false}, {20, p3, p1, false}, {40, p3, p1, false}, {30, p3, p3, false}}},
		"out of order":                 {&priority.Hysteresis{}, []step{{0, p1, p1, false}, {20, p3, p1, false}, {10, p3, p1, false}, {20, p3, p1, false}, {10, p3, p1, false}, {27, p3, p1, false}, {35, p3, p3, false}}},
		"no hold":                      {&priority.Hysteresis{Hold: -1, CleanEvaluations: -1}, []step{{0, p1, p1, false}, {0, p3, p3, false}}},
		"one evaluation after an hour": {&priority.Hysteresis{Hold: time.Hour, CleanEvaluations: 1}, []step{{0, p1, p1, false}, {1, p3, p1, false}, {60, p3, p1, false}, {61, p3, p3, false}}},
		"flapping stands at its highest": {&priority.Hysteresis{Hold: -1, CleanEvaluations: -1, FlapStartPercent: 20, FlapStopPercent: 10}, []step{{0, p3, p3, false}, {1, p2, p2, false}, {2, p3, p3, false}, {3, p2, p2, false},
			{4, p3, p2, true}, {5, p1, p1, true}, {6, p3, p1, true}, {7, p3, p1, true}}},
		"never flapping": {&priority.Hysteresis{Hold: -1, CleanEvaluations: -1, FlapStartPercent: 101}, []step{{0, p3, p3, false}, {1, p2, p2, false}, {2, p3, p3, false}, {3, p2, p2, false}, {4, p3, p3, false}, {5, p2, p2, false}, {6, p3, p3, false}, {7, p2, p2, false}}},
	} {
		t.Run(name, func(t *testing.T) {
			for i, step := range test.steps {
				s := test.hysteresis.Observe(said(step.p), at.Add(time.Duration(step.minute)*time.Minute))
				require.Equal(t, step.want, s.Priority, "step %d: %+v", i, s)
				require.Equal(t, step.flapping, s.Flapping, "step %d", i)
				require.Equal(t, step.p, s.Newest)
			}
		})
	}
}

func TestWithoutAnInstantNothingIsLowered(t *testing.T) {
	h := priority.Hysteresis{Hold: -1, CleanEvaluations: -1}
	h.Observe(said(priority.P1), time.Time{})
	for range 100 {
		require.Equal(t, priority.P1, h.Observe(said(priority.P5), time.Time{}).Priority)
	}
}

func TestABrokenPrimarySLAStaysP1(t *testing.T) {
	c := newClassifier(catalog(t, []sla.SLA{about("p1", sla.Primary, "x"), about("p2", sla.Primary, "x"), about("s", sla.Secondary, "x")}))
	broken, asked := "p2", []string{}
	h := priority.Hysteresis{Hold: -1, CleanEvaluations: -1, Breached: func(id string, at time.Time) bool {
		asked = append(asked, id)
		if broken == "panic" {
			panic("no")
		}
		return id == broken
	}}
	firing, well := priority.Signal{Asset: "x"}, priority.Signal{Asset: "x", Resolved: true}
	assert.Equal(t, priority.P1, h.Observe(c.Classify(firing), at).Priority)
	assert.Empty(t, asked)
	assert.Equal(t, priority.P1, h.Observe(c.Classify(well), at).Priority)
	assert.Equal(t, []string{"p1", "p2"}, asked)
	broken = "panic"
	assert.Equal(t, priority.P1, h.Observe(c.Classify(well), at).Priority)
	broken = "s"
	assert.Equal(t, priority.P5, h.Observe(c.Classify(well), at).Priority)
	assert.NotContains(t, asked, "s")
	asked = nil
	h.Observe(said(priority.P2), at)
	assert.Equal(t, priority.P3, h.Observe(said(priority.P3), at).Priority)
	assert.Empty(t, asked, "only P1 is kept")
}

// nagios is the detector as Nagios Core has it, in floats, over the last 21 states.
func nagios(states []priority.Priority, was bool) (float64, bool) {
	if len(states) > 21 {
		states = states[len(states)-21:]
	}
	for len(states) < 21 {
		states = append(states[:1:1], states...)
	}
	sum := 0.0
	for i := 1; i < 21; i++ {
		if states[i] != states[i-1] {
			sum += 0.75 + float64(i-1)*0.5/19
		}
	}
	percent := sum * 100 / 20
	switch {
	case percent > 30-1e-9:
		return percent, true
	case percent < 20+1e-9:
		return percent, false
	}
	return percent, was
}

func TestFlappingIsWhatNagiosFinds(t *testing.T) {
	random := rand.New(rand.NewPCG(31, 32))
	began := 0
	for range 300 {
		var (
			h        priority.Hysteresis
			s        priority.HysteresisState
			states   []priority.Priority
			flapping bool
			change   = random.Float64()
			p        = priority.P3
		)
		for i := range 120 {
			if i == 60 {
				change = 0.1
			}
			if random.Float64() < change {
				p = priority.Priority(4 * (random.IntN(5) - 2))
			}
			states = append(states, p)
			s = h.Next(s, said(p), at.Add(time.Duration(i)*time.Minute))
			was := flapping
			var percent float64
			percent, flapping = nagios(states, flapping)
			require.Equal(t, flapping, s.Flapping, "%v %v", percent, states)
			if flapping && !was {
				began++
			}
		}
	}
	assert.Greater(t, began, 200)
}

// Whatever is observed: a standing is never below its newest evaluation, nor lowered before the
// hold and enough evaluations, nor while it flaps; and what is observed live is what a replay
// folds.
func TestAStandingIsSteady(t *testing.T) {
	random := rand.New(rand.NewPCG(33, 34))
	lowered := 0
	for range 400 {
		h := priority.Hysteresis{Hold: time.Duration(1+random.IntN(20)) * time.Minute, CleanEvaluations: 1 + random.IntN(4)}
		type seen struct {
			at time.Time
			p  priority.Priority
		}
		var (
			folded priority.HysteresisState
			begin  int // of the evaluations since the last time that it was lowered
			record []seen
			now    = at
		)
		for range 80 {
			now = now.Add(time.Duration(random.IntN(9)-1) * time.Minute)
			if random.IntN(50) == 0 {
				now = now.Add(-time.Hour)
			}
			p := priority.Priority(4 * (random.IntN(5) - 2))
			if len(record) > 0 && random.IntN(10) > 0 {
				p = record[len(record)-1].p
			}
			record = append(record, seen{now, p})
			before := folded
			live := h.Observe(said(p), now)
			folded = h.Next(before, said(p), now)
			require.Equal(t, folded, live)
			require.GreaterOrEqual(t, live.Priority, p)
			if !before.Heard || live.Priority >= before.Priority {
				continue
			}
			lowered++
			require.False(t, live.Flapping)
			last := len(record) - 1
			run := 0
			for last-run >= begin && record[last-run].p < before.Priority {
				run++
			}
			require.GreaterOrEqual(t, run, h.CleanEvaluations)
			begun := record[last-run+1].at
			latest := begun
			for _, r := range record[last-run+1:] {
				if r.at.Before(latest.Add(-h.Hold)) {
					begun, latest = r.at, r.at
				}
				if r.at.After(latest) {
					latest = r.at
				}
			}
			require.GreaterOrEqual(t, latest.Sub(begun), h.Hold)
			most := priority.P5
			for _, r := range record[last-run+1:] {
				most = max(most, r.p)
			}
			require.LessOrEqual(t, live.Priority, most)
			begin = len(record)
		}
	}
	assert.Greater(t, lowered, 200)
}

func TestAStormOfConditionsIsBounded(t *testing.T) {
	h := priority.Hysteresis{MaxConditions: 800}
	watch := func(i int, p priority.Priority) priority.HysteresisState {
		return h.Observe(priority.Assessment{Priority: p, Signal: priority.Signal{Asset: fmt.Sprint("a", i)}}, at.Add(time.Duration(i)*time.Second))
	}
	for i := range 100 {
		watch(i, priority.P1)
	}
	watch(100, priority.P3)
	watch(100, priority.P4) // held at P3: not where its newest assessment is
	for i := 101; i < 100_000; i++ {
		watch(i, priority.P3)
	}
	known := 0
	for i := range 100_000 {
		_, ok := h.Kept(priority.Signal{Asset: fmt.Sprint("a", i)}.Identity())
		if ok {
			known++
		}
		require.True(t, ok || i > 100, "%d: the least urgent are forgotten first, and of those what is settled", i)
	}
	assert.LessOrEqual(t, known, 800)
	assert.GreaterOrEqual(t, known, 700)
	for i := range 5000 {
		watch(200_000+i, priority.P1)
	}
	_, ok := h.Kept(priority.Signal{Asset: "a204999"}.Identity())
	assert.True(t, ok, "even of nothing but P1s the newest is known")

	long := priority.Signal{Asset: strings.Repeat("x", 1<<20)}
	h.Observe(priority.Assessment{Priority: priority.P1, Signal: long}, at)
	s, ok := h.Kept(long.Identity())
	assert.True(t, ok)
	assert.Equal(t, priority.P1, s.Priority)
	_, ok = h.Kept(long.Identity() + "y")
	assert.False(t, ok)
}

func TestAHysteresisIsSharedByGoroutines(t *testing.T) {
	h := priority.Hysteresis{Hold: -1, CleanEvaluations: -1, MaxConditions: 8, Breached: func(string, time.Time) bool { return false }}
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for i := range 500 {
				p := priority.Priority(4 * (i%3 - 1))
				a := priority.Assessment{Priority: p, Signal: priority.Signal{Asset: fmt.Sprint((i + worker) % 16)}}
				if s := h.Observe(a, at); s.Priority < p {
					t.Error("below its newest evaluation")
				}
				h.Kept("x")
			}
		})
	}
	wait.Wait()
}

func TestAStandingReadsBack(t *testing.T) {
	var h *priority.Hysteresis // the defaults
	var s priority.HysteresisState
	for i := range 30 {
		s = h.Next(s, said(priority.Priority(4*(i%2))), at.Add(time.Duration(i)*time.Second))
	}
	assert.True(t, s.Flapping)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	var again priority.HysteresisState
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, s, again)
	assert.Equal(t, priority.P2, s.Priority)
}
