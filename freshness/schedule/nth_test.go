package schedule_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// TestNthOpenDaysAgreeWithOracle looks at whole months of minutes, for the nth day of most others
// lies elsewhere.
func TestNthOpenDaysAgreeWithOracle(t *testing.T) {
	rounds, seen := 60, 0
	if testing.Short() {
		rounds = 10
	}
	r := rand.New(rand.NewPCG(12, 6))
	for range rounds {
		c := randomScenario(t, r)
		if c.step != time.Minute {
			continue
		}
		c.from, c.to = c.from.Add(-10*24*time.Hour), c.from.Add(20*24*time.Hour)
		c.hours = randomHours(r, c.loc, c.from.Add(240*time.Hour))
		cal, err := schedule.NewCalendar(c.hours)
		if err != nil {
			continue // never open
		}
		c.shift, c.nth = "nth", (1+r.IntN(3))*(1-2*r.IntN(2))
		c.s = c.s.NthOpenDay(c.nth, cal)
		if c.s.Validate() != nil {
			continue // no month has so many
		}
		if next, ok := c.s.Next(c.from); ok && next.Before(c.to) {
			seen++
		}
		checkScenario(t, r, c)
	}
	assert.Greater(t, seen, rounds/10, "scenarios that hold an instant")
}

// TestNthOpenDaysOfManyMonths holds the nth working day against a count over each month of forty
// years, with holidays and openings on weekends.
func TestNthOpenDaysOfManyMonths(t *testing.T) {
	hours := schedule.Hours{Weekly: schedule.Weekdays(schedule.TimeRange{Close: 24 * time.Hour}),
		Openings: map[schedule.Date][]schedule.TimeRange{}}
	r := rand.New(rand.NewPCG(3, 1))
	for year := 2000; year < 2040; year++ {
		for range 12 {
			at := time.Date(year, 1, 1+r.IntN(365), 0, 0, 0, 0, time.UTC)
			date := schedule.Date{Year: at.Year(), Month: at.Month(), Day: at.Day()}
			if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
				hours.Openings[date] = []schedule.TimeRange{{Open: 9 * time.Hour, Close: 10 * time.Hour}}
			} else if _, taken := hours.Openings[date]; !taken {
				hours.Openings[date] = nil
			}
		}
	}
	cal := schedule.MustCalendar(hours)
	open := func(at time.Time) bool {
		spans, own := hours.Openings[schedule.Date{Year: at.Year(), Month: at.Month(), Day: at.Day()}]
		return own && len(spans) > 0 || !own && at.Weekday() != time.Saturday && at.Weekday() != time.Sunday
	}

	start, end := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := 1; n <= 23; n++ {
		var first, last []string
		for month := start; month.Before(end); month = month.AddDate(0, 1, 0) {
			var days []string
			for at := month; at.Month() == month.Month(); at = at.AddDate(0, 0, 1) {
				if open(at) {
					days = append(days, at.Format(time.DateOnly))
				}
			}
			if len(days) >= n {
				first, last = append(first, days[n-1]), append(last, days[len(days)-n])
			}
		}
		for _, side := range []struct {
			n    int
			want []string
		}{{n, first}, {-n, last}} {
			s := schedule.Daily(7, 0, nil).NthOpenDay(side.n, cal)
			require.NoError(t, s.Validate())
			var next, prev []string
			for at, ok := s.Next(start); ok && at.Before(end); at, ok = s.Next(at) {
				next = append(next, at.Format(time.DateOnly))
			}
			for at, ok := s.Prev(end); ok && at.After(start); at, ok = s.Prev(at) {
				prev = append([]string{at.Format(time.DateOnly)}, prev...)
			}
			require.Equal(t, side.want, next, "Next of %v", s)
			require.Equal(t, side.want, prev, "Prev of %v", s)
		}
	}
}

func TestNthOpenDayAtTheEndsOfTime(t *testing.T) {
	all := schedule.MustCalendar(schedule.Hours{Weekly: map[time.Weekday][]schedule.TimeRange{
		0: {{Close: 24 * time.Hour}}, 1: {{Close: 24 * time.Hour}}, 2: {{Close: 24 * time.Hour}}, 3: {{Close: 24 * time.Hour}},
		4: {{Close: 24 * time.Hour}}, 5: {{Close: 24 * time.Hour}}, 6: {{Close: 24 * time.Hour}},
	}})
	east, west := time.FixedZone("", 14*3600), time.FixedZone("", -12*3600)
	for _, row := range []struct {
		n          int
		loc        *time.Location
		last, soon string // the last instant of all, and the first
	}{
		{1, time.UTC, "9999-12-01T07:00:00Z", "0001-01-01T07:00:00Z"},
		{-1, time.UTC, "9999-12-31T07:00:00Z", "0001-01-31T07:00:00Z"},
		{1, east, "9999-12-31T17:00:00Z", "0001-01-31T17:00:00Z"},
		{-31, east, "9999-12-31T17:00:00Z", "0001-02-28T17:00:00Z"},
		{-3, east, "9999-12-28T17:00:00Z", "0001-01-28T17:00:00Z"},
		{-1, west, "9999-12-31T19:00:00Z", "0001-01-31T19:00:00Z"},
		{31, west, "9999-12-31T19:00:00Z", "0001-01-31T19:00:00Z"},
	} {
		s := schedule.Daily(7, 0, row.loc).NthOpenDay(row.n, all)
		at, ok := s.Prev(time.Date(10001, 1, 1, 0, 0, 0, 0, time.UTC))
		require.True(t, ok)
		assert.Equal(t, row.last, at.UTC().Format(time.RFC3339), "the last of %v", s)
		at, ok = s.Next(time.Time{})
		require.True(t, ok)
		assert.Equal(t, row.soon, at.UTC().Format(time.RFC3339), "the first of %v", s)
		_, ok = s.Prev(at)
		assert.False(t, ok)
	}
}

func TestNthOpenDayRefuses(t *testing.T) {
	weekdays := schedule.MustCalendar(schedule.Hours{Weekly: schedule.Weekdays(schedule.TimeRange{Close: 24 * time.Hour})})
	daily := schedule.Daily(7, 0, nil)
	for _, row := range []struct {
		s    schedule.Schedule
		want string
	}{
		{daily.NthOpenDay(0, weekdays), "schedule: nth: 0 is not between 1 and 31, or -31 and -1"},
		{daily.NthOpenDay(32, weekdays), "schedule: nth: 32 is not between 1 and 31, or -31 and -1"},
		{daily.NthOpenDay(-300, weekdays), "schedule: nth: -300 is not between 1 and 31, or -31 and -1"},
		{daily.NthOpenDay(24, weekdays), "schedule: nth: no month has an open day 24 of this schedule"},
		{schedule.MustCron("0 7 * * 1", nil).NthOpenDay(-6, weekdays), "schedule: nth: no month has an open day -6 of this schedule"},
		{schedule.MustCron("0 7 * * 6", nil).NthOpenDay(1, weekdays), "schedule: nth: no month has an open day 1 of this schedule"},
		{schedule.Every(time.Hour).NthOpenDay(1, weekdays), "schedule: @every has no dates that a calendar could close"},
		{schedule.Daily(25, 0, nil).NthOpenDay(1, weekdays), "schedule: hour: 25 is not between 0 and 23"},
	} {
		assert.EqualError(t, row.s.Validate(), row.want)
		_, ok := row.s.Next(time.Time{})
		assert.False(t, ok, row.want)
		_, err := schedule.Parse(row.s.String())
		assert.Error(t, err, row.s.String())
	}
	assert.Error(t, daily.NthOpenDay(1, schedule.Calendar{}).Validate())
	assert.True(t, schedule.Schedule{}.NthOpenDay(1, weekdays).IsZero())
}

func TestNthOpenDayIsText(t *testing.T) {
	weekdays := schedule.MustCalendar(schedule.Hours{Weekly: schedule.Weekdays(schedule.TimeRange{Close: 24 * time.Hour})})
	third := schedule.Daily(7, 0, load(t, "Europe/Dublin")).EarlierAtOverlap().NthOpenDay(3, weekdays)
	const text = "CRON_TZ=Europe/Dublin 0 7 * * * earlier nth 3 {mon-fri 00:00-24:00}"
	assert.Equal(t, text, third.String())
	for _, same := range []string{text, "TZ=Europe/Dublin 0 7 * * * earlier NTH  +3 {mon-fri 00:00-24:00}"} {
		s, err := schedule.Parse(same)
		require.NoError(t, err, same)
		assert.True(t, s.Equal(third), same)
	}
	assert.False(t, third.Equal(third.NthOpenDay(-3, weekdays)))
	assert.True(t, third.NthOpenDay(-3, weekdays).NthOpenDay(3, weekdays).Equal(third), "the last counts")
	assert.True(t, third.SkipClosed(weekdays).Equal(schedule.Daily(7, 0, load(t, "Europe/Dublin")).
		EarlierAtOverlap().SkipClosed(weekdays)), "nothing of it is left")

	for text, want := range map[string]string{
		"0 7 * * * nth {mon 09:00-17:00}":     "the word before it is not skip, before, after or nth with a number",
		"0 7 * * * nth x {mon 09:00-17:00}":   "the word before it is not skip, before, after or nth with a number",
		"0 7 * * * 3 {mon 09:00-17:00}":       "the word before it is not skip, before, after or nth with a number",
		"0 7 * * * nth 0 {mon 09:00-17:00}":   "nth: 0 is not between 1 and 31, or -31 and -1",
		"0 7 * * * nth 6 {mon 09:00-17:00}":   "nth: no month has an open day 6 of this schedule",
		"@every 5m nth 1 {mon 09:00-17:00}":   "@every has no dates",
		"0 7 * * nth 1 {mon 09:00-17:00}":     "day of week",
		"0 7 * * * nth 1 {mon 09:00-17:00":    "a closing brace is missing",
		"0 7 * * * nth 1 {2021-02-29 closed}": "2021-02-29",
		"0 7 * * * nth 1e1 {mon 09:00-17:00}": "the word before it is not",
		"nth 1 {mon 09:00-17:00}":             "",
	} {
		_, err := schedule.Parse(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func TestNthOpenDayInWords(t *testing.T) {
	for n, want := range map[int]string{
		1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 22: "22nd", 23: "23rd",
		-1: "last", -2: "2nd last", -3: "3rd last",
	} {
		s := schedule.MustParse(fmt.Sprintf("CRON_TZ=Europe/Dublin 0 7 * * 1-5 nth %d {mon-fri 00:00-24:00}", n))
		assert.Equal(t, "by 07:00 Europe/Dublin on the "+want+" working day of each month", s.Words())
	}
	assert.Contains(t, schedule.MustParse("0 7 * * 1 nth 1 {mon-fri 00:00-24:00}").Words(), "at each instant of “0 7 * * 1 nth 1”")
}
