package tracker

import (
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
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

func randomCorrections(r *rand.Rand) (list []sla.Correction) {
	for range r.IntN(6) {
		start := r.Int64N(40)
		list = append(list, sla.Correction{Start: time.Unix(0, start), End: time.Unix(0, start+1+r.Int64N(15)), CountAsGood: r.IntN(2) == 0})
	}
	return list
}

func whatIsSaidAbout(at int64, list []sla.Correction) (good, ok bool) {
	good = true
	for _, c := range list {
		if c.Start.UnixNano() <= at && at < c.End.UnixNano() {
			ok = true
			good = good && c.CountAsGood
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
	list := []sla.Correction{
		{ID: "a", SLA: "s", EnteredAt: at(1)}, {ID: "b", SLA: "s", EnteredAt: at(2)}, {ID: "c", SLA: "s", EnteredAt: at(3), Revokes: "a"},
		{ID: "d", SLA: "other", EnteredAt: at(3), Revokes: "b"},
	}
	ids := func(known int) (out string) {
		for _, c := range inForce(list, exact.Nanos(at(known))) {
			out += c.ID
		}
		return out
	}
	assert.Equal(t, []string{"", "a", "ab", "b"}, []string{ids(0), ids(1), ids(2), ids(3)})
}

func TestConcerns(t *testing.T) {
	c := sla.Correction{SLA: "s", Objective: "o", Start: time.Unix(0, 10), End: time.Unix(0, 20)}
	assert.True(t, concerns(c, "s", "o", 19, 25))
	assert.False(t, concerns(c, "s", "o", 20, 25))
	assert.False(t, concerns(c, "s", "o", 0, 10))
	assert.False(t, concerns(c, "s", "p", 0, 100))
	c.Objective = ""
	assert.True(t, concerns(c, "s", "p", 0, 100))
	assert.False(t, concerns(c, "t", "p", 0, 100))
}

func TestComposedAllMustHold(t *testing.T) {
	target := sla.MustTarget("99%")
	p := func(name string, state sla.State, good, bad int64) part {
		return part{name: name, state: state, budget: sla.Budget{Target: target, Counts: sla.Counts{Good: good, Bad: bad}}}
	}
	for _, row := range []struct {
		parts     []part
		state     sla.State
		decidedBy string
	}{
		{nil, sla.StateNoData, ""},
		{[]part{p("a", sla.StateMet, 10, 0), p("b", sla.StateMet, 10, 0)}, sla.StateMet, ""},
		{[]part{p("a", sla.StateMet, 10, 0), p("b", sla.StateNoData, 0, 0)}, sla.StateNoData, "b"},
		{[]part{p("a", sla.StateNoData, 0, 0), p("b", sla.StateAtRisk, 999, 1)}, sla.StateAtRisk, "b"},
		{[]part{p("a", sla.StateExhausted, 99, 1), p("b", sla.StateAtRisk, 999, 1)}, sla.StateExhausted, "a"},
		{[]part{p("a", sla.StateBreached, 90, 10), p("b", sla.StateBreached, 80, 20), p("c", sla.StateBreached, 80, 20)}, sla.StateBreached, "b"},
		{[]part{p("a", sla.StateBreached, 90, 10), {name: "never", state: sla.StateBreached, budget: sla.Budget{Counts: sla.Counts{Good: 1, Bad: 99}}}}, sla.StateBreached, "never"},
	} {
		state, decidedBy := composed(sla.Target{}, row.parts)
		assert.Equal(t, row.state, state)
		assert.Equal(t, row.decidedBy, decidedBy)
	}
}

// The weighted mean is compared with the target as whole numbers, however large.
func TestComposedWeighted(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	seen := map[sla.State]int{}
	for range 5_000 {
		target := sla.MustTarget([]string{"50%", "75%", "99%", "99.9999999%"}[r.IntN(4)])
		var parts []part
		mean, weights := new(big.Rat), new(big.Rat)
		for range 1 + r.IntN(3) {
			p := part{name: "x", state: sla.StateMet, weight: r.Int64N(5), budget: sla.Budget{Counts: sla.Counts{Good: r.Int64N(5), Bad: r.Int64N(5)}}}
			if r.IntN(4) == 0 {
				p.budget.Counts = sla.Counts{Good: r.Int64(), Bad: r.Int64()}
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
		want := sla.StateNoData
		if weights.Sign() > 0 {
			mean.Quo(mean, weights)
			want = map[int]sla.State{1: sla.StateMet, 0: sla.StateExhausted, -1: sla.StateBreached}[mean.Cmp(big.NewRat(target.Billionths(), 1_000_000_000))]
		}
		got, decidedBy := composed(target, parts)
		require.Equal(t, want, got, "%v of %v", parts, target)
		require.Equal(t, got == sla.StateBreached || got == sla.StateExhausted, decidedBy != "")
		seen[got]++
	}
	for _, s := range []sla.State{sla.StateNoData, sla.StateMet, sla.StateExhausted, sla.StateBreached} {
		assert.Greater(t, seen[s], 20, s)
	}
}
