package source_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/source"
)

func zone(t testing.TB, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func TestATimestampIsReadAsItsWriterMeantIt(t *testing.T) {
	utc := source.Format{DefaultLocation: time.UTC}
	berlin := source.Format{DefaultLocation: zone(t, "Europe/Berlin")}
	lordHowe := source.Format{DefaultLocation: zone(t, "Australia/Lord_Howe")}
	newYork := source.Format{DefaultLocation: zone(t, "America/New_York")}
	for _, c := range []struct {
		name   string
		format source.Format
		text   string
		want   string
	}{
		{"RFC 3339", source.Format{}, "2026-03-04T07:00:00Z", "2026-03-04T07:00:00Z"},
		{"an offset, nine digits", source.Format{}, "2026-03-04T07:00:00.123456789+01:00", "2026-03-04T06:00:00.123456789Z"},
		{"one digit", source.Format{}, "2026-03-04T07:00:00.5Z", "2026-03-04T07:00:00.5Z"},
		{"PostgreSQL's timestamptz as text", source.Format{}, "2026-03-04 07:00:00.25+00", "2026-03-04T07:00:00.25Z"},
		{"PostgreSQL with half an hour", source.Format{}, "2026-03-04 07:00:00+05:30", "2026-03-04T01:30:00Z"},
		{"what SQLite drivers store of a time.Time", source.Format{}, "2026-03-04 07:00:00.5 +0100 CET", "2026-03-04T06:00:00.5Z"},
		{"the same with a monotonic reading", source.Format{}, "2026-03-04 07:00:00 +0000 UTC m=+0.001", "2026-03-04T07:00:00Z"},
		{"minutes", source.Format{}, "2026-03-04T08:00+01:00", "2026-03-04T07:00:00Z"},
		{"minutes behind a space", source.Format{}, "2026-03-04 07:00Z", "2026-03-04T07:00:00Z"},
		{"BigQuery", source.Format{}, "2026-03-04 07:00:00 UTC", "2026-03-04T07:00:00Z"},
		{"naive, with UTC", utc, "2026-03-04 07:00:00", "2026-03-04T07:00:00Z"},
		{"naive, in winter", berlin, "2026-03-04 07:00:00", "2026-03-04T06:00:00Z"},
		{"naive, in summer", berlin, "2026-07-04T07:00:00.000001", "2026-07-04T05:00:00.000001Z"},
		{"an offset beats the location", berlin, "2026-03-04T07:00:00Z", "2026-03-04T07:00:00Z"},
		{"a date", newYork, "2026-03-04", "2026-03-04T05:00:00Z"},
		{"a repeated hour is the earlier, Berlin", berlin, "2026-10-25 02:30:00", "2026-10-25T00:30:00Z"},
		{"a repeated hour is the earlier, New York", newYork, "2026-11-01 01:30:00", "2026-11-01T05:30:00Z"},
		{"a repeated half hour, Lord Howe", lordHowe, "2026-04-05 01:45:00", "2026-04-04T14:45:00Z"},
		{"a skipped hour, Berlin", berlin, "2026-03-29 02:30:00", "2026-03-29T01:30:00Z"},
		{"a skipped hour, New York", newYork, "2026-03-08 02:30:00", "2026-03-08T07:30:00Z"},
		{"the year 1", utc, "0001-01-01 00:00:00", "0001-01-01T00:00:00Z"},
		{"spaces around", source.Format{}, " 2026-03-04T07:00:00Z\n", "2026-03-04T07:00:00Z"},
		{"seconds", source.Format{EpochUnit: time.Second}, "1772607600", "2026-03-04T07:00:00Z"},
		{"seconds with a fraction", source.Format{EpochUnit: time.Second}, "1772607600.123456789", "2026-03-04T07:00:00.123456789Z"},
		{"milliseconds", source.Format{EpochUnit: time.Millisecond}, "1772607600001", "2026-03-04T07:00:00.001Z"},
		{"microseconds before 1970", source.Format{EpochUnit: time.Microsecond}, "-1", "1969-12-31T23:59:59.999999Z"},
		{"nanoseconds", source.Format{EpochUnit: time.Nanosecond}, "1772607600000000001", "2026-03-04T07:00:00.000000001Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.format.Parse(c.text)
			require.NoError(t, err)
			assert.Equal(t, c.want, got.Format(time.RFC3339Nano))
		})
	}
}

func TestWhatIsNoInstantIsRefusedWithItsReason(t *testing.T) {
	all := source.Format{DefaultLocation: time.UTC, EpochUnit: time.Second}
	for _, c := range []struct {
		format source.Format
		text   string
		want   error
	}{
		{source.Format{}, "2026-03-04 07:00:00", source.ErrNoZone},
		{source.Format{}, "2026-03-04", source.ErrNoZone},
		{source.Format{EpochUnit: time.Second}, "2026-03-04 07:00:00", source.ErrNoZone},
		{source.Format{}, "1772607600", source.ErrNoUnit},
		{source.Format{DefaultLocation: time.UTC}, "20260304", source.ErrNoUnit},
		{all, "infinity", source.ErrInfinite},
		{all, "-Infinity", source.ErrInfinite},
		{all, "0000-00-00 00:00:00", source.ErrZeroDate},
		{all, "0000-00-00", source.ErrZeroDate},
		{all, "2026-00-00", source.ErrZeroDate},
		{all, "2026-03-00 07:00:00", source.ErrZeroDate},
		{all, "2026-00-04", source.ErrZeroDate},
		{all, "2026-0", source.ErrNotInstant},
		{all, "2026-10-", source.ErrNotInstant},
		{all, "NaN", source.ErrNotInstant},
		{all, "", source.ErrNotInstant},
		{all, "yesterday", source.ErrNotInstant},
		{all, "2026-02-30 00:00:00", source.ErrNotInstant},
		{all, "2026-03-04T25:00:00Z", source.ErrNotInstant},
		{all, strings.Repeat("9", 39), source.ErrRange},
		{all, strings.Repeat("9", 1000), source.ErrNotInstant},
	} {
		_, err := c.format.Parse(c.text)
		require.ErrorIs(t, err, c.want, "%q", c.text)
		var bad *source.ValueError
		require.ErrorAs(t, err, &bad)
		assert.LessOrEqual(t, len(bad.Value), 64+len("…"))
		for _, reason := range []error{source.ErrInfinite, source.ErrZeroDate, source.ErrRange} {
			assert.Equal(t, c.want == reason, errors.Is(err, reason), "%q for %v", c.text, reason)
			assert.ErrorIs(t, reason, source.ErrNotInstant)
		}
	}
}

// Reading what package time writes gives the same instant, whatever zone it is written in.
func FuzzFormatParse(f *testing.F) {
	for _, text := range []string{
		"2026-03-04T07:00:00Z", "2026-03-04 07:00:00.5 +0100 CET m=+1", "infinity", "0000-00-00", "1772607600.25",
		"-1", "+", ".", "2026-03-29 02:30:00", "9999-12-31 23:59:59.999999999-15:59", "1e9", "\x00",
	} {
		f.Add(text, int64(1_000_000_000))
	}
	berlin := zone(f, "Europe/Berlin")
	f.Fuzz(func(t *testing.T, text string, epoch int64) {
		at, err := source.Format{DefaultLocation: berlin, EpochUnit: time.Duration(epoch)}.Parse(text)
		if err != nil {
			var bad *source.ValueError
			require.ErrorAs(t, err, &bad)
			return
		}
		if at.Year() < 0 || at.Year() > 9999 {
			return // package time writes such years, and does not read them
		}
		again, err := source.Format{}.Parse(at.Format(time.RFC3339Nano))
		require.NoError(t, err)
		require.True(t, at.Equal(again), "%v is not %v", at, again)
	})
}

// Clocks in the location show what was read, unless they never did.
func TestANaiveTimestampShowsOnTheClocksOfItsLocation(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "Europe/Dublin"} {
		loc := zone(t, name)
		format := source.Format{DefaultLocation: loc}
		for wall := time.Date(2011, 1, 1, 0, 15, 0, 0, time.UTC); wall.Before(time.Date(2012, 1, 2, 0, 0, 0, 0, time.UTC)); wall = wall.Add(45 * time.Minute) {
			text := wall.Format("2006-01-02 15:04:05")
			at, err := format.Parse(text)
			require.NoError(t, err)
			if shown := at.In(loc).Format("2006-01-02 15:04:05"); shown != text {
				require.True(t, skipped(wall, loc), "%s: %s was read as %s", name, text, shown)
			}
			for _, earlier := range []time.Duration{30 * time.Minute, time.Hour} {
				require.NotEqual(t, text, at.Add(-earlier).In(loc).Format("2006-01-02 15:04:05"), "%s showed %s before", name, text)
			}
		}
	}
}

// skipped looks at every quarter of an hour for a clock that shows wall.
func skipped(wall time.Time, loc *time.Location) bool {
	for at := wall.Add(-26 * time.Hour); at.Before(wall.Add(26 * time.Hour)); at = at.Add(15 * time.Minute) {
		if at.In(loc).Format("2006-01-02 15:04:05") == wall.Format("2006-01-02 15:04:05") {
			return false
		}
	}
	return true
}
