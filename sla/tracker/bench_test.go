package tracker_test

import (
	"fmt"
	"runtime"
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

func thirtyDays() sla.Objective {
	o := events("99.9%", sla.Rolling(30*sla.Day))
	o.Burn = nil // the four default pairs
	return o
}

// busy returns a tracker with 30 days of history, an event a minute.
func busy(b testing.TB) *tracker.Tracker {
	tr := newTracker(b, thirtyDays())
	r, err := tr.Recorder("s/o")
	require.NoError(b, err)
	for i := range 30 * 24 * 60 {
		r.Record(zero.Add(time.Duration(i)*time.Minute), 100, int64(i%600/599))
	}
	return tr
}

func BenchmarkRecord(b *testing.B) {
	b.Run("mutex-guarded counter", func(b *testing.B) {
		var mu sync.Mutex
		var good, bad int64
		for b.Loop() {
			mu.Lock()
			good++
			bad += 0
			mu.Unlock()
		}
		runtime.KeepAlive(good + bad)
	})
	tr := newTracker(b, thirtyDays())
	r, err := tr.Recorder("s/o")
	require.NoError(b, err)
	b.Run("recorder, same instant", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r.Record(zero, 1, 0)
		}
	})
	b.Run("recorder, 100 a second", func(b *testing.B) {
		b.ReportAllocs()
		at := zero
		for b.Loop() {
			at = at.Add(10 * time.Millisecond)
			r.Record(at, 1, 0)
		}
	})
	b.Run("tracker, by name", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = tr.Record("s/o", zero, 1, 0)
		}
	})
	b.Run("once", func(b *testing.B) {
		b.ReportAllocs()
		keys := make([]string, 4096)
		for i := range keys {
			keys[i] = fmt.Sprint("request-", i)
		}
		i := 0
		for b.Loop() {
			i++
			r.RecordOnce(keys[i%len(keys)], zero, 1, 0)
		}
	})
}

func BenchmarkReport(b *testing.B) {
	end := zero.AddDate(0, 0, 30)
	b.Run("events", func(b *testing.B) {
		tr := busy(b)
		b.ReportAllocs()
		for b.Loop() {
			tr.Report("s", end)
		}
	})
	b.Run("nightly, 90 days", func(b *testing.B) {
		tr := nightly(b, 1)
		b.ReportAllocs()
		for b.Loop() {
			tr.Report("s0", zero.AddDate(0, 0, 90))
		}
	})
}

// BenchmarkAlerts evaluates the four default pairs, eight windows, of objectives in which something was bad of late.
func BenchmarkAlerts(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("objectives=%d", n), func(b *testing.B) {
			objectives := make([]sla.Objective, n)
			for i := range objectives {
				objectives[i] = thirtyDays()
				objectives[i].Name = fmt.Sprint("o", i)
			}
			tr := newTracker(b, objectives...)
			for i := range 3 * 24 * 60 {
				for o := range objectives {
					_ = tr.Record(fmt.Sprint("s/o", o), zero.Add(time.Duration(i)*time.Minute), 10_000, 1)
				}
			}
			at := zero.AddDate(0, 0, 3)
			b.ReportAllocs()
			for b.Loop() {
				tr.Alerts(at)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/objective")
		})
	}
}

// nightly returns a tracker of so many nightly objectives with 90 days of history each.
func nightly(t testing.TB, n int) *tracker.Tracker {
	by12 := freshness.Deadline{Due: schedule.Daily(12, 0, time.UTC)}
	list := make([]sla.SLA, n)
	for i := range list {
		list[i] = sla.SLA{ID: fmt.Sprint("s", i), Objectives: []sla.Objective{{
			Name: "o", Asset: "a", Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day), Freshness: by12,
		}}}
	}
	c, err := sla.NewCatalog(list)
	require.NoError(t, err)
	tr := tracker.New(c)
	for day := range 90 {
		at := zero.AddDate(0, 0, day)
		r := by12.Check(freshness.LandedAt(at.Add(-time.Hour)), at.Add(time.Minute))
		for i := range list {
			r.Check, r.Asset = "s"+fmt.Sprint(i)+"/o", "a"
			tr.Observe(r)
		}
	}
	return tr
}

// BenchmarkTrackerMemory measures what an objective costs beyond the catalog and its own definition.
func BenchmarkTrackerMemory(b *testing.B) {
	const n = 20_000
	var bytes float64
	for b.Loop() {
		before := heap()
		tr := nightly(b, n)
		with := heap()
		catalog := tr.Catalog()
		runtime.KeepAlive(tr)
		tr = nil
		bytes = float64(with - heap())
		runtime.KeepAlive(catalog)
		_ = before
	}
	b.ReportMetric(bytes/n, "B/objective")
}

func TestRecordingAllocatesNothing(t *testing.T) {
	tr := busy(t)
	r, err := tr.Recorder("s/o")
	require.NoError(t, err)
	at := zero.AddDate(0, 0, 30)
	assert.Zero(t, testing.AllocsPerRun(2000, func() {
		at = at.Add(time.Second)
		r.Record(at, 1, 0)
	}))
	assert.Zero(t, testing.AllocsPerRun(2000, func() { _ = tr.Record("s/o", at, 1, 1) }))
	night := nightly(t, 1)
	by12 := freshness.Deadline{Due: schedule.Daily(12, 0, time.UTC)}
	result := by12.Check(freshness.LandedAt(zero.AddDate(0, 0, 89)), zero.AddDate(0, 0, 89).Add(time.Minute))
	result.Check = "s0/o"
	assert.Zero(t, testing.AllocsPerRun(100, func() { night.Observe(result) }))
}
