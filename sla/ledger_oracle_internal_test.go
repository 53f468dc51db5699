package sla

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An oracle keeps every event, and adds up in integers without bounds.
type oracle struct{ events []oracleEvent }

type oracleEvent struct{ at, good, bad int64 }

func (o *oracle) add(at, good, bad int64) { o.events = append(o.events, oracleEvent{at, good, bad}) }

func (o *oracle) sum(from, to int64) (good, bad *big.Int) {
	good, bad = new(big.Int), new(big.Int)
	for _, e := range o.events {
		if from <= e.at && e.at < to {
			good.Add(good, big.NewInt(e.good))
			bad.Add(bad, big.NewInt(e.bad))
		}
	}
	return good, bad
}

// agree holds a tally against the oracle: exactly, over the bounds that the tally states.
func (o *oracle) agree(t *testing.T, got tally, from, to int64) {
	t.Helper()
	require.LessOrEqual(t, got.from, from)
	require.GreaterOrEqual(t, got.to, to)
	good, bad := o.sum(got.from, got.to)
	require.Equal(t, fmt.Sprint(good, bad), fmt.Sprint(got.Good, got.Bad), "of [%v, %v)", instantOf(got.from), instantOf(got.to))
}

// A stream makes events: bursts and silences, mostly in order, with some that are late or not true.
type stream struct {
	*rand.Rand
	now, keep int64
	leaps     bool
}

func (s *stream) next() (at, good, bad int64) {
	switch p := s.IntN(1000); {
	case p < 3:
		s.now += s.Int64N(s.keep / 20)
	case p < 100:
		s.now += s.Int64N(int64(time.Hour))
	default:
		s.now += s.Int64N(int64(20 * time.Second))
	}
	at = s.now
	switch p := s.IntN(100); {
	case p < 5:
		at -= s.Int64N(int64(time.Minute))
	case p < 7:
		at -= s.Int64N(s.keep)
	case p == 7 && s.leaps:
		at = addNanos(at, s.Int64N(1<<62))
	}
	if s.IntN(3) == 0 {
		return at, s.Int64N(1000), s.Int64N(100)
	}
	return at, 1, s.Int64N(2)
}

func windows(r *rand.Rand) Window {
	zones := []string{"UTC", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata"}
	loc, err := time.LoadLocation(zones[r.IntN(len(zones))])
	if err != nil {
		panic(err)
	}
	return []Window{
		Rolling(time.Duration(1 + r.Int64N(int64(400*Day)))), Rolling(30 * Day), Rolling(Day), Rolling(time.Hour), Daily(loc),
		Weekly(time.Weekday(r.IntN(7)), loc), Monthly(1+r.IntN(31), loc), Quarterly(time.January, 1, loc), Yearly(time.April, 6, loc),
	}[r.IntN(9)]
}

func TestLedgerAgreesWithAnOracleThatKeepsEveryEvent(t *testing.T) {
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 4))
		spec := &ledgerSpec{window: windows(r)}
		t.Run(fmt.Sprint(seed, " ", spec.window), func(t *testing.T) { oracleRun(t, r, spec, seed%2 == 0) })
	}
}

func oracleRun(t *testing.T, r *rand.Rand, spec *ledgerSpec, leaps bool) {
	l, o := newLedger(spec), &oracle{}
	keep := max(int64(spec.keep()), int64(time.Minute))
	s := &stream{r, nanos(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)), keep, leaps}
	told := r.IntN(2) == 0
	for step := range 4000 {
		at, good, bad := s.next()
		o.add(at, good, bad)
		l.add(at, good, bad)
		if told && r.IntN(20) == 0 {
			l.advance(s.now)
		}
		if step%200 == 199 {
			ask(t, r, l, o, s, leaps)
		}
	}
}

func ask(t *testing.T, r *rand.Rand, l *ledger, o *oracle, s *stream, leaps bool) {
	now := instantOf(s.now)
	for _, length := range []time.Duration{5 * time.Minute, time.Hour, 6 * time.Hour, Day, 3 * Day, time.Duration(1 + r.Int64N(s.keep))} {
		if int64(length) <= s.keep {
			from := s.now - int64(length)
			got := l.sum(from, s.now)
			o.agree(t, got, from, s.now)
			if !leaps {
				require.LessOrEqual(t, from-got.from, max(tick, int64(length)/buckets), "%v", length)
			}
			burnsWithin(t, o, got, from, s.now)
		}
	}
	into := make([]tally, 10)
	lengths := append(slices.Clone(alertWindows), time.Duration(1+r.Int64N(2*s.keep)), time.Second)
	at := s.now - r.Int64N(s.keep)
	l.trailing(at, lengths, into)
	for i, length := range lengths {
		require.Equal(t, l.sum(at-int64(length), at), into[i])
	}
	start, end := l.spec.window.At(now)
	got := l.sum(nanos(start), nanos(end))
	o.agree(t, got, nanos(start), nanos(end))
	if l.spec.window.unit != rolling {
		require.Equal(t, start.UTC(), instantOf(got.from), "bounds of the calendar are edges")
		require.Equal(t, end.UTC(), instantOf(got.to))
	}
	checkCells(t, l, got)
}

// burnsWithin holds the share that was bad against that of the bounds that were asked for.
func burnsWithin(t *testing.T, o *oracle, got tally, from, to int64) {
	good, bad := o.sum(from, to)
	total := new(big.Int).Add(good, bad)
	if total.Sign() == 0 {
		return
	}
	outside := int64(got.Total()) - total.Int64()
	share, asked := big.NewRat(got.Bad, int64(got.Total())), new(big.Rat).SetFrac(bad, total)
	off := share.Sub(share, asked)
	require.LessOrEqual(t, off.Abs(off).Cmp(big.NewRat(outside, int64(got.Total()))), 0)
}

func checkCells(t *testing.T, l *ledger, whole tally) {
	var sum Counts
	last := int64(never)
	for _, c := range l.cells(nil, whole.from, whole.to) {
		require.GreaterOrEqual(t, c.start, last)
		require.Greater(t, c.end, c.start)
		require.NotZero(t, c.Total())
		last = c.end
		sum = sum.Add(c.Counts)
	}
	require.Equal(t, whole.Counts, sum)
	if d := l.dense(); d != nil {
		require.LessOrEqual(t, len(d.edges), 2*maxCells(l.spec)+manyAhead)
	}
}
