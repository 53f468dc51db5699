package tracker_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

var reportAt = time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)

// fullReport has something in every field.
func fullReport() tracker.Report {
	rule := sla.BurnRule{Name: "page-fast", Page: true, BurnRate: sla.MustBurnRate("14.4"), Long: time.Hour, Short: 5 * time.Minute, MinEvents: 10}
	target := sla.MustTarget("99.9%")
	full := tracker.ObjectiveReport{
		Name: "available", Check: "shop/available", Asset: "svc.shop", Window: sla.Rolling(30 * sla.Day), Weight: 3,
		Start: reportAt.Add(-30 * sla.Day), End: reportAt, Resolution: 5 * time.Second,
		Budget: sla.Budget{Target: target, Counts: sla.Counts{Good: 9_996, Bad: 4}}, Raw: sla.Budget{Target: target, Counts: sla.Counts{Good: 9_990, Bad: 10}},
		State: sla.StateMet, Burns: []sla.Burn{{Rule: rule, Target: target, Long: sla.Counts{Good: 980, Bad: 20}, Short: sla.Counts{Good: 90, Bad: 10}}},
		Coverage: 0.999999, NoData: 2, Excused: 1, ExhaustsAt: reportAt.Add(90 * time.Minute), WorstExhaustsAt: reportAt.Add(time.Hour + time.Nanosecond),
		Worst:        []tracker.Bucket{{Start: reportAt.Add(-time.Hour), End: reportAt.Add(-59 * time.Minute), Counts: sla.Counts{Good: 1, Bad: 3}}},
		LateArrivals: 5, Dropped: 6,
		LastResult: &freshness.Result{Asset: "svc.shop", Check: "shop/available", Status: freshness.Stale, At: reportAt, Err: errors.New("no")},
	}
	never := tracker.ObjectiveReport{Name: "never", Check: "shop/never", Asset: "svc.shop", Window: sla.CalendarDay(time.UTC), Start: reportAt, End: reportAt,
		Burns: []sla.Burn{{Rule: rule}}}
	return tracker.Report{
		SLA: "shop", Name: "The shop", Tier: sla.Secondary, At: reportAt, AsOf: reportAt.Add(-time.Hour), State: sla.StateNoData, Target: target,
		DecidedBy: "never", Objectives: []tracker.ObjectiveReport{full, never},
		Corrections: []sla.Correction{{ID: "c-1", SLA: "shop", Objective: "available", Start: reportAt.Add(-2 * time.Hour), End: reportAt.Add(-time.Hour),
			CountAsGood: true, Author: "ada", Reason: "a probe\nwas wrong", EnteredAt: reportAt}},
		Maintenance: &sla.Correction{ID: "c-2", SLA: "shop", Start: reportAt, End: reportAt.Add(time.Hour), Author: "bob", Reason: "an upgrade", EnteredAt: reportAt.Add(-time.Hour)},
	}
}

func TestReportJSON(t *testing.T) {
	for name, want := range map[string]tracker.Report{"full": fullReport(), "zero": {}} {
		t.Run(name, func(t *testing.T) {
			data, err := json.Marshal(want)
			require.NoError(t, err)
			var got tracker.Report
			require.NoError(t, json.Unmarshal(data, &got))
			again, err := json.Marshal(got)
			require.NoError(t, err)
			assert.JSONEq(t, string(data), string(again))
			assert.Equal(t, want, got)
			assert.NotContains(t, string(data), "null")
		})
	}
	data, err := json.Marshal(fullReport())
	require.NoError(t, err)
	var tree struct {
		Compliance float64
		Objectives []map[string]any
	}
	require.NoError(t, json.Unmarshal(data, &tree))
	assert.InDelta(t, 0.9996, tree.Compliance, 1e-12)
	assert.InDelta(t, 0.6, tree.Objectives[0]["remaining"], 1e-12)
	for _, undefined := range []string{"target", "compliance", "consumed", "remaining", "exhausts_at", "worst_exhausts_at", "worst", "last_result", "resolution"} {
		assert.NotContains(t, tree.Objectives[1], undefined)
	}
	assert.NotContains(t, tree.Objectives[1]["burns"].([]any)[0].(map[string]any)["long"], "burn")
	var r tracker.Report
	assert.ErrorContains(t, json.Unmarshal([]byte(`{"state":"fine"}`), &r), "tracker: report: ")
	var m tracker.Bucket
	assert.ErrorContains(t, json.Unmarshal([]byte(`{"start":1}`), &m), "tracker: bucket: ")
	data, err = json.Marshal(tracker.Bucket{Start: reportAt, End: reportAt, Counts: sla.Counts{Bad: 1}})
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &m))
	assert.JSONEq(t, `{"start":"2026-04-01T08:00:00Z","end":"2026-04-01T08:00:00Z","good":0,"bad":1}`, string(data))
	assert.Equal(t, "2026-04-01 08:00:00 UTC: 0 good, 1 bad of 1", m.String())
}

// TestReportText reads what people read. A share is floored: 99.9999 % covered is not covered.
func TestReportText(t *testing.T) {
	assert.Equal(t, `The shop (shop), secondary: no-data, by never
at 2026-04-01 08:00:00 UTC, by what was known at 2026-04-01 07:00:00 UTC
together 99.96% good, target 99.9%
available of svc.shop: met
  window      rolling 30d: 2026-03-02 08:00:00 UTC to 2026-04-01 08:00:00 UTC, to 5s
  outcomes    9996 good, 4 bad of 10000: 99.96%, target 99.9%
  budget      10 may be bad, 4 are: 40% consumed, 60% left
  burn        page-fast fires: burns 20 times the budget over 1h and 100 times the budget over 5m, above 14.4
  forecast    exhausted by 2026-04-01 09:30:00 UTC (in 1h 30m) at the present burn rate, exhausted by 2026-04-01 09:00:00 UTC (in 1h) at that of the worst burn rule
  coverage    99.99%, 2 without an outcome, 1 excused
  worst       2026-04-01 07:00:00 UTC, 1m long: 1 good, 3 bad of 4
  as recorded 9990 good, 10 bad of 10000
  late        5 arrived late, 6 were too old or too far ahead to count
  last        svc.shop [shop/available]: stale (none): no
never of svc.shop: no-data
  window      day UTC: 2026-04-01 08:00:00 UTC to 2026-04-01 08:00:00 UTC
  outcomes    no data, zero tolerance
  budget      0 may be bad, 0 are
  burn        page-fast is quiet: 0 outcomes over 1h, fewer than 10
  forecast    none
  coverage    0%
in maintenance: 2026-04-01 08:00:00 UTC to 2026-04-01 09:00:00 UTC removed by bob: an upgrade
correction: available: 2026-04-01 06:00:00 UTC to 2026-04-01 07:00:00 UTC counted as good by ada: a probe\nwas wrong
`, fullReport().Text())
	assert.Equal(t, "shop: no-data: never: no data, zero tolerance; 1 correction; in maintenance until 2026-04-01 09:00:00 UTC", fullReport().String())
	assert.Equal(t, ": no-data", tracker.Report{}.String())
}

// TestReportStringDecisive finds the objective to show when none decides the state: the objective with least of its budget left.
func TestReportStringDecisive(t *testing.T) {
	r := tracker.Report{SLA: "a\nb", State: sla.StateMet}
	for name, bad := range map[string]int64{"x": 1, "y": 7, "z": 3} {
		r.Objectives = append(r.Objectives, tracker.ObjectiveReport{Name: name, Budget: sla.Budget{Target: sla.MustTarget("90%"), Counts: sla.Counts{Good: 100 - bad, Bad: bad}}})
	}
	assert.Equal(t, "a\\nb: met: y: 93% of 100 good, target 90%, 3 more may be bad, 30% of the budget left", r.String())
	o, ok := r.Objective("x")
	assert.True(t, ok)
	assert.Equal(t, int64(1), o.Budget.Counts.Bad)
	_, ok = r.Objective("w")
	assert.False(t, ok)
	assert.Contains(t, r.Text(), `a\nb (a\nb), primary: met`, "without a name it is called by its ID")
}

// TestReportStringPrefersData: an objective without data is not the one with least of its budget left.
func TestReportStringPrefersData(t *testing.T) {
	target := sla.MustTarget("90%")
	objectives := []tracker.ObjectiveReport{
		{Name: "unmeasured", Budget: sla.Budget{Target: target}},
		{Name: "measured", Budget: sla.Budget{Target: target, Counts: sla.Counts{Good: 100}}},
	}
	for range 2 {
		assert.Contains(t, tracker.Report{State: sla.StateMet, Objectives: objectives}.String(), "met: measured: 100%")
		slices.Reverse(objectives)
	}
}

func TestSharesAreFloored(t *testing.T) {
	for _, row := range []struct {
		target    string
		good, bad int64
		want      string
	}{
		{"99%", 999_999, 1, "x: 99.99% of 1000000 good"},
		{"99.95%", 99_999_999, 1, "x: 99.999% of 100000000 good"},
		{"99.9999999%", 999_999_999, 2, "x: 99.9999998% of 1000000001 good"},
		{"99%", 7, 0, "x: 100% of 7 good"},
		{"99%", 0, 7, "x: 0% of 7 good"},
		{"99%", 1, 99_999, "x: 0% of 100000 good"},
		{"99%", 1 << 62, 1, "x: 99.99% of 4611686018427387905 good"},
	} {
		o := tracker.ObjectiveReport{Name: "x", Budget: sla.Budget{Target: sla.MustTarget(row.target), Counts: sla.Counts{Good: row.good, Bad: row.bad}}}
		got, _, _ := strings.Cut(o.String(), ",")
		assert.Equal(t, row.want, got)
	}
}

func TestReportCompliance(t *testing.T) {
	r := fullReport()
	r.Objectives[1].Budget.Counts = sla.Counts{Good: 1, Bad: 1}
	got, ok := r.Compliance() // (3 × 0.9996 + 1 × 0.5) / 4
	assert.True(t, ok)
	assert.InDelta(t, 0.8747, got, 1e-15)
	_, ok = tracker.Report{}.Compliance()
	assert.False(t, ok)
}

func TestReportLogValue(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && a.Value.Kind() == slog.KindTime && !a.Value.Time().Equal(reportAt) {
			return slog.Attr{}
		}
		return a
	}}))
	log.Info("x", "report", fullReport())
	text := b.String()
	for _, want := range []string{"report.sla=shop", "report.decided_by=never", "report.available.good=9996", "report.available.remaining=0.6", "report.available.page-fast=\"page-fast fires", "report.never.state=no-data"} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "report.never.compliance")
}

func TestAlertForms(t *testing.T) {
	a := sla.Alert{SLA: "shop", Check: "shop/available", Asset: "svc.shop", Tier: sla.Tertiary, Burn: fullReport().Objectives[0].Burns[0],
		Firing: true, Since: reportAt, At: reportAt}
	data, err := json.Marshal(a)
	require.NoError(t, err)
	var got sla.Alert
	require.NoError(t, json.Unmarshal(data, &got))
	assert.Equal(t, a, got)
	assert.Contains(t, string(data), `"text":"shop/available (svc.shop): page: page-fast fires: `)
	assert.ErrorContains(t, json.Unmarshal([]byte(`{"tier":"x"}`), &got), "sla: alert: ")
	a.Firing, a.At = false, reportAt.Add(45*time.Minute-1)
	assert.Contains(t, a.String(), "shop/available (svc.shop): recovered after 45m: page-fast ")
	a.Firing, a.Burn.Rule.Page = true, false
	assert.Contains(t, a.String(), ": ticket: page-fast ")
	assert.Equal(t, slog.KindGroup, a.LogValue().Kind())
}
