package tracker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

func lookedAt(t *testing.T) (*tracker.Tracker, *sla.Catalog, time.Time) {
	c, err := sla.NewCatalog([]sla.SLA{{ID: "s", Objectives: []sla.Objective{
		{Name: "ready", Asset: "a", Target: sla.MustTarget("90%"), Window: sla.Rolling(30 * sla.Day), Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)}},
		{Name: "up", Asset: "b", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day)},
	}}})
	require.NoError(t, err)
	return tracker.New(c), c, time.Date(2026, 3, 20, 8, 0, 0, 0, time.UTC)
}

func TestMomentsAreWhatWasCounted(t *testing.T) {
	tracker, c, now := lookedAt(t)
	_, ready, _ := c.Objective("s/ready")
	for day := 5; day >= 0; day-- {
		at := now.AddDate(0, 0, -day)
		landed := freshness.LandedAt(at.Add(-2 * time.Hour))
		if day == 2 {
			landed = freshness.LandedAt(at.AddDate(0, 0, -3))
		}
		r := ready.Freshness.Check(landed, at)
		r.Check = "s/ready"
		tracker.Observe(r)
	}
	buckets := tracker.Buckets("s/ready", now.AddDate(0, 0, -4), now)
	require.Len(t, buckets, 4)
	for i, m := range buckets {
		assert.Equal(t, now.AddDate(0, 0, i-3).Add(-time.Hour), m.Start)
		assert.Equal(t, m.Start, m.End)
		assert.Equal(t, i == 1, m.Counts.Bad == 1)
	}
	require.NoError(t, tracker.Record("s/up", now.Add(-time.Hour), 9, 1))
	require.NoError(t, tracker.Record("s/up", now.Add(-3*time.Hour), 4, 0))
	buckets = tracker.Buckets("s/up", now.Add(-2*time.Hour), now)
	require.Len(t, buckets, 1)
	assert.Equal(t, sla.Counts{Good: 9, Bad: 1}, buckets[0].Counts)
	assert.Len(t, tracker.Buckets("s/up", now.Add(-sla.Day), now), 2)
	assert.Empty(t, tracker.Buckets("s/nothing", now.Add(-sla.Day), now))
}

func TestTheVersionTellsEveryChange(t *testing.T) {
	tracker, c, now := lookedAt(t)
	seen := map[uint64]string{}
	changed := func(what string) {
		t.Helper()
		v := tracker.Version()
		assert.Empty(t, seen[v], what)
		seen[v] = what
		tracker.Report("s", now)
		tracker.Alerts(now)
		assert.Equal(t, v, tracker.Version(), "reading changes nothing: "+what)
	}
	changed("the beginning")
	for range 3 { // the same again is more
		require.NoError(t, tracker.Record("s/up", now, 1, 0))
		changed("an event")
	}
	require.NoError(t, tracker.Record("s/up", now.AddDate(0, 0, -3), 0, 1))
	changed("a late event")
	require.NoError(t, tracker.Record("s/up", now.AddDate(-1, 0, 0), 0, 1))
	changed("one that is dropped")
	tracker.Observe(freshness.Result{Check: "s/ready", At: now, Status: freshness.Stale, Reason: freshness.ReasonPastLimit, Due: now.Add(-time.Hour), LastDue: now.Add(-time.Hour)})
	changed("a result")
	require.NoError(t, tracker.Correct(sla.Correction{ID: "c", SLA: "s", Start: now.Add(-2 * time.Hour), End: now, Author: "ada", Reason: "why not", EnteredAt: now}))
	changed("a correction")
	kept := tracker.Snapshot()
	require.NoError(t, tracker.Restore(kept))
	changed("a restored snapshot")
	tracker.SetCatalog(c)
	changed("a catalog")
}
