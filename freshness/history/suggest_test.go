package history_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
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
	assert.Equal(t, "no time of day does: 118 of 177 days had no landing; 90% of 59 gaps were at most 72h10m, the median is 3d", why)
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
