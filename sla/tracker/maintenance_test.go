package tracker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// planned is maintenance of the SLA s in [from, to), announced a day before.
func planned(id string, from, to time.Duration) sla.Correction {
	c := correction(id, from, to, false)
	c.EnteredAt = zero.Add(-sla.Day)
	return c
}

// TestMaintenanceIsAUnion: an SLA does not run until the last maintenance ends of those that overlap or touch, and the
// report has the same end.
func TestMaintenanceIsAUnion(t *testing.T) {
	const h = time.Hour
	ofObjective, unplanned := planned("c", 2*h, 9*h), correction("c", 2*h, 9*h, false)
	ofObjective.Objective = "o"
	later := planned("c", 2*h, 9*h)
	later.EnteredAt = zero.Add(h)
	gone := sla.Correction{ID: "d", SLA: "s", Revokes: "b", Author: "ada", Reason: "no need", EnteredAt: zero}
	for _, row := range []struct {
		name string
		list []sla.Correction
		at   time.Duration
		id   string // empty: none
		end  time.Duration
	}{
		{"one", []sla.Correction{planned("a", 0, 2*h)}, h, "a", 2 * h},
		{"before it begins", []sla.Correction{planned("a", 0, 2*h)}, -1, "", 0},
		{"at its end", []sla.Correction{planned("a", 0, 2*h)}, 2 * h, "", 0},
		{"the longer is entered first", []sla.Correction{planned("a", 0, 3*h), planned("b", 0, 2*h)}, h, "a", 3 * h},
		{"the longer is entered last", []sla.Correction{planned("a", 0, 2*h), planned("b", 0, 3*h)}, h, "a", 3 * h},
		{"one that begins later overlaps", []sla.Correction{planned("a", 0, 2*h), planned("b", 1*h+1, 3*h)}, h, "a", 3 * h},
		{"one touches", []sla.Correction{planned("a", 0, 2*h), planned("b", 2*h, 3*h)}, h, "a", 3 * h},
		{"one is apart", []sla.Correction{planned("a", 0, 2*h), planned("b", 2*h+1, 3*h)}, h, "a", 2 * h},
		{
			"a chain, in no order",
			[]sla.Correction{planned("c", 3*h, 5*h), planned("b", 2*h, 4*h), planned("a", 0, 2*h)}, h, "a", 5 * h,
		},
		{"what is over before", []sla.Correction{planned("b", -3*h, h), planned("a", 0, 2*h)}, h, "a", 2 * h},
		{"of one objective", []sla.Correction{planned("a", 0, 2*h), ofObjective}, h, "a", 2 * h},
		{"not planned", []sla.Correction{planned("a", 0, 2*h), unplanned}, h, "a", 2 * h},
		{"entered later, but planned", []sla.Correction{planned("a", 0, 2*h), later}, h, "a", 9 * h},
		{"taken back", []sla.Correction{planned("a", 0, 2*h), planned("b", h, 9*h), gone}, h, "a", 2 * h},
	} {
		t.Run(row.name, func(t *testing.T) {
			tr := newTracker(t, events("99%", sla.Rolling(sla.Day)))
			for _, c := range row.list {
				require.NoError(t, tr.Correct(c))
			}
			at := zero.Add(row.at)
			got, ok := tr.Maintenance("s", at)
			report, _ := tr.Report("s", at)
			if row.id == "" {
				assert.False(t, ok)
				assert.Nil(t, report.Maintenance)
				return
			}
			assert.True(t, ok)
			assert.Equal(t, row.id, got.ID)
			assert.Equal(t, zero.Add(row.end), got.End)
			assert.Equal(t, &got, report.Maintenance)
			assert.True(t, got.Planned() && !at.Before(got.Start), "a classifier believes it")
		})
	}
}

// TestMaintenanceIsReportedAsItWasKnown: a report by what was known earlier has the end that was known then.
func TestMaintenanceIsReportedAsItWasKnown(t *testing.T) {
	tr := newTracker(t, events("99%", sla.Rolling(sla.Day)))
	later := planned("b", time.Hour, 9*time.Hour)
	later.EnteredAt = zero.Add(time.Minute)
	require.NoError(t, tr.Correct(planned("a", 0, 2*time.Hour)))
	require.NoError(t, tr.Correct(later))
	end := func(r tracker.Report, _ bool) time.Time { return r.Maintenance.End }
	assert.Equal(t, zero.Add(2*time.Hour), end(tr.ReportAsOf("s", zero.Add(time.Second), zero.Add(time.Second))))
	assert.Equal(t, zero.Add(9*time.Hour), end(tr.ReportAsOf("s", zero.Add(time.Second), zero.Add(time.Minute))))
}
