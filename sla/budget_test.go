package sla_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

func TestBudget(t *testing.T) {
	for _, row := range []struct {
		target              string
		good, bad           int64
		state               sla.State
		allowed, left       int64
		consumed, remaining float64
	}{
		{"99%", 99, 1, sla.StateExhausted, 1, 0, 1, 0},
		{"99%", 100, 1, sla.StateMet, 1, 0, 100.0 / 101, 1.0 / 101},
		{"99%", 98, 1, sla.StateBreached, 0, -1, 100.0 / 99, -1.0 / 99},
		{"99%", 100, 0, sla.StateMet, 1, 1, 0, 1},
		{"99%", 1, 0, sla.StateMet, 0, 0, 0, 1},
		{"99%", 0, 1, sla.StateBreached, 0, -1, 100, -99},
		{"50%", 5, 5, sla.StateExhausted, 5, 0, 1, 0},
		{"99.9%", 999, 1, sla.StateExhausted, 1, 0, 1, 0},
		{"99.9%", 999_000, 1_000, sla.StateExhausted, 1_000, 0, 1, 0},
		{"99.9999999%", 999_999_999, 1, sla.StateExhausted, 1, 0, 1, 0},
		{"99.9999999%", math.MaxInt64, 0, sla.StateMet, 9_223_372_036, 9_223_372_036, 0, 1},
		{"0.0000001%", math.MaxInt64, math.MaxInt64, sla.StateMet, math.MaxInt64, 0, 0.5000000005,
			0.4999999995},
		{"0.0000001%", 1, 999_999_999, sla.StateExhausted, 999_999_999, 0, 1, 0},
		{"0.0000001%", 0, 1, sla.StateBreached, 0, -1, 1.000000001, -1e-9 / 0.999999999},
	} {
		b := sla.Budget{Target: sla.MustTarget(row.target), Counts: sla.Counts{Good: row.good, Bad: row.bad}}
		consumed, ok := b.Consumed()
		assert.True(t, ok, b)
		remaining, ok := b.Remaining()
		assert.True(t, ok, b)
		assert.Equal(t, row.state, b.State(), b)
		assert.Equal(t, row.allowed, b.Allowed(), "allowed: %v", b)
		assert.Equal(t, row.left, b.AllowedLeft(), "left: %v", b)
		assert.InEpsilon(t, row.consumed+1, consumed+1, 1e-12, "consumed: %v", b)
		assert.InEpsilon(t, row.remaining+1000, remaining+1000, 1e-12, "remaining: %v", b)
		if row.state == sla.StateExhausted {
			assert.Equal(t, []float64{1, 0}, []float64{consumed, remaining},
				"a budget used exactly is used exactly: %v", b)
		}
	}
}

func TestBudgetWithoutDataSaysNothing(t *testing.T) {
	for _, counts := range []sla.Counts{{}, {Good: -5}, {Good: -1, Bad: math.MinInt64}} {
		for _, target := range []sla.Target{sla.MustTarget("99%"), {}} {
			b := sla.Budget{Target: target, Counts: counts}
			assert.Equal(t, sla.StateNoData, b.State())
			_, ok := b.Consumed()
			assert.False(t, ok)
			_, ok = b.Remaining()
			assert.False(t, ok)
			_, ok = counts.Compliance()
			assert.False(t, ok)
			assert.Zero(t, b.Allowed())
			assert.Zero(t, b.AllowedLeft())
			assert.Contains(t, b.String(), "no-data")
		}
	}
}

func TestBudgetOfZeroTolerance(t *testing.T) {
	met, breached := sla.Budget{Counts: sla.Counts{Good: math.MaxInt64}},
		sla.Budget{Counts: sla.Counts{Good: math.MaxInt64, Bad: 1}}
	assert.Equal(t, sla.StateMet, met.State())
	assert.Equal(t, sla.StateBreached, breached.State())
	assert.Zero(t, breached.Allowed())
	assert.EqualValues(t, -1, breached.AllowedLeft())
	_, ok := breached.Consumed()
	assert.False(t, ok, "no infinite consumption of no budget")
	assert.Equal(t, "met: 3 good, 0 bad of 3, zero tolerance, 0 more may be bad",
		sla.Budget{Counts: sla.Counts{Good: 3}}.String())
}

func TestCounts(t *testing.T) {
	c, err := sla.CountsOf(9, 10)
	require.NoError(t, err)
	assert.Equal(t, sla.Counts{Good: 9, Bad: 1}, c)
	share, ok := c.Compliance()
	assert.True(t, ok)
	assert.Equal(t, 0.9, share)
	c, err = sla.CountsOf(math.MaxInt64, math.MaxInt64)
	require.NoError(t, err)
	assert.Zero(t, c.Bad)

	for want, in := range map[string][2]int64{
		"good: 11 is more than the total, 10":                           {11, 10},
		"good: -1 is negative":                                          {-1, 10},
		"total: -10 is negative":                                        {1, -10},
		"good: -1 is negative\ntotal: -9223372036854775808 is negative": {-1, math.MinInt64},
	} {
		_, err := sla.CountsOf(in[0], in[1])
		assert.EqualError(t, err, want)
	}
	most := sla.Counts{Good: math.MaxInt64, Bad: math.MaxInt64}
	assert.Equal(t, most, most.Add(sla.Counts{Good: 1, Bad: math.MaxInt64}))
	assert.EqualValues(t, uint64(math.MaxUint64-1), most.Total())
	assert.Equal(t, sla.Counts{Good: 3, Bad: 4}, sla.Counts{Good: 1,
		Bad: 4}.Add(sla.Counts{Good: 2, Bad: -9}))
}

func TestStateText(t *testing.T) {
	for s := sla.StateNoData; s <= sla.StateBreached; s++ {
		data, err := json.Marshal(s)
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprintf("%q", s), string(data))
		back := sla.State(-1)
		require.NoError(t, json.Unmarshal(data, &back))
		assert.Equal(t, s, back)
	}
	_, err := sla.State(5).MarshalText()
	assert.EqualError(t, err, "state: State(5) is none of no-data, met, at-risk, exhausted, breached")
	s := sla.StateMet
	assert.EqualError(t, s.UnmarshalText([]byte("fine")),
		`state: "fine" is none of no-data, met, at-risk, exhausted, breached`)
	assert.Equal(t, sla.StateMet, s)
}

// TestBudgetAgreesWithOracle compares every result with big rationals, over counts of all sizes
// that lie on the limit of their target or beside it as often as anywhere.
func TestBudgetAgreesWithOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	size := func() int64 { return r.Int64() >> r.IntN(63) }
	states := map[sla.State]int{}
	for range 20_000 {
		target, err := sla.ParseTarget(fmt.Sprintf("0.%09d", 1+r.IntN(999_999_999)))
		require.NoError(t, err)
		if r.IntN(2) == 0 {
			target = sla.MustTarget([]string{"50%", "90%", "99%", "99.9%", "99.95%",
				"99.9999999%"}[r.IntN(6)])
		}
		c := sla.Counts{Good: size(), Bad: size()}
		// n billion outcomes, exactly on the limit, or one off
		if n := r.Int64N(9_000_000_000); r.IntN(2) == 0 {
			c = sla.Counts{Good: n * target.Billionths() / 10,
				Bad: n * (1_000_000_000 - target.Billionths()) / 10}
			c.Bad = max(0, c.Bad+r.Int64N(3)-1)
		}
		b := sla.Budget{Target: target, Counts: c}
		states[b.State()]++
		agrees(t, b)
	}
	for _, s := range []sla.State{sla.StateMet, sla.StateExhausted, sla.StateBreached} {
		assert.Greater(t, states[s], 500, s)
	}
	assert.Zero(t, states[sla.StateAtRisk], "counts alone do not have their speed")
}

func agrees(t *testing.T, b sla.Budget) {
	total := new(big.Int).Add(big.NewInt(b.Counts.Good), big.NewInt(b.Counts.Bad))
	if total.Sign() == 0 {
		require.Equal(t, sla.StateNoData, b.State())
		return
	}
	may := new(big.Rat).Sub(big.NewRat(1, 1), big.NewRat(b.Target.Billionths(), 1_000_000_000))
	allowed := new(big.Rat).Mul(may, new(big.Rat).SetInt(total))
	bad := new(big.Rat).SetInt64(b.Counts.Bad)
	want := sla.StateMet
	if order := bad.Cmp(allowed); order == 0 {
		want = sla.StateExhausted
	} else if order > 0 {
		want = sla.StateBreached
	}
	require.Equal(t, want, b.State(), b)
	whole := new(big.Int).Quo(allowed.Num(), allowed.Denom())
	if !whole.IsInt64() {
		whole.SetInt64(math.MaxInt64)
	}
	require.Equal(t, whole.Int64(), b.Allowed(), b)

	ratio := new(big.Rat).Quo(bad, allowed)
	consumed, _ := ratio.Float64()
	remaining, _ := new(big.Rat).Sub(big.NewRat(1, 1), ratio).Float64()
	compliance, _ := new(big.Rat).SetFrac(big.NewInt(b.Counts.Good), total).Float64()
	for name, got := range map[string]func() (float64, bool){"consumed": b.Consumed, "remaining": b.Remaining,
		"compliance": b.Counts.Compliance} {
		value, ok := got()
		require.True(t, ok)
		require.Equal(t, map[string]float64{"consumed": consumed, "remaining": remaining,
			"compliance": compliance}[name], value, "%s of %v", name, b)
	}
}

// TestBudgetAgreesWithSLOGenerator takes its rows from tests/unit/fixtures of google/slo-generator
// (commit 967f1242, Apache-2.0), whose goal is 99 % and whose compliance is rounded to six
// decimals.
func TestBudgetAgreesWithSLOGenerator(t *testing.T) {
	for _, row := range []struct {
		name       string
		counts     sla.Counts
		compliance float64
		burning    bool // at more than once its budget
	}{
		{"enough_events", sla.Counts{Good: 5, Bad: 5}, 0.5, true},
		{"no_good_events", sla.Counts{Bad: 15}, 0, true},
		{"no_bad_events", sla.Counts{Good: 15}, 1, false},
		{"valid_sli_value", sla.Counts{Good: 991, Bad: 9}, 0.991, false},
	} {
		b := sla.Budget{Target: sla.MustTarget("99%"), Counts: row.counts}
		compliance, _ := row.counts.Compliance()
		assert.Equal(t, row.compliance, compliance, row.name)
		assert.Equal(t, row.burning, b.State() == sla.StateBreached, row.name)
	}
}

func TestBudgetStateAllocatesNothing(t *testing.T) {
	b := sla.Budget{Target: sla.MustTarget("99.95%"), Counts: sla.Counts{Good: 1 << 40, Bad: 12345}}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		if b.State() != sla.StateMet || b.AllowedLeft() < 0 {
			t.Error(b)
		}
	}))
}
