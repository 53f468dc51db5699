package sla

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var midnight = nanos(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))

func TestSlicesAreJudgedAsAnOracleJudgesThem(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 5))
		spec := &ledgerSpec{window: Rolling(30 * Day), slice: []time.Duration{time.Minute, 5 * time.Minute, time.Hour, 7 * time.Second}[seed%4]}
		if seed%3 > 0 {
			spec.share = MustTarget("90%")
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { slicesRun(t, r, spec) })
	}
}

func slicesRun(t *testing.T, r *rand.Rand, spec *ledgerSpec) {
	length := int64(spec.slice)
	l, slices := newLedger(spec), map[int64]Counts{}
	now, mostLate := midnight, length*judgedAnew/2
	if spec.share.IsZero() {
		mostLate = int64(20 * Day)
	}
	for range 3000 {
		now += r.Int64N(length)
		at := now
		if r.IntN(10) == 0 {
			at -= r.Int64N(mostLate)
		}
		c := Counts{r.Int64N(20), max(0, r.Int64N(6)-3)}
		l.add(at, c.Good, c.Bad)
		if c != (Counts{}) {
			n := sliceOf(at, length)
			slices[n] = slices[n].Add(c)
		}
	}
	for range 50 {
		from := now - r.Int64N(int64(30*Day))
		to := from + r.Int64N(now-from) + 1
		got := l.sum(from, to)
		require.True(t, got.from <= from && from-got.from < length && got.to >= to && got.to-to < length)
		require.Equal(t, judged(slices, spec, got.from/length, got.to/length), got.Counts)
		checkCells(t, l, got)
	}
	assert.Zero(t, l.account().dropped)
}

func judged(slices map[int64]Counts, spec *ledgerSpec, from, to int64) (sum Counts) {
	for n, c := range slices {
		switch {
		case n < from || n >= to:
		case spec.share.IsZero() && c.Bad > 0, !spec.share.IsZero() && (Budget{spec.share, c}).State() == Breached:
			sum.Bad++
		default:
			sum.Good++
		}
	}
	return sum
}

func TestSlicesThatCannotBeJudgedAnewDropWhatComes(t *testing.T) {
	l := newLedger(&ledgerSpec{window: Rolling(30 * Day), slice: time.Minute, share: MustTarget("90%")})
	for i := range int64(judgedAnew + 1) {
		l.add(midnight+i*int64(time.Minute), 10, 0)
	}
	l.add(midnight, 0, 5)
	l.add(midnight+int64(time.Minute), 0, 5)
	assert.Equal(t, Counts{Good: judgedAnew, Bad: 1}, l.sum(midnight, midnight+int64(Day)).Counts)
	assert.Equal(t, int64(5), l.account().dropped)
}

func TestAMonthOfSlicesIsSmall(t *testing.T) {
	l := newLedger(&ledgerSpec{window: Rolling(30 * Day), slice: 5 * time.Minute})
	for i := range int64(365 * 288) {
		l.add(midnight+i*int64(5*time.Minute), 1, 0)
	}
	now := midnight + int64(365*Day)
	assert.Equal(t, Counts{Good: 30 * 288}, l.sum(now-int64(30*Day), now).Counts)
	assert.LessOrEqual(t, cap(l.rest.slices.words)*24, 5<<10)
}

func TestOutcomesJoinInAnyOrder(t *testing.T) {
	kinds := []outcomeKind{notDue, missing, late, excused, onTime}
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 6))
		spec := &ledgerSpec{window: Rolling(90 * Day), deadlines: true}
		var observed []due
		step := []int64{int64(Day), int64(15 * time.Minute), int64(Day) + 7}[seed%3]
		for range 200 {
			d := due{midnight + r.Int64N(60)*step, outcome{kind: kinds[r.IntN(len(kinds))]}}
			if d.kind == late {
				d.late = time.Duration(1+r.Int64N(5)) * []time.Duration{time.Second, time.Nanosecond, time.Hour}[r.IntN(3)]
			}
			observed = append(observed, d)
		}
		want := newLedger(spec)
		best := map[int64]outcome{}
		for _, d := range observed {
			changed := d.beats(best[d.at])
			if changed {
				best[d.at] = d.outcome
			}
			require.Equal(t, changed, want.observe(d.at, d.outcome))
			require.False(t, want.observe(d.at, d.outcome), "the same again changes nothing")
		}
		r.Shuffle(len(observed), func(i, j int) { observed[i], observed[j] = observed[j], observed[i] })
		other := newLedger(spec)
		for _, d := range observed {
			other.observe(d.at, d.outcome)
		}
		got := want.dues(nil, never, now(90))
		require.Equal(t, got, other.dues(nil, never, now(90)))
		var sum Counts
		for _, d := range got {
			require.Equal(t, best[d.at], d.outcome)
			sum = sum.Add(d.counts())
		}
		require.Equal(t, sum, want.sum(midnight, now(90)).Counts)
		checkDueCells(t, want, sum)
	}
}

func now(days int) int64 { return midnight + int64(days)*int64(Day) }

func checkDueCells(t *testing.T, l *ledger, want Counts) {
	var sum Counts
	for _, c := range l.cells(nil, midnight, now(90)) {
		require.Equal(t, c.start, c.end)
		sum = sum.Add(c.Counts)
	}
	require.Equal(t, want, sum)
}

func TestDueInstantsAtTheEndsOfTimeArePacked(t *testing.T) {
	ats := []int64{never, never + 1, -1, 0, 1, midnight, 1<<63 - 2, 1<<63 - 1}
	l := newLedger(&ledgerSpec{window: Rolling(90 * Day), deadlines: true})
	for i := range ats {
		assert.True(t, l.observe(ats[(i*3)%len(ats)], outcome{late, time.Duration(1<<62 - 1 - int64(i))}))
	}
	for i, d := range l.dues(nil, never, 1<<63-1) {
		assert.Equal(t, ats[i], d.at)
	}
}

func TestEventsAndDeadlinesDoNotMix(t *testing.T) {
	deadlines := newLedger(&ledgerSpec{window: Rolling(90 * Day), deadlines: true})
	deadlines.add(midnight, 2, 1)
	assert.Equal(t, int64(3), deadlines.account().dropped)
	assert.False(t, newLedger(&ledgerSpec{window: Rolling(90 * Day)}).observe(midnight, outcome{kind: onTime}))
}

func TestTheBetterEvidenceWins(t *testing.T) {
	ranked := []outcome{{}, {kind: missing}, {late, time.Hour}, {late, time.Minute}, {kind: excused}, {kind: onTime}}
	for i, o := range ranked {
		for n, other := range ranked {
			l := newLedger(&ledgerSpec{window: Rolling(90 * Day), deadlines: true})
			l.observe(midnight, o)
			l.observe(midnight, other)
			dues := l.dues(nil, midnight, now(1))
			if i+n == 0 {
				require.Empty(t, dues)
				continue
			}
			require.Equal(t, []due{{midnight, ranked[max(i, n)]}}, dues)
		}
	}
	counts := []Counts{{}, {Bad: 1}, {Bad: 1}, {Bad: 1}, {}, {Good: 1}}
	for i, o := range ranked {
		assert.Equal(t, counts[i], o.counts())
	}
}

// TestManyEventsAreCountedExactly passes what 32 bits hold: for ever by little at a time, and at once.
func TestManyEventsAreCountedExactly(t *testing.T) {
	const each = 1 << 24
	l := newLedger(&ledgerSpec{window: Rolling(time.Hour)})
	at := midnight
	for range 4 * 24 * 720 {
		l.add(at, each/720, 1)
		at += tick
	}
	assert.Equal(t, Counts{each / 720 * 720, 720}, l.sum(at-int64(time.Hour), at).Counts)
	assert.Nil(t, l.dense().high, "an hour holds less than that")

	o := &oracle{}
	l = newLedger(&ledgerSpec{window: Rolling(Day)})
	for i := range int64(3000) {
		at := midnight + i*int64(30*time.Second)
		o.add(at, i<<25, i<<33)
		l.add(at, i<<25, i<<33)
		if i%100 == 99 {
			o.agree(t, l.sum(at-int64(6*time.Hour), at), at-int64(6*time.Hour), at)
			o.agree(t, l.sum(at-int64(5*time.Minute), at), at-int64(5*time.Minute), at)
			checkCells(t, l, l.sum(at-int64(Day), at))
		}
	}
	assert.NotNil(t, l.dense().high)
}

func TestMoreThanCanBeCountedIsDropped(t *testing.T) {
	for _, one := range []bool{true, false} {
		l := newLedger(&ledgerSpec{window: Rolling(Day)})
		l.add(midnight, 1<<62, 0)
		l.add(midnight, 1<<62, 0)
		if !one {
			l.pin(midnight)
			l.bookDense(tickOf(midnight+int64(time.Hour)), 0, 0, 1)
		}
		l.add(midnight+int64(time.Minute), 1<<62, 5)
		got := l.sum(midnight, midnight+1)
		assert.Equal(t, int64(1<<63-1), l.sum(midnight, now(1)).Good, "of %v", got)
		assert.Equal(t, int64(1<<62+1), l.account().dropped)
		l.add(midnight, -5, -5)
		assert.Equal(t, int64(1<<63-1), l.sum(midnight, now(1)).Good)
	}
}

func TestInstantsSaturate(t *testing.T) {
	l := newLedger(&ledgerSpec{window: Rolling(200 * 365 * Day)})
	years := []int{1, 1600, 1700, 1969, 2026, 2261, 2300, 9999}
	for _, y := range years {
		l.add(nanos(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)), 1, 0)
		l.add(nanos(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)), 0, 1)
	}
	assert.Equal(t, Counts{Good: 8, Bad: 8}, l.sum(never, 1<<63-1).Counts)
	assert.Equal(t, Counts{Good: 1, Bad: 1}, l.sum(midnight-int64(300*Day), midnight).Counts)
	for _, instant := range []time.Time{{}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), time.Unix(1<<62, 0), time.Unix(-1<<62, 0), time.Date(2262, 4, 11, 23, 47, 16, 854775807, time.UTC)} {
		assert.Equal(t, instant.Before(instantOf(0)), nanos(instant) < 0)
		assert.InDelta(t, float64(1<<63-1), float64(max(nanos(instant), -nanos(instant)-1)), 1e10)
	}
}

// TestASliceThatIsDroppedIsNotBooked: neither where its counts are not known any more, nor where it
// is older than all that is kept.
func TestASliceThatIsDroppedIsNotBooked(t *testing.T) {
	for _, share := range []Target{{}, MustTarget("90%")} {
		l := newLedger(&ledgerSpec{window: Rolling(time.Hour), slice: time.Minute, share: share, deltas: true})
		for i := range int64(3 * 24 * 60) {
			l.add(midnight+i*int64(time.Minute), 10, 0)
		}
		l.drain(nil, "")
		end := midnight + int64(3*Day)
		require.Greater(t, l.floor, tickOf(midnight), "something was forgotten")
		before := l.cells(nil, never, 1<<63-1)

		l.add(midnight, 3, 4)
		assert.Equal(t, account{newest: end - int64(time.Minute), dropped: 7}, l.account())
		if !share.IsZero() {
			l.add(end-int64(judgedAnew+1)*int64(time.Minute), 0, 5) // kept, but its counts are not known any more
			assert.Equal(t, int64(12), l.account().dropped)
		}
		assert.Equal(t, before, l.cells(nil, never, 1<<63-1))
		assert.Empty(t, l.drain(nil, "x"))
		assert.Equal(t, Counts{Good: 60}, l.sum(end-int64(time.Hour), end).Counts)
	}
}
