package ledger

import (
	"sync"
	"testing"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

var alertWindows = []time.Duration{
	5 * time.Minute, time.Hour, 30 * time.Minute, 6 * time.Hour, 2 * time.Hour, sla.Day, 6 * time.Hour, 3 * sla.Day,
}

// busyLedger holds 35 days of an event every so often.
func busyLedger(spec *Spec, every time.Duration) (l *Ledger, now int64) {
	l = New(spec)
	now = exact.Nanos(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	for end := now + int64(35*sla.Day); now < end; now += int64(every) {
		l.Add(now, 1, 0)
	}
	return l, now
}

func BenchmarkLedger(b *testing.B) {
	l, now := busyLedger(&Spec{Window: sla.Rolling(30 * sla.Day)}, time.Second)
	b.Run("add", func(b *testing.B) {
		b.ReportAllocs()
		for i := int64(0); b.Loop(); i++ {
			l.Add(now+i*int64(10*time.Millisecond), 1, 0)
		}
	})
	b.Run("mutex-guarded counter", func(b *testing.B) {
		var mu sync.Mutex
		n := 0
		for b.Loop() {
			mu.Lock()
			n++
			mu.Unlock()
		}
	})
	b.Run("add late by minutes", func(b *testing.B) {
		b.ReportAllocs()
		for i := int64(0); b.Loop(); i++ {
			l.Add(now-i%100*int64(10*time.Second), 1, 0)
		}
	})
	l, now = busyLedger(&Spec{Window: sla.Rolling(30 * sla.Day)}, time.Second)
	into := make([]Tally, len(alertWindows))
	var sums runningSums
	b.Run("eight windows", func(b *testing.B) {
		byHand := bestOf(func() { sums.read(into) })
		ours := bestOf(func() { l.Trailing(now, alertWindows, into) })
		b.ReportAllocs()
		for b.Loop() {
			l.Trailing(now, alertWindows, into)
		}
		b.ReportMetric(ours, "best-ns/op")
		b.ReportMetric(ours/byHand, "x/read-by-hand")
	})
	b.Run("eight running sums, read by hand", func(b *testing.B) {
		for b.Loop() {
			sums.read(into)
		}
	})
}

// runningSums is what one would write by hand: eight sums that something else keeps up to date.
type runningSums struct {
	mu   sync.Mutex
	sums [8]sla.Counts
}

func (s *runningSums) read(into []Tally) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.sums {
		into[i].Counts = s.sums[i]
	}
}

// bestOf returns the nanoseconds that one call takes, at best of many rounds.
func bestOf(f func()) float64 {
	const calls = 1000
	best := time.Duration(1 << 62)
	for range 200 {
		began := time.Now()
		for range calls {
			f()
		}
		best = min(best, time.Since(began))
	}
	return float64(best) / calls
}
