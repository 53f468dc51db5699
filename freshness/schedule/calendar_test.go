package schedule_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

func always() map[time.Weekday][]schedule.TimeRange {
	week := schedule.Weekdays(schedule.TimeRange{Close: 24 * time.Hour})
	week[time.Saturday], week[time.Sunday] = week[time.Monday], week[time.Monday]
	return week
}

// TestOpenAllWeek asks calendars that hardly ever close.
func TestOpenAllWeek(t *testing.T) {
	santiago := load(t, "America/Santiago")
	now := time.Date(2022, 1, 5, 12, 0, 0, 0, santiago)
	cal := schedule.MustCalendar(schedule.Hours{Location: santiago, Weekly: always()})
	_, ok := cal.NextClosing(now)
	assert.False(t, ok, "never closes")
	_, ok = cal.NextOpening(now)
	assert.False(t, ok, "never opens again")
	assert.Equal(t, 1000*time.Hour, cal.Elapsed(now, now.Add(1000*time.Hour)))
	year := now.AddDate(1, 0, 0)
	assert.Equal(t, year.Sub(now), cal.Elapsed(now, year), "changes of the clocks are open")
	far := time.Date(2190, 7, 1, 0, 0, 0, 0, time.UTC)
	assert.Equal(t, far.Sub(now), cal.Elapsed(now, far), "those after 2100 too")

	// The holiday begins when its midnight does not exist, and another one is 28 years away.
	cal = schedule.MustCalendar(schedule.Hours{Location: santiago, Weekly: always(),
		Holidays: []schedule.Date{{Year: 2050, Month: 5, Day: 1}, {Year: 2022, Month: 9, Day: 11}}})
	closes, ok := cal.NextClosing(now)
	require.True(t, ok)
	assert.Equal(t, "2022-09-11 01:00:00 -0300 -03", closes.String())
	opens, ok := cal.NextOpening(now)
	require.True(t, ok)
	assert.Equal(t, "2022-09-12 00:00:00 -0300 -03", opens.String())
	closes, ok = cal.NextClosing(opens)
	require.True(t, ok)
	assert.Equal(t, "2050-05-01 00:00:00", closes.Format(time.DateTime))
	opens, ok = cal.NextOpening(opens)
	require.True(t, ok)
	assert.Equal(t, "2050-05-02 00:00:00", opens.Format(time.DateTime))
	_, ok = cal.NextClosing(opens)
	assert.False(t, ok)
}

// TestSumsAcrossClockChanges measures three Sundays, of which clocks change on the second, from far before to far after.
func TestSumsAcrossClockChanges(t *testing.T) {
	for _, row := range []struct {
		hours, from string
		want        time.Duration
	}{
		{"sun 00:00-02:15", "2026-10-15", 3*135*time.Minute + time.Hour},
		{"sun 02:45-04:00", "2026-10-15", 3*75*time.Minute + time.Hour},
		{"sun 02:15-02:45", "2026-10-15", 3*30*time.Minute + time.Hour},
		{"sun 00:00-02:00", "2026-10-15", 3*120*time.Minute + time.Hour},
		{"sun 03:00-04:00", "2026-10-15", 3 * time.Hour},
		{"sat 22:00-02:30; sun 02:15-05:00", "2026-10-15", 3*7*time.Hour + time.Hour},
		{"sun 00:00-02:15", "2026-03-19", 3*135*time.Minute - 15*time.Minute},
		{"sun 02:45-04:00", "2026-03-19", 3*75*time.Minute - 15*time.Minute},
		{"sun 02:15-02:45", "2026-03-19", 2 * 30 * time.Minute},
		{"sun 01:00-02:00", "2026-03-19", 3 * time.Hour},
		{"sat 22:00-02:30; sun 02:15-05:00", "2026-03-19", 3*7*time.Hour - time.Hour},
	} {
		cal, err := schedule.ParseCalendar("TZ=Europe/Berlin " + row.hours)
		require.NoError(t, err)
		from, err := time.Parse(time.DateOnly, row.from)
		require.NoError(t, err)
		got := cal.Elapsed(from, from.AddDate(0, 0, 21))
		assert.Equal(t, row.want, got, "%s from %s", row.hours, row.from)
		to, ok := cal.Add(from, got)
		assert.True(t, ok)
		back, ok := cal.Add(to, -got)
		assert.True(t, ok)
		assert.Equal(t, got, cal.Elapsed(back, to))
	}
	cal := schedule.MustCalendar(schedule.Hours{Location: load(t, "Europe/Berlin"), Weekly: always()})
	from := time.Date(2150, 10, 1, 0, 0, 0, 0, time.UTC)
	assert.Equal(t, 50*24*time.Hour, cal.Elapsed(from, from.AddDate(0, 0, 50)))
}

// TestOneOffOpenings asks a calendar that is open on two dates only.
func TestOneOffOpenings(t *testing.T) {
	cal := schedule.MustCalendar(schedule.Hours{
		Openings: map[schedule.Date][]schedule.TimeRange{
			{Year: 2026, Month: 11, Day: 23}: {{Open: 9 * time.Hour, Close: 10 * time.Hour}},
			{Year: 2500, Month: 1, Day: 1}:   {{Open: 9 * time.Hour, Close: 12 * time.Hour}},
		},
		Holidays: []schedule.Date{{Year: 2026, Month: 11, Day: 23}},
	})
	first := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	second := time.Date(2500, 1, 1, 9, 0, 0, 0, time.UTC)
	assert.True(t, cal.IsOpen(first), "an opening counts on a holiday too")
	opens, ok := cal.NextOpening(time.Time{})
	assert.True(t, ok && opens.Equal(first))
	opens, ok = cal.NextOpening(first)
	assert.True(t, ok && opens.Equal(second))
	_, ok = cal.NextOpening(second)
	assert.False(t, ok)
	assert.Equal(t, 4*time.Hour, cal.Elapsed(time.Time{}, time.Unix(1<<40, 0)))
	at, ok := cal.Add(first, 90*time.Minute)
	assert.True(t, ok && at.Equal(second.Add(30*time.Minute)))
	at, ok = cal.Add(second.Add(30*time.Minute), -90*time.Minute)
	assert.True(t, ok && at.Equal(first))
	at, ok = cal.Add(time.Time{}, 4*time.Hour)
	assert.True(t, ok && at.Equal(second.Add(3*time.Hour)))
	_, ok = cal.Add(first, 5*time.Hour)
	assert.False(t, ok, "there are only four")
	_, ok = cal.Add(first, -1)
	assert.False(t, ok, "nothing was open before")
}

func TestCalendarExtremes(t *testing.T) {
	dublin := load(t, "Europe/Dublin")
	office := schedule.MustCalendar(schedule.Hours{Location: dublin, Weekly: schedule.Weekdays(schedule.TimeRange{Open: 9 * time.Hour, Close: 17 * time.Hour})})
	around := schedule.MustCalendar(schedule.Hours{Location: dublin, Weekly: always()})
	for _, cal := range []schedule.Calendar{office, around} {
		for _, a := range extremes() {
			cal.IsOpen(a)
			if at, ok := cal.NextOpening(a); ok {
				assert.True(t, at.After(a))
			}
			if at, ok := cal.NextClosing(a); ok {
				assert.True(t, at.After(a))
			}
			for _, b := range []time.Time{{}, time.Unix(math.MinInt64, 0), time.Unix(0, -1)} {
				there, back := cal.Elapsed(a, b), cal.Elapsed(b, a)
				assert.True(t, there == -back || there == math.MaxInt64 && back == math.MinInt64 || there == math.MinInt64 && back == math.MaxInt64)
			}
		}
	}
	assert.Equal(t, time.Duration(math.MaxInt64), around.Elapsed(time.Time{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
	assert.Equal(t, time.Duration(math.MinInt64), around.Elapsed(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}))
	_, ok := around.Add(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), math.MaxInt64)
	assert.False(t, ok)
	_, ok = around.Add(time.Date(200, 1, 1, 0, 0, 0, 0, time.UTC), math.MinInt64)
	assert.False(t, ok)

	at := time.Date(2026, 3, 4, 16, 59, 59, 999999999, time.UTC)
	assert.Equal(t, time.Duration(1), office.Elapsed(at, at.Add(time.Hour)), "to the nanosecond")
	next, ok := office.Add(at, 2)
	assert.True(t, ok)
	assert.Equal(t, time.Date(2026, 3, 5, 9, 0, 0, 1, dublin), next)
}

func TestZeroCalendar(t *testing.T) {
	var cal schedule.Calendar
	now := time.Unix(0, 0)
	assert.True(t, cal.IsZero())
	assert.Equal(t, time.UTC, cal.Location())
	assert.False(t, cal.IsOpen(now))
	assert.Zero(t, cal.Elapsed(now, now.Add(time.Hour)))
	_, ok := cal.Add(now, 0)
	assert.False(t, ok)
	_, ok = cal.NextOpening(now)
	assert.False(t, ok)
	_, ok = cal.NextClosing(now)
	assert.False(t, ok)
	assert.True(t, cal.Equal(schedule.Calendar{}))
	_, err := schedule.ParseCalendar(cal.String())
	assert.Error(t, err)
}

func TestCalendarFaultsComeAllAtOnce(t *testing.T) {
	_, err := schedule.NewCalendar(schedule.Hours{
		Location: time.FixedZone("", 30*3600),
		Weekly: map[time.Weekday][]schedule.TimeRange{
			time.Monday: {{Open: 9 * time.Hour, Close: 17 * time.Hour}, {Open: 9 * time.Hour, Close: 9 * time.Hour}},
			7:           {{Open: 24 * time.Hour, Close: time.Hour}},
			8:           {{Open: -1, Close: 25 * time.Hour}, {Open: 1, Close: 2}, {Open: 1, Close: 25 * time.Hour}},
		},
		Holidays: []schedule.Date{{Year: 2025, Month: 2, Day: 29}, {}, {Year: 2025, Month: 13, Day: 1}},
		Openings: map[schedule.Date][]schedule.TimeRange{{Year: 10000, Month: 1, Day: 1}: {{}}},
	})
	for _, want := range []string{
		"schedule: calendar: location: offset 30h0m0s is not between -26h and 26h",
		"weekly[Monday][1]: 09:00-09:00 is empty",
		"weekly[7]: no such weekday",
		"weekly[%!Weekday(7)][0]: open: 24h0m0s is not between 00:00 and 23:59:59",
		"weekly[%!Weekday(8)][0]: open: -1ns",
		"weekly[%!Weekday(8)][1]: not in whole seconds",
		"weekly[%!Weekday(8)][2]: close: 25h0m0s is not between 00:00 and 24:00",
		"holidays[0]: day 29 is not in month 2025-02",
		"holidays[1]: year 0 is not between 1 and 9999",
		"holidays[2]: month 13 is not between 1 and 12",
		"openings[10000-01-01]: year 10000 is not between 1 and 9999",
		"openings[10000-01-01][0]: 00:00-00:00 is empty",
	} {
		assert.ErrorContains(t, err, want)
	}
	assert.Panics(t, func() { schedule.MustCalendar(schedule.Hours{}) })
}

func TestCalendarTextErrors(t *testing.T) {
	for _, row := range []struct {
		text, field string
		offset      int
	}{
		{"", "entry", 0},
		{"mon 09:00-17:00;", "entry", 16},
		{"mon", "hours", 3},
		{"mon 09:00", "hours", 4},
		{"mon 9:00-17:00", "hours", 4},
		{"mon 09:00-17:00,18:00-25:00", "hours", 22},
		{"mon 09:00-17:00 18:00-19:00", "hours", 16},
		{"mon 24:00-01:00", "hours", 4},
		{"mon 09:00:00.5-17:00", "hours", 4},
		{"funday 09:00-17:00", "weekday", 0},
		{"mon-xyz 09:00-17:00", "weekday", 4},
		{"wed-mon 09:00-17:00", "weekday", 4},
		{"mon 09:00-17:00; mon-tue 10:00-11:00", "weekday", 17},
		{"2021-13-01 closed", "date", 0},
		{"2021-02-29 closed", "date", 0},
		{"0000-01-01 closed", "date", 0},
		{"mon 09:00-17:00; 2021-01-01 closed; 2021-01-01 10:00-11:00", "date", 36},
		{"TZ=Nowhere mon 09:00-17:00", "zone", 3},
		{"mon closed", "calendar", 0},
	} {
		_, err := schedule.ParseCalendar(row.text)
		var bad *schedule.ParseError
		if assert.ErrorAs(t, err, &bad, "%q", row.text) {
			assert.Equal(t, row.field, bad.Field, "%v", err)
			assert.Equal(t, row.offset, bad.Offset, "%v", err)
			assert.Equal(t, row.text, bad.Input)
		}
	}
}
