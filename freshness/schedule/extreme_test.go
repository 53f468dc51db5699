package schedule_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// extremes are instants at and beyond the ends of what schedules hold, and of what a time.Time holds.
func extremes() []time.Time {
	return []time.Time{
		{},
		time.Time{}.Add(1),
		time.Time{}.Add(-1),
		time.Date(1, 1, 1, 12, 0, 0, 0, time.FixedZone("", 14*3600)),
		time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(-292e6, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Unix(-9223372028715321600, 0).UTC(), // 1 January of the year -292277022399
		time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(10000, 1, 1, 0, 0, 0, 1, time.UTC),
		time.Date(100000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Unix(-9223372036854775808, 0).UTC(), // 4 December of the year 292277026596
		time.Unix(math.MaxInt64, 999999999),
		time.Unix(math.MinInt64, 0),
		time.Unix(math.MaxInt64-62135596800, 0),
		time.Unix(1<<55, 5),
		time.Unix(-1<<55, 5),
		time.Unix(0, -1),
		time.Date(2026, 3, 29, 1, 0, 0, 1, time.UTC),
		time.Date(2040, 12, 31, 23, 59, 59, 999999999, time.UTC),
	}
}

func extremeSchedules(t *testing.T) []schedule.Schedule {
	out := []schedule.Schedule{
		schedule.Every(1), schedule.Every(time.Hour), schedule.Every(math.MaxInt64),
		schedule.EveryFrom(time.Unix(5, 5), 7*time.Nanosecond), schedule.EveryFrom(time.Time{}, time.Second),
		schedule.EveryFrom(time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC), math.MaxInt64),
	}
	workdays := schedule.MustCalendar(schedule.Hours{Weekly: schedule.Weekdays(schedule.TimeRange{Close: 24 * time.Hour})})
	for _, zone := range []string{"UTC", "America/New_York", "Pacific/Apia", "Asia/Manila", "Pacific/Kiritimati"} {
		for _, expr := range []string{"0 7 * * *", "* * * * *", "0 7 * * 1-5", "0 0 1 1 *", "0 7 29 2 *", "*/5 2 29 2 */2", "59 23 31 12 *", "0 7 L * *"} {
			s := schedule.MustCron(expr, load(t, zone))
			out = append(out, s, s.EarlierAtOverlap(), s.SkipClosed(workdays), s.ShiftBefore(workdays), s.ShiftAfter(workdays))
		}
	}
	return out
}

func TestExtremeInstants(t *testing.T) {
	lo, hi := time.Time{}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, s := range extremeSchedules(t) {
		require.NoError(t, s.Validate())
		for _, at := range extremes() {
			next, ok := s.Next(at)
			if ok {
				assert.True(t, next.After(at) && next.After(lo) && next.Before(hi), "Next(%s) of %s is %s", at, s, next)
				back, found := s.Prev(next)
				assert.False(t, found && back.After(at), "Prev(%s) of %s is %s", next, s, back)
			} else {
				assert.True(t, next.IsZero())
			}
			prev, ok := s.Prev(at)
			if ok {
				assert.True(t, prev.Before(at) && prev.After(lo) && prev.Before(hi), "Prev(%s) of %s is %s", at, s, prev)
				forth, found := s.Next(prev)
				assert.False(t, found && forth.Before(at), "Next(%s) of %s is %s", prev, s, forth)
			} else {
				assert.True(t, prev.IsZero())
			}
		}
		if first, ok := s.Next(lo); assert.True(t, ok, "%s has a first instant", s) {
			_, ok = s.Prev(first)
			assert.False(t, ok, "nothing before the first of %s", s)
		}
		if last, ok := s.Prev(hi); assert.True(t, ok, "%s has a last instant", s) {
			_, ok = s.Next(last)
			assert.False(t, ok, "nothing after the last of %s", s)
		}
	}
}

// TestNextAndPrevAreInverseAtBothEnds walks over the first and the last instants of random schedules. West of UTC the
// first lie on dates of the year 0, east of it the last lie on dates of the year 10000.
func TestNextAndPrevAreInverseAtBothEnds(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for i := range 4000 {
		expr, loc := randomExpr(r), load(t, zoneNames[r.IntN(len(zoneNames))])
		if i == 0 {
			expr, loc = "29 5,20 2 * 0,5,6", load(t, "America/Santiago")
		}
		s, err := schedule.Cron(expr, loc)
		if err != nil {
			continue
		}
		switch r.IntN(4) {
		case 0:
			s = s.EarlierAtOverlap()
		case 1:
			near := time.Date([]int{1, 9999}[r.IntN(2)], 1, 1, 0, 0, 0, 0, time.UTC)
			cal, err := schedule.NewCalendar(randomHours(r, loc, near))
			if err != nil {
				continue
			}
			s = []func(schedule.Calendar) schedule.Schedule{s.SkipClosed, s.ShiftBefore, s.ShiftAfter}[r.IntN(3)](cal)
		}
		first, found := s.Next(time.Time{})
		if !found {
			continue
		}
		for n, at := 0, first; n < 40 && found; n++ {
			var next, back time.Time
			if next, found = s.Next(at); found {
				back, _ = s.Prev(next)
				require.True(t, back.Equal(at), "%s: Next(%s) is %s, and Prev of that %s", s, at, next, back)
				at = next
			}
		}
		at, found := s.Prev(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))
		for n := 0; n < 40 && found; n++ {
			var prev, forth time.Time
			if prev, found = s.Prev(at); found {
				forth, _ = s.Next(prev)
				require.True(t, forth.Equal(at), "%s: Prev(%s) is %s, and Next of that %s", s, at, prev, forth)
				at = prev
			}
		}
	}
}

// TestSearchesAreBounded asks for what hardly ever or never happens.
func TestSearchesAreBounded(t *testing.T) {
	berlin := load(t, "Europe/Berlin")
	weekdays := schedule.MustCalendar(schedule.Hours{Weekly: schedule.Weekdays(schedule.TimeRange{Close: time.Hour})})
	once := schedule.MustCalendar(schedule.Hours{Openings: map[schedule.Date][]schedule.TimeRange{
		{Year: 2026, Month: 11, Day: 23}: {{Open: time.Hour, Close: 2 * time.Hour}}}})
	never := []schedule.Schedule{
		schedule.Daily(7, 0, berlin).SkipClosed(once),
		schedule.MustCron("0 7 * * 0", berlin).SkipClosed(weekdays),
		schedule.MustCron("0 7 29 2 */7", berlin).SkipClosed(weekdays),
		schedule.MustCron("0 7 31 3 *", berlin).ShiftBefore(once),
		// The last Sunday of March, when clocks skip this hour, as long as the rule of today holds.
		schedule.MustCron("*/5 2 31 3 */7", berlin),
	}
	began := time.Now()
	for _, s := range never {
		_, ok := s.Next(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
		assert.False(t, ok, "%s", s)
		s.Prev(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	assert.Less(t, time.Since(began), 5*time.Second)
}

func TestEveryIsElapsedTime(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 2000 {
		d := time.Duration(1 + r.Int64N(1<<r.IntN(63)))
		anchor := time.Unix(r.Int64N(2e11)-6e10, r.Int64N(1e9)).UTC()
		s := schedule.EveryFrom(anchor, d)
		require.NoError(t, s.Validate())
		at := anchor.Add(time.Duration(r.Int64N(1 << 62)))
		next, ok := s.Next(at)
		if !ok {
			continue
		}
		require.True(t, next.After(at) && !next.Add(-d).After(at), "Next(%s) of %s is %s", at, s, next)
		if next.Year() < anchor.Year()+250 {
			require.Zero(t, next.Sub(anchor)%d, "%s of %s is no multiple from %s", next, s, anchor)
		}
		prev, ok := s.Prev(next)
		require.True(t, ok && prev.Equal(next.Add(-d)) || !ok, "Prev(%s) of %s is %s", next, s, prev)
	}
	quarter := schedule.Every(15 * time.Minute)
	next, ok := quarter.Next(time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC))
	require.True(t, ok)
	assert.Equal(t, time.Date(2026, 3, 29, 1, 15, 0, 0, time.UTC), next)
}

// TestMonotonicReadings shows that the clock reading of time.Now does not leak into answers.
func TestMonotonicReadings(t *testing.T) {
	now := time.Now()
	for _, s := range []schedule.Schedule{schedule.Every(time.Hour), schedule.Daily(7, 0, time.UTC)} {
		next, ok := s.Next(now)
		require.True(t, ok)
		assert.Equal(t, next.Round(0), next)
	}
}

func TestNextAndPrevAllocateNothing(t *testing.T) {
	newYork := load(t, "America/New_York")
	cal := schedule.MustCalendar(schedule.Hours{Location: newYork,
		Weekly:   schedule.Weekdays(schedule.TimeRange{Open: 9 * time.Hour, Close: 17 * time.Hour}),
		Holidays: []schedule.Date{{Year: 2026, Month: 12, Day: 25}}})
	for _, s := range []schedule.Schedule{
		schedule.Daily(7, 0, newYork), schedule.MustCron("0 7 * * 1-5", newYork), schedule.MustCron("0 7 29 2 *", newYork),
		schedule.MustCron("*/15 * * * *", newYork), schedule.Every(time.Hour), schedule.Daily(7, 0, newYork).EarlierAtOverlap(),
		schedule.Daily(7, 0, newYork).NthOpenDay(-23, cal), schedule.Daily(7, 0, newYork).NthOpenDay(3, cal),
		schedule.Daily(7, 0, newYork).SkipClosed(cal), schedule.MustCron("0 7 L * *", newYork).ShiftBefore(cal),
	} {
		for _, at := range []time.Time{time.Date(2026, 3, 8, 6, 0, 0, 0, time.UTC), time.Date(2044, 12, 31, 6, 0, 0, 0, time.UTC)} {
			assert.Zero(t, testing.AllocsPerRun(100, func() { s.Next(at); s.Prev(at) }), "%s", s)
		}
	}
	from, to := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2150, 12, 25, 9, 0, 0, 5, time.UTC)
	assert.Zero(t, testing.AllocsPerRun(100, func() { cal.Elapsed(from, to); cal.IsOpen(to); cal.Add(to, 100*time.Hour) }))
	assert.Zero(t, testing.AllocsPerRun(100, func() { cal.NextOpening(to); cal.NextClosing(to) }))
}
