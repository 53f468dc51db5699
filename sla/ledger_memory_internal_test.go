package sla

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// bytesEach answers how many bytes a ledger takes on the heap, with all that it refers to but its spec.
func bytesEach(n int, fill func() *ledger) float64 {
	ledgers := make([]*ledger, n)
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
	nightly := &ledgerSpec{window: Rolling(90 * Day)}
	deadlines := &ledgerSpec{window: Rolling(90 * Day), deadlines: true}
	month := &ledgerSpec{window: Rolling(30 * Day)}
	fill := func(spec *ledgerSpec, days int, every time.Duration) func() *ledger {
		return func() *ledger {
			l := newLedger(spec)
			for at := midnight; at < now(days); at += int64(every) {
				if spec.deadlines {
					l.observe(at, outcome{kind: onTime})
				} else {
					l.add(at+at/7919%int64(time.Minute), 1, 0)
				}
			}
			return l
		}
	}
	for _, c := range []struct {
		name string
		most float64
		fill func() *ledger
		n    int
	}{
		{"a nightly job over 90 days", 240, fill(nightly, 90, Day), 300},
		{"a nightly job after three years", 240, fill(nightly, 3*365, Day), 60},
		{"a nightly deadline over 90 days", 140, fill(deadlines, 90, Day), 300},
		{"a nightly deadline after three years", 140, fill(deadlines, 3*365, Day), 60},
		{"an hourly job", 1200, fill(month, 60, time.Hour), 20},
		{"a busy service", 8 << 10, func() *ledger {
			l := newLedger(month)
			for age := int64(40 * Day); age > 0; age -= max(age/60, tick) {
				l.add(now(40)-age, 1000, 1)
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
		l, at := busyLedger(&ledgerSpec{window: Rolling(30 * Day)}, max(every, time.Second))
		assert.Zero(t, testing.AllocsPerRun(20000, func() {
			l.add(at, 1, 0)
			l.add(at-int64(2*time.Hour), 0, 1)
			at += int64(every)
		}), fmt.Sprint(every))
		into := make([]tally, len(alertWindows))
		assert.Zero(t, testing.AllocsPerRun(1000, func() {
			l.trailing(at, alertWindows, into)
			into[0] = l.sum(at-int64(30*Day), at)
			into[1] = l.sumAsOf(at-int64(30*Day), at, at-int64(Day))
		}))
	}
	l := newLedger(&ledgerSpec{window: Rolling(30 * Day), slice: 5 * time.Minute, share: MustTarget("99%")})
	at := midnight
	for range 20000 {
		l.add(at, 1, 0)
		at += int64(time.Minute)
	}
	assert.Zero(t, testing.AllocsPerRun(100000, func() {
		l.add(at, 1, 0)
		at += int64(time.Minute)
	}), "slices")
	d := newLedger(&ledgerSpec{window: Rolling(30 * Day), deadlines: true})
	d.observe(midnight, outcome{kind: onTime})
	assert.Zero(t, testing.AllocsPerRun(1000, func() { d.observe(midnight, outcome{kind: onTime}) }), "the same due instant again")
}
