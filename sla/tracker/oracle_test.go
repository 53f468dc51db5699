package tracker_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// An oracle keeps every event, and counts by going through all of them with big numbers.
type oracle struct {
	o           sla.Objective
	events      []event
	corrections []sla.Correction
}

type event struct {
	at        time.Time
	good, bad int64
}

type bigCounts struct{ good, bad *big.Int }

func newBig() bigCounts { return bigCounts{new(big.Int), new(big.Int)} }

func (c bigCounts) add(good, bad int64) {
	c.good.Add(c.good, big.NewInt(good))
	c.bad.Add(c.bad, big.NewInt(bad))
}

func (c bigCounts) String() string { return fmt.Sprintf("%v+%v", c.good, c.bad) }

func (c bigCounts) state(o sla.Objective) sla.State {
	total := new(big.Int).Add(c.good, c.bad)
	if total.Sign() == 0 {
		return sla.StateNoData
	}
	missed := new(big.Rat).SetFrac(c.bad, total)
	switch missed.Cmp(big.NewRat(1_000_000_000-o.Target.Billionths(), 1_000_000_000)) {
	case 1:
		return sla.StateBreached
	case 0:
		return sla.StateExhausted
	}
	return sla.StateMet
}

// effect returns what corrections make of an instant.
func (x *oracle) effect(at time.Time) (removed, good bool) {
	for _, c := range x.corrections {
		if !at.Before(c.Start) && at.Before(c.End) {
			removed, good = removed || !c.CountAsGood, good || c.CountAsGood
		}
	}
	return removed, good
}

// count goes through all events, or through all slices, in [from, to), for a report at an instant.
func (x *oracle) count(from, to, at time.Time) (raw, corrected bigCounts) {
	raw, corrected = newBig(), newBig()
	add := func(when time.Time, good, bad int64) {
		raw.add(good, bad)
		switch removed, fine := x.effect(when); {
		case removed:
		case fine:
			corrected.add(good+bad, 0)
		default:
			corrected.add(good, bad)
		}
	}
	if x.o.Timeslices.IsZero() {
		for _, e := range x.events {
			if !e.at.Before(from) && e.at.Before(to) {
				add(e.at, e.good, e.bad)
			}
		}
		return raw, corrected
	}
	x.slices(from, to, at, add)
	return raw, corrected
}

func (x *oracle) slices(from, to, at time.Time, add func(when time.Time, good, bad int64)) {
	length := x.o.Timeslices.Length
	began, sums := int64(1<<62), map[int64]bigCounts{}
	for _, e := range x.events {
		n := e.at.Unix() / int64(length/time.Second)
		began = min(began, n)
		if _, ok := sums[n]; !ok {
			sums[n] = newBig()
		}
		sums[n].add(e.good, e.bad)
	}
	share := x.o
	if share.Target = x.o.Timeslices.Target; share.Target.IsZero() {
		share.Target = sla.MustTarget("99.9999999%")
	}
	for when := from; when.Before(to); when = when.Add(length) {
		n := when.Unix() / int64(length/time.Second)
		switch c, ok := sums[n]; {
		case ok && (c.state(share) == sla.StateBreached || x.o.Timeslices.Target.IsZero() && c.bad.Sign() > 0):
			add(when, 0, 1)
		case ok:
			add(when, 1, 0)
		case n < began || when.Add(length).After(at):
		case x.o.NoData == sla.NoDataGood:
			add(when, 1, 0)
		case x.o.NoData == sla.NoDataBad:
			add(when, 0, 1)
		}
	}
}

var oracleZones = []string{"UTC", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia"}

func randomObjective(t *testing.T, r *rand.Rand) sla.Objective {
	zone, err := time.LoadLocation(oracleZones[r.IntN(len(oracleZones))])
	require.NoError(t, err)
	windows := []sla.Window{
		sla.Rolling(time.Duration(1+r.IntN(48)) * time.Hour), sla.Rolling(30 * sla.Day), sla.Rolling(time.Duration(600+r.IntN(5000)) * time.Second),
		sla.CalendarDay(zone), sla.CalendarWeek(time.Weekday(r.IntN(7)), zone), sla.CalendarMonth(1+r.IntN(31), zone),
		sla.CalendarQuarter(time.Month(1+r.IntN(12)), 1+r.IntN(31), zone), sla.CalendarYear(time.Month(1+r.IntN(12)), 1+r.IntN(31), zone),
	}
	targets := []string{"50%", "90%", "99%", "99.9%", "33.3333333%"}
	o := sla.Objective{Name: "o", Asset: "a", Target: sla.MustTarget(targets[r.IntN(len(targets))]), Window: windows[r.IntN(len(windows))], Burn: []sla.BurnRule{}}
	if r.IntN(2) == 0 {
		o.Timeslices.Length = []time.Duration{time.Minute, 5 * time.Minute, 7 * time.Second}[r.IntN(3)]
		o.NoData = sla.NoData(r.IntN(3))
		if r.IntN(2) == 0 {
			o.Timeslices.Target = sla.MustTarget(targets[r.IntN(len(targets))])
		}
	}
	return o
}

// lateness is how late an event may be and still be counted exactly.
func lateness(o sla.Objective) time.Duration {
	start, end := o.Window.Bounds(zero)
	if o.Timeslices.IsZero() || o.Timeslices.Target.IsZero() {
		return min(end.Sub(start), 20*time.Hour)
	}
	return min(end.Sub(start), 50*o.Timeslices.Length)
}

// TestTrackerAgreesWithOracle plays random streams, with bursts, gaps, late events and clocks that jump, and asks for reports
// now and then, also of the past. What a report shows of [Start, End) is what the oracle counts there; states agree.
func TestTrackerAgreesWithOracle(t *testing.T) {
	seen := map[sla.State]int{}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 5))
		x := &oracle{o: randomObjective(t, r)}
		tr := newTracker(t, x.o)
		now := time.Date(2026, time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(1e9), time.UTC)
		x.correct(t, r, tr, now)
		pace := time.Duration(1 + r.Int64N(int64(30*time.Minute)))
		for i := range 200 {
			now = now.Add(time.Duration(r.Int64N(int64(pace))))
			switch r.IntN(40) {
			case 0:
				pace = time.Duration(1 + r.Int64N(int64([]time.Duration{time.Second, time.Minute, time.Hour}[r.IntN(3)])))
			case 1:
				now = now.Add(time.Duration(r.Int64N(int64(12 * time.Hour)))) // a gap
			case 2:
				now = now.Add(-time.Duration(r.Int64N(int64(lateness(x.o))))) // the clock is set back
			}
			e := event{now, r.Int64N(20), max(0, r.Int64N(12)-6)}
			if r.IntN(8) == 0 {
				e.at = e.at.Add(-time.Duration(r.Int64N(int64(lateness(x.o)))))
			}
			if x.far(e.at) {
				continue
			}
			if e.good+e.bad > 0 {
				x.events = append(x.events, e)
				require.NoError(t, tr.Record("s/o", e.at, e.good, e.bad))
			}
			if r.IntN(20) == 0 {
				at := now.Add(time.Duration(r.Int64N(int64(pace))))
				if r.IntN(4) == 0 {
					at = at.Add(-time.Duration(r.Int64N(int64(time.Hour))))
				}
				seen[x.compare(t, tr, at, fmt.Sprintf("seed %d, event %d, %v, slices %v, no data %v", seed, i, x.o.Window, x.o.Timeslices, x.o.NoData))]++
			}
		}
	}
	for _, s := range []sla.State{sla.StateNoData, sla.StateMet, sla.StateBreached} {
		assert.NotZero(t, seen[s], s)
	}
}

// far reports whether an event is later than the newest instant that is believed.
func (x *oracle) far(at time.Time) bool {
	for _, e := range x.events {
		if e.at.Sub(at) > lateness(x.o) {
			return true
		}
	}
	return false
}

// correct enters corrections before anything is recorded, on whole slices and minutes.
func (x *oracle) correct(t *testing.T, r *rand.Rand, tr *tracker.Tracker, now time.Time) {
	unit := time.Minute
	if !x.o.Timeslices.IsZero() {
		unit = x.o.Timeslices.Length
	}
	for i := range r.IntN(4) {
		whole := int64(unit / time.Second)
		start := time.Unix(now.Unix()/whole*whole, 0).Add(time.Duration(r.IntN(600)) * unit)
		c := sla.Correction{ID: fmt.Sprint(i), SLA: "s", Start: start, End: start.Add(time.Duration(1+r.IntN(600)) * unit), CountAsGood: r.IntN(2) == 0,
			Author: "ada", Reason: "x", EnteredAt: now.Add(-time.Hour)}
		require.NoError(t, tr.Correct(c))
		x.corrections = append(x.corrections, c)
	}
}

func (x *oracle) compare(t *testing.T, tr *tracker.Tracker, at time.Time, what string) sla.State {
	report, ok := tr.Report("s", at)
	require.True(t, ok)
	o := report.Objectives[0]
	raw, corrected := x.count(o.Start, o.End, at)
	require.Equal(t, raw.String(), fmt.Sprintf("%d+%d", o.Raw.Counts.Good, o.Raw.Counts.Bad), "%s: raw at %v, %v to %v", what, at, o.Start, o.End)
	require.Equal(t, corrected.String(), fmt.Sprintf("%d+%d", o.Budget.Counts.Good, o.Budget.Counts.Bad), "%s: at %v, %v to %v", what, at, o.Start, o.End)
	require.Equal(t, corrected.state(x.o), o.Budget.State(), what)
	start, _ := x.o.Window.Bounds(at)
	if !slices.ContainsFunc(x.events, func(e event) bool { return e.at.After(at) }) { // of the past, some may be forgotten
		require.False(t, o.Start.After(start), what)
	}
	require.False(t, o.End.Before(at), what)
	require.LessOrEqual(t, o.Resolution, at.Sub(start)/30+x.o.Timeslices.Length+time.Hour+5*time.Second, what)
	require.Zero(t, o.Dropped, what)
	return o.State
}

// TestBurnsAreWithinTheBound compares the counts of burn windows with those of the oracle. A window is at most a thirtieth too long,
// or 5 seconds, so that its burn rate is off by no more than what was bad there.
func TestBurnsAreWithinTheBound(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 6))
		o := sla.Objective{Name: "o", Asset: "a", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day)}
		x := &oracle{o: o}
		tr := newTracker(t, o)
		now, pace := zero, time.Duration(1+r.Int64N(int64(10*time.Minute)))
		if seed%2 == 1 { // then burns are counted with corrections
			pace /= 10
			x.correct(t, r, tr, now)
		}
		for range 3000 {
			now = now.Add(time.Duration(r.Int64N(int64(pace))))
			e := event{now, r.Int64N(20), max(0, r.Int64N(12)-8)}
			x.events = append(x.events, e)
			require.NoError(t, tr.Record("s/o", e.at, e.good, e.bad))
		}
		at := now.Add(1)
		tr.Alerts(at)
		report, _ := tr.Report("s", at)
		require.Len(t, report.Objectives[0].Burns, 4)
		for _, b := range report.Objectives[0].Burns {
			for length, got := range map[time.Duration]sla.Counts{b.Rule.Long: b.Long, b.Rule.Short: b.Short} {
				_, least := x.count(at.Add(-length), at, at)
				_, most := x.count(at.Add(-length-max(length/30, 5*time.Second)), at, at)
				assert.GreaterOrEqual(t, got.Bad, least.bad.Int64(), "%v", length)
				assert.LessOrEqual(t, got.Bad, most.bad.Int64(), "%v", length)
				assert.GreaterOrEqual(t, got.Good, least.good.Int64(), "%v", length)
				assert.LessOrEqual(t, got.Good, most.good.Int64(), "%v", length)
			}
		}
	}
}
