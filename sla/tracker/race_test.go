package tracker_test

import (
	"fmt"
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

// TestTrackerFromManyGoroutines has 8 writers and 8 readers, while corrections are entered and the catalog is replaced.
// What was written is what is counted in the end.
func TestTrackerFromManyGoroutines(t *testing.T) {
	due := events("99%", sla.Rolling(sla.Day))
	due.Name, due.Freshness = "due", freshness.Deadline{Due: schedule.Every(time.Minute), Grace: time.Second}
	age := events("99%", sla.Rolling(sla.Day))
	age.Name, age.Freshness = "age", freshness.MaxAge{Fail: time.Minute}
	of := sla.SLA{ID: "s", Objectives: []sla.Objective{paged(0), due, age}}
	one, err := sla.NewCatalog([]sla.SLA{of})
	require.NoError(t, err)
	two, err := sla.NewCatalog([]sla.SLA{of, {ID: "t", Objectives: []sla.Objective{paged(0)}}})
	require.NoError(t, err)
	tr := tracker.New(one)
	const writers, each = 8, 400
	var done sync.WaitGroup
	for w := range writers {
		done.Go(func() {
			r, err := tr.Recorder("s/o")
			assert.NoError(t, err)
			for i := range each {
				at := zero.Add(time.Duration(i) * time.Second)
				r.Record(at, 2, 0)
				assert.NoError(t, tr.Record("s/o", at, 0, 1))
				r.RecordOnce(fmt.Sprint(i), at, 100, 0)
				for name, p := range map[string]freshness.Policy{"s/due": due.Freshness, "s/age": age.Freshness} {
					result := p.Check(freshness.LandedAt(zero), at)
					result.Check = name
					tr.Observe(result)
				}
				if i%100 == w {
					tr.SetCatalog([]*sla.Catalog{one, two}[i/100%2])
					assert.NoError(t, tr.Correct(sla.Correction{ID: fmt.Sprint(w, i), SLA: "s", Start: zero.Add(-2 * time.Hour), End: zero.Add(-time.Hour), Author: "a", Reason: "b", EnteredAt: zero}))
				}
			}
		})
		done.Go(func() {
			for i := range each / 4 {
				at := zero.Add(time.Duration(i) * 4 * time.Second)
				report, ok := tr.Report("s", at)
				assert.True(t, ok)
				assert.NotEmpty(t, report.Text())
				tr.Alerts(at)
				tr.Corrections()
				tr.Maintenance("s", at)
				for range tr.Reports(at) {
				}
			}
		})
	}
	done.Wait()
	report, _ := tr.Report("s", zero.Add(time.Hour))
	assert.Equal(t, sla.Counts{Good: 2*writers*each + 100*each, Bad: writers * each}, report.Objectives[0].Budget.Counts)
	count, _ := tr.Unmatched()
	assert.Zero(t, count)
}

// TestSnapshotsAndDeltasFromManyGoroutines takes both while 8 write: each snapshot is of whole calls, and the deltas come to what was written.
func TestSnapshotsAndDeltasFromManyGoroutines(t *testing.T) {
	tr := newTracker(t, paged(0))
	tr.Replica = "a"
	other := tracker.New(tr.Catalog())
	const writers, each = 8, 300
	var done sync.WaitGroup
	for w := range writers {
		done.Go(func() {
			for i := range each {
				assert.NoError(t, tr.Record("s/o", zero.Add(time.Duration(i)*time.Second), 3, 1))
			}
		})
		done.Go(func() {
			for i := range each / 10 {
				at := zero.Add(time.Duration(i) * 10 * time.Second)
				switch w % 4 {
				case 0:
					assert.NoError(t, other.Apply(tr.Deltas()...))
				case 1:
					restored := tracker.New(tr.Catalog())
					assert.NoError(t, restored.Restore(tr.Snapshot()))
					report, _ := restored.Report("s", zero.Add(time.Hour))
					c := report.Objectives[0].Budget.Counts
					assert.Equal(t, c.Good, 3*c.Bad, "each call of Record as a whole")
				case 2:
					tr.Buckets("s/o", zero, at)
					tr.ReportAsOf("s", at, at)
				case 3:
					other.Report("s", at)
					assert.NoError(t, other.Correct(sla.Correction{ID: fmt.Sprint(w, i), SLA: "s", Start: zero.Add(-2 * time.Hour), End: zero.Add(-time.Hour), Author: "a", Reason: "b", EnteredAt: zero}))
				}
				tr.Version()
			}
		})
	}
	done.Wait()
	deltas := tr.Deltas()
	require.NoError(t, other.Apply(deltas...))
	require.NoError(t, other.Apply(deltas...), "once")
	for _, x := range []*tracker.Tracker{tr, other} {
		report, _ := x.Report("s", zero.Add(time.Hour))
		assert.Equal(t, sla.Counts{Good: 3 * writers * each, Bad: writers * each}, report.Objectives[0].Budget.Counts)
	}
}

func TestRecordOnce(t *testing.T) {
	tr := newTracker(t, events("99%", sla.Rolling(sla.Day)))
	r, err := tr.Recorder("s/o")
	require.NoError(t, err)
	again, err := tr.Recorder("s/o")
	require.NoError(t, err)
	assert.Same(t, r, again)
	for i := range 3000 {
		require.True(t, r.RecordOnce(fmt.Sprint(i), zero, 1, 0))
		require.False(t, r.RecordOnce(fmt.Sprint(max(0, i-1023)), zero, 1, 0), "the last 1,024 are known")
	}
	assert.True(t, r.RecordOnce("0", zero, 1, 0), "and older ones are forgotten")
	report, _ := tr.Report("s", zero.Add(time.Minute))
	assert.Equal(t, sla.Counts{Good: 3001}, report.Objectives[0].Budget.Counts)
	tr.SetCatalog(nil)
	r.Record(zero, 1, 1)
	assert.False(t, r.RecordOnce("x", zero, 1, 1))
	(*tracker.Recorder)(nil).Record(zero, 1, 1)
	(&tracker.Recorder{}).Record(zero, 1, 1)
	assert.Error(t, tr.Record("s/p", zero, 1, 1))
	tr.Observe(freshness.Result{Check: "s/q"})
	count, last := tr.Unmatched()
	assert.Equal(t, int64(4), count)
	assert.Equal(t, "s/q", last)
	_, ok := tr.Report("s", zero)
	assert.False(t, ok)
	var none tracker.Tracker
	assert.Empty(t, none.Alerts(zero))
	assert.Nil(t, none.Catalog())
}

// TestSetCatalogKeepsCounts of what measures the same.
func TestSetCatalogKeepsCounts(t *testing.T) {
	before := events("99%", sla.Rolling(sla.Day))
	for want, change := range map[string]func(*sla.Objective){
		"1+1 target":  func(o *sla.Objective) { o.Target = sla.MustTarget("50%") },
		"1+1 window":  func(o *sla.Objective) { o.Window = sla.Rolling(2 * sla.Day) },
		"1+1 rules":   func(o *sla.Objective) { o.Burn = nil },
		"0+0 asset":   func(o *sla.Objective) { o.Asset = "b" },
		"0+0 slices":  func(o *sla.Objective) { o.Timeslices.Length = time.Minute },
		"0+0 measure": func(o *sla.Objective) { o.Freshness = freshness.MaxAge{Fail: time.Hour} },
	} {
		tr := newTracker(t, before)
		r, err := tr.Recorder("s/o")
		require.NoError(t, err)
		r.Record(zero, 1, 0)
		after := before
		change(&after)
		tr.SetCatalog(newTracker(t, after).Catalog())
		if after.Freshness == nil {
			require.NoError(t, tr.Record("s/o", zero, 0, 1))
		} else {
			require.ErrorContains(t, tr.Record("s/o", zero, 0, 1), "is about freshness")
		}
		report, _ := tr.Report("s", zero.Add(time.Minute))
		c := report.Objectives[0].Budget.Counts
		if want[:3] == "0+0" && after.Freshness == nil {
			assert.Equal(t, int64(0), c.Good, want)
			continue
		}
		assert.Equal(t, want[:3], fmt.Sprintf("%d+%d", c.Good, c.Bad), want)
	}
}
