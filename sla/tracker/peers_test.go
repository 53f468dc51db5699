package tracker_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A recording passes what a peer's back end would return to a tracker.
type recording func(tr *tracker.Tracker, at time.Time, i int) error

// of records what is good and bad in each step.
func of(both func(i int) (good, bad int64)) recording {
	return func(tr *tracker.Tracker, at time.Time, i int) error {
		good, bad := both(i)
		return tr.Record("s/o", at, good, bad)
	}
}

func always(good, bad int64) recording {
	return of(func(int) (int64, int64) { return good, bad })
}

// every is n in each k-th step, and none in others.
func every(k, i int, n int64) int64 {
	if i%k == 0 {
		return n
	}
	return 0
}

// TestObjectivesOfPeers writes each kind of objective that OpenSLO v1 (openslo.com), Sloth v1, Pyrra v1alpha1, slo-generator v2,
// Nobl9 and Kibana (their public documentation) know as one of ours, and evaluates it by that kind's own formula, which stands
// in the row. The traffic is a step each minute for a day, from midnight.
func TestObjectivesOfPeers(t *testing.T) {
	const rolling = `"target": "99%", "window": "rolling 1d"`
	for _, row := range []struct {
		name      string
		objective string // besides its name and asset
		step      recording
		want      string
	}{
		{"OpenSLO Occurrences, ratioMetric good / total: 1 − 144/14400", rolling, of(func(i int) (int64, int64) {
			c, err := sla.CountsOf(10-every(10, i, 1), 10)
			if err != nil {
				panic(err)
			}
			return c.Good, c.Bad
		}), "exhausted 14256+144, consumed 1"},
		{"OpenSLO ratioMetric bad / total; Sloth events, error / total", rolling, of(func(i int) (int64, int64) {
			errors, total := every(20, i, 1), int64(10)
			return total - errors, errors
		}), "met 14328+72, consumed 0.5"},
		{"slo-generator good_bad_ratio, filter_good and filter_bad", rolling, of(func(i int) (int64, int64) { return 9, every(10, i, 10) }), "breached 12960+1440, consumed 10"},
		{"slo-generator distribution_cut, Pyrra latency, Kibana APM latency: good is at most the threshold", rolling, latency(300*time.Millisecond, func(i int) time.Duration {
			if i%100 == 0 {
				return 300*time.Millisecond + 1
			}
			return 300 * time.Millisecond
		}), "breached 1425+15, consumed 1.0417"},
		{"OpenSLO thresholdMetric op lt: at the threshold is bad", rolling, latency(300*time.Millisecond-1, func(i int) time.Duration {
			if i%144 == 0 {
				return 300 * time.Millisecond
			}
			return 299 * time.Millisecond
		}), "met 1430+10, consumed 0.69444"},
		{"Pyrra bool gauge, Kibana synthetics: each sample is good or bad", rolling, of(func(i int) (int64, int64) { return 1 - every(720, i, 1), every(720, i, 1) }),
			"met 1438+2, consumed 0.13889"},
		{"OpenSLO Timeslices, Kibana timeslices: a slice of 5 minutes is good with 95 % good in it", rolling + `, "timeslices": {"length": "5m", "target": "95%"}`, of(func(i int) (int64, int64) {
			if i < 15 {
				return 9, 1 // three slices at 90 %
			}
			return 95, 5 // exactly 95 % is good
		}), "breached 285+3, consumed 1.0417"},
		{"OpenSLO RatioTimeslices, Sloth raw, slo-generator query_sli: a ratio for each slice, each with the same weight", rolling, func(tr *tracker.Tracker, at time.Time, i int) error {
			if i%5 != 0 { // a slice of 5 minutes
				return nil
			}
			ratio := sla.MustTarget("99.25%") // computed elsewhere, and exact
			return tr.Record("s/o", at, ratio.Billionths(), 1_000_000_000-ratio.Billionths())
		}, "met 285840000000+2160000000, consumed 0.75"},
		{"OpenSLO calendar window; Kibana calendarAligned", `"target": "99%", "window": "month UTC"`, always(99, 1), "exhausted 142560+1440, consumed 1"},
		{"Nobl9 calendar window with startTime in a zone", `"target": "99%", "window": "week from Sunday Europe/Dublin"`, always(99, 1), "exhausted 142560+1440, consumed 1"},
		{"no data: Nobl9 Ignore, slo-generator NO_DATA", rolling + `, "timeslices": {"length": "1h"}`, halfADay, "met 12+0, consumed 0"},
		{"no data: Nobl9 CountAsGood", rolling + `, "timeslices": {"length": "1h"}, "no_data": "good"`, halfADay, "met 24+0, consumed 0"},
		{"no data: Nobl9 CountAsBad, Pyrra absent, Kibana bad timeslices", rolling + `, "timeslices": {"length": "1h"}, "no_data": "bad"`, halfADay, "breached 12+12, consumed 50"},
		{"100 %: a target that OpenSLO refuses, and Nobl9 allows", `"zero_tolerance": true, "window": "rolling 1d"`, of(func(i int) (int64, int64) { return 9, every(1000, i, 1) }), "breached 12960+2, consumed none"},
	} {
		var s sla.SLA
		err := s.UnmarshalJSON([]byte(`{"id": "s", "objectives": [{"name": "o", "asset": "a", ` + row.objective + `}]}`))
		require.NoError(t, err, row.name)
		c, err := sla.NewCatalog([]sla.SLA{s})
		require.NoError(t, err, row.name)
		tr := tracker.New(c)
		midnight := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) // a Sunday, in winter
		for i := range 24 * 60 {
			require.NoError(t, row.step(tr, midnight.Add(time.Duration(i)*time.Minute), i), row.name)
		}
		report, _ := tr.Report("s", midnight.Add(sla.Day))
		b := report.Objectives[0].Budget
		consumed := "none"
		if share, ok := b.Consumed(); ok {
			consumed = fmt.Sprintf("%.5g", share)
		}
		assert.Equal(t, row.want, fmt.Sprintf("%v %d+%d, consumed %s", b.State(), b.Counts.Good, b.Counts.Bad, consumed), row.name)
	}
}

// latency records one request a step, good if it took at most so long.
func latency(most time.Duration, took func(i int) time.Duration) recording {
	return of(func(i int) (good, bad int64) {
		if took(i) <= most {
			return 1, 0
		}
		return 0, 1
	})
}

// halfADay has no data from noon on.
func halfADay(tr *tracker.Tracker, at time.Time, i int) error {
	if i >= 12*60 {
		return nil
	}
	return tr.Record("s/o", at, 1, 0)
}

// TestCalendarTimeslicesOfKibana takes the budget of its calendar-aligned timeslices from all slices of the window, those to come
// among them, as its "total slices in the window" does: a Budget does so for counts that the caller completes.
func TestCalendarTimeslicesOfKibana(t *testing.T) {
	o := events("99%", sla.CalendarDay(nil))
	o.Timeslices.Length = time.Minute
	tr := newTracker(t, o)
	midnight := zero.Truncate(sla.Day)
	for i := range 6 * 60 {
		require.NoError(t, tr.Record("s/o", midnight.Add(time.Duration(i)*time.Minute), 1, every(60, i, 1)))
	}
	report, _ := tr.Report("s", midnight.Add(6*time.Hour))
	so := report.Objectives[0]
	assert.Equal(t, sla.Counts{Good: 354, Bad: 6}, so.Budget.Counts, "of the slices so far")
	start, end := o.Window.Bounds(report.At)
	all, err := sla.CountsOf(int64(end.Sub(start)/time.Minute)-so.Budget.Counts.Bad, int64(end.Sub(start)/time.Minute))
	require.NoError(t, err)
	whole := sla.Budget{Target: o.Target, Counts: all}
	assert.Equal(t, "met: 1434 good, 6 bad of 1440, target 99%, 8 more may be bad", whole.String())
}

// TestAlertPoliciesOfPeers has what wakes people elsewhere: Kibana's four windows with a threshold each, slo-generator's error
// budget policy with one window a step, and Nobl9's conditions about what is left and how long it will last.
func TestAlertPoliciesOfPeers(t *testing.T) {
	const h, m = time.Hour, time.Minute
	o := events("99%", sla.Rolling(30*sla.Day))
	o.Burn = []sla.BurnRule{
		{Name: "critical", Page: true, BurnRate: sla.MustBurnRate("14.4"), Long: h, Short: 5 * m},
		{Name: "high", Page: true, BurnRate: sla.MustBurnRate("6"), Long: 6 * h, Short: 30 * m},
		{Name: "medium", BurnRate: sla.MustBurnRate("3"), Long: 24 * h, Short: 120 * m},
		{Name: "low", BurnRate: sla.MustBurnRate("1"), Long: 72 * h, Short: 360 * m},
		{Name: "1 hour", Page: true, BurnRate: sla.MustBurnRate("9"), Long: h, Short: h - 1}, // one window: both are the same
	}
	tr := newTracker(t, o)
	for at := -30 * sla.Day; at < 2*h; at += m {
		bad := int64(0)
		if at >= 0 {
			bad = 20
		}
		require.NoError(t, tr.Record("s/o", zero.Add(at), 100-bad, bad))
	}
	fires := func(at time.Duration) (names []string) {
		report, _ := tr.Report("s", zero.Add(at))
		for _, b := range report.Objectives[0].Burns {
			if b.Firing() {
				names = append(names, b.Rule.Name)
			}
		}
		return names
	}
	assert.Empty(t, fires(10*m))
	assert.Equal(t, []string{"1 hour"}, fires(30*m), "10 times the budget over an hour")
	assert.Equal(t, []string{"critical", "high", "1 hour"}, fires(2*h), "what is slower follows")

	report, _ := tr.Report("s", zero.Add(2*h))
	so := report.Objectives[0]
	left, ok := so.Budget.Remaining()
	require.True(t, ok)
	assert.InDelta(t, 1-20*2.0/(30*24), left, 0.01, "Nobl9: remaining error budget")
	lasts, ok := so.TimeLeft(report.At)
	require.True(t, ok)
	assert.InDelta(t, (30*24-2*20)/20, lasts.Hours(), 1, "Nobl9: remaining error budget would be exhausted in")
}

// TestCompositesOfPeers weighs objectives, as OpenSLO's compositeWeight and Nobl9's composites do: the mean of what they kept.
func TestCompositesOfPeers(t *testing.T) {
	front, back := events("99%", sla.Rolling(sla.Day)), events("90%", sla.Rolling(sla.Day))
	front.Name, front.Weight, back.Name, back.Weight = "front", 3, "back", 1
	for target, want := range map[string]string{"97.25%": "exhausted by back", "97.2%": "met by ", "97.3%": "breached by back", "": "breached by back"} {
		s := sla.SLA{ID: "s", Objectives: []sla.Objective{front, back}}
		if target != "" {
			s.Target = sla.MustTarget(target)
		} else { // all of them must hold, and weights mean nothing
			s.Objectives[0].Weight, s.Objectives[1].Weight = 0, 0
		}
		c, err := sla.NewCatalog([]sla.SLA{s})
		require.NoError(t, err)
		tr := tracker.New(c)
		require.NoError(t, tr.Record("s/front", zero, 999, 1)) // 99.9 %
		require.NoError(t, tr.Record("s/back", zero, 893, 107))
		report, _ := tr.Report("s", zero.Add(time.Minute))
		mean, ok := report.Compliance()
		require.True(t, ok)
		if target != "" {
			assert.InDelta(t, (3*0.999+0.893)/4, mean, 1e-12)
		}
		assert.Equal(t, want, fmt.Sprintf("%v by %s", report.State, report.DecidedBy), target)
	}
}
