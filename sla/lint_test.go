package sla_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

func sound() sla.SLA {
	return sla.SLA{ID: "a", Owners: []string{"ada", "bob"}, Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "x", Target: sla.MustTarget("95%"), Window: sla.Rolling(90 * sla.Day),
			Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, nil)},
		}}}
}

func findings(s sla.SLA, events map[string]int64, landed map[string]freshness.Landings) (list []string) {
	for _, f := range s.Lint(events, landed) {
		list = append(list, f.Error())
	}
	return list
}

func TestLint(t *testing.T) {
	assert.Nil(t, sound().Lint(nil, nil))
	events := sla.Objective{Name: "ready", Asset: "x", Target: sla.MustTarget("99.9%"),
		Window: sla.Rolling(30 * sla.Day)}
	own := func(r sla.BurnRule) func(*sla.SLA) {
		return func(s *sla.SLA) {
			s.Objectives[0] = events
			s.Objectives[0].Burn = []sla.BurnRule{r}
		}
	}
	for name, row := range map[string]struct {
		change func(*sla.SLA)
		perDay int64
		want   []string
	}{
		"no people": {func(s *sla.SLA) { s.Owners, s.Consumers, s.Objectives = nil, nil, nil }, 0, []string{
			"owners: there is none to keep it", "consumers: there is none: it is promised to no one",
			"objectives: nothing of it can be measured"}},
		"alone": {func(s *sla.SLA) { s.Owners = s.Owners[:1] }, 0, []string{
			`owners: "ada" alone keeps it: one engineer on leave must not stop the work`}},
		"99 % of 90 nights": {func(s *sla.SLA) { s.Objectives[0].Target = sla.MustTarget("99%") }, 0,
			[]string{
				"objectives[0].target: 99% of about 90 due instants in rolling 90d leaves none that may be bad: the first breaks it, as zero tolerance would"}},
		"weekdays": {func(s *sla.SLA) {
			s.Objectives[0].Freshness = freshness.Deadline{Due: schedule.MustCron("0 7 * * 1-5", nil)}
			s.Objectives[0].Window, s.Objectives[0].Target = sla.CalendarWeek(time.Monday, nil),
				sla.MustTarget("81%")
		}, 0, []string{"objectives[0].target: 81% of about 5 due instants in week from Monday UTC leaves none that may be bad: the first breaks it, as zero tolerance would"}},
		"never due": {func(s *sla.SLA) { s.Objectives[0].Freshness = freshness.Deadline{} }, 0, []string{
			"objectives[0].freshness: nothing is ever due"}},
		"due once a year, in December": {func(s *sla.SLA) {
			s.Objectives[0].Freshness = freshness.Deadline{Due: schedule.MustCron("0 7 1 12 *", nil)}
		}, 0, []string{
			"objectives[0].target: 95% of about 1 due instants in rolling 90d leaves none that may be bad: the first breaks it, as zero tolerance would"}},
		"due on leap days": {func(s *sla.SLA) {
			s.Objectives[0].Freshness = freshness.Deadline{Due: schedule.MustCron("0 7 29 2 *", nil)}
		}, 0, []string{
			"objectives[0].target: 95% of about 1 due instants in rolling 90d leaves none that may be bad: the first breaks it, as zero tolerance would"}},
		"a deadline with pauses": {func(s *sla.SLA) {
			s.Objectives[0].Target, s.Objectives[0].Freshness = sla.MustTarget("99%"),
				freshness.Paused{Policy: s.Objectives[0].Freshness}
		}, 0, []string{
			"objectives[0].target: 99% of about 90 due instants in rolling 90d leaves none that may be bad: the first breaks it, as zero tolerance would"}},
		"more events than can be counted": {func(s *sla.SLA) { s.Objectives[0] = events }, math.MaxInt64,
			nil},
		"a rule that looks away in the grace": {func(s *sla.SLA) {
			s.Objectives[0].Freshness = freshness.Deadline{Due: schedule.Daily(7, 0, nil), Grace: time.Hour}
			s.Objectives[0].Burn = []sla.BurnRule{{Name: "fast", BurnRate: sla.MustBurnRate("2"),
				Long: sla.Day, Short: time.Hour}, {Name: "slow", BurnRate: sla.MustBurnRate("2"),
				Long: sla.Day, Short: time.Hour + 1}}
		}, 0, []string{"objectives[0].burn[0]: fast cannot fire: a miss is known after the grace, 1h0m0s, and then lies before its short window, 1h0m0s"}},
		"a short window": {func(s *sla.SLA) {
			s.Objectives[0] = events
			s.Objectives[0].Window = sla.Rolling(3 * sla.Day)
		}, 1_000_000, []string{
			"objectives[0].burn: page-slow pages at 0.6 times the budget, at which it lasts: a window of rolling 3d wants rules of its own"}},
		"few events": {func(s *sla.SLA) { s.Objectives[0] = events }, 10, []string{
			"objectives[0].target: 99.9% of about 300 events in rolling 30d leaves none that may be bad: the first breaks it, as zero tolerance would",
			"objectives[0].burn: page-fast fires at one bad event, since about 0 come in 1h0m0s: ask for a minimum of events, or a longer window",
			"objectives[0].burn: page-slow fires at one bad event, since about 2 come in 6h0m0s: ask for a minimum of events, or a longer window",
			"objectives[0].burn: ticket-fast fires at one bad event, since about 10 come in 24h0m0s: ask for a minimum of events, or a longer window",
			"objectives[0].burn: ticket-slow fires at one bad event, since about 30 come in 72h0m0s: ask for a minimum of events, or a longer window"}},
		"many events":    {func(s *sla.SLA) { s.Objectives[0] = events }, 1_000_000, nil},
		"unknown events": {func(s *sla.SLA) { s.Objectives[0] = events }, 0, nil},
		"too many wanted": {own(sla.BurnRule{Name: "fast", BurnRate: sla.MustBurnRate("2"), Long: time.Hour,
			Short: time.Minute, MinEvents: 1000}), 2400, []string{
			"objectives[0].burn[0]: fast wants 1000 events in 1h0m0s, and about 100 come: it will not fire"}},
		"loose target": {func(s *sla.SLA) {
			s.Objectives[0] = events
			s.Objectives[0].Target, s.Objectives[0].Window = sla.MustTarget("90%"),
				sla.CalendarYear(time.January, 1, nil)
		}, 1_000_000, []string{"objectives[0].burn: with a target of 90% no default rule can fire: the first alert is the breach"}},
		"one timeslice": {func(s *sla.SLA) {
			s.Objectives[0] = events
			s.Objectives[0].Timeslices = sla.Timeslices{Length: 20 * sla.Day}
		}, 1_000_000, []string{"objectives[0].timeslices: a window holds only one: one bad timeslice is the whole window"}},
	} {
		s := sound()
		row.change(&s)
		assert.Equal(t, row.want, findings(s, map[string]int64{"ready": row.perDay}, nil), name)
	}
}

func TestLintHoldsThePastAgainstThePromise(t *testing.T) {
	var landed freshness.Landings
	start := time.Date(2026, 1, 1, 6, 0, 0, 0, time.UTC)
	for day := range 100 {
		at := start.Add(time.Duration(day) * sla.Day)
		if day%10 == 3 {
			at = at.Add(2 * time.Hour) // after seven
		}
		landed = append(landed, freshness.Landing{At: at})
	}
	past := map[string]freshness.Landings{"x": landed}
	assert.Equal(t, []string{"objectives[0].freshness: of 99 due instants in the past 89.89% were kept, and the target is 95%"}, findings(sound(), nil, past))

	slices.Reverse(landed)
	before := slices.Clone(landed)
	assert.Len(t, findings(sound(), nil, past), 1, "in any order")
	assert.Equal(t, before, landed, "which stays")

	kept := sound()
	kept.Objectives[0].Target = sla.MustTarget("89.8%")
	assert.Nil(t, findings(kept, nil, past))

	aged := sound()
	aged.Objectives[0].Freshness = freshness.MaxAge{Fail: 20 * time.Hour}
	list := findings(aged, nil, past)
	require.Len(t, list, 1)
	assert.Contains(t, list[0], "objectives[0].freshness: it was kept for ")
}
