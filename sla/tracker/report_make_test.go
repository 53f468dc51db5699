package tracker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// TestForecasts burns budgets at a constant rate, and looks when they will be gone.
func TestForecasts(t *testing.T) {
	month := sla.CalendarMonth(1, time.UTC) // zero is noon of 1 April: half a day of 30 has passed
	rule := sla.BurnRule{Name: "slow", BurnRate: sla.MustBurnRate("1"), Long: 6 * time.Hour, Short: time.Hour}
	for _, row := range []struct {
		name      string
		window    sla.Window
		earlier   [2]int64 // 10 hours ago
		late      [2]int64 // in the last hour
		rules     []sla.BurnRule
		want      sla.State
		gone      time.Duration // below 0: never
		worstGone time.Duration
	}{
		{"no data", sla.Rolling(10 * sla.Day), [2]int64{}, [2]int64{}, nil, sla.StateNoData, -1, -1},
		{"nothing bad", sla.Rolling(10 * sla.Day), [2]int64{1000, 0}, [2]int64{10, 0}, []sla.BurnRule{rule}, sla.StateMet, -1, -1},
		// 1000 of 2000 and a half: 10 bad of 1010, with 2 % allowed: 49.5 % consumed; the last hour burns 50 times as fast as planned.
		{"burning", sla.Rolling(10 * sla.Day), [2]int64{1000, 0}, [2]int64{0, 10}, []sla.BurnRule{rule}, sla.StateAtRisk,
			51 * sla.Day / 505, 51 * sla.Day / 505},
		{"burning as planned", sla.Rolling(10 * sla.Day), [2]int64{1000, 5}, [2]int64{98, 2}, []sla.BurnRule{rule}, sla.StateMet, -1, -1},
		{"no rules: what a rolling window renews is never gone", sla.Rolling(10 * sla.Day), [2]int64{1000, 19}, [2]int64{}, []sla.BurnRule{}, sla.StateMet, -1, -1},
		{"gone", sla.Rolling(10 * sla.Day), [2]int64{98, 2}, [2]int64{}, []sla.BurnRule{rule}, sla.StateExhausted, 0, 0},
		{"more than gone", sla.Rolling(10 * sla.Day), [2]int64{97, 3}, [2]int64{}, []sla.BurnRule{rule}, sla.StateBreached, 0, 0},
		// Half a day of 30 has passed, in which half of what was allowed so far was used: 29.75 days' worth is left, burning 50-fold.
		{"this month", month, [2]int64{990, 0}, [2]int64{0, 10}, []sla.BurnRule{rule}, sla.StateAtRisk,
			(30*sla.Day - sla.Day/4) / 50, (30*sla.Day - sla.Day/4) / 50},
		{"at this pace not this month", month, [2]int64{1000, 1}, [2]int64{99, 1}, []sla.BurnRule{rule}, sla.StateMet, -1, -1},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := events("98%", row.window)
			o.Burn = row.rules
			tr := newTracker(t, o)
			recordAt(-10*time.Hour, row.earlier[0], row.earlier[1])(tr, zero)
			recordAt(-30*time.Minute, row.late[0], row.late[1])(tr, zero)
			r, _ := tr.Report("s", zero)
			got := r.Objectives[0]
			assert.Equal(t, row.want, got.State)
			for _, pair := range []struct {
				want time.Duration
				got  time.Time
			}{{row.gone, got.ExhaustsAt}, {row.worstGone, got.WorstExhaustsAt}} {
				if pair.want < 0 {
					assert.True(t, pair.got.IsZero(), pair.got)
					continue
				}
				assert.WithinDuration(t, zero.Add(pair.want), pair.got, time.Millisecond)
			}
		})
	}
}

// TestAtRiskWhenAPagingRuleFires, though the budget would last.
func TestAtRiskWhenAPagingRuleFires(t *testing.T) {
	o := paged(0)
	o.Burn[0].BurnRate = sla.MustBurnRate("1/2")
	tr := newTracker(t, o)
	recordAt(-9*time.Minute, 990, 0)(tr, zero)
	recordAt(-time.Minute, 90, 10)(tr, zero)
	recordAt(-time.Hour, 1_000_000, 0)(tr, zero)
	r, _ := tr.Report("s", zero)
	assert.True(t, r.Objectives[0].Burns[0].Firing())
	assert.Equal(t, sla.StateAtRisk, r.State)
	assert.Equal(t, "o", r.DecidedBy)
}

func TestReportOfSeveralObjectives(t *testing.T) {
	never := events("99%", sla.Rolling(sla.Day))
	never.Name, never.Target, never.ZeroTolerance = "never", sla.Target{}, true
	s := sla.SLA{ID: "s", Objectives: []sla.Objective{events("90%", sla.Rolling(sla.Day)), never}}
	report := func(target string, bad, neverBad int64) tracker.Report {
		require.NoError(t, s.Target.UnmarshalText([]byte(target)))
		s.Objectives[1].Weight = 0
		if target != "" {
			s.Objectives[1].Weight = 3
		}
		c, err := sla.NewCatalog([]sla.SLA{s})
		require.NoError(t, err)
		tr := tracker.New(c)
		recordAt(-time.Hour, 100-bad, bad)(tr, zero)
		if neverBad >= 0 {
			require.NoError(t, tr.Record("s/never", zero.Add(-time.Hour), 100-neverBad, neverBad))
		}
		r, _ := tr.Report("s", zero)
		return r
	}
	for _, row := range []struct {
		target        string
		bad, neverBad int64
		want          sla.State
		decidedBy     string
	}{
		{"", 0, 0, sla.StateMet, ""},
		{"", 10, 0, sla.StateExhausted, "o"},
		{"", 10, 1, sla.StateBreached, "never"},
		{"", 0, -1, sla.StateNoData, "never"},
		{"", 11, -1, sla.StateBreached, "o"},
		{"95%", 20, 0, sla.StateExhausted, "o"}, // (1 × 80 % + 3 × 100 %) / 4
		{"95%", 19, 0, sla.StateMet, ""},
		{"95%", 20, 1, sla.StateBreached, "o"},
	} {
		r := report(row.target, row.bad, row.neverBad)
		assert.Equal(t, row.want, r.State, "%+v", row)
		assert.Equal(t, row.decidedBy, r.DecidedBy, "%+v", row)
	}
}

func TestReportAsOf(t *testing.T) {
	tr := newTracker(t, events("90%", sla.Rolling(sla.Day)))
	for minute := range 120 {
		recordAt(time.Duration(minute)*time.Minute, 1, 0)(tr, zero)
	}
	recordAt(10*time.Minute, 0, 30)(tr, zero) // late
	counts := func(at, known time.Duration) sla.Counts {
		r, _ := tr.ReportAsOf("s", zero.Add(at), zero.Add(known))
		assert.True(t, r.AsOf.Equal(zero.Add(known)))
		return r.Objectives[0].Budget.Counts
	}
	assert.Equal(t, sla.Counts{Good: 120, Bad: 30}, counts(3*time.Hour, 3*time.Hour))
	assert.Equal(t, sla.Counts{Good: 60}, counts(3*time.Hour, time.Hour), "the late ones were not known, nor what came after")
	assert.Equal(t, sla.Counts{Good: 60}, counts(time.Hour, 90*time.Minute))
	r, _ := tr.Report("s", zero.Add(time.Hour))
	assert.Equal(t, sla.Counts{Good: 60, Bad: 30}, r.Objectives[0].Budget.Counts)
	assert.Equal(t, int64(30), r.Objectives[0].LateArrivals)
}

// TestCoverage is the share of the window that was measured, whatever no data counts as.
func TestCoverage(t *testing.T) {
	tr := newTracker(t, events("90%", sla.Rolling(4*time.Hour)))
	recordAt(-time.Hour, 1, 0)(tr, zero)
	r, _ := tr.Report("s", zero)
	assert.InDelta(t, 0.25, r.Objectives[0].Coverage, 1e-9)
	for _, noData := range []sla.NoData{sla.NoDataIgnored, sla.NoDataBad} {
		o := events("90%", sla.Rolling(4*time.Hour))
		o.Timeslices.Length, o.NoData = time.Hour, noData
		tr = newTracker(t, o)
		recordAt(-2*time.Hour, 1, 0)(tr, zero)
		r, _ = tr.Report("s", zero)
		assert.InDelta(t, 0.25, r.Objectives[0].Coverage, 1e-9)
		assert.Equal(t, int64(1), r.Objectives[0].NoData, "since the first event")
	}
	age := freshness.MaxAge{Fail: time.Hour}
	o := events("90%", sla.Rolling(4*time.Hour))
	o.Freshness = age
	tr = newTracker(t, o)
	observed(age, -3*time.Hour)(tr, zero.Add(-3*time.Hour))
	r, _ = tr.Report("s", zero)
	assert.InDelta(t, 0.25, r.Objectives[0].Coverage, 1e-9)
}

func TestWorstMoments(t *testing.T) {
	o := events("90%", sla.Rolling(sla.Day))
	tr := newTracker(t, o)
	for i, bad := range []int64{3, 0, 9, 9, 1, 1, 1, 2} {
		recordAt(-time.Duration(i+1)*time.Minute, 1, bad)(tr, zero)
	}
	r, _ := tr.Report("s", zero)
	var got []time.Duration
	for _, m := range r.Objectives[0].Worst {
		got = append(got, m.Start.Sub(zero))
	}
	assert.Equal(t, []time.Duration{-3 * time.Minute, -4 * time.Minute, -time.Minute, -8 * time.Minute, -5 * time.Minute}, got)

	o.Timeslices.Length = time.Minute
	tr = newTracker(t, o)
	for i, bad := range []int64{1, 0, 1, 1, 1, 0, 1} {
		recordAt(-time.Duration(i+1)*time.Minute, 1, bad)(tr, zero)
	}
	r, _ = tr.Report("s", zero)
	assert.Equal(t, tracker.Bucket{Start: zero.Add(-5 * time.Minute), End: zero.Add(-2 * time.Minute), Counts: sla.Counts{Bad: 3}}, r.Objectives[0].Worst[0])
}
