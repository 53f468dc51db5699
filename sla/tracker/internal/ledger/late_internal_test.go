package ledger

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

func TestAsOfForgetsWhatWasBookedLater(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 7))
		l := New(&Spec{Window: sla.Rolling(30 * sla.Day)})
		type booked struct{ at, known, good, bad int64 }
		var all []booked
		clock := midnight
		for range 60 {
			clock += r.Int64N(int64(6 * time.Hour))
			b := booked{at: clock, known: clock, good: 1 + r.Int64N(5), bad: r.Int64N(3)}
			if r.IntN(3) == 0 {
				b.at -= int64(20*time.Minute) + r.Int64N(int64(3*sla.Day))
			}
			if r.IntN(3) == 0 {
				l.Advance(clock)
			} else if b.at < clock {
				l.Add(clock, 0, 1)
				all = append(all, booked{clock, clock, 0, 1})
			}
			l.Add(b.at, b.good, b.bad)
			all = append(all, b)
		}
		for range 30 {
			known := midnight + r.Int64N(clock-midnight)
			got := l.SumAsOf(midnight-int64(5*sla.Day), clock, known)
			require.True(t, got.exact)
			var want sla.Counts
			for _, b := range all {
				if b.known <= known && b.at < got.To {
					want = want.Add(sla.Counts{Good: b.good, Bad: b.bad})
				}
			}
			require.Equal(t, want, got.Counts, "as of %v", exact.Instant(known))
		}
	}
}

func TestAsOfSaysWhenItForgot(t *testing.T) {
	l := New(&Spec{Window: sla.Rolling(30 * sla.Day)})
	for i := range 2 * maxLate {
		now := midnight + int64(i)*int64(time.Hour)
		l.Advance(now)
		l.Add(now-int64(sla.Day), 1, 0)
	}
	assert.Equal(t, int64(2*maxLate), l.Account().Late)
	assert.False(t, l.SumAsOf(midnight-int64(2*sla.Day), now(30), midnight).exact)
	last := midnight + int64(2*maxLate-1)*int64(time.Hour)
	got := l.SumAsOf(midnight-int64(2*sla.Day), now(30), last-1)
	assert.True(t, got.exact)
	assert.Equal(t, int64(2*maxLate-1), got.Good)
}

func TestAsOfKnowsWhatADeadlineWas(t *testing.T) {
	l := New(&Spec{Window: sla.Rolling(90 * sla.Day), Deadlines: true})
	l.Advance(midnight + int64(time.Hour))
	l.Observe(midnight, Outcome{Kind: Missing})
	l.Advance(midnight + int64(3*time.Hour))
	l.Observe(midnight, Outcome{Kind: OnTime})
	assert.Equal(t, sla.Counts{Good: 1}, l.Sum(midnight, now(1)).Counts)
	assert.Equal(t, sla.Counts{Bad: 1}, l.SumAsOf(midnight, now(1), midnight+int64(2*time.Hour)).Counts)
}

func TestAsOfKnowsWhatASliceWas(t *testing.T) {
	l := New(&Spec{Window: sla.Rolling(30 * sla.Day), Slice: time.Hour})
	l.Add(midnight, 1, 0)
	l.Advance(midnight + int64(3*time.Hour))
	l.Add(midnight+1, 0, 1)
	assert.Equal(t, sla.Counts{Bad: 1}, l.Sum(midnight, now(1)).Counts)
	assert.Equal(t, sla.Counts{Good: 1}, l.SumAsOf(midnight, now(1), midnight+int64(2*time.Hour)).Counts)
}

// TestLateBookingsOfOneMinuteAreToldApart: each is taken out of its own place, and what is known of
// one place at once is one.
func TestLateBookingsOfOneMinuteAreToldApart(t *testing.T) {
	l := New(&Spec{Window: sla.Rolling(30 * sla.Day)})
	hour := func(n float64) int64 { return midnight + int64(n*float64(time.Hour)) }
	l.Add(hour(1), 10, 0)
	l.Add(hour(2), 20, 0)
	l.Advance(hour(9))
	l.Add(hour(1), 0, 1)
	l.Add(hour(2), 0, 2)
	l.Add(hour(1), 3, 4)
	l.Add(hour(3), 5, 6)
	assert.Len(t, l.rest.late, 3)
	assert.Equal(t, int64(1+2+7+11), l.Account().Late)
	for n, want := range map[float64][2]sla.Counts{1: {{Good: 10, Bad: 0}, {Good: 13, Bad: 5}}, 2: {{Good: 20, Bad: 0}, {Good: 20, Bad: 2}}, 3: {{}, {Good: 5, Bad: 6}}} {
		asOf := func(known int64) sla.Counts { return l.SumAsOf(hour(n), hour(n+0.5), known).Counts }
		assert.Equal(t, want[0], asOf(hour(9)-1), "before it was known, at %v o'clock", n)
		assert.Equal(t, want[1], asOf(hour(9)), "since it was known, at %v o'clock", n)
		assert.Equal(t, want[1], l.Sum(hour(n), hour(n+0.5)).Counts)
	}
}

// TestLateBookingsAreKeptInOrderOfWhenTheyBecameKnown, also when the clock was set back between
// them, and the eighth that became known first goes when there are too many.
func TestLateBookingsAreKeptInOrderOfWhenTheyBecameKnown(t *testing.T) {
	l := New(&Spec{Window: sla.Rolling(30 * sla.Day)})
	for i := range int64(maxLate) {
		l.noteChange(midnight+(i*37%maxLate)*int64(time.Minute), midnight-int64(sla.Day)+i*tick, sla.Counts{Good: 1})
	}
	assert.Len(t, l.rest.late, maxLate)
	assert.Equal(t, int64(Never), l.rest.forgot)
	l.noteChange(midnight+1, midnight, sla.Counts{Good: 1}) // known at the next tick
	assert.Len(t, l.rest.late, maxLate+1-maxLate/8)
	assert.Equal(t, midnight+6*int64(time.Minute), l.rest.forgot)
	last := int64(Never)
	for _, e := range l.rest.late {
		assert.Greater(t, e.known, last)
		last = e.known
	}
	assert.Equal(t, midnight+7*int64(time.Minute), l.rest.late[0].known)
	assert.False(t, l.SumAsOf(Never, midnight, l.rest.forgot-1).exact)
	assert.True(t, l.SumAsOf(Never, midnight, l.rest.forgot).exact)
}
