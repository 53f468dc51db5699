package schedule_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// dstRows name a schedule, the local time after which to begin, and the local times that follow, with their offsets.
var dstRows = []struct {
	zone, expr, after string
	want              []string
}{
	// Berlin: 02:00 to 03:00 on 29 March 2026 does not exist, and occurs twice on 25 October.
	{"Europe/Berlin", "30 2 * * *", "2026-03-28 02:30 +01", []string{"2026-03-29 03:00 +02", "2026-03-30 02:30 +02"}},
	{"Europe/Berlin", "0,30 2,3 * * *", "2026-03-28 03:30 +01", []string{"2026-03-29 03:00 +02", "2026-03-29 03:30 +02", "2026-03-30 02:00 +02"}},
	{"Europe/Berlin", "15 2 * * 0", "2026-03-22 02:15 +01", []string{"2026-03-29 03:00 +02", "2026-04-05 02:15 +02"}},
	{"Europe/Berlin", "15 2 29 * *", "2026-01-29 02:15 +01", []string{"2026-03-29 03:00 +02", "2026-04-29 02:15 +02"}},
	{"Europe/Berlin", "0 * * * *", "2026-03-29 01:00 +01", []string{"2026-03-29 03:00 +02", "2026-03-29 04:00 +02"}},
	{"Europe/Berlin", "*/15 * * * *", "2026-03-29 01:30 +01", []string{"2026-03-29 01:45 +01", "2026-03-29 03:00 +02"}},
	{"Europe/Berlin", "30 2 * * *", "2026-10-24 02:30 +02", []string{"2026-10-25 02:30 +01", "2026-10-26 02:30 +01"}},
	{"Europe/Berlin", "30 2 * * * earlier", "2026-10-24 02:30 +02", []string{"2026-10-25 02:30 +02", "2026-10-26 02:30 +01"}},
	{"Europe/Berlin", "0 2,3 * * *", "2026-10-25 01:59 +02", []string{"2026-10-25 02:00 +01", "2026-10-25 03:00 +01"}},
	{"Europe/Berlin", "0 2,3 * * * earlier", "2026-10-25 01:59 +02", []string{"2026-10-25 02:00 +02", "2026-10-25 03:00 +01"}},
	{"Europe/Berlin", "0 * * * *", "2026-10-25 01:00 +02", []string{"2026-10-25 02:00 +02", "2026-10-25 02:00 +01", "2026-10-25 03:00 +01"}},
	{"Europe/Berlin", "*/30 2 * * *", "2026-10-25 01:00 +02", []string{"2026-10-25 02:00 +02", "2026-10-25 02:30 +02", "2026-10-25 02:00 +01", "2026-10-25 02:30 +01"}},
	{"Europe/Berlin", "*/30 2 * * *", "2026-03-28 02:30 +01", []string{"2026-03-30 02:00 +02"}},
	{"Europe/Berlin", "0 */2 * * *", "2026-03-29 00:00 +01", []string{"2026-03-29 03:00 +02", "2026-03-29 04:00 +02"}},

	// New York: the gap is on 8 March 2026 at 02:00, the overlap on 1 November at 01:00.
	{"America/New_York", "30 2 * * 1-5", "2026-03-06 02:30 -05", []string{"2026-03-09 02:30 -04"}},
	{"America/New_York", "30 2 * * *", "2026-03-07 02:30 -05", []string{"2026-03-08 03:00 -04", "2026-03-09 02:30 -04"}},
	{"America/New_York", "45 1 * * *", "2026-10-31 01:45 -04", []string{"2026-11-01 01:45 -05", "2026-11-02 01:45 -05"}},
	{"America/New_York", "45 1 1 * * earlier", "2026-10-31 01:45 -04", []string{"2026-11-01 01:45 -04", "2026-12-01 01:45 -05"}},
	{"America/New_York", "@hourly", "2026-11-01 00:00 -04", []string{"2026-11-01 01:00 -04", "2026-11-01 01:00 -05", "2026-11-01 02:00 -05"}},
	{"America/New_York", "*/15 * * * *", "2026-11-01 01:30 -04", []string{"2026-11-01 01:45 -04", "2026-11-01 01:00 -05"}},

	{"America/New_York", "*/30 2 1 7 *", "2026-01-01 00:00 -05", []string{"2026-07-01 02:00 -04", "2026-07-01 02:30 -04", "2027-07-01 02:00 -04"}},
	{"America/New_York", "*/30 2 1 1 *", "2026-07-01 00:00 -04", []string{"2027-01-01 02:00 -05", "2027-01-01 02:30 -05", "2028-01-01 02:00 -05"}},

	// Lord Howe: half an hour. The gap is on 4 October 2026 at 02:00, the overlap on 5 April at 01:30.
	{"Australia/Lord_Howe", "15 2 * * *", "2026-10-03 02:15 +1030", []string{"2026-10-04 02:30 +11", "2026-10-05 02:15 +11"}},
	{"Australia/Lord_Howe", "15,30 2 4 * *", "2026-09-04 02:30 +1030", []string{"2026-10-04 02:30 +11", "2026-11-04 02:15 +11"}},
	{"Australia/Lord_Howe", "0 * * * *", "2026-10-04 01:00 +1030", []string{"2026-10-04 03:00 +11", "2026-10-04 04:00 +11"}},
	{"Australia/Lord_Howe", "*/15 * * * *", "2026-10-04 01:45 +1030", []string{"2026-10-04 02:30 +11", "2026-10-04 02:45 +11"}},
	{"Australia/Lord_Howe", "45 1 * * 0", "2026-03-29 01:45 +11", []string{"2026-04-05 01:45 +1030", "2026-04-12 01:45 +1030"}},
	{"Australia/Lord_Howe", "45 1 * * * earlier", "2026-04-04 01:45 +11", []string{"2026-04-05 01:45 +11", "2026-04-06 01:45 +1030"}},
	{"Australia/Lord_Howe", "*/15 * * * *", "2026-04-05 01:30 +11", []string{"2026-04-05 01:45 +11", "2026-04-05 01:30 +1030", "2026-04-05 01:45 +1030", "2026-04-05 02:00 +1030"}},

	// Santiago: midnight of 11 September 2022 does not exist, and 1 April 2023 ends with 23:00 to 24:00 twice.
	{"America/Santiago", "@daily", "2022-09-10 00:00 -04", []string{"2022-09-11 01:00 -03", "2022-09-12 00:00 -03"}},
	{"America/Santiago", "@weekly", "2022-09-04 00:00 -04", []string{"2022-09-11 01:00 -03", "2022-09-18 00:00 -03"}},
	{"America/Santiago", "0 0 11 * *", "2022-08-11 00:00 -04", []string{"2022-09-11 01:00 -03", "2022-10-11 00:00 -03"}},
	{"America/Santiago", "0 * * * *", "2022-09-10 23:00 -04", []string{"2022-09-11 01:00 -03"}},
	{"America/Santiago", "*/15 * * * *", "2022-09-10 23:45 -04", []string{"2022-09-11 01:00 -03"}},
	{"America/Santiago", "30 23 * * *", "2023-03-31 23:30 -03", []string{"2023-04-01 23:30 -04", "2023-04-02 23:30 -04"}},
	{"America/Santiago", "30 23 * * 6 earlier", "2023-03-31 23:30 -03", []string{"2023-04-01 23:30 -03", "2023-04-08 23:30 -04"}},
	{"America/Santiago", "0 * * * *", "2023-04-01 22:00 -03", []string{"2023-04-01 23:00 -03", "2023-04-01 23:00 -04", "2023-04-02 00:00 -04"}},

	// Apia: there was no 30 December 2011, a Friday. What was due then is due as the 31st begins.
	{"Pacific/Apia", "30 2 * * *", "2011-12-29 02:30 -10", []string{"2011-12-31 00:00 +14", "2011-12-31 02:30 +14"}},
	{"Pacific/Apia", "0 0 * * *", "2011-12-29 00:00 -10", []string{"2011-12-31 00:00 +14", "2012-01-01 00:00 +14"}},
	{"Pacific/Apia", "0 9 * * 5", "2011-12-23 09:00 -10", []string{"2011-12-31 00:00 +14", "2012-01-06 09:00 +14"}},
	{"Pacific/Apia", "0 9 30 * *", "2011-11-30 09:00 -10", []string{"2011-12-31 00:00 +14", "2012-01-30 09:00 +14"}},
	{"Pacific/Apia", "0 * * * *", "2011-12-29 23:00 -10", []string{"2011-12-31 00:00 +14", "2011-12-31 01:00 +14"}},
	{"Pacific/Apia", "*/15 * * * *", "2011-12-29 23:45 -10", []string{"2011-12-31 00:00 +14"}},

	// Dublin: winter is the time that is saved, negatively. The gap is on 29 March 2026, the overlap on 25 October, both at 01:00.
	{"Europe/Dublin", "30 1 * * *", "2026-03-28 01:30 +00", []string{"2026-03-29 02:00 +01", "2026-03-30 01:30 +01"}},
	{"Europe/Dublin", "30 1 * * 0", "2026-10-18 01:30 +01", []string{"2026-10-25 01:30 +00", "2026-11-01 01:30 +00"}},
	{"Europe/Dublin", "30 1 25 * * earlier", "2026-09-25 01:30 +01", []string{"2026-10-25 01:30 +01", "2026-11-25 01:30 +00"}},
	{"Europe/Dublin", "0 * * * *", "2026-03-29 00:00 +00", []string{"2026-03-29 02:00 +01"}},
	{"Europe/Dublin", "*/15 * * * *", "2026-10-25 01:45 +01", []string{"2026-10-25 01:00 +00", "2026-10-25 01:15 +00"}},

	// Rules that changed: Moscow stopped on 26 October 2014 with an overlap at 01:00, Pyongyang moved by half an hour
	// at 23:30 on 4 May 2018, and Kwajalein skipped 21 August 1993.
	{"Europe/Moscow", "30 1 * * *", "2014-10-25 01:30 +04", []string{"2014-10-26 01:30 +03", "2014-10-27 01:30 +03"}},
	{"Asia/Pyongyang", "45 23 * * *", "2018-05-03 23:45 +0830", []string{"2018-05-05 00:00 +09", "2018-05-05 23:45 +09"}},
	{"Pacific/Kwajalein", "0 9 * * *", "1993-08-20 09:00 -12", []string{"1993-08-22 00:00 +12", "1993-08-22 09:00 +12"}},

	// Leap days, the century that has none included.
	{"America/New_York", "0 7 29 2 *", "2024-02-29 07:00 -05", []string{"2028-02-29 07:00 -05", "2032-02-29 07:00 -05"}},
	{"UTC", "0 7 29 2 *", "2096-02-29 07:00 +00", []string{"2104-02-29 07:00 +00"}},
	{"UTC", "0 7 29 2 */7", "2004-02-29 07:00 +00", []string{"2032-02-29 07:00 +00"}},
	{"UTC", "0 0 L 2 *", "2023-02-28 00:00 +00", []string{"2024-02-29 00:00 +00", "2025-02-28 00:00 +00"}},

	// The last days of leap years from 2040 on, for which Time.ZoneBounds answers an end that is past.
	{"America/New_York", "0 7 * * *", "2040-12-30 07:00 -05", []string{"2040-12-31 07:00 -05", "2041-01-01 07:00 -05"}},
	{"America/New_York", "0 7 * * * earlier", "2044-12-30 07:00 -05", []string{"2044-12-31 07:00 -05", "2045-01-01 07:00 -05"}},
	{"Europe/Dublin", "0 * * * *", "2048-12-31 22:00 +00", []string{"2048-12-31 23:00 +00", "2049-01-01 00:00 +00"}},
	{"Europe/Dublin", "0 12 31 12 *", "2051-12-31 12:00 +00", []string{"2052-12-31 12:00 +00", "2053-12-31 12:00 +00"}},
	{"Australia/Lord_Howe", "30 10 31 12 *", "2039-12-31 10:30 +11", []string{"2040-12-31 10:30 +11", "2041-12-31 10:30 +11"}},
}

func localTime(t *testing.T, text string) time.Time {
	t.Helper()
	layout := "2006-01-02 15:04 -07"
	if len(text) > len(layout) {
		layout += "00"
	}
	at, err := time.Parse(layout, text)
	require.NoError(t, err)
	return at
}

func TestClockChanges(t *testing.T) {
	for _, row := range dstRows {
		t.Run(fmt.Sprintf("%s %s after %s", row.zone, row.expr, row.after), func(t *testing.T) {
			s, err := schedule.Parse("CRON_TZ=" + row.zone + " " + row.expr)
			require.NoError(t, err)
			at := localTime(t, row.after)
			for _, want := range row.want {
				next, ok := s.Next(at)
				require.True(t, ok)
				assert.Equal(t, localTime(t, want).In(s.Location()).String(), next.String(), "after %s", at)
				at = next
			}
			for i := len(row.want) - 2; i >= 0; i-- {
				prev, ok := s.Prev(at)
				require.True(t, ok)
				assert.Equal(t, localTime(t, row.want[i]).In(s.Location()).String(), prev.String(), "before %s", at)
				at = prev
			}
		})
	}
}

// TestInsideRepeatedHour asks from within the hour that Berlin repeats.
func TestInsideRepeatedHour(t *testing.T) {
	for _, row := range []struct{ expr, at, prev, next string }{
		{"30 2 * * *", "2026-10-25 02:45 +02", "2026-10-24 02:30 +02", "2026-10-25 02:30 +01"},
		{"30 2 * * *", "2026-10-25 02:30 +02", "2026-10-24 02:30 +02", "2026-10-25 02:30 +01"},
		{"0 2 * * *", "2026-10-25 02:00 +02", "2026-10-24 02:00 +02", "2026-10-25 02:00 +01"},
		{"0 2 * * *", "2026-10-25 02:00 +01", "2026-10-24 02:00 +02", "2026-10-26 02:00 +01"},
		{"30 2 * * *", "2026-10-25 02:45 +01", "2026-10-25 02:30 +01", "2026-10-26 02:30 +01"},
		{"0 3 * * *", "2026-10-25 02:45 +02", "2026-10-24 03:00 +02", "2026-10-25 03:00 +01"},
		{"30 2 * * * earlier", "2026-10-25 02:45 +02", "2026-10-25 02:30 +02", "2026-10-26 02:30 +01"},
		{"30 2 * * * earlier", "2026-10-25 02:15 +01", "2026-10-25 02:30 +02", "2026-10-26 02:30 +01"},
		{"30 2 * * * earlier", "2026-10-25 02:45 +01", "2026-10-25 02:30 +02", "2026-10-26 02:30 +01"},
		{"0 3 * * * earlier", "2026-10-25 02:15 +01", "2026-10-24 03:00 +02", "2026-10-25 03:00 +01"},
		{"30 2 25 10 *", "2026-10-25 02:45 +02", "2025-10-25 02:30 +02", "2026-10-25 02:30 +01"},
		{"30 * * * *", "2026-10-25 02:30 +02", "2026-10-25 01:30 +02", "2026-10-25 02:30 +01"},
	} {
		s := schedule.MustParse("CRON_TZ=Europe/Berlin " + row.expr)
		at := localTime(t, row.at)
		next, _ := s.Next(at)
		assert.True(t, next.Equal(localTime(t, row.next)), "Next(%s) of %s is %s", row.at, row.expr, next)
		prev, _ := s.Prev(at)
		assert.True(t, prev.Equal(localTime(t, row.prev)), "Prev(%s) of %s is %s", row.at, row.expr, prev)
	}
}
