package ledger

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/alwaysp1/alwaysp1/sla"
)

// bytesEach returns how many bytes a ledger takes on the heap, with all that it refers to but its spec.
func bytesEach(n int, fill func() *Ledger) float64 {
	ledgers := make([]*Ledger, n)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.GC() // what finalizers and pools held
	runtime.ReadMemStats(&before)
	for i := range ledgers {
		ledgers[i] = fill()
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(ledgers)
	return float64(int64(after.HeapAlloc)-int64(before.HeapAlloc)) / float64(n)
}

func TestLedgersAreSmall(t *testing.T) {
	nightly := &Spec{Window: sla.Rolling(90 * sla.Day)}
	deadlines := &Spec{Window: sla.Rolling(90 * sla.Day), Deadlines: true}
	month := &Spec{Window: sla.Rolling(30 * sla.Day)}
	fill := func(spec *Spec, days int, every time.Duration) func() *Ledger {
		return func() *Ledger {
			l := New(spec)
			for at := midnight; at < now(days); at += int64(every) {
				if spec.Deadlines {
					l.Observe(at, Outcome{Kind: OnTime})
				} else {
					l.Add(at+at/7919%int64(time.Minute), 1, 0)
				}
			}
			return l
		}
	}
	for _, c := range []struct {
		name string
		most float64
		fill func() *Ledger
		n    int
	}{
		{"a nightly job over 90 days", 240, fill(nightly, 90, sla.Day), 300},
		{"a nightly job after three years", 240, fill(nightly, 3*365, sla.Day), 60},
		{"a nightly deadline over 90 days", 140, fill(deadlines, 90, sla.Day), 300},
		{"a nightly deadline after three years", 140, fill(deadlines, 3*365, sla.Day), 60},
		{"an hourly job", 1200, fill(month, 60, time.Hour), 20},
		{"a busy service", 8 << 10, func() *Ledger {
			l := New(month)
			for age := int64(40 * sla.Day); age > 0; age -= max(age/60, tick) {
				l.Add(now(40)-age, 1000, 1)
			}
			return l
		}, 10},
	} {
		got := min(bytesEach(c.n, c.fill), bytesEach(c.n, c.fill), bytesEach(c.n, c.fill)) // others allocate too
		t.Logf("%s: %.0f bytes", c.name, got)
		assert.LessOrEqual(t, got, c.most, c.name)
	}
}

func TestRecordingAndReadingAllocateNothing(t *testing.T) {
	for _, every := range []time.Duration{time.Millisecond, time.Second, 3 * time.Minute} {
		l, at := busyLedger(&Spec{Window: sla.Rolling(30 * sla.Day)}, max(every, time.Second))
		assert.Zero(t, testing.AllocsPerRun(20000, func() {
			l.Add(at, 1, 0)
			l.Add(at-int64(2*time.Hour), 0, 1)
			at += int64(every)
		}), fmt.Sprint(every))
		into := make([]Tally, len(alertWindows))
		assert.Zero(t, testing.AllocsPerRun(1000, func() {
			l.Trailing(at, alertWindows, into)
			into[0] = l.Sum(at-int64(30*sla.Day), at)
			into[1] = l.SumAsOf(at-int64(30*sla.Day), at, at-int64(sla.Day))
		}))
	}
	l := New(&Spec{Window: sla.Rolling(30 * sla.Day), Slice: 5 * time.Minute, Share: sla.MustTarget("99%")})
	at := midnight
	for range 20000 {
		l.Add(at, 1, 0)
		at += int64(time.Minute)
	}
	assert.Zero(t, testing.AllocsPerRun(100000, func() {
		l.Add(at, 1, 0)
		at += int64(time.Minute)
	}), "slices")
	d := New(&Spec{Window: sla.Rolling(30 * sla.Day), Deadlines: true})
	d.Observe(midnight, Outcome{Kind: OnTime})
	assert.Zero(t, testing.AllocsPerRun(1000, func() { d.Observe(midnight, Outcome{Kind: OnTime}) }), "the same due instant again")
}
