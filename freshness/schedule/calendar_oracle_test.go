package schedule_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// calendarOracle tells minute by minute whether a calendar is open, from the definition of its hours.
type calendarOracle struct {
	from time.Time
	step time.Duration
	open []bool
}

// newCalendarOracle looks at every step in [from, to).
func newCalendarOracle(h schedule.Hours, from, to time.Time, step time.Duration) calendarOracle {
	first := from.Add(-5 * 24 * time.Hour)
	var locals []int64 // what clocks show, step by step
	for at := first; at.Before(to.Add(5 * 24 * time.Hour)); at = at.Add(step) {
		locals = append(locals, naive(at.In(h.Location)))
	}
	open := make([]bool, len(locals))
	start := time.Unix(locals[0], 0).UTC().Truncate(24 * time.Hour)
	for day := start; day.Unix() < locals[len(locals)-1]; day = day.AddDate(0, 0, 1) {
		for _, sp := range spansOn(h, day) {
			end := sp.Close
			if end < sp.Open {
				end += 24 * time.Hour
			}
			i := firstStep(locals, day.Add(sp.Open).Unix())
			j := lastStep(locals, day.Add(end).Unix())
			for ; i < j; i++ {
				open[i] = true
			}
		}
	}
	return calendarOracle{from, step, open[5*24*time.Hour/step:]}
}

func spansOn(h schedule.Hours, day time.Time) []schedule.TimeRange {
	date := dateOf(day)
	if spans, ok := h.Openings[date]; ok {
		return spans
	}
	for _, holiday := range h.Holidays {
		if holiday == date {
			return nil
		}
	}
	return h.Weekly[day.Weekday()]
}

// firstStep returns the first step at which clocks show local, or, if none does, the first after the gap.
func firstStep(locals []int64, local int64) int {
	for i, l := range locals {
		if l == local {
			return i
		}
	}
	return afterGap(locals, local)
}

// lastStep returns the last step at which clocks show local, or, if none does, the first after the gap.
func lastStep(locals []int64, local int64) int {
	for i := len(locals) - 1; i >= 0; i-- {
		if locals[i] == local {
			return i
		}
	}
	return afterGap(locals, local)
}

func afterGap(locals []int64, local int64) int {
	for i, l := range locals {
		if l > local {
			return i
		}
	}
	return len(locals)
}

// elapsed returns the open time between two of the steps.
func (o calendarOracle) elapsed(i, j int) time.Duration {
	var total time.Duration
	for ; i < j; i++ {
		if o.open[i] {
			total += o.step
		}
	}
	return total
}

func (o calendarOracle) at(i int) time.Time { return o.from.Add(time.Duration(i) * o.step) }

// randomHours returns hours in whole minutes, often at those times at which clocks change.
func randomHours(r *rand.Rand, loc *time.Location, near time.Time) schedule.Hours {
	clock := func() time.Duration {
		if r.IntN(2) == 0 {
			return time.Duration(r.IntN(8)) * 30 * time.Minute
		}
		return time.Duration(r.IntN(24*60)) * time.Minute
	}
	spans := func() []schedule.TimeRange {
		var out []schedule.TimeRange
		for range r.IntN(4) {
			sp := schedule.TimeRange{Open: clock(), Close: clock()}
			if r.IntN(8) == 0 {
				sp = schedule.TimeRange{Close: 24 * time.Hour}
			}
			if sp.Open != sp.Close {
				out = append(out, sp)
			}
		}
		return out
	}
	h := schedule.Hours{Location: loc, Weekly: map[time.Weekday][]schedule.TimeRange{}, Openings: map[schedule.Date][]schedule.TimeRange{}}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if r.IntN(4) > 0 {
			h.Weekly[day] = spans()
		}
	}
	if r.IntN(8) == 0 {
		for day := range h.Weekly {
			h.Weekly[day] = []schedule.TimeRange{{Close: 24 * time.Hour}}
		}
	}
	for range r.IntN(4) {
		h.Holidays = append(h.Holidays, dateOf(near.AddDate(0, 0, r.IntN(10)-3)))
		h.Openings[dateOf(near.AddDate(0, 0, r.IntN(10)-3))] = spans()
	}
	return h
}

func TestCalendarAgreesWithOracle(t *testing.T) {
	rounds := 120
	if testing.Short() {
		rounds = 20
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range rounds {
		c := randomScenario(t, r)
		if c.step != time.Minute {
			continue // a zone with odd seconds: the oracle would take too long
		}
		c.to = c.from.Add(10 * 24 * time.Hour) // far enough from the change for the sums that skip it
		h := randomHours(r, c.loc, c.from)
		cal, err := schedule.NewCalendar(h)
		if err != nil {
			continue // never open
		}
		what := fmt.Sprintf("%s near %s", cal, c.from.Format(time.RFC3339))
		o := newCalendarOracle(h, c.from, c.to, c.step)
		n := int(c.to.Sub(c.from) / c.step)
		for i := range n {
			if o.open[i] != cal.IsOpen(o.at(i)) {
				t.Fatalf("Open(%s) of %s is %v", o.at(i), what, !o.open[i])
			}
		}
		for range 60 {
			i, j := r.IntN(n), r.IntN(n)
			if i > j {
				i, j = j, i
			}
			want := o.elapsed(i, j)
			require.Equal(t, want, cal.Elapsed(o.at(i), o.at(j)), "%s to %s of %s", o.at(i), o.at(j), what)
			require.Equal(t, -want, cal.Elapsed(o.at(j), o.at(i)))
			checkAdd(t, o, cal, i, j, want, what)
		}
		checkTurns(t, o, cal, n, what)
	}
}

// checkAdd adds the open time between two steps, and expects the nearest instant at which it has passed.
func checkAdd(t *testing.T, o calendarOracle, cal schedule.Calendar, i, j int, d time.Duration, what string) {
	t.Helper()
	if d == 0 {
		return
	}
	for !o.open[j-1] {
		j--
	}
	got, ok := cal.Add(o.at(i), d)
	require.True(t, ok && got.Equal(o.at(j)), "Add(%s, %s) of %s is %s, want %s", o.at(i), d, what, got, o.at(j))
	for !o.open[i] {
		i++
	}
	got, ok = cal.Add(o.at(j), -d)
	require.True(t, ok && got.Equal(o.at(i)), "Add(%s, -%s) of %s is %s, want %s", o.at(j), d, what, got, o.at(i))
}

// checkTurns compares all openings and closings.
func checkTurns(t *testing.T, o calendarOracle, cal schedule.Calendar, n int, what string) {
	t.Helper()
	for i := 1; i < n; i++ {
		if o.open[i] == o.open[i-1] {
			continue
		}
		next := cal.NextClosing
		if o.open[i] {
			next = cal.NextOpening
		}
		got, ok := next(o.at(i).Add(-1))
		require.True(t, ok && got.Equal(o.at(i)), "turn after %s of %s is %s", o.at(i), what, got)
		for k := i - 1; k > 0 && o.open[k] == o.open[i-1]; k-- {
			if r := i - k; r > 5 && r%17 != 0 {
				continue
			}
			got, ok := next(o.at(k))
			require.True(t, ok && got.Equal(o.at(i)), "turn after %s of %s is %s, want %s", o.at(k), what, got, o.at(i))
		}
		if got, ok := next(o.at(i)); ok {
			require.True(t, got.After(o.at(i)))
		}
	}
}
