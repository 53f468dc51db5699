package sla_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

func zone(t testing.TB, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func TestWindowAt(t *testing.T) {
	for _, row := range []struct{ name, window, at, start, end string }{
		{"rolling ends where one looks", "rolling 90d", "2026-03-31T12:00:00Z", "2025-12-31T12:00:00Z",
			"2026-03-31T12:00:00Z"},
		{"a day", "day UTC", "2026-03-31T12:00:00Z", "2026-03-31T00:00:00Z", "2026-04-01T00:00:00Z"},
		{"its first instant is its own", "day UTC", "2026-03-31T00:00:00Z", "2026-03-31T00:00:00Z",
			"2026-04-01T00:00:00Z"},
		{"the last instant before", "day UTC", "2026-03-30T23:59:59.999999999Z", "2026-03-30T00:00:00Z",
			"2026-03-31T00:00:00Z"},
		{"a day of 23 hours", "day Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z",
			"2026-03-29T22:00:00Z"},
		{"a day of 25 hours", "day Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z",
			"2026-10-25T23:00:00Z"},
		{"a day of 24.5 hours", "day Australia/Lord_Howe", "2026-04-04T20:00:00Z", "2026-04-04T13:00:00Z",
			"2026-04-05T13:30:00Z"},
		{"midnight is in a gap", "day America/Santiago", "2026-09-06T12:00:00Z", "2026-09-06T04:00:00Z",
			"2026-09-07T03:00:00Z"},
		{"the day before has its whole end", "day America/Santiago", "2026-09-06T03:59:59Z",
			"2026-09-05T04:00:00Z", "2026-09-06T04:00:00Z"},
		{"midnight twice: the earlier", "day Atlantic/Azores", "2026-10-25T12:00:00Z", "2026-10-25T00:00:00Z",
			"2026-10-26T01:00:00Z"},
		{"the hour before midnight twice", "day America/Santiago", "2026-04-05T03:30:00Z",
			"2026-04-04T03:00:00Z", "2026-04-05T04:00:00Z"},
		{"the day before a skipped day", "day Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T10:00:00Z",
			"2011-12-30T10:00:00Z"},
		{"the day after a skipped day", "day Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z",
			"2011-12-31T10:00:00Z"},
		{"the second pass of a date", "day America/St_Johns", "2010-11-07T02:45:00Z", "2010-11-07T02:30:00Z",
			"2010-11-08T03:30:00Z"},
		{"and its hour before midnight", "day America/St_Johns", "2010-11-07T03:00:00Z",
			"2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"},
		{"a week from Monday", "week from Monday UTC", "2026-03-29T12:00:00Z", "2026-03-23T00:00:00Z",
			"2026-03-30T00:00:00Z"},
		{"a week from Sunday", "week from Sunday UTC", "2026-03-29T12:00:00Z", "2026-03-29T00:00:00Z",
			"2026-04-05T00:00:00Z"},
		{"a week of 167 hours", "week Europe/Dublin", "2026-03-25T12:00:00Z", "2026-03-23T00:00:00Z",
			"2026-03-29T23:00:00Z"},
		{"a week before 1970", "week from Saturday UTC", "1969-12-31T12:00:00Z", "1969-12-27T00:00:00Z",
			"1970-01-03T00:00:00Z"},
		{"a month", "month UTC", "2026-02-10T12:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"},
		{"a month from the 15th, before it", "month from 15 UTC", "2026-02-10T12:00:00Z",
			"2026-01-15T00:00:00Z", "2026-02-15T00:00:00Z"},
		{"a month from the 31st clamps to February", "month from 31 UTC", "2026-02-28T12:00:00Z",
			"2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"},
		{"the day before it", "month from 31 UTC", "2026-02-27T12:00:00Z", "2026-01-31T00:00:00Z",
			"2026-02-28T00:00:00Z"},
		{"in a leap year", "month from 31 UTC", "2028-02-28T12:00:00Z", "2028-01-31T00:00:00Z",
			"2028-02-29T00:00:00Z"},
		{"a quarter", "quarter UTC", "2026-05-31T12:00:00Z", "2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z"},
		{"a quarter from November, over new year", "quarter from November 1 UTC", "2026-01-31T12:00:00Z",
			"2025-11-01T00:00:00Z", "2026-02-01T00:00:00Z"},
		{"a quarter from August 31 clamps", "quarter from August 31 UTC", "2026-03-01T12:00:00Z",
			"2026-02-28T00:00:00Z", "2026-05-31T00:00:00Z"},
		{"a year", "year UTC", "2028-12-31T23:59:59Z", "2028-01-01T00:00:00Z", "2029-01-01T00:00:00Z"},
		{"the British tax year", "year from April 6 Europe/London", "2026-04-05T22:59:59Z",
			"2025-04-05T23:00:00Z", "2026-04-05T23:00:00Z"},
		{"a year from 29 February", "year from February 29 UTC", "2026-06-01T00:00:00Z",
			"2026-02-28T00:00:00Z", "2027-02-28T00:00:00Z"},
		{"the year 1", "year UTC", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0002-01-01T00:00:00Z"},
		{"zones whose rules ZoneBounds gets wrong", "day America/New_York", "2040-12-31T23:00:00Z",
			"2040-12-31T05:00:00Z", "2041-01-01T05:00:00Z"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, err := sla.ParseWindow(row.window)
			require.NoError(t, err)
			at, err := time.Parse(time.RFC3339Nano, row.at)
			require.NoError(t, err)
			start, end := w.Bounds(at)
			assert.Equal(t, row.start, start.UTC().Format(time.RFC3339Nano), "start")
			assert.Equal(t, row.end, end.UTC().Format(time.RFC3339Nano), "end")
		})
	}
}

func TestWindowAtAnswersInItsZone(t *testing.T) {
	dublin := zone(t, "Europe/Dublin")
	start, end := sla.CalendarDay(dublin).Bounds(time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC))
	assert.Equal(t, time.Date(2026, 3, 29, 0, 0, 0, 0, dublin), start)
	assert.Equal(t, time.Date(2026, 3, 30, 0, 0, 0, 0, dublin), end)
	assert.Equal(t, dublin, sla.CalendarDay(dublin).Location())
	assert.Equal(t, time.UTC, sla.Rolling(time.Hour).Location())
}

func TestWindowThatIsNone(t *testing.T) {
	for want, w := range map[string]sla.Window{
		"window: is missing":                                           {},
		"window: 0s is no length: it must be positive":                 sla.Rolling(0),
		"window: -1ns is no length: it must be positive":               sla.Rolling(-1),
		"window: the first day of a week must be a weekday":            sla.CalendarWeek(7, nil),
		"window: the first day must be between 1 and 31":               sla.CalendarMonth(0, nil),
		"window: the first month must be between January and December": sla.CalendarYear(13, 1, nil),
	} {
		assert.EqualError(t, w.Validate(), want)
		start, end := w.Bounds(time.Now())
		assert.True(t, start.IsZero() && end.IsZero(), want)
	}
	for _, w := range []sla.Window{sla.CalendarMonth(32, nil), sla.CalendarMonth(math.MaxInt, nil),
		sla.CalendarMonth(257, nil), sla.CalendarQuarter(1, -1, nil), sla.CalendarQuarter(0, 1, nil),
		sla.CalendarWeek(-1, nil)} {
		assert.Error(t, w.Validate())
		_, err := w.MarshalText()
		assert.Error(t, err)
	}
}

func TestWindowWantsAZoneThatCanBeNamed(t *testing.T) {
	for _, loc := range []*time.Location{time.Local, time.FixedZone("Dublin", 3600), time.FixedZone("", 0)} {
		if loc == time.Local && loc.String() != "Local" {
			continue // where TZ names a zone, Local is called by that name
		}
		assert.ErrorContains(t, sla.CalendarDay(loc).Validate(), "is not the name of an IANA time zone",
			loc.String())
		start, end := sla.CalendarDay(loc).Bounds(time.Now())
		assert.True(t, start.Before(end), "it is evaluated all the same")
	}
	assert.NoError(t, sla.CalendarDay(time.UTC).Validate())
}

func TestParseWindow(t *testing.T) {
	dublin, london := zone(t, "Europe/Dublin"), zone(t, "Europe/London")
	for text, want := range map[string]sla.Window{
		"rolling 90d":                     sla.Rolling(90 * sla.Day),
		"rolling 36h":                     sla.Rolling(36 * time.Hour),
		"rolling 1d12h":                   sla.Rolling(36 * time.Hour),
		"rolling 4w":                      sla.Rolling(28 * sla.Day),
		"rolling 1w1d":                    sla.Rolling(8 * sla.Day),
		"rolling 90m":                     sla.Rolling(90 * time.Minute),
		"rolling 1h0m1s":                  sla.Rolling(time.Hour + time.Second),
		"rolling 1ns":                     sla.Rolling(1),
		"rolling 106751d":                 sla.Rolling(106751 * sla.Day),
		"day":                             sla.CalendarDay(nil),
		"DAY  UTC ":                       sla.CalendarDay(time.UTC),
		"day Europe/Dublin":               sla.CalendarDay(dublin),
		"week Europe/Dublin":              sla.CalendarWeek(time.Monday, dublin),
		"week from sunday":                sla.CalendarWeek(time.Sunday, nil),
		"month":                           sla.CalendarMonth(1, nil),
		"month from 31 Europe/Dublin":     sla.CalendarMonth(31, dublin),
		"quarter UTC":                     sla.CalendarQuarter(time.January, 1, nil),
		"quarter from November 30 UTC":    sla.CalendarQuarter(time.November, 30, nil),
		"Year From APRIL 6 Europe/London": sla.CalendarYear(time.April, 6, london),
		"year from January 01":            sla.CalendarYear(time.January, 1, nil),
	} {
		got, err := sla.ParseWindow(text)
		require.NoError(t, err, text)
		assert.True(t, want.Equal(got), "%q read as %v", text, got)
		again, err := sla.ParseWindow(got.String())
		require.NoError(t, err, got.String())
		assert.True(t, got.Equal(again), "%v read as %v", got, again)
	}
}

func TestWindowString(t *testing.T) {
	dublin := zone(t, "Europe/Dublin")
	for want, w := range map[string]sla.Window{
		"":                           {},
		"rolling 90d":                sla.Rolling(90 * 24 * time.Hour),
		"rolling 36h":                sla.Rolling(36 * time.Hour),
		"rolling 1h30m":              sla.Rolling(90 * time.Minute),
		"rolling 10m":                sla.Rolling(10 * time.Minute),
		"rolling 10h":                sla.Rolling(10 * time.Hour),
		"rolling 30s":                sla.Rolling(30 * time.Second),
		"day UTC":                    sla.CalendarDay(nil),
		"week from Monday UTC":       sla.CalendarWeek(time.Monday, nil),
		"month Europe/Dublin":        sla.CalendarMonth(1, dublin),
		"quarter from January 2 UTC": sla.CalendarQuarter(time.January, 2, nil),
		"year from April 1 UTC":      sla.CalendarYear(time.April, 1, nil),
	} {
		assert.Equal(t, want, w.String())
	}
}

func TestParseWindowRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "fortnight", "rolling", "rolling 0s", "rolling -1h", "rolling 5", "rolling 1.5d",
		"rolling -1d", "rolling d", "rolling 1h 2h",
		"rolling 106752d", "rolling 15251w", "rolling 12h1d", "rolling 213504d", "rolling 9223372036854775808d", "day from 3",
		"day Nowhere/City", "day Local", "day UTC UTC", "week from", "week from 1",
		"week from Monday from", "month from", "month from 0", "month from 32", "month from +1",
		"month from January", "quarter from January",
		"quarter from 1 January", "year from February 30000000000000000000", "year from Smarch 1",
		"day ../../etc/passwd", "day \x00",
	} {
		w, err := sla.ParseWindow(text)
		assert.Error(t, err, text)
		assert.True(t, w.IsZero(), text)
		kept := sla.CalendarDay(nil)
		if text != "" {
			assert.Error(t, kept.UnmarshalText([]byte(text)))
			assert.True(t, kept.Equal(sla.CalendarDay(nil)))
		}
	}
}

func TestWindowZeroIsEmptyText(t *testing.T) {
	text, err := sla.Window{}.MarshalText()
	require.NoError(t, err)
	assert.Empty(t, text)
	w := sla.CalendarDay(nil)
	require.NoError(t, w.UnmarshalText(nil))
	assert.True(t, w.IsZero())
	assert.True(t, sla.CalendarDay(time.UTC).Equal(sla.CalendarDay(nil)))
	assert.False(t, sla.CalendarDay(zone(t, "Europe/Dublin")).Equal(sla.CalendarDay(nil)))
}

// zones have changes of every kind: at and around midnight, of half an hour, of a day.
var zones = []string{
	"UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "America/Santiago",
	"Pacific/Apia", "Pacific/Kwajalein",
	"America/Havana", "Atlantic/Azores", "America/St_Johns", "Asia/Beirut", "Africa/Cairo",
	"Africa/Casablanca", "Asia/Tehran", "America/Asuncion",
	"Asia/Manila", "America/Juneau", "Africa/Monrovia", "Antarctica/Troll", "Europe/Amsterdam",
	"Asia/Kathmandu", "America/Scoresbysund",
}

func randomWindow(r *rand.Rand, loc *time.Location) sla.Window {
	month, day := time.Month(1+r.IntN(12)), 1+r.IntN(31)
	return []sla.Window{
		sla.CalendarDay(loc), sla.CalendarWeek(time.Weekday(r.IntN(7)), loc), sla.CalendarMonth(day, loc),
		sla.CalendarQuarter(month, day, loc), sla.CalendarYear(month, day, loc),
	}[r.IntN(5)]
}

// TestWindowsTile holds that windows of the calendar contain their instant, follow each other
// without gap or overlap, and have the same bounds from their first instant to their last.
func TestWindowsTile(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5_000 {
		loc := zone(t, zones[r.IntN(len(zones))])
		w := randomWindow(r, loc)
		at := time.Unix(r.Int64N(200*365*86400)-100*365*86400, r.Int64N(1e9))
		start, end := w.Bounds(at)
		require.False(t, at.Before(start) || !at.Before(end), "%v at %v: [%v, %v)", w, at, start, end)
		for _, other := range []time.Time{start, end.Add(-1)} {
			s, e := w.Bounds(other)
			require.True(t, s.Equal(start) && e.Equal(end), "%v at %v: [%v, %v), at %v: [%v, %v)", w, at,
				start, end, other, s, e)
		}
		s, _ := w.Bounds(end)
		require.True(t, s.Equal(end), "%v: [%v, %v) is followed by one from %v", w, start, end, s)
		_, e := w.Bounds(start.Add(-1))
		require.True(t, e.Equal(start), "%v: [%v, %v) follows one to %v", w, start, end, e)
		text, err := w.MarshalText()
		require.NoError(t, err)
		var back sla.Window
		require.NoError(t, back.UnmarshalText(text))
		require.True(t, w.Equal(back), "%s", text)
	}
}

// TestDaysBeginWhenTheWallSaysSo holds day windows against a walk over every half hour of each
// zone: a window begins exactly where the date on the wall first becomes a later one than any
// before.
func TestDaysBeginWhenTheWallSaysSo(t *testing.T) {
	for _, name := range zones {
		loc := zone(t, name)
		w := sla.CalendarDay(loc)
		latest, first := 0, time.Time{}
		for at := time.Date(2005, 1, 1, 0, 0, 0, 0,
			time.UTC); at.Year() < 2016; at = at.Add(30 * time.Minute) {
			y, m, d := at.In(loc).Date()
			date := y*10_000 + int(m)*100 + d
			if date <= latest {
				continue
			}
			if latest != 0 {
				start, end := w.Bounds(first)
				// St John's changed its clocks at 00:01, off the half hour.
				require.LessOrEqual(t, end.Sub(at).Abs(), 29*time.Minute,
					"%s %d: [%v, %v), and the next from %v", name, latest, start, end, at)
			}
			latest, first = date, at
		}
	}
}

func TestWindowAtAllocatesNothing(t *testing.T) {
	at := time.Date(2026, 9, 6, 12, 0, 0, 0, time.UTC) // midnight is in a gap
	loc := zone(t, "America/Santiago")
	for _, w := range []sla.Window{sla.Rolling(time.Hour), sla.CalendarDay(loc), sla.CalendarWeek(0, loc),
		sla.CalendarMonth(31, loc), sla.CalendarQuarter(1, 1, loc), sla.CalendarYear(4, 6, loc)} {
		assert.Zero(t, testing.AllocsPerRun(100, func() { w.Bounds(at) }), w)
	}
}

// FuzzParseWindow holds that what can be read prints as text that reads back as the same.
func FuzzParseWindow(f *testing.F) {
	for _, seed := range []string{"rolling 90d", "rolling 1h30m", "day", "week from Sunday Europe/Dublin",
		"month from 31", "quarter from November 1 UTC",
		"year from April 6 Europe/London", "rolling -1h", "month from 0", "day Local", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w, err := sla.ParseWindow(text)
		if err != nil {
			assert.True(t, w.IsZero())
			return
		}
		require.NoError(t, w.Validate())
		again, err := sla.ParseWindow(w.String())
		require.NoError(t, err, w.String())
		assert.True(t, w.Equal(again))
		assert.Equal(t, w.String(), again.String())
		at := time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)
		start, end := w.Bounds(at)
		assert.True(t, start.Before(end) && !at.Before(start) && !end.Before(at), "%v: [%v, %v)", w, start,
			end)
	})
}
