package ledger

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
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
func (o *oracle) agree(t *testing.T, got Tally, from, to int64) {
	t.Helper()
	require.LessOrEqual(t, got.From, from)
	require.GreaterOrEqual(t, got.To, to)
	good, bad := o.sum(got.From, got.To)
	require.Equal(t, fmt.Sprint(good, bad), fmt.Sprint(got.Good, got.Bad), "of [%v, %v)", exact.Instant(got.From), exact.Instant(got.To))
}

// A stream makes events: bursts and gaps, mostly in order, with some that are late or not true.
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
		at = exact.Add(at, s.Int64N(1<<62))
	}
	if s.IntN(3) == 0 {
		return at, s.Int64N(1000), s.Int64N(100)
	}
	return at, 1, s.Int64N(2)
}

func windows(r *rand.Rand) sla.Window {
	zones := []string{"UTC", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata"}
	loc, err := time.LoadLocation(zones[r.IntN(len(zones))])
	if err != nil {
		panic(err)
	}
	return []sla.Window{
		sla.Rolling(time.Duration(1 + r.Int64N(int64(400*sla.Day)))), sla.Rolling(30 * sla.Day), sla.Rolling(sla.Day), sla.Rolling(time.Hour), sla.CalendarDay(loc),
		sla.CalendarWeek(time.Weekday(r.IntN(7)), loc), sla.CalendarMonth(1+r.IntN(31), loc), sla.CalendarQuarter(time.January, 1, loc), sla.CalendarYear(time.April, 6, loc),
	}[r.IntN(9)]
}

func TestLedgerAgreesWithAnOracleThatKeepsEveryEvent(t *testing.T) {
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 4))
		spec := &Spec{Window: windows(r)}
		t.Run(fmt.Sprint(seed, " ", spec.Window), func(t *testing.T) { oracleRun(t, r, spec, seed%2 == 0) })
	}
}

func oracleRun(t *testing.T, r *rand.Rand, spec *Spec, leaps bool) {
	l, o := New(spec), &oracle{}
	keep := max(int64(spec.Keep()), int64(time.Minute))
	s := &stream{r, exact.Nanos(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)), keep, leaps}
	advances := r.IntN(2) == 0
	for step := range 4000 {
		at, good, bad := s.next()
		o.add(at, good, bad)
		l.Add(at, good, bad)
		if advances && r.IntN(20) == 0 {
			l.Advance(s.now)
		}
		if step%200 == 199 {
			ask(t, r, l, o, s, leaps)
		}
	}
}

func ask(t *testing.T, r *rand.Rand, l *Ledger, o *oracle, s *stream, leaps bool) {
	now := exact.Instant(s.now)
	for _, length := range []time.Duration{5 * time.Minute, time.Hour, 6 * time.Hour, sla.Day, 3 * sla.Day, time.Duration(1 + r.Int64N(s.keep))} {
		if int64(length) <= s.keep {
			from := s.now - int64(length)
			got := l.Sum(from, s.now)
			o.agree(t, got, from, s.now)
			if !leaps {
				require.LessOrEqual(t, from-got.From, max(tick, int64(length)/minCells), "%v", length)
			}
			burnsWithin(t, o, got, from, s.now)
		}
	}
	into := make([]Tally, 10)
	lengths := append(slices.Clone(alertWindows), time.Duration(1+r.Int64N(2*s.keep)), time.Second)
	at := s.now - r.Int64N(s.keep)
	l.Trailing(at, lengths, into)
	for i, length := range lengths {
		require.Equal(t, l.Sum(at-int64(length), at), into[i])
	}
	start, end := l.spec.Window.Bounds(now)
	got := l.Sum(exact.Nanos(start), exact.Nanos(end))
	o.agree(t, got, exact.Nanos(start), exact.Nanos(end))
	if !l.spec.Window.IsRolling() {
		require.Equal(t, start.UTC(), exact.Instant(got.From), "bounds of the calendar are edges")
		require.Equal(t, end.UTC(), exact.Instant(got.To))
	}
	checkCells(t, l, got)
}

// burnsWithin holds the share that was bad against that of the bounds that were asked for.
func burnsWithin(t *testing.T, o *oracle, got Tally, from, to int64) {
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

func checkCells(t *testing.T, l *Ledger, whole Tally) {
	var sum sla.Counts
	last := int64(Never)
	for _, c := range l.Cells(nil, whole.From, whole.To) {
		require.GreaterOrEqual(t, c.Start, last)
		require.Greater(t, c.End, c.Start)
		require.NotZero(t, c.Total())
		last = c.End
		sum = sum.Add(c.Counts)
	}
	require.Equal(t, whole.Counts, sum)
	if d := l.dense(); d != nil {
		require.LessOrEqual(t, len(d.edges), 2*maxCells(l.spec)+manyAhead)
	}
}
