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

// paged is an objective with one rule that fires when more than 10 % were bad over 10 minutes and over 2.
func paged(minEvents int64) sla.Objective {
	o := events("99%", sla.Rolling(sla.Day))
	o.Burn = []sla.BurnRule{{Name: "fast", Page: true, BurnRate: sla.MustBurnRate("10"), Long: 10 * time.Minute, Short: 2 * time.Minute, MinEvents: minEvents}}
	return o
}

func alertTexts(list []sla.Alert) []string {
	texts := []string{}
	for _, a := range list {
		texts = append(texts, fmt.Sprintf("%s %s %v since %v", a.At.Sub(zero), a.Burn.Rule.Name, a.Firing, a.Since.Sub(zero)))
	}
	return texts
}

// TestAlertsAreChanges records a good event every 10 seconds but for 5 minutes of trouble, and asks more or less often.
func TestAlertsAreChanges(t *testing.T) {
	const m = time.Minute
	trouble := func(tr *tracker.Tracker) {
		for at := time.Duration(0); at < 120*m; at += 10 * time.Second {
			bad := int64(0)
			if at >= 30*m && at < 35*m {
				bad = 1
			}
			require.NoError(t, tr.Record("s/o", zero.Add(at), 1-bad, bad))
		}
	}
	for _, row := range []struct {
		name string
		min  int64
		asks []time.Duration
		want []string
	}{
		{"the first call looks at its own instant alone", 0, []time.Duration{60 * m}, []string{}},
		{"the first call finds what fires", 0, []time.Duration{34 * m}, []string{"34m0s fast true since 34m0s"}},
		{"fired and recovered between two calls", 0, []time.Duration{0, 120 * m}, []string{"31m12s fast true since 31m12s", "36m48s fast false since 31m12s"}},
		{"each change is returned once", 0, []time.Duration{0, 31 * m, 32 * m, 33 * m, 37 * m, 60 * m, 120 * m},
			[]string{"31m12s fast true since 31m12s", "36m48s fast false since 31m12s"}},
		{"too few events", 70, []time.Duration{0, 120 * m}, []string{}},
		{"just enough", 60, []time.Duration{0, 120 * m}, []string{"31m12s fast true since 31m12s", "36m48s fast false since 31m12s"}},
		{"the clock is set back and goes on", 0, []time.Duration{0, 33 * m, 20 * m, 34 * m, 34 * m},
			[]string{"31m12s fast true since 31m12s", "20m0s fast false since 31m12s", "31m12s fast true since 31m12s"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			tr := newTracker(t, paged(row.min))
			trouble(tr)
			got := []string{}
			for _, ask := range row.asks {
				got = append(got, alertTexts(tr.Alerts(zero.Add(ask)))...)
			}
			assert.Equal(t, row.want, got)
		})
	}
}

func TestAlertsStopWhenTheRuleIsWithdrawn(t *testing.T) {
	tr := newTracker(t, paged(0))
	require.NoError(t, tr.Record("s/o", zero, 0, 100))
	at := zero.Add(time.Minute)
	require.Len(t, tr.Alerts(at), 1)
	report, _ := tr.Report("s", at)
	assert.True(t, report.Objectives[0].Burns[0].Firing())
	without := newTracker(t, events("99%", sla.Rolling(sla.Day))).Catalog()
	tr.SetCatalog(without)
	assert.Equal(t, []string{"1m1s fast false since 1m0s"}, alertTexts(tr.Alerts(at.Add(time.Second))))
	tr.SetCatalog(newTracker(t, paged(0)).Catalog())
	require.Len(t, tr.Alerts(at.Add(2*time.Second)), 1, "the counts are still there")
	tr.SetCatalog(nil)
	assert.Equal(t, []string{"1m3s fast false since 1m2s"}, alertTexts(tr.Alerts(at.Add(3*time.Second))))
	assert.Empty(t, tr.Alerts(at.Add(4*time.Second)))
}

// TestAlertsObeyMaintenance: what happens in a planned window fires no rule.
func TestAlertsObeyMaintenance(t *testing.T) {
	tr := newTracker(t, paged(0))
	require.NoError(t, tr.Correct(sla.Correction{ID: "m", SLA: "s", Start: zero, End: zero.Add(time.Hour), Author: "ada", Reason: "upgrade", EnteredAt: zero.Add(-time.Hour)}))
	assert.Empty(t, tr.Alerts(zero))
	require.NoError(t, tr.Record("s/o", zero.Add(time.Minute), 0, 100))
	assert.Empty(t, tr.Alerts(zero.Add(2*time.Minute)))
	require.NoError(t, tr.Record("s/o", zero.Add(time.Hour), 0, 100))
	assert.Len(t, tr.Alerts(zero.Add(time.Hour+time.Minute)), 1)
	c, ok := tr.Maintenance("s", zero.Add(time.Minute))
	assert.True(t, ok)
	assert.Equal(t, "m", c.ID)
	for _, at := range []time.Duration{-1, time.Hour} {
		_, ok = tr.Maintenance("s", zero.Add(at))
		assert.False(t, ok)
	}
	_, ok = tr.Maintenance("t", zero)
	assert.False(t, ok)
}

func TestAlertsAreOrdered(t *testing.T) {
	var list []sla.SLA
	for _, id := range []string{"b", "a", "c"} {
		s := sla.SLA{ID: id, Objectives: []sla.Objective{paged(0), paged(0)}}
		s.Objectives[1].Name = "p"
		list = append(list, s)
	}
	list[0].Tier = sla.Tertiary
	c, err := sla.NewCatalog(list)
	require.NoError(t, err)
	tr := tracker.New(c)
	for _, check := range []string{"b/o", "b/p", "a/o", "a/p", "c/o", "c/p"} {
		require.NoError(t, tr.Record(check, zero, 0, 9))
	}
	var got []string
	for _, a := range tr.Alerts(zero.Add(time.Minute)) {
		got = append(got, a.Check)
	}
	assert.Equal(t, []string{"a/o", "a/p", "c/o", "c/p", "b/o", "b/p"}, got)
	got = nil
	for r := range tr.Reports(zero) {
		got = append(got, r.SLA)
	}
	assert.Equal(t, []string{"a", "c", "b"}, got)
}
