package sla_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

// every kind of objective, as people write them elsewhere.
const kindsJSON = `{
	"id": "shop", "target": "99.5%",
	"objectives": [
		{"name": "available", "asset": "svc.shop", "target": "99.9%", "window": "rolling 30d", "weight": 3},
		{"name": "fast", "asset": "svc.shop", "target": "95%", "window": "month from 1 Europe/Dublin", "timeslices": {"length": "5m", "target": "99%"}, "no_data": "good"},
		{"name": "all-good", "asset": "svc.shop", "target": "95%", "window": "day", "timeslices": {"length": "1m0s"}, "no_data": "bad"},
		{"name": "no-loss", "asset": "svc.shop", "zero_tolerance": true, "window": "rolling 90d", "burn": []},
		{"name": "fresh", "asset": "mart.orders", "target": "99%", "window": "rolling 28d", "freshness": {"max_age": {"fail": "2h0m0s"}},
			"burn": [{"name": "quick", "page": true, "burn_rate": "14/15", "long": "3h", "short": "5m", "min_events": 7}]}
	]
}`

func TestDecodeEveryKindOfObjective(t *testing.T) {
	s, err := decodeSLA([]byte(kindsJSON))
	require.NoError(t, err)
	assert.Equal(t, sla.MustTarget("99.5%"), s.Target)
	o := s.Objectives
	assert.Equal(t, int64(3), o[0].Weight)
	assert.Equal(t, sla.Timeslices{Length: 5 * time.Minute, Target: sla.MustTarget("99%")}, o[1].Timeslices)
	assert.Equal(t, sla.NoDataGood, o[1].NoData)
	assert.Equal(t, sla.Timeslices{Length: time.Minute}, o[2].Timeslices)
	assert.Equal(t, sla.NoDataBad, o[2].NoData)
	assert.True(t, o[3].ZeroTolerance)
	assert.Equal(t, []sla.BurnRule{}, o[3].Burn)
	assert.Nil(t, o[0].Burn)
	assert.Equal(t, []sla.BurnRule{{Name: "quick", Page: true, BurnRate: sla.MustBurnRate("14/15"),
		Long: 3 * time.Hour, Short: 5 * time.Minute, MinEvents: 7}}, o[4].Burn)

	again, err := decodeSLA([]byte(encode(t, s)))
	require.NoError(t, err)
	assert.Equal(t, encode(t, s), encode(t, again))
	assert.Equal(t, s.Objectives[4].Burn, again.Objectives[4].Burn)
}

func TestDecodeObjectiveRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`"zero_tolerance": 1`:                        `objectives[0].zero_tolerance: want true or false, not 1`,
		`"weight": 1.5`:                              `objectives[0].weight: want a whole number, not 1.5`,
		`"weight": "1"`:                              `objectives[0].weight: want a whole number, not "1"`,
		`"timeslices": {"length": "5"}`:              `objectives[0].timeslices.length: "5" is not a duration such as "5m", "1h30m" or "7d"`,
		`"timeslices": {"length": "5m", "every": 1}`: `objectives[0].timeslices.every: `,
		`"no_data": "golden"`:                        `objectives[0].no_data: "golden" is none of ignored, good, bad`,
		`"burn": {}`:                                 `objectives[0].burn: want a list, not {}`,
		`"burn": [{"name": "a", "burn_rate": "x"}]`:  `objectives[0].burn[0].burn_rate: "x" is not a decimal number`,
	} {
		_, err := decodeSLA([]byte(`{"id": "a", "objectives": [{"name": "n", "asset": "x", "target": "99%", "window": "day", ` + text + `}]}`))
		assert.ErrorContains(t, err, want, text)
	}
}

func TestBurnRuleJSON(t *testing.T) {
	rule := sla.BurnRule{Name: "fast", Page: true, BurnRate: sla.MustBurnRate("14.4"), Long: time.Hour,
		Short: 5 * time.Minute, MinEvents: 100}
	data, err := json.Marshal(rule)
	require.NoError(t, err)
	assert.JSONEq(t, `{"name":"fast","page":true,"burn_rate":"14.4","long":"1h0m0s","short":"5m0s","min_events":100}`, string(data))
	var back sla.BurnRule
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, rule, back)
	var slow sla.BurnRule
	require.NoError(t, json.Unmarshal([]byte(`{"name":"slow","burn_rate":"1","long":"1w","short":"1d12h"}`), &slow))
	assert.Equal(t, 7*sla.Day, slow.Long)
	assert.Equal(t, 36*time.Hour, slow.Short)
	assert.Error(t, json.Unmarshal([]byte(`{"name": "fast", "long": 1}`), &back))
	assert.Equal(t, rule, back, "an error changes nothing")
}

func TestBurnRulesInForce(t *testing.T) {
	names := func(o sla.Objective) (list []string) {
		for _, r := range o.BurnRules() {
			list = append(list, r.Name+" "+r.BurnRate.String())
		}
		return list
	}
	monthly := sla.Objective{Target: sla.MustTarget("99.9%"), Window: sla.CalendarMonth(1, nil)}
	assert.Equal(t, []string{"page-fast 14.4", "page-slow 6", "ticket-fast 3", "ticket-slow 1"},
		names(monthly))
	loose := sla.Objective{Target: sla.MustTarget("90%"), Window: sla.Rolling(30 * sla.Day)}
	assert.Equal(t, []string{"page-slow 6", "ticket-fast 3", "ticket-slow 1"}, names(loose),
		"the burn rate is at most 10")
	mine := sla.Objective{Target: sla.MustTarget("99.9%"), Window: sla.CalendarMonth(1, nil),
		Burn: []sla.BurnRule{{Name: "own"}}}
	mine.BurnRules()[0].Name = "changed"
	assert.Equal(t, "own", mine.Burn[0].Name, "the answer is the caller's")
	odd := sla.Objective{Target: sla.MustTarget("99.9%"), Window: sla.Rolling(30*sla.Day + 7)}
	assert.Len(t, names(odd), 4)
	assert.Empty(t, names(sla.Objective{ZeroTolerance: true, Window: sla.CalendarDay(nil)}))
	assert.Empty(t, names(sla.Objective{Target: sla.MustTarget("99%"), Window: sla.CalendarDay(nil),
		Burn: []sla.BurnRule{}}))
	own := []sla.BurnRule{{Name: "own", BurnRate: sla.MustBurnRate("2"), Long: time.Hour, Short: time.Minute}}
	assert.Equal(t, own, (&sla.Objective{Target: sla.MustTarget("99%"), Window: sla.CalendarDay(nil),
		Burn: own}).BurnRules())
}

func TestCloneSharesNoRules(t *testing.T) {
	s := sla.SLA{ID: "a", Objectives: []sla.Objective{{Freshness: freshness.MaxAge{Fail: time.Hour},
		Burn: []sla.BurnRule{{Name: "x"}}}}}
	s.Clone().Objectives[0].Burn[0].Name = "y"
	assert.Equal(t, "x", s.Objectives[0].Burn[0].Name)
}

func TestSilenceText(t *testing.T) {
	for s, text := range map[sla.NoData]string{sla.NoDataIgnored: "ignored", sla.NoDataGood: "good",
		sla.NoDataBad: "bad"} {
		data, err := s.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, text, string(data))
		var back sla.NoData
		require.NoError(t, back.UnmarshalText([]byte(text)))
		assert.Equal(t, s, back)
	}
	assert.Equal(t, "NoData(-1)", sla.NoData(-1).String())
	_, err := sla.NoData(3).MarshalText()
	assert.EqualError(t, err, "no_data: NoData(3) is none of ignored, good, bad")
}
