package sla

import (
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Corrections over an interval agree with asking them about every nanosecond of it.
func TestEffectsAgreeWithEveryInstant(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5_000 {
		from := r.Int64N(20)
		to := from + r.Int64N(30)
		list := randomCorrections(r)
		var want []effect
		for at := from; at < to; at++ {
			if good, ok := whatIsSaidAbout(at, list); ok {
				want = joined(want, effect{span{at, at + 1}, good})
			}
		}
		require.Equal(t, want, effects(list, from, to), "%v in [%d, %d)", list, from, to)
	}
}

func randomCorrections(r *rand.Rand) (list []Correction) {
	for range r.IntN(6) {
		start := r.Int64N(40)
		list = append(list, Correction{Start: time.Unix(0, start), End: time.Unix(0, start+1+r.Int64N(15)), Good: r.IntN(2) == 0})
	}
	return list
}

func whatIsSaidAbout(at int64, list []Correction) (good, ok bool) {
	good = true
	for _, c := range list {
		if c.Start.UnixNano() <= at && at < c.End.UnixNano() {
			ok = true
			good = good && c.Good
		}
	}
	return good, ok
}

func joined(list []effect, e effect) []effect {
	if n := len(list); n > 0 && list[n-1].to == e.from && list[n-1].good == e.good {
		list[n-1].to = e.to
		return list
	}
	return append(list, e)
}

func TestRevocation(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC) }
	list := []Correction{
		{ID: "a", SLA: "s", At: at(1)}, {ID: "b", SLA: "s", At: at(2)}, {ID: "c", SLA: "s", At: at(3), Revokes: "a"},
		{ID: "d", SLA: "other", At: at(3), Revokes: "b"},
	}
	ids := func(known int) (out string) {
		for _, c := range inForce(list, nanos(at(known))) {
			out += c.ID
		}
		return out
	}
	assert.Equal(t, []string{"", "a", "ab", "b"}, []string{ids(0), ids(1), ids(2), ids(3)})
}

func TestConcerns(t *testing.T) {
	c := Correction{SLA: "s", Objective: "o", Start: time.Unix(0, 10), End: time.Unix(0, 20)}
	assert.True(t, c.concerns("s", "o", 19, 25))
	assert.False(t, c.concerns("s", "o", 20, 25))
	assert.False(t, c.concerns("s", "o", 0, 10))
	assert.False(t, c.concerns("s", "p", 0, 100))
	c.Objective = ""
	assert.True(t, c.concerns("s", "p", 0, 100))
	assert.False(t, c.concerns("t", "p", 0, 100))
}

func TestComposedAllMustHold(t *testing.T) {
	target := MustTarget("99%")
	p := func(name string, state State, good, bad int64) part {
		return part{name: name, state: state, budget: Budget{Target: target, Counts: Counts{good, bad}}}
	}
	for _, row := range []struct {
		parts   []part
		state   State
		culprit string
	}{
		{nil, NoData, ""},
		{[]part{p("a", Met, 10, 0), p("b", Met, 10, 0)}, Met, ""},
		{[]part{p("a", Met, 10, 0), p("b", NoData, 0, 0)}, NoData, "b"},
		{[]part{p("a", NoData, 0, 0), p("b", AtRisk, 999, 1)}, AtRisk, "b"},
		{[]part{p("a", Exhausted, 99, 1), p("b", AtRisk, 999, 1)}, Exhausted, "a"},
		{[]part{p("a", Breached, 90, 10), p("b", Breached, 80, 20), p("c", Breached, 80, 20)}, Breached, "b"},
		{[]part{p("a", Breached, 90, 10), {name: "never", state: Breached, budget: Budget{Counts: Counts{1, 99}}}}, Breached, "never"},
	} {
		state, culprit := composed(Target{}, row.parts)
		assert.Equal(t, row.state, state)
		assert.Equal(t, row.culprit, culprit)
	}
}

// The weighted mean is compared with the target as whole numbers, however large.
func TestComposedWeighted(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	seen := map[State]int{}
	for range 5_000 {
		target := MustTarget([]string{"50%", "75%", "99%", "99.9999999%"}[r.IntN(4)])
		var parts []part
		mean, weights := new(big.Rat), new(big.Rat)
		for range 1 + r.IntN(3) {
			p := part{name: "x", state: Met, weight: r.Int64N(5), budget: Budget{Counts: Counts{r.Int64N(5), r.Int64N(5)}}}
			if r.IntN(4) == 0 {
				p.budget.Counts = Counts{r.Int64(), r.Int64()}
			}
			parts = append(parts, p)
			c := p.budget.Counts
			if c.Total() == 0 {
				continue
			}
			weight := new(big.Rat).SetInt64(max(p.weight, 1))
			total := new(big.Int).Add(big.NewInt(c.Good), big.NewInt(c.Bad))
			mean.Add(mean, weight.Mul(weight, new(big.Rat).SetFrac(big.NewInt(c.Good), total)))
			weights.Add(weights, new(big.Rat).SetInt64(max(p.weight, 1)))
		}
		want := NoData
		if weights.Sign() > 0 {
			mean.Quo(mean, weights)
			want = map[int]State{1: Met, 0: Exhausted, -1: Breached}[mean.Cmp(big.NewRat(target.Billionths(), billion))]
		}
		got, culprit := composed(target, parts)
		require.Equal(t, want, got, "%v of %v", parts, target)
		require.Equal(t, got == Breached || got == Exhausted, culprit != "")
		seen[got]++
	}
	for _, s := range []State{NoData, Met, Exhausted, Breached} {
		assert.Greater(t, seen[s], 20, s)
	}
}
