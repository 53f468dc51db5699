package tracker

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// FuzzRestore feeds payloads under a checksum that fits, besides bytes as they are: what is taken is written back as bytes that
// restore to the same, and what is refused changes nothing.
var midnight = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func FuzzRestore(f *testing.F) {
	whole := someTracker(f, 100).Snapshot()
	payload, err := unsealed(whole)
	require.NoError(f, err)
	f.Add(payload)
	f.Add(whole)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, bytes := range [][]byte{data, sealed(data)} {
			tr := someTracker(t, 3)
			before := tr.Snapshot()
			if err := tr.Restore(bytes); err != nil {
				require.ErrorIs(t, err, ErrSnapshot)
				require.Equal(t, before, tr.Snapshot())
				continue
			}
			again, other := tr.Snapshot(), someTracker(t, 0)
			require.NoError(t, other.Restore(again))
			require.Equal(t, again, other.Snapshot())
			at := exact.Instant(exact.Nanos(midnight))
			tr.Reports(at)
			tr.Alerts(at)
			tr.Deltas()
			happened(tr, at)
			for r := range tr.Reports(at.Add(sla.Day)) {
				_ = r.Text()
			}
		}
	})
}

func someTracker(t testing.TB, events int) *Tracker {
	t.Helper()
	due := freshness.Deadline{Due: schedule.MustCron("0 * * * *", time.UTC)}
	c, err := sla.NewCatalog([]sla.SLA{{ID: "s", Objectives: []sla.Objective{
		{Name: "events", Asset: "a", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day)},
		{Name: "slices", Asset: "a", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day), Timeslices: sla.Timeslices{Length: time.Minute, Target: sla.MustTarget("50%")}},
		{Name: "ready", Asset: "a", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day), Freshness: due},
		{Name: "young", Asset: "a", Target: sla.MustTarget("99%"), Window: sla.CalendarDay(nil), Freshness: freshness.MaxAge{Fail: time.Hour}},
	}}})
	require.NoError(t, err)
	tr := New(c)
	tr.Replica = "a"
	for i := range events {
		happened(tr, exact.Instant(exact.Nanos(midnight)).Add(time.Duration(i)*17*time.Minute))
	}
	if events > 0 {
		at := exact.Instant(exact.Nanos(midnight))
		require.NoError(t, tr.Correct(sla.Correction{ID: "c", SLA: "s", Start: at, End: at.Add(time.Hour), Author: "ann", Reason: "probe", EnteredAt: at}))
		require.NoError(t, tr.Apply(Delta{Replica: "b", Seq: 3, Records: []Record{{Check: "s/ready", At: at, Outcome: "late", Late: 5}}}))
	}
	return tr
}

// happened records something of every kind.
func happened(tr *Tracker, at time.Time) {
	for _, check := range []string{"s/events", "s/slices"} {
		_ = tr.Record(check, at, 7, int64(at.Minute()%2))
		_ = tr.Record(check, at.Add(-2*time.Hour), 0, 1)
	}
	landed := freshness.LandedAt(at.Add(-time.Duration(at.Minute()) * 3 * time.Minute))
	for _, k := range []string{"s/ready", "s/young"} {
		r := tr.roster.find(k).objective.Freshness.Check(landed, at)
		r.Check = k
		tr.Observe(r)
	}
}
