package sla_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

func TestParseFactor(t *testing.T) {
	for text, want := range map[string]string{
		"14.4": "14.4", "1": "1", "0.933": "0.933", "14/15": "14/15", "28/30": "14/15", "72/5": "14.4",
		"007.50": "7.5", "010/04": "2.5",
		"09/3": "3", "0.000000001": "0.000000001", "17179869184": "17179869184",
		"1/17179869184": "1/17179869184", "100": "100",
	} {
		got, err := sla.ParseBurnRate(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got.String(), text)
		data, err := got.MarshalText()
		require.NoError(t, err)
		var back sla.BurnRate
		require.NoError(t, back.UnmarshalText(data))
		assert.Equal(t, got, back)
		assert.Equal(t, got, sla.MustBurnRate(text))
	}
	for _, text := range []string{"", "0", "0.0", "0/3", "3/0", "3/00", "-1", "+1", "1e3", "NaN", "1.", ".5",
		"1.5/2", "1/2.5", "1/2/3", "1/", "/1", " 1", "0x1/2",
		"17179869185", "1/17179869185", "0.00000000001", "99999999999999999999999",
		"1234567890.12345678901234567890123456789012345678901234567890123"} {
		got, err := sla.ParseBurnRate(text)
		assert.ErrorContains(t, err, "burn_rate: ", text)
		assert.True(t, got.IsZero(), text)
		assert.Panics(t, func() { sla.MustBurnRate(text) })
	}
	kept := sla.MustBurnRate("2")
	require.Error(t, kept.UnmarshalText([]byte("x")))
	assert.Equal(t, "2", kept.String())
	require.NoError(t, kept.UnmarshalText(nil))
	assert.True(t, kept.IsZero())
	assert.Empty(t, kept.String())
}

// TestDefaultBurnRules takes its factors from internal/alert/alert_test.go of slok/sloth (commit
// 0e395d81, Apache-2.0), sl-win-2 and sl-win-3, where they are floats: 5.6000000000000005 is 5.6,
// and 0.9333333333333333 is 14/15.
func TestDefaultBurnRules(t *testing.T) {
	for period, want := range map[time.Duration][]string{
		30 * sla.Day:  {"14.4", "6", "3", "1"},
		28 * sla.Day:  {"13.44", "5.6", "2.8", "14/15"},
		90 * sla.Day:  {"43.2", "18", "9", "3"},
		3 * sla.Day:   {"1.44", "0.6", "0.3", "0.1"},
		time.Hour:     {"0.02"},
		time.Hour - 1: {},
		-time.Hour:    {},
	} {
		rules, err := sla.DefaultBurnRules(period)
		got := []string{}
		for _, r := range rules {
			got = append(got, r.BurnRate.String())
		}
		require.NoError(t, err, period)
		assert.Equal(t, want, got, period)
		for _, r := range rules {
			assert.NoError(t, r.Validate(sla.MustTarget("99%")), r.Name)
		}
	}
	_, err := sla.DefaultBurnRules(math.MaxInt64)
	assert.EqualError(t, err, "period: 2562047h47m16.854775807s makes no exact burn rate: use whole minutes")
	rules, _ := sla.DefaultBurnRules(30 * sla.Day)
	assert.Equal(t, sla.BurnRule{Name: "page-fast", Page: true, BurnRate: sla.MustBurnRate("14.4"),
		Long: time.Hour, Short: 5 * time.Minute}, rules[0])
	assert.False(t, rules[2].Page)
}

func TestBurnRuleValidate(t *testing.T) {
	valid := sla.BurnRule{Name: "fast", BurnRate: sla.MustBurnRate("14.4"), Long: time.Hour,
		Short: time.Minute}
	for want, row := range map[string]struct {
		target string
		change func(*sla.BurnRule)
	}{
		"":                      {"99%", func(r *sla.BurnRule) {}},
		"name: is missing":      {"99%", func(r *sla.BurnRule) { r.Name = "" }},
		"burn_rate: is missing": {"99%", func(r *sla.BurnRule) { r.BurnRate = sla.BurnRate{} }},
		"short: 0s is no length: it must be positive":                                                                   {"99%", func(r *sla.BurnRule) { r.Short = 0 }},
		"long: 1m0s must be longer than the short window, 1m0s":                                                         {"99%", func(r *sla.BurnRule) { r.Long = time.Minute }},
		"min_events: -1 is negative":                                                                                    {"99%", func(r *sla.BurnRule) { r.MinEvents = -1 }},
		"burn_rate: 14.4 can never be exceeded: with a target of 90% the burn rate is at most 10":                       {"90%", func(r *sla.BurnRule) {}},
		"burn_rate: 10 can never be exceeded: with a target of 90% the burn rate is at most 10":                         {"90%", func(r *sla.BurnRule) { r.BurnRate = sla.MustBurnRate("10") }},
		"burn_rate: 14.4 can never be exceeded: without a target there is no budget to burn":                            {"", func(r *sla.BurnRule) {}},
		"burn_rate: 1000000000 can never be exceeded: with a target of 99.9999999% the burn rate is at most 1000000000": {"99.9999999%", func(r *sla.BurnRule) { r.BurnRate = sla.MustBurnRate("1000000000") }},
	} {
		r, target := valid, sla.Target{}
		row.change(&r)
		require.NoError(t, target.UnmarshalText([]byte(row.target)))
		if err := r.Validate(target); want == "" {
			assert.NoError(t, err)
		} else {
			assert.EqualError(t, err, want)
		}
	}
	reachable := valid
	reachable.BurnRate = sla.MustBurnRate("9.999999999")
	assert.NoError(t, reachable.Validate(sla.MustTarget("90%")))
	assert.EqualError(t, sla.BurnRule{}.Validate(sla.Target{}),
		"name: is missing\nburn_rate: is missing\nshort: 0s is no length: it must be positive\nlong: 0s must be longer than the short window, 0s")
}

func TestBurnFiring(t *testing.T) {
	rule := sla.BurnRule{Name: "fast", BurnRate: sla.MustBurnRate("14.4"), Long: time.Hour,
		Short: 5 * time.Minute, MinEvents: 100}
	of := func(bad, total int64) sla.Counts { return sla.Counts{Good: total - bad, Bad: bad} }
	for _, row := range []struct {
		name        string
		long, short sla.Counts
		want        bool
		text        string
	}{
		{"exactly the factor is not above it", of(144, 10_000), of(144, 10_000), false,
			"fast is quiet: burns 14.4 times the budget over 1h and 14.4 times the budget over 5m, not both above 14.4"},
		{"one more is", of(145, 10_000), of(145, 10_000), true,
			"fast fires: burns 14.5 times the budget over 1h and 14.5 times the budget over 5m, above 14.4"},
		{"two decimals would hide it", of(1441, 100_000), of(144_001, 10_000_000), true,
			"fast fires: burns 14.41 times the budget over 1h and 14.4001 times the budget over 5m, above 14.4"},
		{"it is over", of(500, 10_000), of(0, 1_000), false,
			"fast is quiet: burns 50 times the budget over 1h and 0 times the budget over 5m, not both above 14.4"},
		{"it has just begun", of(100, 10_000), of(100, 100), false,
			"fast is quiet: burns 10 times the budget over 1h and 1000 times the budget over 5m, not both above 14.4"},
		{"no data in the short window", of(500, 10_000), of(0, 0), false,
			"fast is quiet: burns 50 times the budget over 1h and nothing over 5m, not both above 14.4"},
		{"too few outcomes", of(99, 99), of(99, 99), false,
			"fast is quiet: 99 outcomes over 1h, fewer than 100"},
		{"just enough", of(100, 100), of(1, 1), true,
			"fast fires: burns 1000 times the budget over 1h and 1000 times the budget over 5m, above 14.4"},
		{"no data", of(0, 0), of(0, 0), false, "fast is quiet: 0 outcomes over 1h, fewer than 100"},
	} {
		b := sla.Burn{Rule: rule, Target: sla.MustTarget("99.9%"), Long: row.long, Short: row.short}
		assert.Equal(t, row.want, b.Firing(), row.name)
		assert.Equal(t, row.text, b.String(), row.name)
	}
	all := sla.Counts{Bad: 1000}
	assert.False(t, sla.Burn{Rule: rule, Long: all, Short: all}.Firing(), "no target, no budget")
	assert.False(t, sla.Burn{Target: sla.MustTarget("99%"), Long: all, Short: all}.Firing(), "no factor")
	rule.MinEvents = 0
	assert.Equal(t, "fast is quiet: 0 outcomes over 1h, fewer than 1",
		sla.Burn{Rule: rule, Target: sla.MustTarget("99%")}.String())
}

// TestBurnAgreesWithOracle holds the verdict against big rationals, on the limit and beside it as
// often as anywhere.
func TestBurnAgreesWithOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	fired := 0
	for range 30_000 {
		over, under := 1+r.Int64N(1<<r.IntN(34)), 1+r.Int64N(1<<r.IntN(20))
		factor, err := sla.ParseBurnRate(fmt.Sprintf("%d/%d", over, under))
		require.NoError(t, err)
		target := sla.MustTarget([]string{"50%", "90%", "99%", "99.9%", "99.9999999%",
			"0.0000001%"}[r.IntN(6)])
		c := sla.Counts{Good: r.Int64() >> r.IntN(63), Bad: 1 + r.Int64()>>1>>r.IntN(62)}
		limit := new(big.Rat).Mul(big.NewRat(over, under), big.NewRat(1_000_000_000-target.Billionths(),
			1_000_000_000))
		if bad, all := limit.Num(), limit.Denom(); r.IntN(2) == 0 && bad.IsInt64() && all.IsInt64() &&
			bad.Cmp(all) < 0 {
			// near the limit
			c = sla.Counts{Good: all.Int64() - bad.Int64(), Bad: max(0, bad.Int64()+r.Int64N(3)-1)}
		}
		b := sla.Burn{Rule: sla.BurnRule{BurnRate: factor}, Target: target, Long: c, Short: c}
		total := new(big.Int).Add(big.NewInt(c.Good), big.NewInt(c.Bad))
		want := total.Sign() > 0 && new(big.Rat).SetFrac(big.NewInt(c.Bad), total).Cmp(limit) > 0
		require.Equal(t, want, b.Firing(), "%v of %v, factor %v", c, target, factor)
		if want {
			fired++
		}
	}
	assert.Greater(t, fired, 3_000)
}

func TestBurnFiringAllocatesNothing(t *testing.T) {
	rules, err := sla.DefaultBurnRules(28 * sla.Day)
	require.NoError(t, err)
	c := sla.Counts{Good: 1 << 50, Bad: 1 << 48}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		for _, r := range rules {
			if !(sla.Burn{Rule: r, Target: sla.MustTarget("99.9%"), Long: c, Short: c}).Firing() {
				t.Error(r)
			}
		}
	}))
}

func ExampleDefaultBurnRules() {
	rules, err := sla.DefaultBurnRules(28 * sla.Day)
	for _, r := range rules {
		fmt.Println(r.Name, r.BurnRate, r.Long, r.Short)
	}
	fmt.Println(err)
	// Output:
	// page-fast 13.44 1h0m0s 5m0s
	// page-slow 5.6 6h0m0s 30m0s
	// ticket-fast 2.8 24h0m0s 2h0m0s
	// ticket-slow 14/15 72h0m0s 6h0m0s
	// <nil>
}

func ExampleBurnRule_Validate() {
	rule := sla.BurnRule{Name: "page-fast", BurnRate: sla.MustBurnRate("14.4"), Long: time.Hour,
		Short: 5 * time.Minute}
	fmt.Println(rule.Validate(sla.MustTarget("99%")))
	fmt.Println(rule.Validate(sla.MustTarget("90%")))
	// Output:
	// <nil>
	// burn_rate: 14.4 can never be exceeded: with a target of 90% the burn rate is at most 10
}

// A burn of exactly the factor is not above it.
func ExampleBurn() {
	burn := sla.Burn{
		Rule: sla.BurnRule{Name: "page-fast", Page: true, BurnRate: sla.MustBurnRate("14.4"),
			Long: time.Hour, Short: 5 * time.Minute},
		Target: sla.MustTarget("99.9%"),
		Long:   sla.Counts{Good: 9_856, Bad: 144},
		Short:  sla.Counts{Good: 900, Bad: 100},
	}
	fmt.Println(burn.Firing(), burn)
	burn.Long.Bad++
	fmt.Println(burn.Firing(), burn)
	// Output:
	// false page-fast is quiet: burns 14.4 times the budget over 1h and 100 times the budget over 5m, not both above 14.4
	// true page-fast fires: burns 14.5 times the budget over 1h and 100 times the budget over 5m, above 14.4
}
