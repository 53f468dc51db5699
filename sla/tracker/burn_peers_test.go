package tracker_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// TestBurnWindowsOfSloth has the rows of internal/alert/alert_test.go of slok/sloth (commit 0e395d81, Apache-2.0): a share of the
// budget in per mille, spent within the long window, is a factor of share × period / long window. Their floats are exact here:
// 5.6000000000000005 is 5.6, and an error budget of 0.09999999999999432 % is 0.1 %.
// Sloth refuses a period that its catalog of windows does not list (sl-win-1, 4 and 5). Here any period has default rules,
// and a list of one's own that is empty means that nothing alerts.
func TestBurnWindowsOfSloth(t *testing.T) {
	const h, m = time.Hour, time.Minute
	target := sla.MustTarget("99.9%")
	assert.EqualValues(t, 1_000_000, 1_000_000_000-target.Billionths(), "0.1 %")
	for _, row := range []struct {
		name     string
		period   time.Duration
		own      []sla.BurnRule // nil: the default ones
		perMille [4]int64
		want     []string
	}{
		{"sl-win-1 unsupported period", 42 * sla.Day, nil, [4]int64{20, 50, 100, 100}, []string{"20.16", "8.4", "4.2", "1.4"}},
		{"sl-win-2 30d default", 30 * sla.Day, nil, [4]int64{20, 50, 100, 100}, []string{"14.4", "6", "3", "1"}},
		{"sl-win-3 28d default", 28 * sla.Day, nil, [4]int64{20, 50, 100, 100}, []string{"13.44", "5.6", "2.8", "14/15"}},
		{"sl-win-4 30d missing from empty custom catalog", 30 * sla.Day, []sla.BurnRule{}, [4]int64{}, []string{}},
		{"sl-win-5 28d missing from empty custom catalog", 28 * sla.Day, []sla.BurnRule{}, [4]int64{}, []string{}},
		{"sl-win-6 7d custom", 7 * sla.Day, []sla.BurnRule{
			{Name: "page_quick", Page: true, BurnRate: sla.MustBurnRate("13.44"), Long: h, Short: 5 * m},
			{Name: "page_slow", Page: true, BurnRate: sla.MustBurnRate("3.5"), Long: 6 * h, Short: 30 * m},
			{Name: "ticket_quick", BurnRate: sla.MustBurnRate("1.4"), Long: 24 * h, Short: 2 * h},
			{Name: "ticket_slow", BurnRate: sla.MustBurnRate("0.98"), Long: 72 * h, Short: 6 * h},
		}, [4]int64{80, 125, 200, 420}, []string{"13.44", "3.5", "1.4", "0.98"}},
	} {
		o := events("99.9%", sla.Rolling(row.period))
		o.Burn = row.own
		require.NoError(t, sla.SLA{ID: "s", Objectives: []sla.Objective{o}}.Validate(), row.name)
		got := []string{}
		for i, r := range o.BurnRules() {
			got = append(got, r.BurnRate.String())
			longs, shorts := [4]time.Duration{h, 6 * h, 24 * h, 72 * h}, [4]time.Duration{5 * m, 30 * m, 2 * h, 6 * h}
			assert.Equal(t, [2]time.Duration{longs[i], shorts[i]}, [2]time.Duration{r.Long, r.Short}, row.name)
			assert.Equal(t, i < 2, r.Page, row.name)
			// Exactly the share of the period's budget, at a steady million events an hour, does not fire; one event more does.
			long := sla.Counts{Bad: row.perMille[i] * int64(row.period/h) * 1_000_000 / 1000 / 1000}
			long.Good = int64(r.Long/h)*1_000_000 - long.Bad
			over := sla.Counts{Good: long.Good - 1, Bad: long.Bad + 1}
			assert.False(t, sla.Burn{Rule: r, Target: target, Long: long, Short: over}.Firing(), "%s: %s", row.name, r.Name)
			assert.True(t, sla.Burn{Rule: r, Target: target, Long: over, Short: over}.Firing(), "%s: %s", row.name, r.Name)
		}
		assert.Equal(t, row.want, got, row.name)
	}
}

// TestBurnWindowsOfPyrra has the rows of slo/rules_test.go of pyrra-dev/pyrra (commit 1ba95afb, Apache-2.0), whose factors are
// always 14, 7, 2 and 1, strictly to be exceeded, and whose windows follow the period. A budget that burns at a factor is gone after
// period / factor: with slices of a minute, which are counted exactly, it is exhausted then to the slice.
// What Pyrra's "for" waits for, a rule's short window asks here.
func TestBurnWindowsOfPyrra(t *testing.T) {
	const h, m = time.Hour, time.Minute
	type rule struct {
		page              bool
		short, long, gone time.Duration
		factor            string
	}
	for name, row := range map[string]struct {
		period time.Duration
		rules  []rule
	}{
		"py-win-1": {28 * sla.Day, []rule{{true, 5 * m, h, 2 * sla.Day, "14"}, {true, 30 * m, 6 * h, 4 * sla.Day, "7"},
			{false, 2 * h, sla.Day, 14 * sla.Day, "2"}, {false, 6 * h, 4 * sla.Day, 28 * sla.Day, "1"}}},
		"py-win-2": {14 * sla.Day, []rule{{true, 3 * m, 30 * m, sla.Day, "14"}, {true, 15 * m, 3 * h, 2 * sla.Day, "7"},
			{false, h, 12 * h, 7 * sla.Day, "2"}, {false, 3 * h, 2 * sla.Day, 14 * sla.Day, "1"}}},
		"py-win-3": {7 * sla.Day, []rule{{true, m, 15 * m, 12 * h, "14"}, {true, 8 * m, 90 * m, sla.Day, "7"},
			{false, 30 * m, 6 * h, 84 * h, "2"}, {false, 90 * m, sla.Day, 7 * sla.Day, "1"}}},
	} {
		o := events("98.75%", sla.Rolling(row.period)) // one slice in 80 may be bad
		o.Timeslices.Length = m
		for _, r := range row.rules {
			o.Burn = append(o.Burn, sla.BurnRule{Name: r.factor, Page: r.page, BurnRate: sla.MustBurnRate(r.factor), Long: r.long, Short: r.short})
		}
		for i, r := range row.rules {
			many := map[string]int{"14": 14, "7": 7, "2": 2, "1": 1}[r.factor] // slices in 80
			c := sla.Counts{Good: int64(80 - many), Bad: int64(many)}
			assert.False(t, sla.Burn{Rule: o.Burn[i], Target: o.Target, Long: c, Short: c}.Firing(), "%s: exactly %s", name, r.factor)
			c.Bad++
			assert.True(t, sla.Burn{Rule: o.Burn[i], Target: o.Target, Long: c, Short: c}.Firing(), "%s: above %s", name, r.factor)

			tr := newTracker(t, o)
			for at := -row.period; at < r.gone; at += m {
				bad := int64(0)
				if at >= 0 && int(at/m)*many%80 >= 80-many { // spread evenly, the last of each 80 among them
					bad = 1
				}
				require.NoError(t, tr.Record("s/o", zero.Add(at), 1-bad, bad))
			}
			for _, before := range []struct {
				by   time.Duration
				want sla.State
			}{{0, sla.StateExhausted}, {m, sla.StateMet}} {
				report, _ := tr.Report("s", zero.Add(r.gone-before.by))
				assert.Equal(t, before.want, report.Objectives[0].Budget.State(), "%s: %s, %v before %v: %v", name, r.factor, before.by, r.gone, report.Objectives[0].Budget)
			}
		}
	}
}

// TestAnswersOfSLOGeneratorThatAreNone has sg-08 to sg-11 of tests/unit/test_report.py of google/slo-generator (commit 967f1242,
// Apache-2.0): queries that its back ends fail. Nothing is recorded of them, and the report shows that nothing was measured.
// Something else than numbers (sg-11) does not reach a tracker: Go's types refuse it in Record, and decoding in what others tell.
func TestAnswersOfSLOGeneratorThatAreNone(t *testing.T) {
	for _, name := range []string{"sg-08 no_sli_value", "sg-09 no_backend_response_sli", "sg-10 no_backend_response_ratio"} {
		report, _ := newTracker(t, events("99%", sla.Rolling(time.Hour))).Report("s", zero)
		assert.Equal(t, sla.StateNoData, report.State, name)
		_, ok := report.Objectives[0].Budget.Consumed()
		assert.False(t, ok, name)
	}
	var sent tracker.Delta
	err := json.Unmarshal([]byte(`{"replica": "a", "seq": 1, "records": [{"check": "s/o", "at": "2026-04-01T12:00:00Z", "span_ns": 5000000000,
		"good": {"data": {"value": 30}}, "bad": {"data": {"value": 400}}}]}`), &sent)
	assert.ErrorContains(t, err, "good", "sg-11 invalid_backend_response_type")
}
