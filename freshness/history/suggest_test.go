package history_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
)

// suggested returns what is suggested for a history, as JSON, and why.
func suggested(t *testing.T, landed freshness.Landings, share float64) (policy, why string) {
	t.Helper()
	s, err := learn(t, landed).Suggest(share)
	require.NoError(t, err)
	text, err := freshness.EncodePolicy(s.Policy)
	require.NoError(t, err)
	require.Equal(t, s.Policy, s.Backtest.Policy)
	return string(text), s.Why
}

func TestSuggestLeavesOutTheWeekdaysThatHardlyEverLand(t *testing.T) {
	first := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC) // a Monday
	// On Sundays it lands in so many weeks of twenty, else each day.
	weeks := func(n int) freshness.Landings {
		var landed freshness.Landings
		for i := range 7 * 20 {
			if at := first.AddDate(0, 0, i).Add(6 * time.Hour); at.Weekday() != time.Sunday || i/7 < n {
				landed = append(landed, freshness.Landing{At: at})
			}
		}
		return append(landed, freshness.Landing{At: first.AddDate(0, 0, 7*20).Add(6 * time.Hour)})
	}
	for _, tt := range []struct {
		name    string
		sundays int
		want    string
	}{
		{"half of the Sundays", 10, "0 6 * * *"},
		{"less than half of them", 9, "0 6 * * 1-6"},
		{"none of them", 0, "0 6 * * 1-6"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := learn(t, weeks(tt.sundays)).Suggest(0.9)
			require.NoError(t, err)
			assert.Equal(t, tt.want, s.Policy.(freshness.Deadline).Due.String())
		})
	}
}

// Too little history of a weekday leaves all weekdays in.
func TestSuggestKeepsAllWeekdaysWhereOneIsLittleKnown(t *testing.T) {
	first := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	for days, want := range map[int]string{
		7 * 8:     "0 6 * * *",   // seven Saturdays, for the history ends on a Friday
		7*8 + 1:   "0 6 * * 1-5", // eight of each
		7 * 8 * 2: "0 6 * * 1-5",
	} {
		var landed freshness.Landings
		for i := range days {
			if at := first.AddDate(0, 0, i).Add(6 * time.Hour); at.Weekday() != time.Saturday && at.Weekday() != time.Sunday {
				landed = append(landed, freshness.Landing{At: at})
			}
		}
		s, err := learn(t, landed).Suggest(0.6)
		require.NoError(t, err)
		assert.Equal(t, want, s.Policy.(freshness.Deadline).Due.String(), "%d days", days)
	}
}

func TestSuggestAnAgeWhereNoTimeOfDayDoes(t *testing.T) {
	first := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	var landed freshness.Landings
	for i := range 60 { // each third day: no weekday lands half of the time
		landed = append(landed, freshness.Landing{At: first.AddDate(0, 0, 3*i).Add(6*time.Hour + time.Duration(i%2)*7*time.Minute)})
	}
	policy, why := suggested(t, landed, 0.9)
	assert.JSONEq(t, `{"max_age":{"warn":"72h5m0s","fail":"72h10m0s"}}`, policy)
	assert.Equal(t, "no time of day does: 118 of 177 days had no landing; "+
		"the newest landing was at most 72h10m old for at least 90% of the time, the median gap is 3d", why)
}

func TestASuggestedLimitIsRoundedUpToFiveMinutes(t *testing.T) {
	first := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	daily := func(after time.Duration) (landed freshness.Landings) {
		for i := range 60 {
			landed = append(landed, freshness.Landing{At: first.AddDate(0, 0, i).Add(after)})
		}
		return landed
	}
	for after, want := range map[time.Duration]string{
		6*time.Hour + 10*time.Minute:     "10 6 * * *",
		6*time.Hour + 10*time.Minute + 1: "15 6 * * *",
		6*time.Hour + 15*time.Minute - 1: "15 6 * * *",
		23*time.Hour + 55*time.Minute:    "55 23 * * *",
		24*time.Hour - 1:                 "0 0 * * *",
	} {
		s, err := learn(t, daily(after)).Suggest(1)
		require.NoError(t, err)
		assert.Equal(t, want, s.Policy.(freshness.Deadline).Due.String(), "landing at %v", after)
		assert.Equal(t, s.Backtest.Judged(), s.Backtest.Kept())
	}

	var often freshness.Landings
	for i := range 16 * 24 * 20 {
		often = append(often, freshness.Landing{At: first.Add(time.Duration(i) * 3 * time.Minute)})
	}
	policy, _ := suggested(t, often, 1)
	assert.JSONEq(t, `{"max_age":{"fail":"5m0s"}}`, policy)
}

func TestABaselineIsJSONWithItsWeekdays(t *testing.T) {
	first := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	u := learn(t, atSix(first, 60)) // eight weeks and three days after the first Monday
	data, err := json.Marshal(u)
	require.NoError(t, err)
	var got struct {
		Days     int  `json:"days"`
		Daily    bool `json:"daily"`
		Weekdays []struct {
			Weekday string `json:"weekday"`
			Days    int    `json:"days"`
			Times   struct {
				N   int    `json:"n"`
				P50 string `json:"p50"`
			} `json:"times"`
		} `json:"weekdays"`
	}
	require.NoError(t, json.Unmarshal(data, &got))
	assert.Equal(t, 59, got.Days)
	assert.True(t, got.Daily)
	require.Len(t, got.Weekdays, 7)
	for i, w := range []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"} {
		days := 8
		if w == "Tuesday" || w == "Wednesday" || w == "Thursday" {
			days = 9
		}
		assert.Equal(t, w, got.Weekdays[i].Weekday)
		assert.Equal(t, [2]int{days, days}, [2]int{got.Weekdays[i].Days, got.Weekdays[i].Times.N}, w)
		assert.Equal(t, "6h0m0s", got.Weekdays[i].Times.P50)
	}
	assert.Contains(t, u.String(), "\n  Tue: 06:00:00 (90% from 06:00:00 to 06:00:00; n = 9); on 9 of 9 days\n")
}

// The input: of a thousand hourly landings each 25th gap is 100 hours. A limit of one hour
// keeps 96% of the gaps and a fifth of the time, and an SLO counts time.
func TestASuggestedAgeKeepsTheShareOfTheTime(t *testing.T) {
	var landed freshness.Landings
	at := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range 1000 {
		landed = append(landed, freshness.Landing{At: at})
		at = at.Add(time.Hour)
		if i%25 == 24 {
			at = at.Add(99 * time.Hour)
		}
	}
	s, err := learn(t, landed).Suggest(0.95)
	require.NoError(t, err)
	// 39 gaps of 100h and 960 of 1h are 4860h, and 5% of them 243h: 6.23h for each long gap.
	assert.Equal(t, freshness.MaxAge{Warn: 47*time.Hour + 25*time.Minute, Fail: 93*time.Hour + 50*time.Minute}, s.Policy)
	share, ok := s.Compliance()
	assert.True(t, ok)
	assert.InDelta(t, 0.9505, share, 0.0001)
	assert.Equal(t, "it lands several times a day, or at any time; the newest landing was at most 93h50m old "+
		"for at least 95% of the time, the median gap is 1h. Over this history it keeps 95.05% of the time", s.String())
}

// Whatever the share, the expected compliance is at least as much, and the limit could not be five
// minutes less.
func TestASuggestionKeepsItsShareByTheMeasureThatJudges(t *testing.T) {
	for _, name := range []string{"covid-19-nightly", "finance-vix-daily", "ca-fires-hourly"} {
		f, err := os.Open("testdata/landings/" + name + ".csv")
		require.NoError(t, err)
		defer f.Close()
		landed, err := history.ReadLandings(f)
		require.NoError(t, err)
		b := learn(t, landed)
		for _, want := range []float64{0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1} {
			s, err := b.Suggest(want)
			require.NoError(t, err)
			share, ok := s.Compliance()
			require.True(t, ok)
			assert.GreaterOrEqual(t, share, want, "%s: %v of %v", name, want, s)
			assert.NotContains(t, s.String(), " 0 of 0")

			p, isAge := s.Policy.(freshness.MaxAge)
			if usual, _ := b.Gaps().Quantile(0.5); isAge && p.Fail-5*time.Minute > usual {
				p.Fail -= 5 * time.Minute
				less, err := history.Backtest(freshness.MaxAge{Fail: p.Fail}, landed, s.Backtest.Start, s.Backtest.End)
				require.NoError(t, err)
				share, _ := less.TimeShare()
				assert.Less(t, share, want, "%s: %v", name, s)
			}
		}
	}
}

func TestASuggestionThatJudgedNothingHasNoCompliance(t *testing.T) {
	_, ok := history.Suggestion{}.Compliance()
	assert.False(t, ok)
	assert.Equal(t, "w. Over this history it keeps nothing, for nothing was judged", history.Suggestion{Why: "w"}.String())
	s := history.Suggestion{Why: "w", Backtest: history.BacktestResult{Outcomes: []history.Outcome{{}}, NotDue: 1, Fresh: 1}}
	_, ok = s.Compliance()
	assert.False(t, ok, "time is not what counts where due instants do")
	assert.Equal(t, "w. Over this history it keeps nothing, for nothing was judged", s.String())
}
