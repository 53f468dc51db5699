package ledger

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

var midnight = exact.Nanos(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))

func TestSlicesAreJudgedAsAnOracleJudgesThem(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 5))
		spec := &Spec{Window: sla.Rolling(30 * sla.Day), Slice: []time.Duration{time.Minute, 5 * time.Minute, time.Hour, 7 * time.Second}[seed%4]}
		if seed%3 > 0 {
			spec.Share = sla.MustTarget("90%")
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { slicesRun(t, r, spec) })
	}
}

func slicesRun(t *testing.T, r *rand.Rand, spec *Spec) {
	length := int64(spec.Slice)
	l, slices := New(spec), map[int64]sla.Counts{}
	now, mostLate := midnight, length*judgedAnew/2
	if spec.Share.IsZero() {
		mostLate = int64(20 * sla.Day)
	}
	for range 3000 {
		now += r.Int64N(length)
		at := now
		if r.IntN(10) == 0 {
			at -= r.Int64N(mostLate)
		}
		c := sla.Counts{Good: r.Int64N(20), Bad: max(0, r.Int64N(6)-3)}
		l.Add(at, c.Good, c.Bad)
		if c != (sla.Counts{}) {
			n := SliceOf(at, length)
			slices[n] = slices[n].Add(c)
		}
	}
	for range 50 {
		from := now - r.Int64N(int64(30*sla.Day))
		to := from + r.Int64N(now-from) + 1
		got := l.Sum(from, to)
		require.True(t, got.From <= from && from-got.From < length && got.To >= to && got.To-to < length)
		require.Equal(t, judged(slices, spec, got.From/length, got.To/length), got.Counts)
		checkCells(t, l, got)
	}
	assert.Zero(t, l.Account().Dropped)
}

func judged(slices map[int64]sla.Counts, spec *Spec, from, to int64) (sum sla.Counts) {
	for n, c := range slices {
		switch {
		case n < from || n >= to:
		case spec.Share.IsZero() && c.Bad > 0, !spec.Share.IsZero() && (sla.Budget{Target: spec.Share, Counts: c}).State() == sla.StateBreached:
			sum.Bad++
		default:
			sum.Good++
		}
	}
	return sum
}

func TestSlicesThatCannotBeJudgedAnewDropWhatComes(t *testing.T) {
	l := New(&Spec{Window: sla.Rolling(30 * sla.Day), Slice: time.Minute, Share: sla.MustTarget("90%")})
	for i := range int64(judgedAnew + 1) {
		l.Add(midnight+i*int64(time.Minute), 10, 0)
	}
	l.Add(midnight, 0, 5)
	l.Add(midnight+int64(time.Minute), 0, 5)
	assert.Equal(t, sla.Counts{Good: judgedAnew, Bad: 1}, l.Sum(midnight, midnight+int64(sla.Day)).Counts)
	assert.Equal(t, int64(5), l.Account().Dropped)
}

func TestAMonthOfSlicesIsSmall(t *testing.T) {
	l := New(&Spec{Window: sla.Rolling(30 * sla.Day), Slice: 5 * time.Minute})
	for i := range int64(365 * 288) {
		l.Add(midnight+i*int64(5*time.Minute), 1, 0)
	}
	now := midnight + int64(365*sla.Day)
	assert.Equal(t, sla.Counts{Good: 30 * 288}, l.Sum(now-int64(30*sla.Day), now).Counts)
	assert.LessOrEqual(t, cap(l.rest.slices.words)*24, 5<<10)
}

func TestOutcomesJoinInAnyOrder(t *testing.T) {
	kinds := []OutcomeKind{NotDue, Missing, Late, Excused, OnTime}
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 6))
		spec := &Spec{Window: sla.Rolling(90 * sla.Day), Deadlines: true}
		var observed []Due
		step := []int64{int64(sla.Day), int64(15 * time.Minute), int64(sla.Day) + 7}[seed%3]
		for range 200 {
			d := Due{midnight + r.Int64N(60)*step, Outcome{Kind: kinds[r.IntN(len(kinds))]}}
			if d.Kind == Late {
				d.Late = time.Duration(1+r.Int64N(5)) * []time.Duration{time.Second, time.Nanosecond, time.Hour}[r.IntN(3)]
			}
			observed = append(observed, d)
		}
		want := New(spec)
		best := map[int64]Outcome{}
		for _, d := range observed {
			changed := d.beats(best[d.At])
			if changed {
				best[d.At] = d.Outcome
			}
			require.Equal(t, changed, want.Observe(d.At, d.Outcome))
			require.False(t, want.Observe(d.At, d.Outcome), "the same again changes nothing")
		}
		r.Shuffle(len(observed), func(i, j int) { observed[i], observed[j] = observed[j], observed[i] })
		other := New(spec)
		for _, d := range observed {
			other.Observe(d.At, d.Outcome)
		}
		got := want.Dues(nil, Never, now(90))
		require.Equal(t, got, other.Dues(nil, Never, now(90)))
		var sum sla.Counts
		for _, d := range got {
			require.Equal(t, best[d.At], d.Outcome)
			sum = sum.Add(d.counts())
		}
		require.Equal(t, sum, want.Sum(midnight, now(90)).Counts)
		checkDueCells(t, want, sum)
	}
}

func now(days int) int64 { return midnight + int64(days)*int64(sla.Day) }

func checkDueCells(t *testing.T, l *Ledger, want sla.Counts) {
	var sum sla.Counts
	for _, c := range l.Cells(nil, midnight, now(90)) {
		require.Equal(t, c.Start, c.End)
		sum = sum.Add(c.Counts)
	}
	require.Equal(t, want, sum)
}

func TestDueInstantsAtTheEndsOfTimeArePacked(t *testing.T) {
	ats := []int64{Never, Never + 1, -1, 0, 1, midnight, 1<<63 - 2, 1<<63 - 1}
	l := New(&Spec{Window: sla.Rolling(90 * sla.Day), Deadlines: true})
	for i := range ats {
		assert.True(t, l.Observe(ats[(i*3)%len(ats)], Outcome{Late, time.Duration(1<<62 - 1 - int64(i))}))
	}
	for i, d := range l.Dues(nil, Never, 1<<63-1) {
		assert.Equal(t, ats[i], d.At)
	}
}

func TestEventsAndDeadlinesDoNotMix(t *testing.T) {
	deadlines := New(&Spec{Window: sla.Rolling(90 * sla.Day), Deadlines: true})
	deadlines.Add(midnight, 2, 1)
	assert.Equal(t, int64(3), deadlines.Account().Dropped)
	assert.False(t, New(&Spec{Window: sla.Rolling(90 * sla.Day)}).Observe(midnight, Outcome{Kind: OnTime}))
}

func TestTheBetterEvidenceWins(t *testing.T) {
	ranked := []Outcome{{}, {Kind: Missing}, {Late, time.Hour}, {Late, time.Minute}, {Kind: Excused}, {Kind: OnTime}}
	for i, o := range ranked {
		for n, other := range ranked {
			l := New(&Spec{Window: sla.Rolling(90 * sla.Day), Deadlines: true})
			l.Observe(midnight, o)
			l.Observe(midnight, other)
			dues := l.Dues(nil, midnight, now(1))
			if i+n == 0 {
				require.Empty(t, dues)
				continue
			}
			require.Equal(t, []Due{{midnight, ranked[max(i, n)]}}, dues)
		}
	}
	counts := []sla.Counts{{}, {Bad: 1}, {Bad: 1}, {Bad: 1}, {}, {Good: 1}}
	for i, o := range ranked {
		assert.Equal(t, counts[i], o.counts())
	}
}

// TestManyEventsAreCountedExactly passes what 32 bits hold: for ever by little at a time, and at once.
func TestManyEventsAreCountedExactly(t *testing.T) {
	const each = 1 << 24
	l := New(&Spec{Window: sla.Rolling(time.Hour)})
	at := midnight
	for range 4 * 24 * 720 {
		l.Add(at, each/720, 1)
		at += tick
	}
	assert.Equal(t, sla.Counts{Good: each / 720 * 720, Bad: 720}, l.Sum(at-int64(time.Hour), at).Counts)
	assert.Nil(t, l.dense().high, "an hour holds less than that")

	o := &oracle{}
	l = New(&Spec{Window: sla.Rolling(sla.Day)})
	for i := range int64(3000) {
		at := midnight + i*int64(30*time.Second)
		o.add(at, i<<25, i<<33)
		l.Add(at, i<<25, i<<33)
		if i%100 == 99 {
			o.agree(t, l.Sum(at-int64(6*time.Hour), at), at-int64(6*time.Hour), at)
			o.agree(t, l.Sum(at-int64(5*time.Minute), at), at-int64(5*time.Minute), at)
			checkCells(t, l, l.Sum(at-int64(sla.Day), at))
		}
	}
	assert.NotNil(t, l.dense().high)
}

func TestMoreThanCanBeCountedIsDropped(t *testing.T) {
	for _, one := range []bool{true, false} {
		l := New(&Spec{Window: sla.Rolling(sla.Day)})
		l.Add(midnight, 1<<62, 0)
		l.Add(midnight, 1<<62, 0)
		if !one {
			l.Pin(midnight)
			l.bookDense(tickOf(midnight+int64(time.Hour)), 0, 0, 1)
		}
		l.Add(midnight+int64(time.Minute), 1<<62, 5)
		got := l.Sum(midnight, midnight+1)
		assert.Equal(t, int64(1<<63-1), l.Sum(midnight, now(1)).Good, "of %v", got)
		assert.Equal(t, int64(1<<62+1), l.Account().Dropped)
		l.Add(midnight, -5, -5)
		assert.Equal(t, int64(1<<63-1), l.Sum(midnight, now(1)).Good)
	}
}

func TestInstantsSaturate(t *testing.T) {
	l := New(&Spec{Window: sla.Rolling(200 * 365 * sla.Day)})
	years := []int{1, 1600, 1700, 1969, 2026, 2261, 2300, 9999}
	for _, y := range years {
		l.Add(exact.Nanos(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)), 1, 0)
		l.Add(exact.Nanos(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)), 0, 1)
	}
	assert.Equal(t, sla.Counts{Good: 8, Bad: 8}, l.Sum(Never, 1<<63-1).Counts)
	assert.Equal(t, sla.Counts{Good: 1, Bad: 1}, l.Sum(midnight-int64(300*sla.Day), midnight).Counts)
	for _, instant := range []time.Time{{}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), time.Unix(1<<62, 0), time.Unix(-1<<62, 0), time.Date(2262, 4, 11, 23, 47, 16, 854775807, time.UTC)} {
		assert.Equal(t, instant.Before(exact.Instant(0)), exact.Nanos(instant) < 0)
		assert.InDelta(t, float64(1<<63-1), float64(max(exact.Nanos(instant), -exact.Nanos(instant)-1)), 1e10)
	}
}

// TestASliceThatIsDroppedIsNotBooked: neither where its counts are not known any more, nor where it
// is older than all that is kept.
func TestASliceThatIsDroppedIsNotBooked(t *testing.T) {
	for _, share := range []sla.Target{{}, sla.MustTarget("90%")} {
		l := New(&Spec{Window: sla.Rolling(time.Hour), Slice: time.Minute, Share: share, Deltas: true})
		for i := range int64(3 * 24 * 60) {
			l.Add(midnight+i*int64(time.Minute), 10, 0)
		}
		l.Drain()
		end := midnight + int64(3*sla.Day)
		require.Greater(t, l.floor, tickOf(midnight), "something was forgotten")
		before := l.Cells(nil, Never, 1<<63-1)

		l.Add(midnight, 3, 4)
		assert.Equal(t, Account{Newest: end - int64(time.Minute), Dropped: 7}, l.Account())
		if !share.IsZero() {
			l.Add(end-int64(judgedAnew+1)*int64(time.Minute), 0, 5) // kept, but its counts are not known any more
			assert.Equal(t, int64(12), l.Account().Dropped)
		}
		assert.Equal(t, before, l.Cells(nil, Never, 1<<63-1))
		assert.Empty(t, l.Drain())
		assert.Equal(t, sla.Counts{Good: 60}, l.Sum(end-int64(time.Hour), end).Counts)
	}
}
