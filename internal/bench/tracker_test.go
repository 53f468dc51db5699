package bench

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/sony/gobreaker/v2"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// promised is a catalog of objectives with the default burn rules, a hundred to an SLA, and the
// names of their checks.
func promised(tb testing.TB, objectives int, policy freshness.Policy, window sla.Window) (*sla.Catalog, []string) {
	tb.Helper()
	const each = 100
	checks := make([]string, 0, objectives)
	slas := make([]sla.SLA, (objectives+each-1)/each)
	for i := range slas {
		slas[i].ID = fmt.Sprintf("sla-%d", i)
		for n := range min(each, objectives-len(checks)) {
			name := fmt.Sprintf("objective-%d", n)
			slas[i].Objectives = append(slas[i].Objectives, sla.Objective{Name: name, Asset: "asset", Target: sla.MustTarget("99.9%"), Window: window, Freshness: policy})
			checks = append(checks, slas[i].ID+"/"+name)
		}
	}
	catalog, err := sla.NewCatalog(slas)
	if err != nil {
		tb.Fatal(err)
	}
	return catalog, checks
}

// start is when all that is recorded here begins.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func recorder(tb testing.TB) (*tracker.Tracker, *tracker.Recorder) {
	tb.Helper()
	catalog, checks := promised(tb, 1, nil, sla.Rolling(30*sla.Day))
	t := tracker.New(catalog)
	r, err := t.Recorder(checks[0])
	if err != nil {
		tb.Fatal(err)
	}
	for i := range 30 * 24 * 720 { // a month is there already
		r.Record(start.Add(time.Duration(i)*5*time.Second), 1000, 1)
	}
	return t, r
}

// BenchmarkRecord counts one good event. Each metric is how many times the mutex-guarded counter
// that is, both measured in the same run, each at its best of 400 rounds.
func BenchmarkRecord(b *testing.B) {
	const calls = 1000
	var mu sync.Mutex
	var guarded, atomically int64
	locked := perOp(calls, func(int) {
		mu.Lock()
		guarded++
		mu.Unlock()
	})
	t, r := recorder(b)
	now := start.Add(30 * sla.Day)
	vector := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "events_total"}, []string{"check", "outcome"})
	bound := vector.WithLabelValues("orders-api", "good")
	windowed := circuitbreaker.NewBuilder[any]().WithFailureRateThreshold(0.5, 10, time.Minute).Build()
	breaker := gobreaker.NewCircuitBreaker[any](gobreaker.Settings{Interval: time.Minute, BucketPeriod: 2 * time.Second})
	good := func() (any, error) { return nil, nil }
	clock := now.UnixNano()
	for _, c := range []struct {
		name string
		call func(i int)
	}{
		{"bare atomic.AddInt64", func(int) { atomic.AddInt64(&atomically, 1) }},
		{"mutex-guarded counter", func(int) {
			mu.Lock()
			guarded++
			mu.Unlock()
		}},
		{"ours, tracker.Recorder.Record, at one instant", func(int) { r.Record(now, 1, 0) }},
		{"ours, tracker.Recorder.Record, 100 a second", func(int) {
			clock += int64(10 * time.Millisecond)
			r.Record(time.Unix(0, clock), 1, 0)
		}},
		{"ours, tracker.Tracker.Record by name", func(int) { _ = t.Record("sla-0/objective-0", now, 1, 0) }},
		{"client_golang, WithLabelValues.Inc", func(int) { vector.WithLabelValues("orders-api", "good").Inc() }},
		{"client_golang, pre-bound Inc", func(int) { bound.Inc() }},
		{"failsafe-go, windowed breaker", func(int) { windowed.RecordSuccess() }},
		{"gobreaker, windowed Execute", func(int) { _, _ = breaker.Execute(good) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			ours := perOp(calls, c.call)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				c.call(i)
			}
			b.ReportMetric(ours, "best-ns/op")
			b.ReportMetric(ours/locked, "x/mutex-guarded-counter")
		})
	}
}

// BenchmarkRecordParallel is the same from all processors at once.
func BenchmarkRecordParallel(b *testing.B) {
	_, r := recorder(b)
	now := start.Add(30 * sla.Day)
	var mu sync.Mutex
	var guarded int64
	bound := prometheus.NewCounter(prometheus.CounterOpts{Name: "events_total"})
	for _, c := range []struct {
		name string
		call func()
	}{
		{"mutex-guarded counter", func() {
			mu.Lock()
			guarded++
			mu.Unlock()
		}},
		{"ours, tracker.Recorder.Record", func() { r.Record(now, 1, 0) }},
		{"client_golang, pre-bound Inc", func() { bound.Inc() }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					c.call()
				}
			})
		})
	}
}
