package tracker_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// replicated is a tracker of one objective of each kind.
func replicated(t testing.TB, name string) *tracker.Tracker {
	t.Helper()
	window := sla.Rolling(30 * sla.Day)
	tr := newTracker(t,
		sla.Objective{Name: "events", Asset: "a", Target: sla.MustTarget("99%"), Window: window},
		sla.Objective{Name: "slices", Asset: "a", Target: sla.MustTarget("99%"), Window: window, Timeslices: sla.Timeslices{Length: 5 * time.Minute}},
		sla.Objective{Name: "ready", Asset: "a", Target: sla.MustTarget("90%"), Window: window, Freshness: hourly},
	)
	tr.Replica = name
	return tr
}

var hourly = freshness.Deadline{Due: schedule.MustCron("0 * * * *", time.UTC)}

// happens records a day on one replica.
func happens(t testing.TB, tr *tracker.Tracker, r *rand.Rand, each func(at time.Time)) {
	t.Helper()
	for at := zero; at.Before(zero.Add(sla.Day)); at = at.Add(time.Duration(r.Int64N(int64(10 * time.Minute)))) {
		for _, check := range []string{"s/events", "s/slices"} {
			require.NoError(t, tr.Record(check, at.Add(-time.Duration(r.Int64N(int64(time.Hour)))), r.Int64N(100), max(0, r.Int64N(9)-7)))
		}
		result := hourly.Check(freshness.LandedAt(at.Add(-time.Duration(r.Int64N(int64(2*time.Hour))))), at)
		result.Check = "s/ready"
		tr.Observe(result)
		each(at)
	}
}

// reported returns what reports show of the counts. How finely they are distinguished may differ: cells are merged when room is needed.
func reported(t testing.TB, tr *tracker.Tracker, at time.Time) (lines []string) {
	t.Helper()
	report, ok := tr.Report("s", at)
	require.True(t, ok)
	for _, o := range report.Objectives {
		lines = append(lines, fmt.Sprint(o.Name, o.Start, o.End, o.Budget))
	}
	return lines
}

func TestReplicasComeToTheSameInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var deltas []tracker.Delta
	for n := range 3 {
		tr := replicated(t, fmt.Sprint("replica-", n))
		happens(t, tr, r, func(time.Time) {
			if r.IntN(5) == 0 {
				deltas = append(deltas, tr.Deltas()...)
			}
		})
		deltas = append(deltas, tr.Deltas()...)
		assert.Nil(t, tr.Deltas(), "there is nothing new")
	}
	var want []string
	for n := range 6 {
		tr := replicated(t, fmt.Sprint("reader-", n))
		order := slices.Concat(deltas, deltas[:len(deltas)/2])
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for part := range slices.Chunk(order, 1+n*7) {
			require.NoError(t, tr.Apply(tracker.MergeDeltas(part)...))
		}
		assert.Nil(t, tr.Deltas(), "what came from others is not sent again")
		if n == 0 {
			want = reported(t, tr, zero.Add(sla.Day))
		}
		assert.Equal(t, want, reported(t, tr, zero.Add(sla.Day)))
	}
}

func TestAReplicaGoesOnFromItsDeltas(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	tr, kept := replicated(t, "a"), []tracker.Delta(nil)
	happens(t, tr, r, func(time.Time) { kept = append(kept, tr.Deltas()...) })
	kept = append(kept, tr.Deltas()...)
	want := reported(t, tr, zero.Add(sla.Day))
	require.NoError(t, tr.Apply(kept...))
	assert.Equal(t, want, reported(t, tr, zero.Add(sla.Day)), "its own are counted already")

	again := replicated(t, "a")
	require.NoError(t, again.Apply(kept...))
	assert.Equal(t, want, reported(t, again, zero.Add(sla.Day)))
	require.NoError(t, again.Record("s/events", zero, 1, 0))
	next := again.Deltas()
	require.Len(t, next, 1)
	assert.Equal(t, kept[len(kept)-1].Seq+1, next[0].Seq)
	assert.Equal(t, []tracker.Record{{Check: "s/events", At: zero, Span: 5 * time.Second, Good: 1}}, next[0].Records)
}

func TestADeltaIsAppliedAsAWholeOrNotAtAll(t *testing.T) {
	tr := replicated(t, "a")
	good := tracker.Record{Check: "s/events", At: zero, Span: 5 * time.Second, Good: 1}
	for _, c := range []struct {
		record tracker.Record
		want   string
	}{
		{tracker.Record{Check: "s/other", At: zero, Span: 1}, `deltas[0].records[1].check: the catalog has no objective "s/other"`},
		{tracker.Record{Check: "s/ready", At: zero, Span: 1}, "deltas[0].records[1]: counts events, and the objective deadlines"},
		{tracker.Record{Check: "s/events", At: zero, Outcome: "late", Late: 1}, "deltas[0].records[1]: is about a due instant, and the objective counts events"},
		{tracker.Record{Check: "s/slices", At: zero, Span: time.Hour}, "deltas[0].records[1]: spans more than one slice of the objective"},
		{tracker.Record{Check: "s/events", At: zero, Span: 30 * sla.Day}, "deltas[0].records[1]: spans 30d, more than a thirtieth of the window"},
		{tracker.Record{Check: "s/events", At: zero, Good: -1, Bad: -1}, "deltas[0].records[1].good: -1 is negative\n" +
			"deltas[0].records[1].bad: -1 is negative\ndeltas[0].records[1].span_ns: 0s is no length: it must be positive"},
		{tracker.Record{Check: "s/ready", At: zero, Outcome: "tardy"}, `deltas[0].records[1].outcome: "tardy" is not on-time, excused, late or missing`},
		{tracker.Record{Check: "s/ready", At: zero, Outcome: "late"}, "deltas[0].records[1].late_ns: 0s is not late: it must be positive"},
		{tracker.Record{Check: "s/ready", At: zero, Outcome: "missing", Late: 1}, "deltas[0].records[1].late_ns: what is missing is not late"},
		{tracker.Record{Check: "s/ready", At: zero, Outcome: "missing", Good: 1}, "deltas[0].records[1]: a due instant has no span and no counts"},
		{tracker.Record{Check: "s/events", At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), Span: 1, Late: 1},
			"deltas[0].records[1].at: 9999-01-01 00:00:00 +0000 UTC is not within the years 1678 to 2262\n" +
				"deltas[0].records[1].late_ns: only a due instant can be late"},
		{tracker.Record{At: zero, Span: 1}, "deltas[0].records[1].check: is missing"},
	} {
		assert.EqualError(t, tr.Apply(tracker.Delta{Replica: "b", Seq: 1, Records: []tracker.Record{good, c.record}}), c.want)
	}
	assert.EqualError(t, tr.Apply(tracker.Delta{}), "deltas[0].replica: is missing\ndeltas[0].seq: is missing")
	report, _ := tr.Report("s", zero.Add(time.Hour))
	assert.Zero(t, report.Objectives[0].Raw.Counts)

	require.NoError(t, tr.Apply(tracker.Delta{Replica: "b", Seq: 1, Records: []tracker.Record{good}}), "it was not counted, and can be")
	report, _ = tr.Report("s", zero.Add(time.Hour))
	assert.Equal(t, sla.Counts{Good: 1}, report.Objectives[0].Raw.Counts)
}

func TestWithoutAReplicaNothingIsKeptForOthers(t *testing.T) {
	tr := replicated(t, "")
	require.NoError(t, tr.Record("s/events", zero, 1, 0))
	assert.Nil(t, tr.Deltas())
}

// TestReplicasRace records, tells, hears, reports and writes snapshots all at once, and loses and doubles nothing.
func TestReplicasRace(t *testing.T) {
	trackers := []*tracker.Tracker{replicated(t, "a"), replicated(t, "b")}
	const writers, each = 8, 2000
	var group sync.WaitGroup
	var mu sync.Mutex
	var sent []tracker.Delta
	tell := func(n int) {
		deltas := trackers[n].Deltas()
		mu.Lock()
		sent = append(sent, deltas...)
		mu.Unlock()
		assert.NoError(t, trackers[1-n].Apply(deltas...))
	}
	for n, tr := range trackers {
		r, err := tr.Recorder("s/events")
		require.NoError(t, err)
		for w := range writers / 2 {
			group.Go(func() {
				for i := range each {
					r.Record(zero.Add(time.Duration(i*w)*time.Second), 1, 1)
				}
			})
		}
		group.Go(func() {
			for range 50 {
				tell(n)
				tr.Report("s", zero.Add(time.Hour))
				tr.Alerts(zero.Add(time.Hour))
				assert.NoError(t, replicated(t, "").Restore(tr.Snapshot()))
			}
		})
	}
	group.Wait()
	tell(0)
	tell(1)
	all := sla.Counts{Good: writers * each, Bad: writers * each}
	for _, tr := range trackers {
		require.NoError(t, tr.Apply(sent...))
		report, _ := tr.Report("s", zero.Add(10*sla.Day))
		assert.Equal(t, all, report.Objectives[0].Raw.Counts)
	}
}

func TestASnapshotIsRestored(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	tr := replicated(t, "a")
	now := zero.Add(sla.Day)
	happens(t, tr, r, func(at time.Time) {
		if r.IntN(20) == 0 {
			tr.Deltas()
		}
		tr.Alerts(at)
	})
	for i, zone := range []*time.Location{time.UTC, time.FixedZone("here", 3600)} {
		require.NoError(t, tr.Correct(sla.Correction{
			ID: fmt.Sprint("c", i), SLA: "s", Start: zero.Add(time.Hour).In(zone), End: zero.Add(2 * time.Hour), Author: "ann", Reason: "probe", EnteredAt: now,
		}))
	}
	data := tr.Snapshot()
	assert.Equal(t, data, tr.Snapshot(), "the same is written in the same bytes")

	back := replicated(t, "a")
	recorder, err := back.Recorder("s/events")
	require.NoError(t, err)
	recorder.Record(zero, 5, 5) // replaced
	require.NoError(t, back.Restore(data))
	assert.Equal(t, data, back.Snapshot())
	assertSame(t, tr, back, now)
	for _, each := range []*tracker.Tracker{tr, back} {
		require.NoError(t, each.Record("s/events", now, 3, 2))
	}
	recorder.Record(now, 1, 0)
	require.NoError(t, tr.Record("s/events", now, 1, 0))
	assert.Equal(t, reported(t, tr, now.Add(time.Hour)), reported(t, back, now.Add(time.Hour)))
	assert.Equal(t, tr.Alerts(now.Add(time.Hour)), back.Alerts(now.Add(time.Hour)))
	assert.Equal(t, tr.Deltas(), back.Deltas())
}

// TestWhatLiesSomewhereInASpanCounts in every window that touches the span, and the bounds of the report show it.
func TestWhatLiesSomewhereInASpanCounts(t *testing.T) {
	const m = time.Minute
	tr := newTracker(t, events("99%", sla.Rolling(2*time.Hour)))
	require.NoError(t, tr.Apply(tracker.Delta{Replica: "b", Seq: 1, Records: []tracker.Record{{Check: "s/o", At: zero.Add(-120 * m), Span: 4 * m, Good: 9, Bad: 1}}}))
	for _, row := range []struct {
		at, start time.Duration
		want      sla.Counts
	}{
		{0, -120 * m, sla.Counts{Good: 9, Bad: 1}},
		{1 * m, -120 * m, sla.Counts{Good: 9, Bad: 1}},
		{4*m - 1, -120 * m, sla.Counts{Good: 9, Bad: 1}},
		{4 * m, -116 * m, sla.Counts{}},
	} {
		report, _ := tr.Report("s", zero.Add(row.at))
		o := report.Objectives[0]
		assert.Equal(t, row.want, o.Budget.Counts, "%v", row.at)
		assert.Equal(t, zero.Add(row.start), o.Start, "%v", row.at)
	}
}

func assertSame(t *testing.T, a, b *tracker.Tracker, at time.Time) {
	t.Helper()
	for _, known := range []time.Time{at, at.Add(-6 * time.Hour)} {
		x, _ := a.ReportAsOf("s", at, known)
		y, _ := b.ReportAsOf("s", at, known)
		one, err := json.Marshal(x)
		require.NoError(t, err)
		other, err := json.Marshal(y)
		require.NoError(t, err)
		assert.JSONEq(t, string(one), string(other))
	}
	assert.Equal(t, a.Corrections()[0].ID, b.Corrections()[0].ID)
}

func TestADamagedSnapshotChangesNothing(t *testing.T) {
	tr := replicated(t, "a")
	require.NoError(t, tr.Record("s/events", zero, 7, 0))
	whole := replicated(t, "a").Snapshot()
	before := tr.Snapshot()
	for i := range whole {
		damaged := slices.Clone(whole)
		damaged[i] ^= 0x10
		assert.ErrorIs(t, tr.Restore(damaged), tracker.ErrSnapshot)
		assert.ErrorIs(t, tr.Restore(whole[:i]), tracker.ErrSnapshot)
	}
	assert.Equal(t, before, tr.Snapshot())
	assert.EqualError(t, tr.Restore([]byte("x")), `tracker: snapshot is truncated or corrupt: it does not begin with "sla tracker snapshot 1\n"`)
}

func TestASnapshotOfAnotherCatalogKeepsWhatIsMeasuredAlike(t *testing.T) {
	tr := replicated(t, "")
	require.NoError(t, tr.Record("s/events", zero, 7, 0))
	require.NoError(t, tr.Record("s/slices", zero, 7, 0))
	other := newTracker(t,
		sla.Objective{Name: "events", Asset: "a", Target: sla.MustTarget("50%"), Window: sla.Rolling(sla.Day)},
		sla.Objective{Name: "slices", Asset: "a", Target: sla.MustTarget("99%"), Window: sla.Rolling(sla.Day), Timeslices: sla.Timeslices{Length: time.Minute}},
		sla.Objective{Name: "new", Asset: "a", Target: sla.MustTarget("99%"), Window: sla.Rolling(sla.Day)},
	)
	require.NoError(t, other.Restore(tr.Snapshot()))
	report, _ := other.Report("s", zero.Add(time.Hour))
	assert.Equal(t, sla.Counts{Good: 7}, report.Objectives[0].Raw.Counts)
	assert.Zero(t, report.Objectives[1].Raw.Counts)
	assert.Zero(t, report.Objectives[2].Raw.Counts)
}
