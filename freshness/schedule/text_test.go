package schedule_test

import (
	"encoding/json"
	"errors"
	"flag"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

func TestCanonicalText(t *testing.T) {
	for _, row := range [][2]string{
		{"0 7 * * *", "0 7 * * *"},
		{" 00\t07 * *  * ", "0 7 * * *"},
		{"@daily", "0 0 * * *"},
		{"@MIDNIGHT", "0 0 * * *"},
		{"@hourly", "0 * * * *"},
		{"@weekly", "0 0 * * 0"},
		{"@monthly", "0 0 1 * *"},
		{"@annually", "0 0 1 1 *"},
		{"@yearly", "0 0 1 1 *"},
		{"@never", "@never"},
		{"0 7 * * mon-fri", "0 7 * * 1-5"},
		{"0 7 * * 5,4,3,2,1", "0 7 * * 1-5"},
		{"0 7 * * Sun,7", "0 7 * * 0"},
		{"0 7 * * fri-sun", "0 7 * * 0,5,6"},
		{"0 7 * JAN-mar,DEC *", "0 7 * 1-3,12 *"},
		{"0 7 L * *", "0 7 L * *"},
		{"0 7 1,L * *", "0 7 1,L * *"},
		{"0 7 */2,L * 1-5", "0 7 */2,L * 1-5"},
		{"0 7 1-31 * 1", "0 7 * * *"},
		{"0 7 1 * 0-6", "0 7 * * *"},
		{"0 7 1-31/2 * */2", "0 7 */2 * */2"},
		{"0 7 13 * 5", "0 7 13 * 5"},
		{"0 7 */30 * *", "0 7 1,31 * *"},
		{"0 7 1,31 * *", "0 7 1,31 * *"},
		{"0 7 1,31 * 5", "0 7 1,31 * 5"},
		{"0 7 */30 * 5", "0 7 */30 * 5"},
		{"0 7 5 * */3", "0 7 5 * */3"},
		{"0 7 5 * */7,2", "0 7 5 * */7,2"},
		{"*/15 * * * *", "*/15 * * * *"},
		{"0,15,30,45 * * * *", "*/15 * * * *"},
		{"0,15,30,45 2 * * *", "0-45/15 2 * * *"},
		{"*/15 2 * * *", "*/15 2 * * *"},
		{"*/60 2 * * *", "0 2 * * *"},
		{"*/15,7 2 * * *", "*/60,7,15,30,45 2 * * *"},
		{"0-59 2 * * *", "0-59 2 * * *"},
		{"5/20 9-17/2 * * *", "5-45/20 9-17/2 * * *"},
		{"0 0-23 * * *", "0 * * * *"},
		{"0 7 * * * earlier", "0 7 * * * earlier"},
		{"0 * * * * earlier", "0 * * * *"},
		{"CRON_TZ=UTC 0 7 * * *", "0 7 * * *"},
		{"CRON_TZ=Etc/UTC 0 7 * * *", "0 7 * * *"},
		{"TZ=Europe/Dublin 0 7 * * *", "CRON_TZ=Europe/Dublin 0 7 * * *"},
		{"CRON_TZ=Etc/GMT-5 0 7 * * *", "CRON_TZ=+05:00 0 7 * * *"},
		{"CRON_TZ=-00:44:30 0 7 * * *", "CRON_TZ=-00:44:30 0 7 * * *"},
		{"CRON_TZ=+25:59:59 0 7 * * *", "CRON_TZ=+25:59:59 0 7 * * *"},
		{"CRON_TZ=Local 0 7 * * *", "CRON_TZ=Local 0 7 * * *"},
		{"@every 15m", "@every 15m"},
		{"@every 900s", "@every 15m"},
		{"@every 24h0m0s", "@every 24h"},
		{"@every 1h30m", "@every 1h30m"},
		{"@every 1d12h", "@every 36h"},
		{"@every 1w", "@every 168h"},
		{"@every 90s", "@every 1m30s"},
		{"@every 1ns", "@every 1ns"},
		{"CRON_TZ=Europe/Dublin @every 24h from 2021-03-04T07:00:00Z", "CRON_TZ=Europe/Dublin @every 24h from 1970-01-01T07:00:00Z"},
		{"@every 24h from 2021-03-04T00:00:00Z", "@every 24h"},
		{"@every 1s from 2021-03-04T00:00:00.25+01:00", "@every 1s from 1970-01-01T00:00:00.25Z"},
		{"@every 2562047h47m16.854775807s from 0001-01-01T00:00:01Z", "@every 2562047h47m16.854775807s from 2046-12-09T22:30:58.983430649Z"},
		{"0 7 * * * skip {mon-fri 09:00-17:00}", "0 7 * * * skip {mon-fri 09:00-17:00}"},
		{"TZ=Europe/Dublin 30 1 1 * * earlier  AFTER { TZ=Asia/Tokyo mon 09:00-12:00 ; 2021-12-27 closed }",
			"CRON_TZ=Europe/Dublin 30 1 1 * * earlier after {TZ=Asia/Tokyo mon 09:00-12:00; 2021-12-27 closed}"},
	} {
		s, err := schedule.Parse(row[0])
		if !assert.NoError(t, err, row[0]) {
			continue
		}
		assert.Equal(t, row[1], s.String(), "text of %q", row[0])
		again, err := schedule.Parse(s.String())
		require.NoError(t, err, "reading %q back", s)
		assert.True(t, again.Equal(s), "%s is read back as %s", s, again)
		assert.NoError(t, s.Validate())
	}
}

func TestParseErrors(t *testing.T) {
	for _, row := range []struct {
		text, field string
		offset      int
		reason      string
	}{
		{"", "expression", 0, "nothing to parse"},
		{"   ", "expression", 3, "nothing to parse"},
		{"60 7 * * *", "minute", 0, "60 is not between 0 and 59"},
		{"0 7,24 * * *", "hour", 4, "24 is not between 0 and 23"},
		{"0 7 0 * *", "day of month", 4, "0 is not between 1 and 31"},
		{"0 7 * 13 *", "month", 6, "13 is not between 1 and 12"},
		{"0 7 * * 8", "day of week", 8, "8 is not between 0 and 7"},
		{"0 7 * * 99999999999999999999", "day of week", 8, "99999999999999999999 is not between 0 and 7"},
		{"0 7 * * mon-funday", "day of week", 12, `unexpected 'f' in "funday"`},
		{"0 7 * * 1-x", "day of week", 10, `unexpected 'x' in "x"`},
		{"0 7 * foo *", "month", 6, `unexpected 'f' in "foo"`},
		{"0 mon * * *", "hour", 2, `unexpected 'm' in "mon"`},
		{"0 7 ? * *", "day of month", 4, `unexpected '?' in "?"`},
		{"0 7 15W * *", "day of month", 6, `unexpected 'W' in "15W"`},
		{"0 7 * * 5L", "day of week", 9, `unexpected 'L' in "5L"`},
		{"0 7 * * L", "day of week", 8, `unexpected 'L' in "L"`},
		{"0 7 * * 5#2", "day of week", 9, `unexpected '#' in "5#2"`},
		{"-5 7 * * *", "minute", 0, "a value is missing"},
		{"5- 7 * * *", "minute", 2, "a value is missing"},
		{"1,,2 7 * * *", "minute", 2, "a value is missing"},
		{", 7 * * *", "minute", 0, "a value is missing"},
		{"*/ 7 * * *", "minute", 2, "a step is missing"},
		{"*/0 7 * * *", "minute", 2, "step 0 is not between 1 and 60"},
		{"*/90 * * * *", "minute", 2, "step 90 is not between 1 and 60"},
		{"*/5/5 * * * *", "minute", 3, `unexpected '/' in "5/5"`},
		{"** 7 * * *", "minute", 0, `unexpected '*' in "**"`},
		{"*-5 7 * * *", "minute", 0, `unexpected '*' in "*"`},
		{"5-1 7 * * *", "minute", 2, `range "5-1" ends before it begins`},
		{"0 7 * * 6-0", "day of week", 10, `range "6-0" ends before it begins`},
		{"é 7 * * *", "minute", 0, `unexpected 'é' in "é"`},
		{"\x00 7 * * *", "minute", 0, `unexpected '\x00' in "\x00"`},
		{"0 7 * *", "day of week", 7, "the field is missing: a cron expression has 5, this one 4"},
		{"0", "hour", 1, "the field is missing: a cron expression has 5, this one 1"},
		{"0 0 7 * * *", "expression", 10, `unexpected "*" after 5 fields, which are minute, hour, day of month, month and day of week`},
		{"0 7 * * * Europe/Paris", "expression", 10, `unexpected "Europe/Paris" after 5 fields: a zone comes before them, as CRON_TZ=Europe/Paris`},
		{"0 7 * * * UTC", "expression", 10, `a zone comes before them, as CRON_TZ=UTC`},
		{"0 7 * * * ../etc/passwd", "expression", 10, `unexpected "../etc/passwd" after 5 fields, which are`},
		{"0 7 * * * */5", "expression", 10, `unexpected "*/5" after 5 fields, which are`},
		{"0 0 30 2 *", "day of month", 4, `no month of "2" has day 30`},
		{"0 0 31 2,4,6,9,11 *", "day of month", 4, `no month of "2,4,6,9,11" has day 31`},
		{"0 0 30-31 feb */2", "day of month", 4, `no month of "feb" has day 30-31`},
		{"@fortnightly", "expression", 0, `unknown word "@fortnightly"`},
		{"@daily 5", "expression", 7, `unexpected "5"`},
		{"@every", "@every", 6, `"" is not a duration such as "5m", "1h30m" or "7d"`},
		{"@every 5", "@every", 7, `"5" is not a duration such as "5m", "1h30m" or "7d"`},
		{"@every 1.5d", "@every", 7, "weeks and days are whole and come first"},
		{"@every 106752d", "@every", 7, `"106752d" is longer than a duration holds`},
		{"@every -5m", "@every", 7, "-5m0s is not above zero"},
		{"@every 5m at 7", "@every", 10, `unexpected "at"`},
		{"@every 5m from 7", "@every", 15, `parsing time "7"`},
		{"CRON_TZ=Europe/Atlantis 0 7 * * *", "zone", 8, "unknown time zone Europe/Atlantis"},
		{"CRON_TZ= 0 7 * * *", "zone", 8, "the name is missing"},
		{"CRON_TZ=+26:00 0 7 * * *", "zone", 8, "unknown time zone +26:00"},
		{"ZONE=UTC 0 7 * * *", "zone", 0, "a zone is written CRON_TZ="},
		{"CRON_TZ=UTC 61 7 * * *", "minute", 12, "61 is not between 0 and 59"},
		{"0 7 * * * later", "expression", 10, `unexpected "later" after 5 fields`},
		{"earlier", "minute", 0, `unexpected 'e' in "earlier"`},
		{"0 7 * * * {mon 09:00-17:00}", "calendar", 10, "the word before it is not skip, before, after or nth with a number"},
		{"0 7 * * * skip {mon 09:00-17:00", "calendar", 31, "a closing brace is missing"},
		{"0 7 * * * skip {}", "entry", 16, "a weekday or a date is missing"},
		{"0 7 * * * skip {mon 09:00-09:00}", "hours", 20, "09:00-09:00 is empty"},
		{"@every 5m skip {mon 09:00-17:00}", "calendar", 0, "@every has no dates"},
	} {
		s, err := schedule.Parse(row.text)
		var bad *schedule.ParseError
		if !assert.True(t, errors.As(err, &bad), "Parse(%q): %v", row.text, err) {
			continue
		}
		assert.Equal(t, row.field, bad.Field, "field of %v", err)
		assert.Equal(t, row.offset, bad.Offset, "offset of %v", err)
		assert.Contains(t, bad.Reason, row.reason)
		assert.Equal(t, row.text, bad.Input)
		assert.True(t, s.IsZero())
		assert.NotContains(t, strings.TrimPrefix(err.Error(), "schedule: "), "schedule: ", "one prefix is enough")
		assert.Contains(t, err.Error(), row.field)
	}
}

func TestLongInputIsShortenedInTheMessage(t *testing.T) {
	text := strings.Repeat("1,", 1<<16) + " 7 * * *"
	_, err := schedule.Parse(text)
	var bad *schedule.ParseError
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, text, bad.Input)
	assert.Less(t, len(err.Error()), 400)
}

func TestCronRefusesWhatCannotBeWritten(t *testing.T) {
	_, err := schedule.Cron("0 7 * * *", time.FixedZone("nowhere", 27*3600))
	assert.ErrorContains(t, err, "27h0m0s")
	_, err = schedule.Cron("CRON_TZ=UTC 0 7 * * *", time.UTC)
	assert.ErrorContains(t, err, "minute")
	assert.Panics(t, func() { schedule.MustCron("x", nil) })
	assert.Panics(t, func() { schedule.MustParse("x") })
}

func TestInvalidSchedulesSayWhy(t *testing.T) {
	for _, row := range []struct {
		s         schedule.Schedule
		text, why string
	}{
		{schedule.Daily(24, 0, nil), "0 24 * * *", "hour: 24 is not between 0 and 23"},
		{schedule.Daily(-1, 60, time.FixedZone("", 3600)), "CRON_TZ=+01:00 60 -1 * * *", "minute: 60 is not between 0 and 59"},
		{schedule.Daily(1, 0, time.FixedZone("", -99*3600)), "CRON_TZ=-99:00 0 1 * * *", "zone: offset -99h0m0s"},
		{schedule.Every(0), "@every 0s", "0s is not above zero"},
		{schedule.Every(-time.Second), "@every -1s", "-1s is not above zero"},
		{schedule.EveryFrom(time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), time.Hour), "@every 1h", "not in the years 1 to 9999"},
		{schedule.EveryFrom(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Hour), "@every 1h", "not in the years 1 to 9999"},
		{schedule.Daily(7, 0, nil).SkipClosed(schedule.Calendar{}), "0 7 * * * skip {}", "never open"},
	} {
		assert.ErrorContains(t, row.s.Validate(), row.why)
		assert.Contains(t, row.s.String(), row.text)
		_, ok := row.s.Next(time.Unix(0, 0))
		assert.False(t, ok)
		_, ok = row.s.Prev(time.Unix(0, 0))
		assert.False(t, ok)
		_, err := row.s.MarshalText()
		assert.Equal(t, row.s.Validate(), err)
		_, err = schedule.Parse(row.s.String())
		assert.Error(t, err)
		assert.False(t, row.s.IsZero())
		assert.True(t, row.s.Equal(row.s))
		assert.False(t, row.s.Equal(schedule.Schedule{}))
		assert.Equal(t, row.s, row.s.EarlierAtOverlap())
		assert.NotNil(t, row.s.Location())
	}
	assert.ErrorContains(t, schedule.Daily(-1, 60, nil).Validate(), "hour: -1", "all faults at once")
}

func TestZeroSchedule(t *testing.T) {
	var s schedule.Schedule
	assert.True(t, s.IsZero())
	assert.NoError(t, s.Validate())
	assert.Equal(t, "@never", s.String())
	assert.Equal(t, time.UTC, s.Location())
	assert.True(t, s.Equal(s.EarlierAtOverlap()))
	assert.True(t, schedule.MustParse("@never").IsZero())
	_, ok := s.Next(time.Time{})
	assert.False(t, ok)
	_, ok = s.Prev(time.Unix(1<<40, 0))
	assert.False(t, ok)
}

func TestEqual(t *testing.T) {
	dublin, again := load(t, "Europe/Dublin"), load(t, "Europe/Dublin")
	equal := [][2]schedule.Schedule{
		{schedule.Daily(7, 0, dublin), schedule.MustCron("0 7 * * *", again)},
		{schedule.Daily(7, 0, nil), schedule.MustCron("0 7 * * *", time.UTC)},
		{schedule.Daily(7, 0, time.FixedZone("a", 3600)), schedule.Daily(7, 0, time.FixedZone("b", 3600))},
		{schedule.Every(time.Hour), schedule.EveryFrom(time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC), time.Hour)},
	}
	for _, pair := range equal {
		assert.True(t, pair[0].Equal(pair[1]), "%s and %s", pair[0], pair[1])
		assert.Equal(t, pair[0].String(), pair[1].String())
	}
	different := []schedule.Schedule{
		{}, schedule.Daily(7, 0, dublin), schedule.Daily(7, 0, nil), schedule.Daily(7, 1, nil), schedule.Daily(7, 0, dublin).EarlierAtOverlap(),
		schedule.Every(time.Hour), schedule.Every(time.Minute), schedule.EveryFrom(time.Unix(60, 0).UTC(), time.Hour),
		schedule.MustCron("*/30 2 * * *", nil), schedule.MustCron("0,30 2 * * *", nil), schedule.Daily(25, 0, nil),
		schedule.MustCron("0 0 13 * 5", nil), schedule.MustCron("0 0 */31,13 * 5", nil), schedule.Daily(7, 0, time.Local),
		schedule.MustParse("0 7 * * * skip {mon 09:00-17:00}"), schedule.MustParse("0 7 * * * before {mon 09:00-17:00}"),
	}
	for i, a := range different {
		for j, b := range different {
			assert.Equal(t, i == j, a.Equal(b), "%s and %s", a, b)
		}
	}
}

func TestSchedulesTravelInJSONAndFlags(t *testing.T) {
	type config struct {
		Due  schedule.Schedule `json:"due,omitzero"`
		Open schedule.Calendar `json:"open,omitzero"`
	}
	in := config{
		Due:  schedule.MustParse("CRON_TZ=Europe/Dublin 0 7 * * 1-5"),
		Open: schedule.MustCalendar(schedule.Hours{Weekly: schedule.Weekdays(schedule.TimeRange{Open: 9 * time.Hour, Close: 17 * time.Hour})}),
	}
	data, err := json.Marshal(in)
	require.NoError(t, err)
	assert.Equal(t, `{"due":"CRON_TZ=Europe/Dublin 0 7 * * 1-5","open":"mon-fri 09:00-17:00"}`, string(data))
	var out config
	require.NoError(t, json.Unmarshal(data, &out))
	assert.True(t, out.Due.Equal(in.Due))
	assert.True(t, out.Open.Equal(in.Open))

	data, err = json.Marshal(config{})
	require.NoError(t, err)
	assert.Equal(t, `{}`, string(data))
	_, err = json.Marshal(struct{ C schedule.Calendar }{})
	assert.ErrorContains(t, err, "never open")

	require.Error(t, json.Unmarshal([]byte(`{"due":"0 25 * * *"}`), &out))
	require.Error(t, json.Unmarshal([]byte(`{"open":"mon 25:00-26:00"}`), &out))
	assert.True(t, out.Due.Equal(in.Due), "an error leaves the value alone")
	assert.True(t, out.Open.Equal(in.Open), "an error leaves the value alone")

	var s schedule.Schedule
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.TextVar(&s, "due", schedule.Daily(7, 0, nil), "when")
	require.NoError(t, flags.Parse([]string{"-due", "@hourly"}))
	assert.Equal(t, "0 * * * *", s.String())
}

// TestRandomExpressions asks at any time of some centuries, so that answers lie far off.
func TestRandomExpressions(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 5000 {
		s, err := schedule.Cron(randomExpr(r), load(t, zoneNames[r.IntN(len(zoneNames))]))
		if err != nil {
			continue // impossible
		}
		again, err := schedule.Parse(s.String())
		require.NoError(t, err)
		require.True(t, again.Equal(s), "%s is read back as %s", s, again)
		require.Equal(t, s.String(), again.String())
		at := time.Unix(r.Int64N(8e9)-4e9, r.Int64N(1e9))
		a, okA := s.Next(at)
		b, okB := again.Next(at)
		require.True(t, okA == okB && a.Equal(b), "%s", s)
		checkInverse(t, s, at)
		checkInverse(t, s.EarlierAtOverlap(), at)
	}
}
