package monitor_test

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/monitor"
)

// idle returns checks that have nothing to do after their first look.
func idle(n int) []freshness.Check {
	landed := freshness.LandedAt(time.Now())
	source := funcSource(func(context.Context) (freshness.Landings, error) { return landed, nil })
	checks := make([]freshness.Check, n)
	for i := range checks {
		checks[i] = freshness.Check{
			Asset: fmt.Sprintf("schema_%d.table_%d", i%100, i), Source: source,
			Policy: freshness.MaxAge{Warn: 12 * time.Hour, Fail: 24 * time.Hour},
		}
	}
	return checks
}

func cpu(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkMonitorIdle runs 100,000 checks on the real clock. It reports what each costs in memory,
// what processor time a first look takes, and how much processor time and how many goroutines they
// use while they wait.
func BenchmarkMonitorIdle(b *testing.B) {
	const n = 100_000
	checks := idle(n)
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		goroutines := runtime.NumGoroutine()

		var looks atomic.Int64
		first := make(chan struct{})
		m := monitor.New(checks, func(freshness.Result) {
			if looks.Add(1) == n {
				close(first)
			}
		})
		m.Every = 24 * time.Hour
		ctx, cancel := context.WithCancel(b.Context())
		ended := make(chan error)
		used := cpu(b)
		go func() { ended <- m.Run(ctx) }()
		<-first
		b.ReportMetric(float64(cpu(b)-used)/n, "cpu-ns/look")

		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "B/check")
		b.ReportMetric(float64(runtime.NumGoroutine()-goroutines), "goroutines")
		used = cpu(b)
		time.Sleep(300 * time.Millisecond)
		b.ReportMetric(float64(cpu(b)-used)/float64(300*time.Millisecond)*100, "%cpu-idle")
		cancel()
		<-ended
		runtime.KeepAlive(m)
	}
}
