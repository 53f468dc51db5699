package tracker_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// ends are instants at the ends of what a time.Time, its nanoseconds and its text can tell, and ordinary ones between them.
var ends = []time.Time{
	{}, time.Date(-9999, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(math.MinInt64, 0), time.Unix(math.MaxInt64, 0), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	time.Unix(0, math.MinInt64), time.Unix(0, math.MaxInt64), time.Unix(0, math.MaxInt64-int64(time.Second)), time.Unix(0, 0), time.Unix(-2, 0),
	time.Date(2028, 2, 29, 5, 0, 0, 0, time.UTC), zero,
}

// TestAlertsAfterAllOfTime ends though more time has passed since the last call than a duration can tell.
func TestAlertsAfterAllOfTime(t *testing.T) {
	for _, first := range ends {
		for _, then := range ends {
			tr := newTracker(t, paged(0))
			require.NoError(t, tr.Record("s/o", then.Add(-time.Second), 0, 1))
			tr.Alerts(first)
			began := time.Now()
			alerts := tr.Alerts(then)
			require.Less(t, time.Since(began), 20*time.Second, "%v to %v", first, then)
			if first.After(zero) || first.Equal(zero) || !then.Equal(zero) {
				continue
			}
			require.Len(t, alerts, 1, "from %v", first)
			assert.True(t, alerts[0].Firing)
		}
	}
}

// TestReportsOfAnyInstant are never of more than all of the window, or of less than nothing.
func TestReportsOfAnyInstant(t *testing.T) {
	for _, w := range []sla.Window{sla.Rolling(time.Hour), sla.Rolling(1), sla.Rolling(math.MaxInt64), sla.CalendarMonth(31, zone(t, "America/New_York"))} {
		for _, recorded := range append(ends, zero) {
			tr := newTracker(t, events("99%", w))
			if !recorded.Equal(zero) {
				require.NoError(t, tr.Record("s/o", recorded, 1, 1))
			}
			for _, at := range ends {
				report, _ := tr.Report("s", at)
				o := report.Objectives[0]
				assert.True(t, o.Coverage >= 0 && o.Coverage <= 1, "%v at %v: %v", w, at, o.Coverage)
				assert.True(t, o.Budget.Counts.Good >= 0 && o.Budget.Counts.Bad >= 0 && o.Resolution >= 0, "%v at %v: %v", w, at, o)
				assert.NotPanics(t, func() { _ = report.Text() })
			}
		}
	}
}

// TestManyEventsSurviveARestart has more events come than an int64 holds, some of them few at a time.
func TestManyEventsSurviveARestart(t *testing.T) {
	for _, w := range []sla.Window{sla.Rolling(sla.Day), sla.CalendarMonth(1, nil)} {
		for seed := range uint64(20) {
			r := rand.New(rand.NewPCG(seed, 9))
			tr := newTracker(t, events("99%", w))
			tr.Replica = "a"
			sum := sla.Counts{}
			for i := range 20 {
				c := sla.Counts{Good: r.Int64() >> (r.IntN(8) * 8), Bad: r.Int64() >> (r.IntN(8) * 8)}
				if i == 0 {
					c = sla.Counts{Good: math.MaxInt64, Bad: math.MaxInt64 - 1}
				}
				sum = sum.Add(c)
				require.NoError(t, tr.Record("s/o", zero.Add(time.Duration(r.IntN(600))*time.Second), c.Good, c.Bad))
			}
			at := zero.Add(time.Hour)
			restored := tracker.New(tr.Catalog())
			require.NoError(t, restored.Restore(tr.Snapshot()))
			before, _ := tr.Report("s", at)
			after, _ := restored.Report("s", at)
			assert.Equal(t, before.Text(), after.Text())
			assert.Equal(t, sum, before.Objectives[0].Budget.Counts, "it stays at the largest int64")
			other := tracker.New(tr.Catalog())
			require.NoError(t, other.Apply(tr.Deltas()...))
		}
	}
}

// TestDeltasOfAnyInstant can be applied: an instant that is wrong must not keep others from being counted.
func TestDeltasOfAnyInstant(t *testing.T) {
	sliced := events("99%", sla.Rolling(sla.Day))
	due := events("99%", sla.Rolling(sla.Day))
	sliced.Name, sliced.Timeslices.Length = "slices", time.Second
	due.Name, due.Freshness = "due", freshness.Deadline{Due: schedule.Every(time.Hour)}
	for _, at := range ends {
		tr := newTracker(t, events("99%", sla.Rolling(sla.Day)), sliced, due)
		tr.Replica = "a"
		require.NoError(t, tr.Record("s/o", at, 1, 0))
		require.NoError(t, tr.Record("s/slices", at, 1, 0))
		result := due.Freshness.Check(freshness.LandedAt(at), at)
		result.Check = "s/due"
		tr.Observe(result)
		deltas := tr.Deltas()
		require.Len(t, deltas, 1)
		require.NoError(t, deltas[0].Validate(), "%v", at)
		other := tracker.New(tr.Catalog())
		require.NoError(t, other.Apply(deltas...))
		here, _ := tr.Report("s", at)
		there, _ := other.Report("s", at)
		assert.Equal(t, here.Objectives[0].Budget, there.Objectives[0].Budget, "%v", at)
		assert.Equal(t, here.Objectives[1].Budget, there.Objectives[1].Budget, "%v", at)
	}
}

// TestLongWindowsOfTime has one so long that twice as much does not fit into a duration.
func TestLongWindowsOfTime(t *testing.T) {
	for _, w := range []time.Duration{30 * sla.Day, 200 * 365 * sla.Day, math.MaxInt64} {
		o := events("99%", sla.Rolling(w))
		o.Freshness = freshness.MaxAge{Fail: time.Hour}
		tr := newTracker(t, o)
		for _, at := range []time.Time{zero, zero.Add(30 * time.Minute)} {
			result := o.Freshness.Check(freshness.LandedAt(zero), at)
			result.Check = "s/o"
			tr.Observe(result)
		}
		report, _ := tr.Report("s", zero.Add(30*time.Minute))
		assert.Equal(t, sla.Counts{Good: 30}, report.Objectives[0].Budget.Counts, "%v", w)
	}
}

// TestWindowsAtAnEdgeAreExact looks at instants at which cells begin: what ends where a window begins is not in it,
// and what is recorded at its end is not either.
func TestWindowsAtAnEdgeAreExact(t *testing.T) {
	tr := newTracker(t, events("99%", sla.Rolling(time.Hour)))
	for at := -2 * time.Hour; at <= 0; at += 5 * time.Second {
		require.NoError(t, tr.Record("s/o", zero.Add(at), 1, 0))
	}
	report, _ := tr.Report("s", zero)
	o := report.Objectives[0]
	assert.Equal(t, sla.Counts{Good: 720}, o.Budget.Counts)
	assert.Equal(t, []time.Time{zero.Add(-time.Hour), zero}, []time.Time{o.Start.UTC(), o.End.UTC()})
	assert.Zero(t, o.Resolution)
}

// TestHostileStream does everything at any instant, and restores what it knows now and then.
func TestHostileStream(t *testing.T) {
	sliced, due, old := paged(0), events("99%", sla.Rolling(sla.Day)), events("99%", sla.CalendarWeek(time.Sunday, zone(t, "America/New_York")))
	sliced.Name, sliced.Timeslices, sliced.NoData = "sliced", sla.Timeslices{Length: time.Minute, Target: sla.MustTarget("90%")}, sla.NoDataBad
	due.Name, due.Freshness, due.NoData = "due", freshness.Deadline{Due: schedule.Daily(7, 0, nil)}, sla.NoDataBad
	old.Name, old.Freshness = "old", freshness.MaxAge{Fail: time.Hour}
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 10))
		tr := newTracker(t, paged(0), sliced, due, old)
		tr.Replica = "a"
		for i := range 40 {
			at := append(ends, zero.Add(time.Duration(r.Int64N(int64(100*time.Hour)))))[r.IntN(len(ends)+1)]
			switch r.IntN(5) {
			case 0:
				require.NoError(t, tr.Record([]string{"s/o", "s/sliced"}[r.IntN(2)], at, r.Int64()>>r.IntN(63), r.Int64()>>r.IntN(63)))
			case 1:
				for name, p := range map[string]freshness.Policy{"s/due": due.Freshness, "s/old": old.Freshness} {
					result := p.Check(freshness.LandedAt(ends[r.IntN(len(ends))]), at)
					result.Check = name
					tr.Observe(result)
				}
			case 2:
				if at.Year() == zero.Year() { // it looks at all the time since
					tr.Alerts(at)
				}
			case 3: // some of these are refused
				_ = tr.Correct(sla.Correction{ID: fmt.Sprint(i), SLA: "s", Start: at.Add(-time.Hour), End: ends[r.IntN(len(ends))], CountAsGood: r.IntN(2) == 0, Author: "a", Reason: "b", EnteredAt: at})
			case 4:
				restored := tracker.New(tr.Catalog())
				restored.Replica = "a"
				snapshot := tr.Snapshot()
				require.NoError(t, restored.Restore(snapshot), "seed %d, step %d", seed, i)
				require.Equal(t, snapshot, restored.Snapshot(), "seed %d, step %d", seed, i)
			}
			report, _ := tr.Report("s", at)
			for _, o := range report.Objectives {
				require.True(t, o.Budget.Counts.Good >= 0 && o.Budget.Counts.Bad >= 0 && o.Coverage >= 0 && o.Coverage <= 1, "seed %d, step %d: %v at %v", seed, i, o, at)
			}
			if year := at.Year(); year >= 0 && year <= 9999 {
				_, err := report.MarshalJSON()
				require.NoError(t, err, "seed %d, step %d", seed, i)
			}
		}
	}
}
