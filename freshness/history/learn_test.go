package history

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// nightly lands at the given wall-clock time on n days from the first on.
func nightly(first time.Time, n, hour, minute int) freshness.Landings {
	var landed freshness.Landings
	for i := range n {
		y, m, d := first.AddDate(0, 0, i).Date()
		landed = append(landed, freshness.Landing{At: time.Date(y, m, d, hour, minute, 0, 0, first.Location())})
	}
	return landed
}

func TestLocalTimesReadBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, name := range []string{"UTC", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "Asia/Kathmandu"} {
		loc := zone(t, name)
		for range 3000 {
			instant := time.Unix(rng.Int64N(maxHistory-4*86400), rng.Int64N(1e9)).In(loc)
			got := civilOf(instant, loc).instant(loc, instant.Add(-1))
			require.True(t, got.Equal(instant), "%v: got %v", instant, got)
		}
	}
}

func TestLocalTimesAroundClockChanges(t *testing.T) {
	tests := []struct {
		name, zone, local string
		after             string // zero: the beginning of time
		want              string
	}{
		{"a gap ends the wait", "Europe/Berlin", "2021-03-28 02:30", "", "2021-03-28T01:00:00Z"},
		{"the first of two", "Europe/Berlin", "2021-10-31 02:30", "2021-10-30T00:00:00Z", "2021-10-31T00:30:00Z"},
		{"the second of two", "Europe/Berlin", "2021-10-31 02:30", "2021-10-31T00:30:00Z", "2021-10-31T01:30:00Z"},
		{"both have passed", "Europe/Berlin", "2021-10-31 02:30", "2021-11-01T00:00:00Z", "2021-10-31T01:30:00Z"},
		{"half an hour of gap", "Australia/Lord_Howe", "2021-10-03 02:15", "", "2021-10-02T15:30:00Z"},
		{"half an hour twice", "Australia/Lord_Howe", "2021-04-04 01:45", "2021-04-03T14:50:00Z", "2021-04-03T15:15:00Z"},
		{"a gap at midnight", "America/Santiago", "2021-09-05 00:30", "", "2021-09-05T04:00:00Z"},
		{"a day that was skipped", "Pacific/Apia", "2011-12-30 12:00", "", "2011-12-30T10:00:00Z"},
		{"summer begins in Dublin, whose standard time it is", "Europe/Dublin", "2021-03-28 01:30", "", "2021-03-28T01:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			loc := zone(t, tt.zone)
			local, err := time.Parse("2006-01-02 15:04", tt.local)
			require.NoError(t, err)
			var after time.Time
			if tt.after != "" {
				after, err = time.Parse(time.RFC3339, tt.after)
				require.NoError(t, err)
			}
			got := civil(local.UnixNano()).instant(loc, after)
			assert.Equal(t, tt.want, got.UTC().Format(time.RFC3339))
		})
	}
}

func TestADayEndsWithItsCut(t *testing.T) {
	cut := -6 * time.Hour // 18:00 the day before
	for local, want := range map[civil]struct {
		n     int64
		since time.Duration
	}{
		civilStart(3, cut):              {2, day},
		civilStart(3, cut) + 1:          {3, 1},
		civilStart(3, 0):                {3, 6 * time.Hour},
		civilStart(-3, cut).add(2 * 60): {-3, 120},
	} {
		n, since := local.split(cut)
		assert.Equal(t, want.n, n)
		assert.Equal(t, want.since, since)
	}
	assert.Equal(t, time.Thursday, weekdayOf(0))
	assert.Equal(t, time.Wednesday, weekdayOf(-1))
	assert.Equal(t, time.Monday, weekdayOf(4))
}

func TestCircularMedianIsTheNearestToAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	apart := func(a, b int) int {
		d := (a - b + dayMinutes) % dayMinutes
		return min(d, dayMinutes-d)
	}
	for range 200 {
		var at [dayMinutes]int
		n := 1 + rng.IntN(20)
		centre, width := rng.IntN(dayMinutes), 1+rng.IntN(dayMinutes)
		for range n {
			at[(centre+rng.IntN(width))%dayMinutes]++
		}
		cost := func(m int) (sum int) {
			for x, k := range at {
				sum += k * apart(m, x)
			}
			return sum
		}
		got := circularMedian(&at, n)
		require.Positive(t, at[got])
		for m := range at {
			require.False(t, at[m] > 0 && cost(m) < cost(got), "minute %d is nearer than %d", m, got)
		}
	}
}

func TestLearnTimesOfDay(t *testing.T) {
	dublin := zone(t, "Europe/Dublin")
	winter := time.Date(2021, 2, 20, 0, 0, 0, 0, dublin)
	tests := []struct {
		name   string
		landed freshness.Landings
		median string
		days   int
	}{
		{"clocks change meanwhile", nightly(winter, 60, 6, 15), "06:15:00", 59},
		{"just after midnight", nightly(winter, 60, 0, 10), "00:10:00", 59},
		{"at noon", nightly(winter, 60, 12, 0), "12:00:00", 59},
		{"in the hour that is skipped on one day", nightly(winter, 60, 1, 30), "01:30:00", 59},
		{"in the hour that comes twice", nightly(time.Date(2021, 10, 1, 0, 0, 0, 0, dublin), 60, 1, 30), "01:30:00", 59},
		{"the first landing of a day counts", append(nightly(winter, 60, 6, 15), nightly(winter, 60, 9, 0)...), "06:15:00", 59},
		{"placeholders are left out", append(nightly(winter, 60, 6, 15), freshness.Landing{}, freshness.Landing{At: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}), "06:15:00", 59},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, err := Learn(tt.landed, dublin)
			require.NoError(t, err)
			median, ok := u.Times().Quantile(0.5)
			assert.True(t, ok)
			assert.Equal(t, tt.median, clockText(median))
			assert.Equal(t, tt.days, u.days())
			assert.Equal(t, u.days(), u.Times().Count())
			assert.True(t, u.daily())
		})
	}
}

func TestLearnAcrossMidnight(t *testing.T) {
	// 23:50, 00:00 and 00:10 in turn, one for each night: not early or late by a day.
	first := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	var landed freshness.Landings
	for i := range 60 {
		landed = append(landed, freshness.Landing{At: first.AddDate(0, 0, i).Add(time.Duration(i%3-1) * 10 * time.Minute)})
	}
	u, err := Learn(landed, time.UTC)
	require.NoError(t, err)
	assert.Equal(t, 59, u.Times().Count())
	low, _ := u.Times().Quantile(0)
	high, _ := u.Times().Quantile(1)
	assert.Equal(t, "23:50:00 the day before", clockText(low))
	assert.Equal(t, "00:10:00", clockText(high))
}

func TestLearnWeekdays(t *testing.T) {
	// Working days at 06:00, Mondays at 09:00, nothing at weekends.
	first := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC) // a Monday
	var landed freshness.Landings
	for i := range 7 * 10 {
		at := first.AddDate(0, 0, i).Add(6 * time.Hour)
		switch at.Weekday() {
		case time.Saturday, time.Sunday:
			continue
		case time.Monday:
			at = at.Add(3 * time.Hour)
		}
		landed = append(landed, freshness.Landing{At: at})
	}
	u, err := Learn(landed, nil)
	require.NoError(t, err)
	assert.Equal(t, time.UTC, u.location())
	assert.Equal(t, 67, u.days(), "from the Tuesday on, to the last Friday")
	assert.Equal(t, 49, u.Times().Count())

	mondays, err := u.On(time.Monday)
	require.NoError(t, err)
	assert.Equal(t, "9h (90% from 9h to 9h; n = 9)", mondays.String())
	_, err = u.On(time.Sunday)
	var little *SampleError
	require.ErrorAs(t, err, &little)
	assert.Equal(t, SampleError{"Sundays with a landing", 0, minWeekday}, *little)
	_, err = u.On(7)
	assert.EqualError(t, err, "history: there is no weekday number 7")

	s, err := u.Suggest(1)
	require.NoError(t, err)
	text, err := freshness.EncodePolicy(s.Policy)
	require.NoError(t, err)
	assert.JSONEq(t, `{"deadline":{"due":"0 9 * * 1-5","lookback":"15h0m0s","warn":"1h30m0s"}}`, string(text))
	assert.Zero(t, s.Backtest.Judged()-s.Backtest.Kept())
}

func TestLearnNeedsHistory(t *testing.T) {
	first := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	for n, have := range map[int]int{0: 0, 1: 1, 2: 2, minLandings - 1: minLandings - 1} {
		_, err := Learn(nightly(first, n, 6, 0), time.UTC)
		var little *SampleError
		require.ErrorAs(t, err, &little)
		assert.Equal(t, SampleError{"days with a landing", have, minLandings}, *little)
	}
	b, err := Learn(nightly(first, minLandings, 6, 0), time.UTC)
	require.NoError(t, err, "fourteen daily landings are fourteen days with a landing")
	assert.Equal(t, minLandings-1, b.Times().Count(), "what else landed on the first day is unknown")
	_, err = Learn(append(nightly(first, 13, 6, 0), nightly(first, 13, 9, 0)...), time.UTC)
	assert.EqualError(t, err, "history: too little history: 13 days with a landing, at least 14 are needed")
	_, err = Learn(freshness.Landings{{}, {}, {}}, time.UTC)
	assert.EqualError(t, err, "history: too little history: 0 days with a landing, at least 14 are needed")
}

// Eight Mondays are eight, although what landed earlier on the first of them is unknown.
func TestTheFirstDayCountsAsOneOfItsWeekday(t *testing.T) {
	monday := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	for days, enough := range map[int]bool{7 * 7: false, 7*7 + 1: true} {
		landed := nightly(monday, days, 6, 0)
		b, err := Learn(landed, time.UTC)
		require.NoError(t, err)
		mondays, err := b.On(time.Monday)
		if enough {
			require.NoError(t, err)
			assert.Equal(t, 7, mondays.Count())
		} else {
			assert.EqualError(t, err, "history: too little history: 7 Mondays with a landing, at least 8 are needed")
		}
		_, err = b.On(time.Tuesday)
		assert.EqualError(t, err, "history: too little history: 7 Tuesdays with a landing, at least 8 are needed")

		today := monday.AddDate(0, 0, days)
		due := today.AddDate(0, 0, 6*(days%7)) // the Monday that follows
		p := b.Predict(landed, today, due.Add(7*time.Hour))
		assert.Equal(t, map[bool]string{true: "Mondays", false: "days"}[enough], p.Sample)
	}
	assert.Zero(t, (&Baseline{}).seen(weekdayOf(0)), "nothing has landed on the first day of nothing")
}

func TestLearnDoesNotDependOnOrderNorChangeItsArgument(t *testing.T) {
	landed := nightly(time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC), 60, 6, 0)
	shuffled := slices.Clone(landed)
	rand.New(rand.NewPCG(9, 10)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	before := slices.Clone(shuffled)
	a, err := Learn(landed, time.UTC)
	require.NoError(t, err)
	b, err := Learn(shuffled, time.UTC)
	require.NoError(t, err)
	assert.Equal(t, a, b)
	assert.Equal(t, before, shuffled)
}

func TestTheZeroBaselineHasLearnedNothing(t *testing.T) {
	var u Baseline
	assert.Zero(t, u.days())
	assert.Zero(t, u.Times().Count()+u.Gaps().Count())
	assert.False(t, u.daily())
	assert.Equal(t, time.UTC, u.location())
	var little *SampleError
	assert.ErrorAs(t, u.Predict(nil, time.Unix(0, 0), time.Unix(0, 0)).Err, &little)
	_, err := u.Suggest(0.9)
	assert.ErrorAs(t, err, &little)
	assert.NotPanics(t, func() { _ = u.String() })
	_, err = json.Marshal(&u)
	assert.NoError(t, err)
}

func TestBaselineText(t *testing.T) {
	u, err := Learn(nightly(time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC), 30, 6, 15), time.UTC)
	require.NoError(t, err)
	assert.Equal(t, `lands at 06:15:00 (90% from 06:15:00 to 06:15:00; n = 29), UTC; on 29 of 29 days
  Sun: 4 of 4 days, too few to say when
  Mon: 4 of 4 days, too few to say when
  Tue: 5 of 5 days, too few to say when
  Wed: 4 of 4 days, too few to say when
  Thu: 4 of 4 days, too few to say when
  Fri: 4 of 4 days, too few to say when
  Sat: 4 of 4 days, too few to say when
lands 1d (90% from 1d to 1d; n = 29) after the landing before`, u.String())
	data, err := json.Marshal(u)
	require.NoError(t, err)
	assert.Contains(t, string(data), `{"location":"UTC","days":29,"daily":true,"times":{"n":29,"min":"6h15m0s",`)
	assert.NotContains(t, string(data), "weekdays")
}

func TestSuggestOverTheRightDays(t *testing.T) {
	first := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	day := func(text string, policy freshness.Policy) {
		t.Helper()
		got, err := freshness.EncodePolicy(policy)
		require.NoError(t, err)
		assert.JSONEq(t, text, string(got))
	}
	suggest := func(landed freshness.Landings, share float64) Suggestion {
		t.Helper()
		u, err := Learn(landed, nil)
		require.NoError(t, err)
		s, err := u.Suggest(share)
		require.NoError(t, err)
		return s
	}
	day(`{"deadline":{"due":"15 6 * * *","lookback":"12h0m0s"}}`, suggest(nightly(first, 60, 6, 15), 0.99).Policy)

	var hourly freshness.Landings
	for i := range 24 * 30 {
		hourly = append(hourly, freshness.Landing{At: first.Add(time.Duration(i) * time.Hour)})
	}
	s := suggest(hourly, 0.99)
	day(`{"max_age":{"warn":"1h0m0s","fail":"1h0m0s"}}`, s.Policy)
	assert.Empty(t, s.Backtest.Breaches)
	assert.Contains(t, s.Why, "several times a day")

	weekly := slices.DeleteFunc(nightly(first, 7*20, 6, 15), func(l freshness.Landing) bool { return l.At.Weekday() != time.Wednesday })
	day(`{"deadline":{"due":"15 6 * * 3","lookback":"12h0m0s"}}`, suggest(weekly, 1).Policy)

	// Wednesdays near midnight: the due instant falls on the Thursday.
	var night freshness.Landings
	for i := range 20 {
		night = append(night, freshness.Landing{At: first.AddDate(0, 0, 7*i+2).Add(23*time.Hour + 50*time.Minute + time.Duration(i%5/4)*25*time.Minute)})
	}
	day(`{"deadline":{"due":"15 0 * * 4","lookback":"12h25m0s","warn":"12m0s"}}`, suggest(night, 1).Policy)

	u, err := Learn(night, nil)
	require.NoError(t, err)
	for _, share := range []float64{0, -1, 1.01} {
		_, err := u.Suggest(share)
		assert.ErrorIs(t, err, errShare)
	}
}
