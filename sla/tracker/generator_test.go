package tracker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/alwaysp1/alwaysp1/sla"
)

// TestReportsOfSLOGenerator holds reports against those of google/slo-generator, commit 967f1242 (Apache-2.0),
// tests/unit/test_report.py with its fixtures: a goal of 99 % over an hour, an alert above a burn rate of 1, at least 10 valid
// events. There -1 stands for no data: here that is a count of 0. What it calls invalid has no outcomes, or too few to alert on.
// Its cases sg-04 and sg-08 to sg-11 are results of a back end, with a ratio that was computed elsewhere; there is none here.
func TestReportsOfSLOGenerator(t *testing.T) {
	for _, row := range []struct {
		name      string
		good, bad int64
		sli       float64
		alert     bool
		valid     bool
	}{
		{"sg-01 enough events", 5, 5, 0.5, true, true},
		{"sg-02 no good events", -1, 15, 0, true, true},
		{"sg-03 no bad events", 15, -1, 1, false, true},
		{"sg-04 valid SLI value, as counts", 991, 9, 0.991, false, true},
		{"sg-05 no events", 0, 0, 0, false, false},
		{"sg-06 neither good nor bad events", -1, -1, 0, false, false},
		{"sg-07 not enough events", 5, 4, 5.0 / 9, false, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := events("99%", sla.Rolling(time.Hour))
			o.Burn = []sla.BurnRule{{Name: "above 1", BurnRate: sla.MustBurnRate("1"), Long: time.Hour, Short: time.Minute, MinEvents: 10}}
			tr := newTracker(t, o)
			record(row.good, row.bad)(tr, zero)
			r, _ := tr.Report("s", zero.Add(30*time.Second))
			got := r.Objectives[0]
			sli, valid := got.Budget.Counts.Compliance()
			assert.Equal(t, row.valid, valid)
			assert.InDelta(t, row.sli, sli, 1e-12)
			assert.Equal(t, row.alert, got.Burns[0].Firing())
			assert.Equal(t, row.alert, len(tr.Alerts(zero.Add(30*time.Second))) == 1)
			consumed, _ := got.Budget.Consumed()
			if valid {
				assert.InDelta(t, (1-row.sli)/0.01, consumed, 1e-9, "eb_value / eb_target")
			}
		})
	}
}
